using Lazuli.Engines.Disk;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Engines.Vm;
using Lazuli.Guest.Media;

namespace Lazuli.Node.Work;

/// <summary>
/// Keeps one machine: looks at what runs and what shall, and does the next thing. A process that died is started again (Azure
/// heals hosts); a guest that shut itself down stays so.
/// </summary>
internal sealed class VmKeeper(Board board, IVmEngine vms, IDiskEngine disks, DiskKeeper images, VnetKeeper networks, VmRecords records, NodeOptions options, TimeProvider time)
{
    /// <summary>A machine's next step; answers the pause before the one after it.</summary>
    public async Task<TimeSpan?> KeepAsync(ItemState vm, VmRun? run, Action<VmRun?> became, CancellationToken interrupted, CancellationToken cancellationToken)
    {
        var item = (VmItem)vm.Item;
        var record = records.Get(vm.Key);
        if (vm.Leaving)
        {
            await StopAsync(vm, run, VmPowerState.Deallocating, TimeSpan.Zero, became, cancellationToken);

            // One that an earlier life was just starting isn't known as running.
            await vms.StopAsync(vm.Key, TimeSpan.Zero, cancellationToken);
            await vms.RemoveAsync(vm.Key, cancellationToken);
            DeleteMedia(vm.Key);
            records.Remove(vm.Key);
            board.Remove(vm.Key);
            return null;
        }

        if (item.Power != VmPower.Running)
        {
            var off = item.Power == VmPower.Deallocated;
            var grace = item.Power == VmPower.PoweredOff ? TimeSpan.Zero : options.StopGrace;
            await StopAsync(vm, run, off ? VmPowerState.Deallocating : VmPowerState.Stopping, grace, became, interrupted);
            record = records.Change(vm.Key, r => Silenced(r) with { ShutDownByGuest = false, RestartCount = item.RestartCount, RedeployCount = item.RedeployCount });
            Settle(vm, record, off ? VmPowerState.Deallocated : VmPowerState.Stopped, null, off ? [] : [.. item.DataDisks.Select(d => d.Lun ?? 0).Order()]);
            return null;
        }

        var asked = item.RestartCount > record.RestartCount || item.RedeployCount > record.RedeployCount;
        if (run is { ShutDown: true } && !asked && !record.ShutDownByGuest)
        {
            record = records.Change(vm.Key, r => Silenced(r) with { ShutDownByGuest = true });
        }

        if (record.ShutDownByGuest && !asked)
        {
            await StopAsync(vm, run, VmPowerState.Stopping, TimeSpan.Zero, became, cancellationToken);
            Settle(vm, record, VmPowerState.Stopped, null, [.. item.DataDisks.Select(d => d.Lun ?? 0).Order()]);
            return null;
        }

        if (Obstacle(vm) is { } obstacle)
        {
            board.Update(vm, s => s with { Phase = obstacle.Error is null ? ItemPhase.Pending : ItemPhase.Failed, Error = obstacle.Error });
            return null;
        }

        return await RunAsync(vm, item, run, record, became, interrupted, cancellationToken);
    }

    /// <summary>The guest rebooted by itself.</summary>
    public void Rebooted(ItemState vm, VmRun? run) => Show(vm, records.Change(vm.Key, r => Silenced(r) with { Boots = r.Boots + 1 }), VmPowerState.Running, run, null);

    /// <summary>Shows what the guest has said.</summary>
    public void Heard(ItemState vm, VmRecord record) => board.Update(vm, s => s with { Vm = s.Vm is { } status ? Told(status, record) : null });

    public static VmRecord Silenced(VmRecord record) => record with { Guest = GuestState.NotReported, GuestReportedAt = null, GuestDetail = null };

