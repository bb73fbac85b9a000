using Lazuli.Engines.Node;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Compute.Disks;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>What a machine may be among the other resources: its disks, its network interfaces. Defaults are filled in.</summary>
internal static class VirtualMachineAdmission
{
    public static IEnumerable<ArmError> Check(Resource<VirtualMachineProperties> desired, Resource<VirtualMachineProperties>? current, IResourceView view)
    {
        var was = current?.Properties;
        var deallocated = current is not null && was?.State?.Power == VmPower.Deallocated;
        return CheckOsDisk(desired, current, deallocated, view)
            .Concat(CheckDataDisks(desired, was, view))
            .Concat(CheckNics(desired, current, deallocated, view));
    }

    private static IEnumerable<ArmError> CheckOsDisk(Resource<VirtualMachineProperties> vm, Resource<VirtualMachineProperties>? current, bool deallocated, IResourceView view)
    {
        if (vm.Properties.StorageProfile?.OsDisk is not { ManagedDisk.Id: { } id } disk)
        {
            yield break;
        }

        var before = current?.Properties.StorageProfile?.OsDisk;
        if (before is null)
        {
            foreach (var error in disk.CreateOption == "Attach" ? CheckAttach(vm, id, view) : CheckNew(vm.Id, disk.Name, id, view))
            {
                yield return error;
            }
        }
        else if (!Same(before.ManagedDisk?.Id, id))
        {
            if (!deallocated)
            {
                yield return VirtualMachineErrors.OsDiskSwapOnlyWhenDeallocated(vm.Id);
            }

            if (view.Get<DiskProperties>(id) is null)
            {
                yield return ArmErrors.InvalidReference(id, vm.Id);
            }

            foreach (var error in CheckAttach(vm, id, view))
            {
                yield return error;
            }
        }
        else if (disk.DiskSizeGB < before.DiskSizeGB)
        {
            yield return ComputeErrors.DiskShrinks(before.DiskSizeGB ?? 0, disk.DiskSizeGB ?? 0) with { Target = "osDisk.diskSizeGB" };
        }
        else if (disk.DiskSizeGB != before.DiskSizeGB && !deallocated)
        {
            yield return NotWhileRunning(disk.Name, vm.Id);
        }
    }

    private static IEnumerable<ArmError> CheckDataDisks(Resource<VirtualMachineProperties> vm, VirtualMachineProperties? was, IResourceView view)
    {
        foreach (var disk in vm.Properties.StorageProfile?.DataDisks ?? [])
        {
            if (disk.ManagedDisk?.Id is not { } id)
            {
                continue;
            }

            if (was?.StorageProfile?.DataDisks?.FirstOrDefault(b => Same(b.ManagedDisk?.Id, id)) is { } before)
            {
                if (disk.DiskSizeGB < before.DiskSizeGB)
                {
                    yield return ComputeErrors.DiskShrinks(before.DiskSizeGB ?? 0, disk.DiskSizeGB ?? 0) with { Target = "dataDisk.diskSizeGB" };
                }
                else if (disk.DiskSizeGB != before.DiskSizeGB && was.State is not { Power: VmPower.Deallocated })
                {
                    yield return NotWhileRunning(disk.Name, vm.Id);
                }

                continue;
            }

            foreach (var error in disk.CreateOption == "Attach" ? CheckAttach(vm, id, view) : CheckNew(vm.Id, disk.Name, id, view))
            {
                yield return error;
            }
        }
    }

    private static ArmError NotWhileRunning(string? disk, ResourceId vm) => ComputeErrors.NotAllowed(
        $"Cannot resize disk {disk} while it is attached to running VM {vm}. Resizing a disk of an Azure Virtual Machine requires the virtual machine to be deallocated. "
        + "Please stop your VM and retry the operation.");

    private static IEnumerable<ArmError> CheckNew(ResourceId vm, string? name, string id, IResourceView view)
    {
        if (view.Get<DiskProperties>(id) is not null)
        {
            yield return ComputeErrors.DiskExists(name ?? id, vm.ResourceGroup);
        }
    }

    private static IEnumerable<ArmError> CheckAttach(Resource<VirtualMachineProperties> vm, string id, IResourceView view)
    {
        if (view.Get<DiskProperties>(id) is not { } disk)
        {
            yield break;
        }

        if (DiskType.Holder(disk.Id, view) is { } holder && !holder.Id.Equals(vm.Id))
        {
            yield return ComputeErrors.DiskTaken(disk.Name, holder.Id);
        }

        if (disk.Location != vm.Location)
        {
            yield return ArmErrors.BadRequest("BadRequest", $"Disk {disk.Name} cannot be attached to the VM because it is not in the same location as the VM: '{disk.Location}', not '{vm.Location}'.", disk.Name);
        }

        if (disk.Zones is { Count: > 0 } zones && !zones.SequenceEqual(vm.Zones ?? []))
        {
            yield return ArmErrors.BadRequest(
                "BadRequest", $"Disk {disk.Id} cannot be attached to the VM because it is not in zone '{string.Join(",", vm.Zones ?? [])}'.", disk.Name);
        }
    }

    private static IEnumerable<ArmError> CheckNics(Resource<VirtualMachineProperties> vm, Resource<VirtualMachineProperties>? current, bool deallocated, IResourceView view)
    {
        var before = Ids(current?.Properties);
        var nics = Ids(vm.Properties);
        if (current is not null && !deallocated && !before.SetEquals(nics))
        {
            yield return VirtualMachineErrors.NicsOnlyWhenDeallocated(vm.Id);
        }

        foreach (var id in nics.Where(n => !before.Contains(n)))
        {
            if (!ResourceId.TryParse(id, out var nic))
            {
                continue;
            }

            if (view.Referrers<VirtualMachineProperties>(nic).FirstOrDefault(r => !r.Id.Equals(vm.Id) && r.Properties.ProvisioningState != "Deleting") is { } user)
            {
                yield return ComputeErrors.NicInUse(id, user.Id);
            }

            if (NicFacts.InUse(nic, view) is { } fault)
            {
                yield return fault;
            }

            if (!string.Equals(nic.SubscriptionId, vm.Id.SubscriptionId, StringComparison.OrdinalIgnoreCase) || NicFacts.Location(nic, view) is { } location && location != vm.Location)
            {
                yield return ArmErrors.InvalidReference(id, vm.Id);
            }
        }
    }

    private static HashSet<string> Ids(VirtualMachineProperties? p)
        => (p?.NetworkProfile?.NetworkInterfaces ?? []).Select(n => n.Id).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
