using System.Diagnostics;
using System.Text;
using Lazuli.Engines.Node;

namespace Lazuli.Live.Tests.Node;

/// <summary>The node as a process: real namespaces, real machines. Nothing in there has a way out.</summary>
public sealed class NodeProcessTests : IAsyncLifetime
{
    private readonly NodeLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _lab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task A_machine_boots_from_a_document_reports_ready_and_is_removed_without_a_trace()
    {
        var watch = Stopwatch.StartNew();
        await _lab.SendAsync([.. NodeLab.Network(), .. _lab.Machine("vm", 4)]);
        await _lab.UntilAsync("vm", r => r is { Phase: ItemPhase.Applied, Vm.Power: VmPowerState.Running });
        var running = watch.Elapsed;
        await _lab.UntilAsync("vm", r => r is { Vm: { Guest: GuestState.Ready, Provisioned: true } });
        TestContext.Current.TestOutputHelper?.WriteLine($"running after {running.TotalSeconds:F2} s, ready after {watch.Elapsed.TotalSeconds:F2} s");
        TestContext.Current.TestOutputHelper?.WriteLine(File.ReadLines($"/proc/{Assert.Single(_lab.Machines())}/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal)));

        Assert.Contains("ready", Encoding.UTF8.GetString(await _lab.Client.ReadSerialLogAsync("vm", Token) ?? []), StringComparison.Ordinal);
        Assert.Equal("PNG", Encoding.ASCII.GetString((await _lab.Client.ScreenshotAsync("vm", Token))?[1..4] ?? []));

        await _lab.SendAsync([], "vm", "vm/nic", "vm/os", "net");
        await _lab.UntilGoneAsync("vm", "vm/nic", "vm/os", "net");
        Assert.Empty(_lab.Machines());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_lab.Options.Directory, "disks")));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_lab.Options.Directory, "machines")));
    }

    [Fact]
    public async Task A_machine_never_notices_that_its_node_was_killed_and_is_adopted()
    {
        await _lab.SendAsync([.. NodeLab.Network(), .. _lab.Machine("vm", 4)]);
        await _lab.UntilAsync("vm", r => r is { Vm: { Guest: GuestState.Ready } });
        var machine = Assert.Single(_lab.Machines());

        await KillAsync(_lab.NodeProcess);

        await Assert.ThrowsAsync<IOException>(() => _lab.Client.ReadSerialLogAsync("vm", Token));
        Assert.Equal(machine, Assert.Single(_lab.Machines()));
        await _lab.StartAsync();
        var adopted = await _lab.UntilAsync("vm", r => r is { Phase: ItemPhase.Applied });
        Assert.Equivalent(new { Power = VmPowerState.Running, Boots = 1, Guest = GuestState.Ready, Provisioned = true }, adopted);
        Assert.Equal(machine, Assert.Single(_lab.Machines()));
    }

    [Fact]
    public async Task A_start_gets_over_a_node_that_is_killed_meanwhile_and_waits_for_the_one_before_to_let_go()
    {
        var first = _lab.NodeProcess;
        await KillAsync(first);
        using var held = new FileStream(Path.Combine(_lab.Options.Directory, "node.lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var start = _lab.StartAsync();
        var second = await AfterAsync(first);
        await KillAsync(second);
        var third = await AfterAsync(second);
        Assert.False(start.IsCompleted);
        held.Dispose();
        await start;
        Assert.Equal(third, _lab.NodeProcess);
    }

    [Fact]
    public async Task A_killed_machine_is_healed_and_one_that_shall_stop_is_asked_first()
    {
        await _lab.SendAsync([.. NodeLab.Network(), .. _lab.Machine("vm", 4)]);
        await _lab.UntilAsync("vm", r => r is { Vm: { Guest: GuestState.Ready } });
        using (var machine = Process.GetProcessById(Assert.Single(_lab.Machines())))
        {
            machine.Kill();
        }

        await _lab.UntilAsync("vm", r => r is { Phase: ItemPhase.Applied, Vm: { Power: VmPowerState.Running, Boots: 2, Guest: GuestState.Ready } });

        await _lab.SendAsync([NodeLab.Vm("vm", VmPower.Stopped)]);
        await _lab.UntilAsync("vm", r => r is { Phase: ItemPhase.Applied, Vm.Power: VmPowerState.Stopped });
        Assert.Empty(_lab.Machines());
        Assert.Contains("going down", Encoding.UTF8.GetString(await _lab.Client.ReadSerialLogAsync("vm", Token) ?? []), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_machine_gets_a_disk_reboots_when_told_and_leaves_no_process_when_deallocated()
    {
        await _lab.SendAsync([.. NodeLab.Network(), .. _lab.Machine("vm", 4)]);
        await _lab.UntilAsync("vm", r => r is { Vm: { Guest: GuestState.Ready } });
        var machine = Assert.Single(_lab.Machines());
        var vm = NodeLab.Vm("vm") with { DataDisks = [new() { DiskKey = "data", Lun = 3 }] };
        await _lab.SendAsync([new DiskItem { Key = "data", SizeBytes = 64 << 20, Source = new(), Iops = 500, MBps = 60 }, vm]);
        await _lab.UntilAsync("vm", r => r is { Phase: ItemPhase.Applied, Vm.AttachedLuns: [3] });

        await _lab.SendAsync([vm with { RestartCount = 1 }]);
        await _lab.UntilAsync("vm", r => r is { Phase: ItemPhase.Applied, Vm: { Boots: 2, Guest: GuestState.Ready, AttachedLuns: [3] } });
        Assert.Equal(machine, Assert.Single(_lab.Machines()));
        var log = Encoding.UTF8.GetString(await _lab.Client.ReadSerialLogAsync("vm", Token) ?? []);
        Assert.Contains("going down", log, StringComparison.Ordinal);
        Assert.Contains("is already provisioned", log, StringComparison.Ordinal);

        await _lab.SendAsync([vm with { RestartCount = 1, Power = VmPower.Deallocated }]);
        await _lab.UntilAsync("vm", r => r is { Phase: ItemPhase.Applied, Vm: { Power: VmPowerState.Deallocated, Provisioned: true } });
        Assert.Empty(_lab.Machines());
    }

    /// <summary>The node that follows one.</summary>
    private async Task<int> AfterAsync(int before)
    {
        while (_lab.NodeProcess == before)
        {
            await Task.Delay(5, Token);
        }

        return _lab.NodeProcess;
    }

    private static async Task KillAsync(int id)
    {
        using var node = Process.GetProcessById(id);
        node.Kill();
        await node.WaitForExitAsync(Token);
    }

    /// <summary>Kills at random moments of creates, power operations and deletes; the last document becomes true and nothing else stays.</summary>
    [Fact]
    public async Task A_node_may_die_at_any_moment()
    {
        var random = new Random(7);
        await _lab.SendAsync([.. NodeLab.Network(), .. _lab.Machine("vm0", 4)]);
        for (var round = 1; round <= 8; round++)
        {
            var name = "vm" + (round % 2);
            await _lab.SendAsync([.. _lab.Machine(name, 4 + (round % 2), (VmPower)random.Next(4))]);
            if (random.Next(3) == 0)
            {
                await _lab.SendAsync([], name, name + "/nic", name + "/os");
            }

            await Task.Delay(random.Next(400), Token);
            await KillAsync(_lab.NodeProcess);

            await _lab.StartAsync();
        }

        await _lab.SendAsync([.. _lab.Machine("vm1", 5)], "vm0", "vm0/nic", "vm0/os");
        await _lab.UntilGoneAsync("vm0", "vm0/nic", "vm0/os");
        await _lab.UntilAsync("vm1", r => r is { Phase: ItemPhase.Applied, Vm.Power: VmPowerState.Running });
        Assert.Single(_lab.Machines());
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_lab.Options.Directory, "disks")));
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(_lab.Options.Directory, "vms")));
    }
}