    private async Task<TimeSpan?> RunAsync(
        ItemState vm, VmItem item, VmRun? run, VmRecord record, Action<VmRun?> became, CancellationToken interrupted, CancellationToken cancellationToken)
    {
        var spec = await SpecAsync(item, record, cancellationToken);
        if (run is not null && (item.RedeployCount > record.RedeployCount || !SameMachine(run.Spec, spec)))
        {
            await StopAsync(vm, run, VmPowerState.Stopping, options.StopGrace, became, interrupted);
            run = null;
        }

        // A process that dies as soon as it starts isn't started in a tight loop.
        if (run is null && vm.Vm is { Power: VmPowerState.Running, StartedAt: { } started } && options.FirstPause - (time.GetUtcNow() - started) is { } pause && pause > TimeSpan.Zero)
        {
            return pause;
        }

        if (run is null)
        {
            // Known before it is done: a crash in between starts it once, not twice.
            record = records.Change(vm.Key, r => Silenced(r) with { Boots = r.Boots + 1, RestartCount = item.RestartCount, RedeployCount = item.RedeployCount, ShutDownByGuest = false });
            Show(vm, record, VmPowerState.Starting, null, ItemPhase.Pending);
            board.Hold(vm.Key, [.. item.References()]);
            if (spec.Kernel is { OwnInitrdPath: { } own, InitrdPath: { } initrd } && item.Provisioning is { } provisioning)
            {
                ProvisioningInitrd.Write(provisioning, initrd, own);
            }

            run = await vms.StartAsync(spec, cancellationToken);
            became(run);
        }
        else if (item.RestartCount > record.RestartCount)
        {
            Show(vm, Silenced(record), VmPowerState.Stopping, run, ItemPhase.Pending);
            await vms.RestartAsync(vm.Key, options.StopGrace, interrupted);
            record = records.Change(vm.Key, r => Silenced(r) with { Boots = r.Boots + 1, RestartCount = item.RestartCount, ShutDownByGuest = false });
            became(run = run with { ShutDown = false });
        }

        board.Hold(vm.Key, [.. item.References()]);
        IReadOnlyList<int> wanted = [.. spec.DataDisks.Select(d => d.Lun ?? 0).Order()];
        if (!run.Luns.SequenceEqual(wanted) || !run.Spec.DataDisks.OrderBy(d => d.Lun).SequenceEqual(spec.DataDisks.OrderBy(d => d.Lun)))
        {
            var luns = await vms.SetDataDisksAsync(vm.Key, spec.DataDisks, cancellationToken);
            became(run = run with { Luns = luns, Spec = run.Spec with { DataDisks = spec.DataDisks } });
        }

        if (record.ProvisionedDisk == item.OsDisk.DiskKey && run.HasMedia)
        {
            await vms.EjectMediaAsync(vm.Key, cancellationToken);
            DeleteMedia(vm.Key);
            became(run = run with { HasMedia = false });
        }

        var settled = run.Luns.SequenceEqual(wanted);
        Show(vm, records.Get(vm.Key), VmPowerState.Running, run, settled ? ItemPhase.Applied : ItemPhase.Pending);
        return settled ? null : TimeSpan.FromSeconds(2);
    }

    private async Task StopAsync(ItemState vm, VmRun? run, VmPowerState meanwhile, TimeSpan grace, Action<VmRun?> became, CancellationToken cancellationToken)
    {
        if (run is not null)
        {
            board.Update(vm, s => s with { Phase = ItemPhase.Pending, Vm = s.Vm is { } status ? status with { Power = meanwhile } : new() { Power = meanwhile } });
            await vms.StopAsync(vm.Key, grace, cancellationToken);
            became(null);
        }

        board.Hold(vm.Key, []);
    }

    /// <summary>What keeps the machine from running now; with an error when waiting alone doesn't help.</summary>
    private (string Key, ItemError? Error)? Obstacle(ItemState vm)
    {
        foreach (var key in vm.Item.References())
        {
            if (board.Get(key) is not { Phase: ItemPhase.Applied } referent)
            {
                return (key, board.Get(key)?.Error);
            }
        }

        return networks.Knows(vm) || ((VmItem)vm.Item).NicKeys.Count == 0 ? null : (vm.Key, null);
    }

    private async Task<VmSpec> SpecAsync(VmItem item, VmRecord record, CancellationToken cancellationToken)
    {
        var image = await images.OriginAsync(item.OsDisk.DiskKey, cancellationToken);
        var nics = item.NicKeys.Select(k => NicDevice.Of((NicItem)(board.Get(k)?.Item ?? throw new InvalidOperationException($"{k} is gone.")))).ToList();
        List<VmSpecDisk> data = [];
        foreach (var disk in item.DataDisks)
        {
            data.Add(await DiskAsync(disk, cancellationToken));
        }

        return new()
        {
            Key = item.Key,
            Name = item.Name,
            VmId = item.VmId,
            Cpus = item.Cpus,
            MemoryMiB = item.MemoryMiB,
            OsDisk = await DiskAsync(item.OsDisk with { Lun = null }, cancellationToken),
            DataDisks = data,
            Nics = [.. nics.Select(n => new VmSpecNic(n.Interface, n.MacAddress))],
            NetworkNamespace = nics.FirstOrDefault()?.Namespace,
            Kernel = image is { KernelPath: { } kernel }
                ? new(kernel, image.InitrdPath, image.KernelCommandLine ?? "", image.Firmware, image.MediaInInitrd && Unprovisioned(item, record) is not null ? InitrdPath(item.Key) : null)
                : null,
            MediaPath = Media(item, record),
        };
    }

