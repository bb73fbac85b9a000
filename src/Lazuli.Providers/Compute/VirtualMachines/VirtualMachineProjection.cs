using Lazuli.Engines.Node;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Compute.Sizes;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>A machine's resource as the node's item.</summary>
internal static class VirtualMachineProjection
{
    public static VmItem Of(Resource<VirtualMachineProperties> vm, ComputeOptions options)
    {
        var p = vm.Properties;
        var size = VmSizes.Find(p.HardwareProfile?.VmSize) ?? throw new InvalidDataException($"{vm.Id} has no size.");
        return new()
        {
            Key = vm.Id.Key,
            VmId = Guid.Parse(p.VmId ?? throw new InvalidDataException($"{vm.Id} has no vmId.")),
            Name = vm.Name,
            Cpus = Capped(size.VCpus, options.MaxGuestCpus),
            MemoryMiB = Capped(size.MemoryMiB, options.MaxGuestMemoryMiB),
            Power = p.State?.Power ?? VmPower.Running,
            RestartCount = p.State?.RestartCount ?? 0,
            RedeployCount = p.State?.RedeployCount ?? 0,
            OsDisk = new() { DiskKey = Key(p.StorageProfile?.OsDisk?.ManagedDisk?.Id), Caching = p.StorageProfile?.OsDisk?.Caching ?? "None" },
            DataDisks = [.. from disk in p.StorageProfile?.DataDisks ?? []
                            orderby disk.Lun
                            select new VmDisk { DiskKey = Key(disk.ManagedDisk?.Id), Lun = disk.Lun, Caching = disk.Caching ?? "None" }],
            NicKeys = [.. from nic in p.NetworkProfile?.NetworkInterfaces ?? []
                          orderby nic.Properties?.Primary is true descending
                          select Key(nic.Id)],
            Provisioning = p.OsProfile is { } profile ? Provisioning(profile, vm.Name) : null,
            Metadata = Metadata(vm),
        };
    }

    private static VmProvisioning Provisioning(OsProfile profile, string name) => new()
    {
        ComputerName = profile.ComputerName ?? name,
        AdminUsername = profile.AdminUsername ?? "",
        AdminPassword = profile.LinuxConfiguration?.DisablePasswordAuthentication is true ? null : profile.AdminPassword,
        DisablePasswordAuthentication = profile.LinuxConfiguration?.DisablePasswordAuthentication ?? false,
        SshKeys = [.. (profile.LinuxConfiguration?.Ssh?.PublicKeys ?? []).Select(k => new SshKey(k.Path ?? $"/home/{profile.AdminUsername}/.ssh/authorized_keys", k.KeyData ?? ""))],
        CustomData = profile.CustomData,
        ProvisionGuestAgent = profile.LinuxConfiguration?.ProvisionVmAgent ?? profile.WindowsConfiguration?.ProvisionVmAgent ?? true,
    };

    private static VmMetadata Metadata(Resource<VirtualMachineProperties> vm)
    {
        var p = vm.Properties;
        var image = p.StorageProfile?.ImageReference;
        return new()
        {
            ResourceId = vm.Id.ToString(),
            Location = vm.Location ?? "",
            SubscriptionId = vm.Id.SubscriptionId ?? "",
            ResourceGroupName = vm.Id.ResourceGroup ?? "",
            VmSize = p.HardwareProfile?.VmSize ?? "",
            Zone = vm.Zones is [var zone, ..] ? zone : null,
            Publisher = image?.Publisher,
            Offer = image?.Offer,
            Sku = image?.Sku,
            Version = image?.ExactVersion,
            OsType = p.StorageProfile?.OsDisk?.OsType ?? "Linux",
            LicenseType = p.LicenseType,
            Priority = p.Priority,
            Tags = vm.Tags ?? new Dictionary<string, string>(),
            UserData = p.State?.UserData,
        };
    }

    private static string Key(string? id) => id?.TrimEnd('/').ToLowerInvariant() ?? "";

    private static int Capped(int promised, int most) => most > 0 ? Math.Min(promised, most) : promised;
}
