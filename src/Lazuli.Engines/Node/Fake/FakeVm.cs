using System.Globalization;

namespace Lazuli.Engines.Node.Fake;

/// <summary>The power states that a machine goes through, without a machine.</summary>
internal sealed class FakeVm(TimeProvider time)
{
    /// <summary>Azure's own words.</summary>
    public const string NoCapacity = "Allocation failed. We do not have sufficient capacity for the requested VM size in this region. "
        + "Read more about improving likelihood of allocation success at http://aka.ms/allocation-guidance";

    /// <summary>
    /// One step from what the machine does to what it shall do. Returns the pause before the next step, or null when
    /// nothing is left to do.
    /// </summary>
    public TimeSpan? Step(FakeEntry entry, VmItem wanted, FakeNodeOptions options)
    {
        var now = entry.Vm;
        (entry.Phase, entry.Error) = (ItemPhase.Pending, null);
        switch (now?.Power, wanted.Power)
        {
            case (VmPowerState.Starting, _):
                Set(entry, now with { Power = VmPowerState.Running, AttachedLuns = Luns(wanted) });
                return TimeSpan.Zero;

            case (VmPowerState.Stopping, _):
                Set(entry, Ended(now, VmPowerState.Stopped));
                return TimeSpan.Zero;

            case (VmPowerState.Deallocating, _):
                Set(entry, Ended(now, VmPowerState.Deallocated) with { AttachedLuns = [] });
                return TimeSpan.Zero;

            case (VmPowerState.Running, VmPower.Running) when !MustRestart(entry, wanted):
                return Run(entry, now, wanted, options);

            case (VmPowerState.Stopped, VmPower.Running) when entry.ShutDownByGuest && !MustRestart(entry, wanted):
            case (VmPowerState.Stopped, VmPower.Stopped or VmPower.PoweredOff):
            case (VmPowerState.Deallocated, VmPower.Deallocated):
                entry.Phase = ItemPhase.Applied;
                return null;

            case (_, VmPower.Running):
                Start(entry, now, wanted);
                return options.BootTime;

            case (VmPowerState.Running, _):
                Set(entry, now with { Power = wanted.Power == VmPower.Deallocated ? VmPowerState.Deallocating : VmPowerState.Stopping });
                return options.StopTime;

            case (VmPowerState.Stopped, VmPower.Deallocated):
                Set(entry, now with { Power = VmPowerState.Deallocating });
                return options.StopTime;

            default:
                Set(entry, new() { Power = wanted.Power == VmPower.Deallocated ? VmPowerState.Deallocated : VmPowerState.Stopped });
                return TimeSpan.Zero;
        }
    }

    /// <summary>What a guest's health report changes.</summary>
    public void Hear(FakeEntry entry, GuestState state, string? detail)
    {
        if (entry.Vm is not { } vm)
        {
            return;
        }

        var ready = state == GuestState.Ready;
        Set(entry, vm with
        {
            Guest = state,
            GuestDetail = detail,
            GuestReportedAt = vm.Guest == state ? vm.GuestReportedAt : time.GetUtcNow(),
            Provisioned = vm.Provisioned || ready,
            AgentVersion = ready ? "9.9.9.9" : vm.AgentVersion,
            OsName = ready ? "fake" : vm.OsName,
            OsVersion = ready ? "1" : vm.OsVersion,
        });
    }

    public static void ShutDown(FakeEntry entry)
    {
        entry.ShutDownByGuest = true;
        Set(entry, Ended(entry.Vm ?? throw new InvalidOperationException("It never started."), VmPowerState.Stopped));
    }

    private TimeSpan? Run(FakeEntry entry, VmStatus now, VmItem wanted, FakeNodeOptions options)
    {
        entry.Phase = ItemPhase.Applied;
        var luns = Luns(wanted);
        if (!now.AttachedLuns.SequenceEqual(luns))
        {
            Set(entry, now with { AttachedLuns = luns });
        }

        if (now.Guest != GuestState.NotReported || options.SilentGuests)
        {
            return null;
        }

        var sinceStart = time.GetUtcNow() - (now.StartedAt ?? time.GetUtcNow());
        var left = options.BootTime + options.GuestTime - sinceStart;
        if (left > TimeSpan.Zero)
        {
            return left;
        }

        Hear(entry, GuestState.Ready, null);
        return null;
    }

    private void Start(FakeEntry entry, VmStatus? now, VmItem wanted)
    {
        var sameDisk = entry.Started?.OsDisk == wanted.OsDisk.DiskKey;
        entry.Started = FakeStart.Of(wanted);
        entry.ShutDownByGuest = false;
        Set(entry, new()
        {
            Power = VmPowerState.Starting,
            Boots = (now?.Boots ?? 0) + 1,
            StartedAt = time.GetUtcNow(),
            Provisioned = sameDisk && now is { Provisioned: true },
            AgentVersion = now?.AgentVersion,
            OsName = now?.OsName,
            OsVersion = now?.OsVersion,
        });
        Speak(entry, wanted);
    }

    /// <summary>A machine that an earlier life of the process had.</summary>
    public static void Adopt(FakeEntry entry, FakeMachine machine)
    {
        (entry.Vm, entry.Started, entry.ShutDownByGuest) = (machine.Vm, machine.Started, machine.ShutDownByGuest);
        entry.Reported = entry.Report();
        if (entry.Item is VmItem vm && machine.Started is not null)
        {
            Speak(entry, vm);
        }
    }

    private static void Speak(FakeEntry entry, VmItem vm)
        => (entry.Serial ??= new()).Append(CultureInfo.InvariantCulture, $"Boot {entry.Vm?.Boots} of {vm.Name} on the Fake engine: no kernel runs here.\n");

    private static bool MustRestart(FakeEntry entry, VmItem wanted)
        => entry.Started is not { } started
        || started.RestartCount < wanted.RestartCount
        || started.RedeployCount < wanted.RedeployCount
        || started.Cpus != wanted.Cpus
        || started.MemoryMiB != wanted.MemoryMiB
        || started.OsDisk != wanted.OsDisk.DiskKey;

    private static VmStatus Ended(VmStatus vm, VmPowerState power)
        => vm with { Power = power, Guest = GuestState.NotReported, GuestReportedAt = null, GuestDetail = null };

    private static List<int> Luns(VmItem vm) => [.. vm.DataDisks.Select(d => d.Lun ?? 0)];

    private static void Set(FakeEntry entry, VmStatus status) => entry.Vm = status;
}
