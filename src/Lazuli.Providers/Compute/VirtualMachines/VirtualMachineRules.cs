using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Compute.Sizes;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>What a machine may be, looked at alone.</summary>
internal static class VirtualMachineRules
{
    /// <param name="osType">The image's, when it is known.</param>
    public static IEnumerable<ArmError> Check(Resource<VirtualMachineProperties> desired, Resource<VirtualMachineProperties>? current, string? osType)
    {
        var p = desired.Properties;
        var size = VmSizes.Find(p.HardwareProfile?.VmSize);
        if (p.HardwareProfile?.VmSize is { } given && size is null)
        {
            yield return VirtualMachineErrors.UnknownSize(given);
        }

        if (current is null)
        {
            foreach (var error in CheckNew(desired, osType))
            {
                yield return error;
            }
        }
        else
        {
            foreach (var error in VirtualMachineChanges.Check(desired, current))
            {
                yield return error;
            }
        }

        if (desired.Zones is { Count: > 0 } zones && (zones.Count > 1 || zones[0] is not ("1" or "2" or "3")))
        {
            yield return VirtualMachineErrors.ZoneNotSupported(string.Join(",", zones), desired.Id, desired.Location);
        }

        foreach (var error in CheckNics(desired, size).Concat(CheckDisks(p.StorageProfile, size)).Concat(CheckSpot(p)).Concat(CheckUnsupported(desired)))
        {
            yield return error;
        }

        if (OsProfileRules.CheckUserData(p.UserData) is { } userData)
        {
            yield return userData;
        }
    }

