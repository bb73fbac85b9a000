using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Compute.Disks;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>
/// What comes and goes with a machine: disks that its storage profile implies, and what its delete options name. All by the resources' own
/// PUT, PATCH and DELETE, so that their rules, operations and reconcilers hold.
/// </summary>
internal sealed class MachineBelongings(KernelServices kernel)
{
    private readonly OwnRequests _own = new(kernel, "Microsoft.Compute");

    /// <summary>Makes the disks that aren't there yet, and lets those grow that shall. The first error, or null.</summary>
    public async Task<ArmError?> MakeAsync(Resource<VirtualMachineProperties> vm, CancellationToken cancellationToken)
    {
        foreach (var disk in Disks(vm))
        {
            if (!ResourceId.TryParse(disk.Id, out var id))
            {
                continue;
            }

            var existing = kernel.View.Get<DiskProperties>(id);
            var error = existing is null && disk.Source is { } source ? await _own.SendAsync(HttpMethod.Put, id, New(vm, disk, source), cancellationToken)
                : existing is { Properties.ProvisioningState: not "Deleting" } && disk.SizeGB > existing.Properties.DiskSizeGB ? await _own.SendAsync(HttpMethod.Patch, id, Grown(disk), cancellationToken)
                : null;
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    /// <summary>The machine with its disks' sizes and SKUs as they are now; itself when it has them already.</summary>
    public Resource<VirtualMachineProperties> Refresh(Resource<VirtualMachineProperties> vm)
    {
        if (vm.Properties.StorageProfile is not { } storage)
        {
            return vm;
        }

        var osDisk = storage.OsDisk is { } os && kernel.View.Get<DiskProperties>(os.ManagedDisk?.Id) is { } behind
            ? os with { DiskSizeGB = Larger(os.DiskSizeGB, behind), ManagedDisk = Account(os.ManagedDisk, behind) }
            : storage.OsDisk;
        IReadOnlyList<DataDisk>? dataDisks = storage.DataDisks is null ? null : [.. storage.DataDisks.Select(d => kernel.View.Get<DiskProperties>(d.ManagedDisk?.Id) is { } disk
            ? d with
            {
                DiskSizeGB = Larger(d.DiskSizeGB, disk),
                ManagedDisk = Account(d.ManagedDisk, disk),
                DiskIOPSReadWrite = disk.Properties.DiskIOPSReadWrite,
                DiskMBpsReadWrite = disk.Properties.DiskMBpsReadWrite,
            }
            : d)];
        return osDisk == storage.OsDisk && (dataDisks ?? []).SequenceEqual(storage.DataDisks ?? [])
            ? vm
            : vm with { Properties = vm.Properties with { StorageProfile = storage with { OsDisk = osDisk, DataDisks = dataDisks } } };
    }

    /// <summary>Ids of what goes with the machine, users before what they use.</summary>
    public IReadOnlyList<string> ToDelete(Resource<VirtualMachineProperties> vm)
    {
        var nics = (vm.Properties.NetworkProfile?.NetworkInterfaces ?? []).Where(n => n.Properties?.DeleteOption == "Delete").Select(n => n.Id).OfType<string>().ToArray();
        return
        [
            .. nics,
            .. nics.SelectMany(n => ResourceId.TryParse(n, out var nic) ? NicFacts.AddressesToDelete(nic, kernel.View) : []),
            .. Disks(vm).Where(d => d.DeleteOption == "Delete").Select(d => d.Id).OfType<string>(),
        ];
    }

    /// <summary>Deletes what is still there. True when nothing is left to wait for: gone, going, or refused (locked, or in somebody else's use).</summary>
    public async Task<bool> DeleteAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var waits = false;
        foreach (var text in ids)
        {
            if (!ResourceId.TryParse(text, out var id) || kernel.Store.Get(id.Key) is null || kernel.Registry.Type(id.Type) is null)
            {
                continue;
            }

            var refused = !kernel.View.IsDeleting(id) && await _own.SendAsync(HttpMethod.Delete, id, default, cancellationToken) is not null;

            // A public address can only go after its network interface: that one, at least, is on its way.
            waits |= kernel.Store.Get(id.Key) is not null
                && (!refused || kernel.View.Referrers(id).Any(r => ids.Contains(r.ToString(), StringComparer.OrdinalIgnoreCase)));
        }

        return !waits;
    }

    private static byte[] New(Resource<VirtualMachineProperties> vm, MachineDisk disk, CreationData source)
        => JsonSerializer.SerializeToUtf8Bytes(
            new Resource<DiskProperties>
            {
                Location = vm.Location,
                Tags = vm.Tags,
                Zones = vm.Zones,
                Sku = new() { Name = disk.Account },
                Properties = new() { OsType = disk.OsType, CreationData = source, DiskSizeGB = disk.SizeGB },
            },
            VirtualMachineJson.Default.ResourceDiskProperties);

    private static byte[] Grown(MachineDisk disk)
        => JsonSerializer.SerializeToUtf8Bytes(new Resource<DiskProperties> { Properties = new() { DiskSizeGB = disk.SizeGB } }, VirtualMachineJson.Default.ResourceDiskProperties);

    private static IEnumerable<MachineDisk> Disks(Resource<VirtualMachineProperties> vm)
    {
        var storage = vm.Properties.StorageProfile;
        if (storage?.OsDisk is { } os)
        {
            var image = storage.ImageReference;
            var source = os.CreateOption == "FromImage"
                ? new CreationData { CreateOption = "FromImage", ImageReference = new() { Id = DiskSources.IdOf(vm.Id.SubscriptionId ?? "", vm.Location ?? "", image) } }
                : null;
            yield return new(os.ManagedDisk?.Id, source, os.DiskSizeGB, os.ManagedDisk?.StorageAccountType, os.OsType, os.DeleteOption);
        }

        foreach (var disk in storage?.DataDisks ?? [])
        {
            yield return new(
                disk.ManagedDisk?.Id,
                disk.CreateOption == "Empty" ? new CreationData { CreateOption = "Empty" } : null,
                disk.DiskSizeGB,
                disk.ManagedDisk?.StorageAccountType,
                null,
                disk.DeleteOption);
        }
    }

    private static int? Larger(int? wanted, Resource<DiskProperties> disk) => wanted is null ? disk.Properties.DiskSizeGB : Math.Max(wanted.Value, disk.Properties.DiskSizeGB ?? 0);

    private static ManagedDiskParameters Account(ManagedDiskParameters? parameters, Resource<DiskProperties> disk)
        => (parameters ?? new()) with { StorageAccountType = disk.Sku?.Name ?? parameters?.StorageAccountType };

    private sealed record MachineDisk(string? Id, CreationData? Source, int? SizeGB, string? Account, string? OsType, string? DeleteOption);
}
