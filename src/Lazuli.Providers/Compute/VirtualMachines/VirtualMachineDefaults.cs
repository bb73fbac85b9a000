using System.Security.Cryptography;
using System.Text;
using Lazuli.Engines.Image;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Compute.Disks;
using Lazuli.Providers.Compute.Sizes;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>What a request left open: from what is there (an update), else Azure's defaults. Never changes its arguments' parts: they may be shared.</summary>
internal sealed class VirtualMachineDefaults(ImageCatalogue images, TimeProvider time)
{
    /// <summary>The data disk of before that an entry of a request means: by id, by name, or by LUN when it gives neither.</summary>
    public static DataDisk? Counterpart(DataDisk disk, StorageProfile? before)
        => (before?.DataDisks ?? []).FirstOrDefault(b =>
            disk.ManagedDisk?.Id is { } id ? Same(id, b.ManagedDisk?.Id)
            : disk.Name is { } name ? Same(name, b.Name)
            : disk.Lun == b.Lun);

    public Resource<VirtualMachineProperties> Apply(Resource<VirtualMachineProperties> desired, Resource<VirtualMachineProperties>? current, IResourceView view)
    {
        var was = current?.Properties;
        var p = desired.Properties;
        var size = VmSizes.Find(p.HardwareProfile?.VmSize ?? was?.HardwareProfile?.VmSize);
        var state = was?.State ?? new VirtualMachineState { AskedAt = time.GetUtcNow() };
        var storage = Storage(desired, was?.StorageProfile, size, view);
        return desired with
        {
            ManagedBy = null,
            Plan = desired.Plan ?? current?.Plan,
            Zones = desired.Zones ?? current?.Zones,
            Properties = p with
            {
                VmId = was?.VmId ?? Guid.NewGuid().ToString(),
                TimeCreated = was?.TimeCreated ?? time.GetUtcNow(),
                HardwareProfile = (p.HardwareProfile ?? was?.HardwareProfile ?? new()) with { VmSize = size?.Name },
                StorageProfile = storage,
                OsProfile = Profile(p.OsProfile, was?.OsProfile, desired.Name, storage.OsDisk?.OsType == "Windows"),
                NetworkProfile = p.NetworkProfile ?? was?.NetworkProfile,
                Priority = p.Priority ?? was?.Priority,
                EvictionPolicy = p.EvictionPolicy ?? was?.EvictionPolicy ?? (p.Priority is "Spot" or "Low" ? "Deallocate" : null),
                BillingProfile = p.BillingProfile ?? was?.BillingProfile,
                DiagnosticsProfile = p.DiagnosticsProfile ?? was?.DiagnosticsProfile,
                SecurityProfile = p.SecurityProfile ?? was?.SecurityProfile,
                AdditionalCapabilities = p.AdditionalCapabilities ?? was?.AdditionalCapabilities,
                LicenseType = p.LicenseType ?? was?.LicenseType,
                ExtensionsTimeBudget = p.ExtensionsTimeBudget ?? was?.ExtensionsTimeBudget,
                ScheduledEventsPolicy = p.ScheduledEventsPolicy ?? was?.ScheduledEventsPolicy,
                ScheduledEventsProfile = p.ScheduledEventsProfile ?? was?.ScheduledEventsProfile,
                UserData = null,
                State = p.UserData is { } userData ? state with { UserData = userData.Length == 0 ? null : userData } : state,
            },
        };
    }