    private static IEnumerable<ArmError> CheckNew(Resource<VirtualMachineProperties> desired, string? osType)
    {
        var p = desired.Properties;
        if (p.HardwareProfile?.VmSize is null)
        {
            yield return ComputeErrors.Missing("vmSize");
        }

        if (p.NetworkProfile is null)
        {
            yield return ComputeErrors.Missing("networkProfile");
        }

        if (p.StorageProfile is not { } storage)
        {
            yield return ComputeErrors.Missing("storageProfile");
            yield break;
        }

        if (storage.OsDisk is not { } disk)
        {
            // Azure's default: an image and nothing said about its disk.
            if (storage.ImageReference is null)
            {
                yield return ComputeErrors.Missing("osDisk");
            }
        }
        else if (disk.CreateOption == "Attach")
        {
            if (disk.ManagedDisk?.Id is null)
            {
                yield return ComputeErrors.Missing("osDisk.managedDisk.id");
            }

            if (disk.OsType is null)
            {
                yield return ComputeErrors.Missing("osDisk.osType");
            }

            if (p.OsProfile is not null)
            {
                yield return ArmErrors.InvalidParameter("osProfile", "Parameter 'osProfile' is not allowed.");
            }

            if (storage.ImageReference is not null)
            {
                yield return ArmErrors.InvalidParameter("imageReference", "Parameter 'imageReference' is not allowed.");
            }
        }
        else if (disk.CreateOption is "Empty" or "Copy" or "Restore")
        {
            yield return ComputeErrors.NotSupported($"osDisk.createOption: {disk.CreateOption}");
        }

        if (storage.OsDisk?.CreateOption is null or "FromImage")
        {
            foreach (var error in CheckImage(storage.ImageReference))
            {
                yield return error;
            }

            if (p.OsProfile is null)
            {
                yield return ComputeErrors.Missing("osProfile");
            }
        }

        if (p.OsProfile is { } profile)
        {
            foreach (var error in OsProfileRules.Check(profile, desired.Name, osType))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<ArmError> CheckImage(ImageReference? image)
    {
        if (image is null)
        {
            yield return ComputeErrors.Missing("imageReference");
            yield break;
        }

        if (image.SharedGalleryImageId is not null || image.CommunityGalleryImageId is not null)
        {
            yield return ComputeErrors.NotSupported("storageProfile.imageReference");
        }
        else if (image.Id is { } id)
        {
            if (image.Publisher is not null || image.Offer is not null || image.Sku is not null || image.Version is not null)
            {
                yield return ArmErrors.InvalidParameter("imageReference", "imageReference must have either an id or publisher, offer, sku and version, not both.");
            }
            else
            {
                yield return ComputeErrors.ImageNotFound(id);
            }
        }
        else
        {
            foreach (var (name, value) in new[] { ("publisher", image.Publisher), ("offer", image.Offer), ("sku", image.Sku), ("version", image.Version) })
            {
                if (string.IsNullOrEmpty(value))
                {
                    yield return ComputeErrors.Missing($"imageReference.{name}");
                }
            }
        }
    }

    private static IEnumerable<ArmError> CheckNics(Resource<VirtualMachineProperties> vm, VmSize? size)
    {
        if (vm.Properties.NetworkProfile is not { } profile)
        {
            yield break;
        }

        if (profile.NetworkInterfaceConfigurations is { Count: > 0 })
        {
            yield return ComputeErrors.NotSupported("networkProfile.networkInterfaceConfigurations");
        }

        var nics = profile.NetworkInterfaces ?? [];
        if (nics.Count == 0 || nics.Any(n => n.Id is null))
        {
            yield return ComputeErrors.Missing("networkProfile.networkInterfaces.id");
        }

        if (nics.GroupBy(n => n.Id, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { Key: { } twice })
        {
            yield return ArmErrors.InvalidParameter("networkProfile.networkInterfaces", $"The network interface {twice} is given more than once.");
        }

        var primaries = nics.Count(n => n.Properties?.Primary is true);
        if (primaries > 1 || (nics.Count > 1 && primaries == 0))
        {
            yield return VirtualMachineErrors.NoPrimaryNic(vm.Id);
        }

        if (size is not null && nics.Count > size.MaxNics)
        {
            yield return VirtualMachineErrors.TooManyNics(vm.Id, size.Name);
        }
    }

    private static IEnumerable<ArmError> CheckDisks(StorageProfile? storage, VmSize? size)
    {
        if (storage is null)
        {
            yield break;
        }

        var disks = (storage.DataDisks ?? []).Where(d => d.ToBeDetached is not true).ToArray();
        if (size is not null && disks.Length > size.MaxDataDisks)
        {
            yield return VirtualMachineErrors.TooManyDisks(size.MaxDataDisks);
        }

        foreach (var lun in disks.GroupBy(d => d.Lun ?? 0).Where(g => g.Count() > 1))
        {
            yield return VirtualMachineErrors.DuplicateLun(lun.Key);
        }

        foreach (var name in disks.Select(d => d.Name).Append(storage.OsDisk?.Name).OfType<string>().GroupBy(n => n, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            yield return VirtualMachineErrors.DuplicateDisk(name.Key);
        }

        foreach (var disk in disks)
        {
            if (disk.CreateOption == "Empty" && disk.DiskSizeGB is null && disk.ManagedDisk?.Id is null)
            {
                yield return ComputeErrors.Missing("dataDisk.diskSizeGB");
            }

            if (disk.CreateOption == "Attach" && disk.ManagedDisk?.Id is null)
            {
                yield return ComputeErrors.Missing("dataDisk.managedDisk.id");
            }

            if (disk.CreateOption is "Copy" or "Restore" or "FromImage")
            {
                yield return ComputeErrors.NotSupported($"dataDisk.createOption: {disk.CreateOption}");
            }

            if (disk.WriteAcceleratorEnabled is true)
            {
                yield return ComputeErrors.NotSupported("dataDisk.writeAcceleratorEnabled");
            }
        }

        foreach (var (target, gib) in disks.Select(d => ("dataDisk.diskSizeGB", d.DiskSizeGB)).Append(("osDisk.diskSizeGB", storage.OsDisk?.DiskSizeGB)))
        {
            var most = target[0] == 'o' ? 4095 : Disks.DiskTier.LargestGiB;
            if (gib < 1 || gib > most)
            {
                yield return ComputeErrors.OutOfRange(target, gib, 1, most);
            }
        }

        foreach (var (account, name, target) in disks.Select(d => (d.ManagedDisk?.StorageAccountType, d.Name, "dataDisks.managedDisk.storageAccountType"))
            .Append((storage.OsDisk?.ManagedDisk?.StorageAccountType, storage.OsDisk?.Name, "osDisk.managedDisk.storageAccountType")))
        {
            if (account is "UltraSSD_LRS" or "PremiumV2_LRS")
            {
                yield return ComputeErrors.NotSupported($"{target}: {account}");
            }
            else if (size is { Premium: false } && Disks.DiskTier.IsPremium(account))
            {
                yield return VirtualMachineErrors.NoPremium(size.Name, account ?? "", name, target);
            }
        }
    }

    private static IEnumerable<ArmError> CheckSpot(VirtualMachineProperties p)
    {
        if (p.EvictionPolicy is not null && p.Priority is not ("Spot" or "Low"))
        {
            yield return ComputeErrors.NotAllowed("Eviction policy can be set only on Azure Spot Virtual Machines. For more information, see http://aka.ms/AzureSpot/errormessages.", "evictionPolicy");
        }

        if (p.BillingProfile?.MaxPrice is { } price)
        {
            if (p.Priority is not ("Spot" or "Low"))
            {
                yield return ComputeErrors.NotAllowed("Max price can be set only on Azure Spot Virtual Machines. For more information, see http://aka.ms/AzureSpot/errormessages.", "billingProfile.maxPrice");
            }
            else if (price is <= 0 and not -1)
            {
                yield return ArmErrors.InvalidParameter("billingProfile.maxPrice", "Max price must be -1 or greater than 0.");
            }
        }
    }

    private static IEnumerable<ArmError> CheckUnsupported(Resource<VirtualMachineProperties> vm)
    {
        var p = vm.Properties;
        var disk = p.StorageProfile?.OsDisk;
        foreach (var error in ComputeErrors.Refused(
            [
                ("availabilitySet", p.AvailabilitySet),
                ("virtualMachineScaleSet", p.VirtualMachineScaleSet),
                ("proximityPlacementGroup", p.ProximityPlacementGroup),
                ("host", p.Host),
                ("hostGroup", p.HostGroup),
                ("capacityReservation", p.CapacityReservation),
                ("interconnectBlockProfile", p.InterconnectBlockProfile),
                ("applicationProfile", p.ApplicationProfile),
                ("resiliencyProfile", p.ResiliencyProfile),
                ("hardwareProfile.vmSizeProperties", p.HardwareProfile?.VmSizeProperties),
                ("hardwareProfile.processorMode", p.HardwareProfile?.ProcessorMode),
                ("scheduledEventsPolicy.scheduledEventsAdditionalPublishingTargets", p.ScheduledEventsPolicy?.ScheduledEventsAdditionalPublishingTargets),
                ("securityProfile.encryptionIdentity", p.SecurityProfile?.EncryptionIdentity),
                ("networkProfile.interconnectGroupProfile", p.NetworkProfile?.InterconnectGroupProfile),
                ("osDisk.encryptionSettings", disk?.EncryptionSettings),
                ("osDisk.vhd", disk?.Vhd),
                ("osDisk.image", disk?.Image),
                ("osDisk.diffDiskSettings", disk?.DiffDiskSettings),
                ("osDisk.storageFaultDomainAlignment", disk?.StorageFaultDomainAlignment),
                ("osDisk.managedDisk.securityProfile", disk?.ManagedDisk?.SecurityProfile),
                ("osDisk.managedDisk.additionalDiskProperties", disk?.ManagedDisk?.AdditionalDiskProperties),
                .. from d in p.StorageProfile?.DataDisks ?? []
                   from property in new[]
                   {
                       ("dataDisk.vhd", d.Vhd),
                       ("dataDisk.image", d.Image),
                       ("dataDisk.storageFaultDomainAlignment", d.StorageFaultDomainAlignment),
                       ("dataDisk.managedDisk.securityProfile", d.ManagedDisk?.SecurityProfile),
                       ("dataDisk.managedDisk.additionalDiskProperties", d.ManagedDisk?.AdditionalDiskProperties),
                   }
                   select property,
            ]))
        {
            yield return error;
        }

        foreach (var (path, given) in new[]
        {
            ("additionalCapabilities.ultraSSDEnabled", p.AdditionalCapabilities?.UltraSSDEnabled is true),
            ("additionalCapabilities.hibernationEnabled", p.AdditionalCapabilities?.HibernationEnabled is true),
            ("additionalCapabilities.enableFips1403Encryption", p.AdditionalCapabilities?.EnableFips1403Encryption is true),
            ("securityProfile.encryptionAtHost", p.SecurityProfile?.EncryptionAtHost is true),
            ("securityProfile.proxyAgentSettings", p.SecurityProfile?.ProxyAgentSettings?.Enabled is true),
            ("scheduledEventsProfile.terminateNotificationProfile", p.ScheduledEventsProfile?.TerminateNotificationProfile?.Enable is true),
            ("scheduledEventsProfile.osImageNotificationProfile", p.ScheduledEventsProfile?.OsImageNotificationProfile?.Enable is true),
            ("diagnosticsProfile.bootDiagnostics.storageUri", !string.IsNullOrEmpty(p.DiagnosticsProfile?.BootDiagnostics?.StorageUri)),
            ("platformFaultDomain", p.PlatformFaultDomain is not null),
            ("osDisk.writeAcceleratorEnabled", disk?.WriteAcceleratorEnabled is true),
            ("osDisk.managedDisk.diskEncryptionSet", disk?.ManagedDisk?.DiskEncryptionSet?.Id is not null),
            ("dataDisk.managedDisk.diskEncryptionSet", p.StorageProfile?.DataDisks?.Any(d => d.ManagedDisk?.DiskEncryptionSet?.Id is not null) is true),
            ("storageProfile.alignRegionalDisksToVMZone", p.StorageProfile?.AlignRegionalDisksToVmZone is true),
            ("storageProfile.diskControllerType: NVMe", p.StorageProfile?.DiskControllerType is "NVMe"),
            ("extendedLocation", vm.ExtendedLocation is not null),
            ("identity", vm.Identity is { Type: not (null or "None") }),
        })
        {
            if (given)
            {
                yield return ComputeErrors.NotSupported(path);
            }
        }

        if (p.SecurityProfile is { SecurityType: "TrustedLaunch" } or { SecurityType: not "Standard", UefiSettings: { SecureBootEnabled: true } or { VTpmEnabled: true } })
        {
            yield return VirtualMachineErrors.TrustedLaunchImage();
        }
        else if (p.SecurityProfile is { SecurityType: "ConfidentialVM" })
        {
            yield return ComputeErrors.NotSupported("securityProfile.securityType: ConfidentialVM");
        }
    }
}
