using Lazuli.Engines.Image;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Compute.Disks;

/// <summary>What a disk may be, and what may change.</summary>
internal static class DiskRules
{
    private static readonly string[] Skus = ["Standard_LRS", "StandardSSD_LRS", "Premium_LRS", "StandardSSD_ZRS", "Premium_ZRS"];
    private static readonly string[] UnsupportedSkus = ["UltraSSD_LRS", "PremiumV2_LRS"];

    /// <summary>The SKU in Azure's casing.</summary>
    public static string? Sku(string? name) => Skus.FirstOrDefault(s => s.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;

    public static IEnumerable<ArmError> Check(Resource<DiskProperties> desired, Resource<DiskProperties>? current, ImageCatalogue images)
    {
        var p = desired.Properties;
        var sku = Sku(desired.Sku?.Name);
        if (sku is not null && UnsupportedSkus.Contains(sku, StringComparer.OrdinalIgnoreCase))
        {
            yield return ArmErrors.NotSupported($"The disk SKU '{sku}'") with { Target = "sku.name" };
        }
        else if (sku is not null && !Skus.Contains(sku))
        {
            yield return ArmErrors.InvalidParameter("sku", $"The value '{sku}' of parameter 'sku.name' is not allowed. Allowed values are: {string.Join(", ", Skus)}.");
        }

        if (p.DiskSizeGB is { } size and (< 1 or > DiskTier.LargestGiB))
        {
            yield return ComputeErrors.OutOfRange("disk.diskSizeGB", size, 1, DiskTier.LargestGiB);
        }

        if (p.Tier is { } tier && p.Tier != current?.Properties.Tier)
        {
            if (!DiskTier.IsPremium(sku ?? current?.Sku?.Name))
            {
                yield return ArmErrors.InvalidParameter("disk.tier", "The property 'tier' is only supported for disks of the SKUs Premium_LRS and Premium_ZRS.");
            }
            else if (DiskTier.Named(tier) is null)
            {
                yield return ComputeErrors.Invalid("disk.tier", tier);
            }
        }

        foreach (var error in CheckSource(p, current?.Properties, images).Concat(CheckUnsupported(p)))
        {
            yield return error;
        }

        if (current is null)
        {
            yield break;
        }

        if (p.DiskSizeGB < current.Properties.DiskSizeGB)
        {
            yield return ComputeErrors.DiskShrinks(current.Properties.DiskSizeGB ?? 0, p.DiskSizeGB ?? 0);
        }

        if (desired.Zones is not null && !desired.Zones.SequenceEqual(current.Zones ?? []))
        {
            yield return ComputeErrors.PropertyChange("zones");
        }
    }

    public static IEnumerable<ArmError> Admit(Resource<DiskProperties> desired, Resource<DiskProperties>? current, IResourceView view)
    {
        var p = desired.Properties;
        if (current is null)
        {
            if (view.Get<DiskProperties>(p.CreationData?.SourceResourceId) is { } origin)
            {
                if (p.DiskSizeGB < origin.Properties.DiskSizeGB)
                {
                    yield return ComputeErrors.DiskShrinks(origin.Properties.DiskSizeGB ?? 0, p.DiskSizeGB ?? 0);
                }

                if (origin.Location != desired.Location)
                {
                    yield return ArmErrors.BadRequest("InvalidResourceReference", $"The source disk {origin.Id} is not in the location '{desired.Location}' of the disk.", "disk.creationData.sourceResourceId");
                }

                if (IsRunning(origin.Id, view) is { } busy)
                {
                    yield return ComputeErrors.NotAllowed($"Cannot copy disk {origin.Name} while it is attached to running VM {busy}: deallocate the VM and retry the operation.");
                }
            }

            yield break;
        }

        if (IsRunning(desired.Id, view) is { } vm)
        {
            if (p.DiskSizeGB != current.Properties.DiskSizeGB)
            {
                yield return ComputeErrors.NotAllowed(
                    $"Cannot resize disk {desired.Name} while it is attached to running VM {vm}. Resizing a disk of an Azure Virtual Machine requires the virtual machine to be deallocated. "
                    + "Please stop your VM and retry the operation.",
                    "disk.diskSizeGB");
            }

            if (desired.Sku?.Name != current.Sku?.Name)
            {
                yield return ComputeErrors.NotAllowed($"Disk {desired.Name} is attached to running VM {vm}: its SKU can only be changed while the VM is deallocated.", "sku");
            }
        }
    }

    private static ResourceId? IsRunning(ResourceId disk, IResourceView view)
        => DiskType.Holder(disk, view) is { } vm && vm.Properties.State is not { Power: VmPower.Deallocated } ? vm.Id : null;

    private static IEnumerable<ArmError> CheckSource(DiskProperties p, DiskProperties? current, ImageCatalogue images)
    {
        if (p.CreationData is not { } data)
        {
            yield break;
        }

        if (current?.CreationData is { } before)
        {
            if (data.CreateOption != before.CreateOption || !Same(data.SourceResourceId, before.SourceResourceId) || !Same(data.ImageReference?.Id, before.ImageReference?.Id))
            {
                yield return ComputeErrors.PropertyChange("creationData");
            }

            yield break;
        }

        switch (data.CreateOption)
        {
            case "Empty" when p.DiskSizeGB is null:
                yield return ComputeErrors.Missing("disk.diskSizeGB");
                break;
            case "FromImage" when data.ImageReference?.Id is null:
                yield return ComputeErrors.Missing("disk.creationData.imageReference");
                break;
            case "FromImage" when data.ImageReference.Lun is not null:
                yield return ComputeErrors.NotSupported("creationData.imageReference.lun");
                break;
            case "FromImage":
                if (DiskSources.Resolve(images, data.ImageReference.Id) is not { } image)
                {
                    yield return ComputeErrors.ImageNotFound(data.ImageReference.Id);
                }
                else if (p.DiskSizeGB < image.Image.DiskSizeGB)
                {
                    yield return ComputeErrors.DiskShrinks(image.Image.DiskSizeGB, p.DiskSizeGB ?? 0);
                }

                break;
            case "Copy" when data.SourceResourceId is null:
                yield return ComputeErrors.Missing("disk.creationData.sourceResourceId");
                break;
            case "Empty" or "Copy" or null:
                break;
            default:
                yield return ArmErrors.NotSupported($"The create option '{data.CreateOption}' of a disk") with { Target = "disk.creationData.createOption" };
                break;
        }
    }

    private static IEnumerable<ArmError> CheckUnsupported(DiskProperties p)
    {
        var data = p.CreationData;
        foreach (var error in ComputeErrors.Refused(
            ("purchasePlan", p.PurchasePlan),
            ("encryptionSettingsCollection", p.EncryptionSettingsCollection),
            ("diskIOPSReadOnly", p.DiskIOPSReadOnly),
            ("diskMBpsReadOnly", p.DiskMBpsReadOnly),
            ("diskAccessId", p.DiskAccessId),
            ("securityProfile", p.SecurityProfile),
            ("availabilityPolicy", p.AvailabilityPolicy),
            ("creationData.storageAccountId", data?.StorageAccountId),
            ("creationData.galleryImageReference", data?.GalleryImageReference),
            ("creationData.sourceUri", data?.SourceUri),
            ("creationData.uploadSizeBytes", data?.UploadSizeBytes),
            ("creationData.securityDataUri", data?.SecurityDataUri),
            ("creationData.securityMetadataUri", data?.SecurityMetadataUri),
            ("creationData.elasticSanResourceId", data?.ElasticSanResourceId),
            ("creationData.provisionedBandwidthCopySpeed", data?.ProvisionedBandwidthCopySpeed),
            ("creationData.instantAccessDurationMinutes", data?.InstantAccessDurationMinutes)))
        {
            yield return error;
        }

        foreach (var (path, given) in new[]
        {
            ("burstingEnabled", p.BurstingEnabled is true),
            ("supportsHibernation", p.SupportsHibernation is true),
            ("creationData.performancePlus", data?.PerformancePlus is true),
            ("creationData.logicalSectorSize", data?.LogicalSectorSize is 4096),
            ("encryption.diskEncryptionSetId", p.Encryption?.DiskEncryptionSetId is not null),
            ("encryption.type", p.Encryption?.Type is not (null or "EncryptionAtRestWithPlatformKey")),
        })
        {
            if (given)
            {
                yield return ComputeErrors.NotSupported(path);
            }
        }
    }

    private static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
