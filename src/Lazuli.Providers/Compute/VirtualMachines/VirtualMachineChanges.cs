using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>What may not change in a machine once it is made. What a request leaves out stays.</summary>
internal static class VirtualMachineChanges
{
    public static IEnumerable<ArmError> Check(Resource<VirtualMachineProperties> desired, Resource<VirtualMachineProperties> current)
    {
        var (p, was) = (desired.Properties, current.Properties);
        if (desired.Zones is { } zones && !zones.SequenceEqual(current.Zones ?? []))
        {
            yield return ComputeErrors.PropertyChange("zones");
        }

        if (p.Priority is not null && p.Priority != (was.Priority ?? "Regular"))
        {
            yield return ComputeErrors.PropertyChange("priority");
        }

        foreach (var error in CheckImage(p.StorageProfile?.ImageReference, was.StorageProfile?.ImageReference)
            .Concat(CheckOsDisk(p.StorageProfile?.OsDisk, was.StorageProfile?.OsDisk))
            .Concat(CheckOsProfile(p.OsProfile, was.OsProfile)))
        {
            yield return error;
        }

        foreach (var disk in p.StorageProfile?.DataDisks ?? [])
        {
            if (VirtualMachineDefaults.Counterpart(disk, was.StorageProfile) is not { } before)
            {
                continue;
            }

            if (disk.CreateOption is not null && disk.CreateOption != before.CreateOption && disk.CreateOption != "Attach")
            {
                yield return ComputeErrors.PropertyChange("dataDisk.createOption");
            }

            if (disk.ManagedDisk?.Id is { } id && !Same(id, before.ManagedDisk?.Id))
            {
                yield return ComputeErrors.PropertyChange("dataDisk.managedDisk.id");
            }
        }
    }

    private static IEnumerable<ArmError> CheckImage(ImageReference? image, ImageReference? before)
    {
        if (image is not null && (Differs(image.Publisher, before?.Publisher) || Differs(image.Offer, before?.Offer) || Differs(image.Sku, before?.Sku)
            || Differs(image.Version, before?.Version) || Differs(image.Id, before?.Id)))
        {
            yield return ComputeErrors.PropertyChange("imageReference");
        }
    }

    private static IEnumerable<ArmError> CheckOsDisk(OsDisk? disk, OsDisk? before)
    {
        if (disk is null || before is null)
        {
            yield break;
        }

        // Another disk under another name is an OS disk swap; the same disk under another name is not possible.
        var swapped = disk.ManagedDisk?.Id is { } id && !Same(id, before.ManagedDisk?.Id);
        if (!swapped && Differs(disk.Name, before.Name))
        {
            yield return ComputeErrors.PropertyChange("osDisk.name");
        }

        if (Differs(disk.CreateOption, before.CreateOption))
        {
            yield return ComputeErrors.PropertyChange("osDisk.createOption");
        }

        if (Differs(disk.OsType, before.OsType))
        {
            yield return ComputeErrors.PropertyChange("osDisk.osType");
        }
    }

    private static IEnumerable<ArmError> CheckOsProfile(OsProfile? profile, OsProfile? before)
    {
        if (profile is null)
        {
            yield break;
        }

        if (before is null)
        {
            yield return ComputeErrors.PropertyChange("osProfile");
            yield break;
        }

        foreach (var (target, now, then) in new[]
        {
            ("osProfile.computerName", profile.ComputerName, before.ComputerName),
            ("osProfile.adminUsername", profile.AdminUsername, before.AdminUsername),
        })
        {
            if (Differs(now, then))
            {
                yield return ComputeErrors.PropertyChange(target);
            }
        }

        if (profile.AdminPassword is { } password && password != before.AdminPassword)
        {
            yield return ComputeErrors.PropertyChange("osProfile.adminPassword");
        }

        if (profile.CustomData is { } data && data != before.CustomData)
        {
            yield return ComputeErrors.PropertyChange("osProfile.customData");
        }

        var windows = profile.WindowsConfiguration;
        foreach (var (target, changes) in new[]
        {
            ("windowsConfiguration.timeZone", Differs(windows?.TimeZone, before.WindowsConfiguration?.TimeZone)),
            ("windowsConfiguration.provisionVMAgent", windows?.ProvisionVmAgent is { } agent && agent != before.WindowsConfiguration?.ProvisionVmAgent),
            ("windowsConfiguration.enableAutomaticUpdates", windows?.EnableAutomaticUpdates is { } updates && updates != before.WindowsConfiguration?.EnableAutomaticUpdates),
        })
        {
            if (changes)
            {
                yield return ComputeErrors.PropertyChange(target);
            }
        }

        if (profile.LinuxConfiguration is not { } linux)
        {
            yield break;
        }

        if (linux.DisablePasswordAuthentication is { } disabled && disabled != (before.LinuxConfiguration?.DisablePasswordAuthentication ?? false))
        {
            yield return ComputeErrors.PropertyChange("linuxConfiguration.disablePasswordAuthentication");
        }

        if (linux.Ssh?.PublicKeys is { } keys && !Keys(keys).SequenceEqual(Keys(before.LinuxConfiguration?.Ssh?.PublicKeys ?? [])))
        {
            yield return ComputeErrors.PropertyChange("linuxConfiguration.ssh.publicKeys");
        }
    }

    private static IEnumerable<string?> Keys(IEnumerable<SshPublicKey> keys) => keys.Select(k => k.KeyData?.Trim());

    private static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static bool Differs(string? now, string? before) => now is not null && !Same(now, before);
}
