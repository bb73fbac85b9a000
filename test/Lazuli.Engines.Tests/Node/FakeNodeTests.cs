using Lazuli.Engines.Node;
using Lazuli.Engines.Node.Fake;

namespace Lazuli.Engines.Tests.Node;

public sealed class FakeNodeTests
{
    private readonly ManualClock _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_document_is_true_when_apply_returns()
    {
        using var node = new FakeNode(_clock);
        Assert.Equal(ApplyResult.Accepted, await node.ApplyAsync(Items.Document(1, Items.Vm(), Items.Nic(), Items.Disk(), Items.Vnet()), Token));

        var snapshot = await SnapshotAsync(node);
        Assert.All(snapshot.Values, r => Assert.Equal(ItemPhase.Applied, r.Phase));
        Assert.Equal(NodeDocument.HashOf(Items.Vm()), snapshot["vm"].Hash);
        Assert.Equivalent(new { Power = VmPowerState.Running, Boots = 1, Guest = GuestState.Ready, Provisioned = true }, snapshot["vm"].Vm);
    }

    [Fact]
    public async Task Items_that_change_together_become_true_in_whatever_order_they_come()
    {
        using var node = new FakeNode(_clock);
        await node.ApplyAsync(Items.Document(1, Items.Vnet(), Items.Nic()), Token);
        await node.ApplyAsync(Items.Change(2, [Items.Nic() with { IpForwarding = true }, Items.Vnet() with { DnsServers = ["10.0.0.9"] }]), Token);
        Assert.All((await SnapshotAsync(node)).Values, r => Assert.Equal(ItemPhase.Applied, r.Phase));
    }

    [Fact]
    public async Task A_watcher_sees_the_states_in_order_and_no_key_twice_in_a_batch()
    {
        using var node = new FakeNode(_clock);
        await using var watch = node.WatchAsync(Token).GetAsyncEnumerator(Token);
        Assert.True(await watch.MoveNextAsync());
        Assert.True(watch.Current.Snapshot);
        Assert.Empty(watch.Current.Items);

        await node.ApplyAsync(Items.Document(1, Items.Vnet(), Items.Nic(), Items.Disk(), Items.Vm()), Token);
        List<(VmPowerState?, GuestState?)> seen = [];
        while (seen.LastOrDefault() != (VmPowerState.Running, GuestState.Ready))
        {
            Assert.True(await watch.MoveNextAsync());
            Assert.Distinct(watch.Current.Items.Select(i => i.Key));
            seen.AddRange(watch.Current.Items.Where(i => i.Key == "vm").Select(i => (i.Vm?.Power, i.Vm?.Guest)));
        }

        Assert.Equal([(VmPowerState.Starting, GuestState.NotReported), (VmPowerState.Running, GuestState.NotReported), (VmPowerState.Running, GuestState.Ready)],
            seen.Where(s => s.Item1 is not null));
    }

    [Fact]
    public async Task Delays_are_measured_by_the_clock()
    {
        using var node = new FakeNode(_clock, new() { BootTime = TimeSpan.FromSeconds(2), GuestTime = TimeSpan.FromSeconds(3), StopTime = TimeSpan.FromSeconds(1) });
        await node.ApplyAsync(Items.Document(1, Items.Vnet(), Items.Nic(), Items.Disk(), Items.Vm()), Token);
        Assert.Equal(VmPowerState.Starting, (await VmAsync(node)).Power);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((VmPowerState.Running, GuestState.NotReported), ((await VmAsync(node)).Power, (await VmAsync(node)).Guest));
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(GuestState.Ready, (await VmAsync(node)).Guest);

        await node.ApplyAsync(Items.Change(2, [Items.Vm(power: VmPower.Deallocated)]), Token);
        Assert.Equal(VmPowerState.Deallocating, (await VmAsync(node)).Power);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(VmPowerState.Deallocated, (await VmAsync(node)).Power);
    }