    private StorageProfile Storage(Resource<VirtualMachineProperties> vm, StorageProfile? was, VmSize? size, IResourceView view)
    {
        var storage = vm.Properties.StorageProfile ?? was ?? new();
        var image = storage.ImageReference ?? was?.ImageReference;
        var resolved = Resolve(image);
        var account = size is { Premium: true } ? "Premium_LRS" : "Standard_LRS";
        return storage with
        {
            ImageReference = image is null ? null : image with { ExactVersion = was?.ImageReference?.ExactVersion ?? resolved?.Version },
            OsDisk = OsDiskOf(vm.Id, storage.OsDisk ?? new() { CreateOption = was?.OsDisk?.CreateOption ?? "FromImage" }, was?.OsDisk, resolved, account, view),
            DataDisks = [.. (storage.DataDisks ?? was?.DataDisks ?? []).Where(d => d.ToBeDetached is not true).Select(d => DataDiskOf(vm.Id, d, Counterpart(d, was), account, view))],
            DiskControllerType = storage.DiskControllerType ?? was?.DiskControllerType,
            DiskApiVersion = storage.DiskApiVersion ?? was?.DiskApiVersion,
        };
    }

    internal ResolvedImage? Resolve(ImageReference? image)
        => image is { Publisher: { } publisher, Offer: { } offer, Sku: { } sku, Version: { } version } ? images.Resolve(publisher, offer, sku, image.ExactVersion ?? version) : null;

    private static OsDisk OsDiskOf(ResourceId vm, OsDisk disk, OsDisk? was, ResolvedImage? image, string account, IResourceView view)
    {
        var same = was is not null && (disk.ManagedDisk?.Id is null || Same(disk.ManagedDisk.Id, was.ManagedDisk?.Id)) ? was : null;
        var existing = view.Get<DiskProperties>(disk.ManagedDisk?.Id ?? same?.ManagedDisk?.Id);
        var name = existing?.Name ?? disk.Name ?? same?.Name ?? FreeName(vm, "OsDisk_1", view);
        return disk with
        {
            Name = name,
            OsType = disk.OsType ?? was?.OsType ?? image?.Image.OsType ?? existing?.Properties.OsType,
            CreateOption = disk.CreateOption ?? was?.CreateOption,
            Caching = disk.Caching ?? was?.Caching ?? (disk.CreateOption == "Attach" ? "None" : "ReadWrite"),
            DeleteOption = disk.DeleteOption ?? was?.DeleteOption ?? "Detach",
            DiskSizeGB = disk.DiskSizeGB ?? same?.DiskSizeGB ?? existing?.Properties.DiskSizeGB ?? image?.Image.DiskSizeGB,
            ManagedDisk = (disk.ManagedDisk ?? same?.ManagedDisk ?? new()) with
            {
                Id = existing?.Id.ToString() ?? disk.ManagedDisk?.Id ?? same?.ManagedDisk?.Id ?? IdOf(vm, name),
                StorageAccountType = existing?.Sku?.Name ?? disk.ManagedDisk?.StorageAccountType ?? same?.ManagedDisk?.StorageAccountType ?? account,
            },
        };
    }

    private static DataDisk DataDiskOf(ResourceId vm, DataDisk disk, DataDisk? was, string account, IResourceView view)
    {
        var existing = view.Get<DiskProperties>(disk.ManagedDisk?.Id ?? was?.ManagedDisk?.Id);
        var name = existing?.Name ?? disk.Name ?? was?.Name ?? FreeName(vm, $"disk{disk.Lun + 2}", view);
        return disk with
        {
            Name = name,
            CreateOption = was?.CreateOption ?? disk.CreateOption,
            Caching = disk.Caching ?? was?.Caching ?? "None",
            DeleteOption = disk.DeleteOption ?? was?.DeleteOption ?? "Detach",
            ToBeDetached = false,
            DiskSizeGB = disk.DiskSizeGB ?? was?.DiskSizeGB ?? existing?.Properties.DiskSizeGB,
            ManagedDisk = (disk.ManagedDisk ?? was?.ManagedDisk ?? new()) with
            {
                Id = existing?.Id.ToString() ?? disk.ManagedDisk?.Id ?? was?.ManagedDisk?.Id ?? IdOf(vm, name),
                StorageAccountType = existing?.Sku?.Name ?? disk.ManagedDisk?.StorageAccountType ?? was?.ManagedDisk?.StorageAccountType ?? account,
            },
        };
    }