    private async Task<VmSpecDisk> DiskAsync(VmDisk disk, CancellationToken cancellationToken)
    {
        var item = (DiskItem)(board.Get(disk.DiskKey)?.Item ?? throw new InvalidOperationException($"{disk.DiskKey} is gone."));
        var name = DiskState.NameOf(disk.DiskKey);
        var state = (await disks.ListAsync(cancellationToken)).FirstOrDefault(d => d.Name == name) ?? throw new DiskException(DiskErrors.NotFound(disk.DiskKey));
        return new() { Path = state.Path, Lun = disk.Lun, ReadOnly = disk.ReadOnly, SizeBytes = item.SizeBytes, Iops = item.Iops, BytesPerSecond = item.MBps * 1_000_000L };
    }

    /// <summary>What the guest of this OS disk is told, until it has been Ready once.</summary>
    private static VmProvisioning? Unprovisioned(VmItem item, VmRecord record) => record.ProvisionedDisk == item.OsDisk.DiskKey ? null : item.Provisioning;

    /// <summary>The provisioning DVD, or null.</summary>
    private string? Media(VmItem item, VmRecord record)
    {
        if (Unprovisioned(item, record) is not { } provisioning)
        {
            return null;
        }

        Directory.CreateDirectory(options.MachineDirectory);
        var path = MediaPath(item.Key);
        if (!File.Exists(path))
        {
            ProvisioningIso.Write(provisioning, path);
        }

        return path;
    }

    private void DeleteMedia(string key)
    {
        File.Delete(MediaPath(key));
        File.Delete(InitrdPath(key));
    }

    private string MediaPath(string key) => Path.Combine(options.MachineDirectory, VmRun.NameOf(key) + ".iso");

    private string InitrdPath(string key) => Path.Combine(options.MachineDirectory, VmRun.NameOf(key) + ".initrd");

    /// <summary>What can't change while the process runs is the same.</summary>
    private static bool SameMachine(VmSpec now, VmSpec wanted)
        => now.VmId == wanted.VmId && now.Cpus == wanted.Cpus && now.MemoryMiB == wanted.MemoryMiB && now.OsDisk.Path == wanted.OsDisk.Path
            && now.NetworkNamespace == wanted.NetworkNamespace && now.Nics.SequenceEqual(wanted.Nics);

    private void Settle(ItemState vm, VmRecord record, VmPowerState power, VmRun? run, IReadOnlyList<int> luns)
        => board.Update(vm, s => s with { Phase = ItemPhase.Applied, Error = null, Vm = Same(s.Vm, Told(new() { Power = power, StartedAt = run?.StartedAt, AttachedLuns = luns }, record)) });

    private void Show(ItemState vm, VmRecord record, VmPowerState power, VmRun? run, ItemPhase? phase)
        => board.Update(vm, s => s with
        {
            Phase = phase ?? s.Phase,
            Error = null,
            Vm = Same(s.Vm, Told(new() { Power = power, StartedAt = run?.StartedAt, AttachedLuns = run?.Luns ?? [] }, record)),
        });

    private static VmStatus Told(VmStatus status, VmRecord record) => status with
    {
        Boots = record.Boots,
        Guest = record.Guest,
        GuestReportedAt = record.GuestReportedAt,
        GuestDetail = record.GuestDetail,
        AgentVersion = record.AgentVersion,
        OsName = record.OsName,
        OsVersion = record.OsVersion,
        Provisioned = record.ProvisionedDisk is not null,
    };

    /// <summary>Keeps the old list when the LUNs are the same, so that an unchanged status is equal and not reported again.</summary>
    private static VmStatus Same(VmStatus? old, VmStatus status)
        => old is not null && old.AttachedLuns.SequenceEqual(status.AttachedLuns) ? status with { AttachedLuns = old.AttachedLuns } : status;
}