    [Fact]
    public async Task A_restart_happens_once()
    {
        using var node = await RunningAsync();
        await node.ApplyAsync(Items.Change(2, [Items.Vm() with { RestartCount = 1 }]), Token);
        await node.ApplyAsync(Items.Change(3, [Items.Vm() with { RestartCount = 1, Name = "renamed" }]), Token);
        Assert.Equivalent(new { Boots = 2, Guest = GuestState.Ready }, await VmAsync(node));
    }

    [Fact]
    public async Task A_guest_that_shuts_itself_down_stays_so_until_asked()
    {
        using var node = await RunningAsync();
        node.ShutDownGuest("vm");
        Assert.Equal(VmPowerState.Stopped, (await VmAsync(node)).Power);
        await node.ApplyAsync(Items.Change(2, [Items.Vm() with { RestartCount = 1 }]), Token);
        Assert.Equal(VmPowerState.Running, (await VmAsync(node)).Power);
    }

    [Fact]
    public async Task Data_disks_come_and_go_while_it_runs()
    {
        using var node = await RunningAsync();
        await node.ApplyAsync(Items.Change(2, [Items.Disk("data"), Items.Vm() with { DataDisks = [new() { DiskKey = "data", Lun = 7 }] }]), Token);
        Assert.Equal([7], (await VmAsync(node)).AttachedLuns);
        Assert.Equal(1, (await VmAsync(node)).Boots);
    }

    [Fact]
    public async Task What_is_missing_is_waited_for()
    {
        using var node = new FakeNode(_clock);
        await node.ApplyAsync(Items.Document(1, Items.Vm(), Items.Nic(), Items.Disk()), Token);
        Assert.Equal(ItemPhase.Pending, (await SnapshotAsync(node))["vm"].Phase);
        await node.ApplyAsync(Items.Change(2, [Items.Vnet()]), Token);
        Assert.Equal(VmPowerState.Running, (await VmAsync(node)).Power);
    }

    [Fact]
    public async Task What_is_used_is_removed_after_its_users()
    {
        using var node = await RunningAsync();
        await node.ApplyAsync(Items.Change(2, [], "net"), Token);
        Assert.Equal(ItemPhase.Pending, (await SnapshotAsync(node))["net"].Phase);
        await node.ApplyAsync(Items.Change(3, [], "nic", "vm", "disk"), Token);
        Assert.Empty(await SnapshotAsync(node));
    }

    [Fact]
    public async Task Held_and_failing_items_say_so_until_released()
    {
        using var node = new FakeNode(_clock);
        node.Hold("disk");
        node.Fail("nic", new("InternalServerError", "no TAP"));
        await node.ApplyAsync(Items.Document(1, Items.Vnet(), Items.Nic(), Items.Disk(), Items.Vm()), Token);
        var snapshot = await SnapshotAsync(node);
        Assert.Equal(ItemPhase.Pending, snapshot["disk"].Phase);
        Assert.Equal("no TAP", snapshot["nic"].Error?.Message);
        node.Release("disk");
        node.Release("nic");
        Assert.Equal(VmPowerState.Running, (await VmAsync(node)).Power);
    }

    [Fact]
    public async Task Capacity_is_given_back_by_deallocation()
    {
        using var node = new FakeNode(_clock, new() { MaxVms = 1 });
        await node.ApplyAsync(Items.Document(1, Items.Vnet(), Items.Nic(), Items.Disk(), Items.Vm(), Items.Nic("nic2"), Items.Disk("disk2"), Items.Vm("vm2", "nic2", "disk2")), Token);
        Assert.Equal("AllocationFailed", (await SnapshotAsync(node))["vm2"].Error?.Code);
        await node.ApplyAsync(Items.Change(2, [Items.Vm(power: VmPower.Deallocated)]), Token);
        Assert.Equal(VmPowerState.Running, (await SnapshotAsync(node))["vm2"].Vm?.Power);
    }