    private static OsProfile? Profile(OsProfile? profile, OsProfile? was, string name, bool windows)
    {
        if ((profile ?? was) is not { } given)
        {
            return null;
        }

        return given with
        {
            ComputerName = given.ComputerName ?? was?.ComputerName ?? name,
            AdminUsername = given.AdminUsername ?? was?.AdminUsername,
            AdminPassword = given.AdminPassword ?? was?.AdminPassword,
            CustomData = given.CustomData ?? was?.CustomData,
            Secrets = given.Secrets ?? was?.Secrets ?? [],
            AllowExtensionOperations = given.AllowExtensionOperations ?? was?.AllowExtensionOperations ?? true,
            RequireGuestProvisionSignal = given.RequireGuestProvisionSignal ?? was?.RequireGuestProvisionSignal ?? true,
            LinuxConfiguration = windows ? null : Linux(given.LinuxConfiguration, was?.LinuxConfiguration, given.AdminUsername ?? was?.AdminUsername),
            WindowsConfiguration = windows ? Windows(given.WindowsConfiguration, was?.WindowsConfiguration) : null,
        };
    }

    private static LinuxConfiguration Linux(LinuxConfiguration? given, LinuxConfiguration? was, string? user)
    {
        var linux = given ?? was ?? new();
        return linux with
        {
            DisablePasswordAuthentication = linux.DisablePasswordAuthentication ?? was?.DisablePasswordAuthentication ?? false,
            Ssh = Keys(linux.Ssh ?? was?.Ssh, user),
            ProvisionVmAgent = linux.ProvisionVmAgent ?? was?.ProvisionVmAgent ?? true,
            PatchSettings = linux.PatchSettings ?? was?.PatchSettings ?? new() { PatchMode = "ImageDefault", AssessmentMode = "ImageDefault" },
            EnableVmAgentPlatformUpdates = linux.EnableVmAgentPlatformUpdates ?? was?.EnableVmAgentPlatformUpdates ?? false,
        };
    }

    private static WindowsConfiguration Windows(WindowsConfiguration? given, WindowsConfiguration? was)
    {
        var windows = given ?? was ?? new();
        var updates = windows.EnableAutomaticUpdates ?? was?.EnableAutomaticUpdates ?? true;
        var patches = windows.PatchSettings ?? was?.PatchSettings ?? new();
        return windows with
        {
            ProvisionVmAgent = windows.ProvisionVmAgent ?? was?.ProvisionVmAgent ?? true,
            EnableAutomaticUpdates = updates,
            TimeZone = windows.TimeZone ?? was?.TimeZone,
            PatchSettings = patches with { PatchMode = patches.PatchMode ?? (updates ? "AutomaticByOS" : "Manual"), AssessmentMode = patches.AssessmentMode ?? "ImageDefault" },
            WinRm = windows.WinRm ?? was?.WinRm,
            EnableVmAgentPlatformUpdates = windows.EnableVmAgentPlatformUpdates ?? was?.EnableVmAgentPlatformUpdates ?? false,
        };
    }

    private static SshConfiguration? Keys(SshConfiguration? ssh, string? user)
        => ssh?.PublicKeys is null ? ssh : new() { PublicKeys = [.. ssh.PublicKeys.Select(k => k with { Path = k.Path ?? $"/home/{user}/.ssh/authorized_keys" })] };

    // A name that Azure would give, and the same one each time it is asked for before it is taken: writes may be tried more than once.
    private static string FreeName(ResourceId vm, string part, IResourceView view)
    {
        for (var n = 0; ; n++)
        {
            var name = $"{vm.Name}_{part}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{vm.Key}/{part}/{n}")).AsSpan(0, 16))}";
            if (!view.Exists(ResourceId.Parse(IdOf(vm, name))))
            {
                return name;
            }
        }
    }

    private static string IdOf(ResourceId vm, string disk) => vm.Scope.Resource(DiskType.TypeName, disk).ToString();

    private static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
