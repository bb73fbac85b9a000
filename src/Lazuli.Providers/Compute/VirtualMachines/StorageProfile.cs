using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Compute.VirtualMachines;

public sealed record StorageProfile
{
    public ImageReference? ImageReference { get; set; }
    public OsDisk? OsDisk { get; set; }
    public IReadOnlyList<DataDisk>? DataDisks { get; set; }

    [AllowedValues("SCSI", "NVMe")]
    public string? DiskControllerType { get; set; }

    [JsonPropertyName("alignRegionalDisksToVMZone")]
    public bool? AlignRegionalDisksToVmZone { get; set; }
    public string? DiskApiVersion { get; set; }
}

/// <summary>A platform image by its four names, or (<see cref="Id"/>) an image resource.</summary>
public sealed record ImageReference
{
    public string? Publisher { get; set; }
    public string? Offer { get; set; }
    public string? Sku { get; set; }
    public string? Version { get; set; }

    /// <summary>What <c>latest</c> was when the machine was made.</summary>
    [Computed]
    public string? ExactVersion { get; set; }
    public string? SharedGalleryImageId { get; set; }
    public string? CommunityGalleryImageId { get; set; }
    public string? Id { get; set; }
}

public sealed record OsDisk
{
    [AllowedValues("Windows", "Linux")]
    public string? OsType { get; set; }
    public JsonElement? EncryptionSettings { get; set; }

    [MinLength(1)]
    [RegularExpression(Disks.DiskType.Names)]
    public string? Name { get; set; }
    public JsonElement? Vhd { get; set; }
    public JsonElement? Image { get; set; }

    [AllowedValues("None", "ReadOnly", "ReadWrite")]
    public string? Caching { get; set; }
    public bool? WriteAcceleratorEnabled { get; set; }
    public JsonElement? DiffDiskSettings { get; set; }

    [Required]
    [AllowedValues("FromImage", "Empty", "Attach", "Copy", "Restore")]
    public string? CreateOption { get; set; }
    public int? DiskSizeGB { get; set; }
    public JsonElement? StorageFaultDomainAlignment { get; set; }
    public ManagedDiskParameters? ManagedDisk { get; set; }

    [AllowedValues("Delete", "Detach")]
    public string? DeleteOption { get; set; }
}

public sealed record DataDisk
{
    [Required]
    [Range(0, 63)]
    public int? Lun { get; set; }

    [MinLength(1)]
    [RegularExpression(Disks.DiskType.Names)]
    public string? Name { get; set; }
    public JsonElement? Vhd { get; set; }
    public JsonElement? Image { get; set; }

    [AllowedValues("None", "ReadOnly", "ReadWrite")]
    public string? Caching { get; set; }
    public bool? WriteAcceleratorEnabled { get; set; }

    [Required]
    [AllowedValues("FromImage", "Empty", "Attach", "Copy", "Restore")]
    public string? CreateOption { get; set; }
    public int? DiskSizeGB { get; set; }
    public JsonElement? StorageFaultDomainAlignment { get; set; }
    public ManagedDiskParameters? ManagedDisk { get; set; }

    /// <summary>The disk or snapshot that <c>Copy</c> copies.</summary>
    public ResourceLink? SourceResource { get; set; }
    public bool? ToBeDetached { get; set; }

    [Computed]
    public long? DiskIOPSReadWrite { get; set; }

    [Computed]
    public long? DiskMBpsReadWrite { get; set; }

    [AllowedValues("ForceDetach")]
    public string? DetachOption { get; set; }

    [AllowedValues("Delete", "Detach")]
    public string? DeleteOption { get; set; }
}

public sealed record ManagedDiskParameters
{
    [AllowedValues("Standard_LRS", "StandardSSD_LRS", "Premium_LRS", "StandardSSD_ZRS", "Premium_ZRS", "PremiumV2_LRS", "UltraSSD_LRS")]
    public string? StorageAccountType { get; set; }
    public ResourceLink? DiskEncryptionSet { get; set; }
    public JsonElement? SecurityProfile { get; set; }
    public JsonElement? AdditionalDiskProperties { get; set; }
    public string? Id { get; set; }
}