    [Fact]
    public async Task Silent_guests_speak_when_told()
    {
        using var node = new FakeNode(_clock, new() { SilentGuests = true });
        await node.ApplyAsync(Items.Document(1, Items.Vnet(), Items.Nic(), Items.Disk(), Items.Vm()), Token);
        Assert.Equal(GuestState.NotReported, (await VmAsync(node)).Guest);
        node.ReportGuest("vm", GuestState.NotReady, "disk full");
        Assert.Equivalent(new { Guest = GuestState.NotReady, GuestDetail = "disk full", Provisioned = false }, await VmAsync(node));
    }

    [Fact]
    public async Task A_disconnected_node_throws_and_ends_the_watch()
    {
        using var node = await RunningAsync();
        await using var watch = node.WatchAsync(Token).GetAsyncEnumerator(Token);
        Assert.True(await watch.MoveNextAsync());
        node.Disconnect();
        await Assert.ThrowsAsync<IOException>(async () => await watch.MoveNextAsync());
        await Assert.ThrowsAsync<IOException>(() => node.ApplyAsync(Items.Document(2), Token));
        node.Reconnect();
        Assert.Equal(4, (await SnapshotAsync(node)).Count);
    }

    [Fact]
    public async Task A_hundred_thousand_machines_are_a_matter_of_seconds()
    {
        using var node = new FakeNode(_clock);
        List<NodeItem> items = [Items.Vnet()];
        for (var i = 0; i < 33_333; i++)
        {
            items.AddRange(Items.Vm($"vm{i}", $"nic{i}", $"disk{i}"), Items.Nic($"nic{i}"), Items.Disk($"disk{i}"));
        }

        await node.ApplyAsync(Items.Document(1, items), Token).WaitAsync(TimeSpan.FromSeconds(60), Token);
        Assert.All((await SnapshotAsync(node)).Values, r => Assert.Equal(ItemPhase.Applied, r.Phase));
    }

    private async Task<FakeNode> RunningAsync()
    {
        var node = new FakeNode(_clock);
        await node.ApplyAsync(Items.Document(1, Items.Vnet(), Items.Nic(), Items.Disk(), Items.Vm()), Token);
        return node;
    }

    /// <summary>As real machines do, which outlive the server.</summary>
    [Fact]
    public async Task Machines_are_found_as_they_were_left()
    {
        var directory = Directory.CreateTempSubdirectory("lazuli-fake-").FullName;
        try
        {
            Dictionary<string, ItemReport> left;
            using (var first = new FakeNode(_clock, new() { Directory = directory }))
            {
                await first.ApplyAsync(Items.Document(1, Items.Vm(), Items.Nic(), Items.Disk(), Items.Vnet(), Items.Vm("off", power: VmPower.Deallocated), Items.Vm("gone")), Token);
                await first.ApplyAsync(Items.Change(2, [Items.Vm() with { RestartCount = 1 }], "gone"), Token);
                left = await SnapshotAsync(first);
            }

            _clock.Advance(TimeSpan.FromHours(1));
            using (var second = new FakeNode(_clock, new() { Directory = directory }))
            {
                Assert.Equivalent(left, await SnapshotAsync(second), strict: true);
                Assert.Equal(2, (await VmAsync(second)).Boots);
                second.ShutDownGuest("vm");
            }

            using var third = new FakeNode(_clock, new() { Directory = directory });
            Assert.Equal(VmPowerState.Stopped, (await VmAsync(third)).Power);
            await third.ApplyAsync(Items.Change(3, [Items.Vm("gone")]) with { BaseGeneration = 2 }, Token);
            Assert.Equal(1, (await SnapshotAsync(third))["gone"].Vm?.Boots);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<Dictionary<string, ItemReport>> SnapshotAsync(FakeNode node)
        => (await node.WatchAsync(Token).FirstAsync(Token)).Items.ToDictionary(i => i.Key);

    private static async Task<VmStatus> VmAsync(FakeNode node)
        => (await SnapshotAsync(node))["vm"].Vm ?? throw new InvalidOperationException("The machine has no status.");
}
