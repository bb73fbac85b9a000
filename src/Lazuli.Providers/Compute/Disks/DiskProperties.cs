using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Compute.Disks;

/// <summary>Properties of a managed disk. What is typed <see cref="JsonElement"/> is refused when given.</summary>
public sealed record DiskProperties : IProvisioned
{
    [Computed]
    public DateTimeOffset? TimeCreated { get; set; }

    [AllowedValues("Windows", "Linux")]
    public string? OsType { get; set; }

    [AllowedValues("V1", "V2")]
    public string? HyperVGeneration { get; set; }
    public JsonElement? PurchasePlan { get; set; }
    public SupportedCapabilities? SupportedCapabilities { get; set; }

    [Required]
    public CreationData? CreationData { get; set; }
    public int? DiskSizeGB { get; set; }

    [Computed]
    public long? DiskSizeBytes { get; set; }

    [Computed]
    public string? UniqueId { get; set; }
    public JsonElement? EncryptionSettingsCollection { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }

    /// <summary>What the size and tier give.</summary>
    [Computed]
    public long? DiskIOPSReadWrite { get; set; }

    [Computed]
    public long? DiskMBpsReadWrite { get; set; }
    public JsonElement? DiskIOPSReadOnly { get; set; }
    public JsonElement? DiskMBpsReadOnly { get; set; }

    /// <summary>Follows from the machine that has the disk.</summary>
    [Computed]
    public string? DiskState { get; set; }
    public DiskEncryption? Encryption { get; set; }

    [Range(1, 1)]
    public int? MaxShares { get; set; }

    /// <summary>Stored only: a disk's bytes can't be had over the network.</summary>
    [AllowedValues("AllowAll", "AllowPrivate", "DenyAll")]
    public string? NetworkAccessPolicy { get; set; }
    public JsonElement? DiskAccessId { get; set; }
    public string? Tier { get; set; }
    public bool? BurstingEnabled { get; set; }
    public bool? SupportsHibernation { get; set; }
    public JsonElement? SecurityProfile { get; set; }

    [AllowedValues("Enabled", "Disabled")]
    public string? PublicNetworkAccess { get; set; }

    [AllowedValues("None", "AzureActiveDirectory")]
    public string? DataAccessAuthMode { get; set; }
    public bool? OptimizedForFrequentAttach { get; set; }
    public JsonElement? AvailabilityPolicy { get; set; }

    [Computed]
    public double? CompletionPercent { get; set; }

    /// <summary>The bytes have been there once: a copy no longer needs its origin.</summary>
    [Private]
    public bool Made { get; set; }
}

public sealed record SupportedCapabilities
{
    public string? DiskControllerTypes { get; set; }
    public bool? AcceleratedNetwork { get; set; }

    [AllowedValues("x64", "Arm64")]
    public string? Architecture { get; set; }
    public string? SupportedSecurityOption { get; set; }
}

/// <summary>Where the bytes come from. May not change.</summary>
public sealed record CreationData
{
    [Required]
    [AllowedValues("Empty", "Attach", "FromImage", "Import", "Copy", "Restore", "Upload", "CopyStart", "ImportSecure", "UploadPreparedSecure", "CopyFromSanSnapshot")]
    public string? CreateOption { get; set; }
    public JsonElement? StorageAccountId { get; set; }
    public ImageDiskReference? ImageReference { get; set; }
    public JsonElement? GalleryImageReference { get; set; }
    public JsonElement? SourceUri { get; set; }
    public string? SourceResourceId { get; set; }

    [Computed]
    public string? SourceUniqueId { get; set; }
    public JsonElement? UploadSizeBytes { get; set; }

    [AllowedValues(512, 4096)]
    public int? LogicalSectorSize { get; set; }
    public JsonElement? SecurityDataUri { get; set; }
    public JsonElement? SecurityMetadataUri { get; set; }
    public bool? PerformancePlus { get; set; }
    public JsonElement? ElasticSanResourceId { get; set; }
    public JsonElement? ProvisionedBandwidthCopySpeed { get; set; }
    public JsonElement? InstantAccessDurationMinutes { get; set; }
}

public sealed record ImageDiskReference
{
    public string? Id { get; set; }
    public string? SharedGalleryImageId { get; set; }
    public string? CommunityGalleryImageId { get; set; }
    public int? Lun { get; set; }
}

public sealed record DiskEncryption
{
    public string? DiskEncryptionSetId { get; set; }

    [AllowedValues("EncryptionAtRestWithPlatformKey", "EncryptionAtRestWithCustomerKey", "EncryptionAtRestWithPlatformAndCustomerKeys")]
    public string? Type { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Resource<DiskProperties>))]
public sealed partial class DiskJson : JsonSerializerContext;
