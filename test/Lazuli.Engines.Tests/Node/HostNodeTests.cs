using Lazuli.Engines.Disk;
using Lazuli.Engines.Disk.Fake;
using Lazuli.Engines.Image;
using Lazuli.Engines.Image.Fake;
using Lazuli.Engines.Net;
using Lazuli.Engines.Net.Fake;
using Lazuli.Engines.Node;
using Lazuli.Engines.Vm;
using Lazuli.Engines.Vm.Fake;
using Lazuli.Guest;
using Lazuli.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lazuli.Engines.Tests.Node;

/// <summary>The real node's decisions on engines without a machine.</summary>
public sealed class HostNodeTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("lazuli-node-").FullName;
    private readonly FakeVmEngine _vms = new(TimeProvider.System);
    private readonly FakeNetEngine _net = new(new NetOptions());
    private readonly FakeImageEngine _images = new();
    private readonly FakeDiskEngine _disks;
    private HostNode _node;

    public HostNodeTests()
    {
        _disks = new(_vms.Uses);
        _node = NewNode();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _node.StartAsync(Token);

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_document_becomes_true_in_any_order_of_its_items()
    {
        await SendAsync(Items.Document(1, Items.Vm(), Items.Disk(), Items.Nic(), Items.Vnet()));
        var vm = await UntilAsync("vm", r => r.Phase == ItemPhase.Applied);
        Assert.Equivalent(new { Power = VmPowerState.Running, Boots = 1 }, vm.Vm);
        Assert.Equal(NicDevice.Of(Items.Nic()).Interface, Assert.Single(Assert.Single(await _vms.ListAsync(Token)).Spec.Nics).Interface);
    }

    [Fact]
    public async Task What_a_guest_says_is_remembered_over_a_restart_of_the_node_and_the_machine_is_adopted()
    {
        await RunningAsync();
        ((IGuestEvents)_node).HealthReported(new() { VmKey = "vm", State = GuestState.Ready });
        await UntilAsync("vm", r => r.Vm is { Guest: GuestState.Ready, Provisioned: true });
        var process = Assert.Single(await _vms.ListAsync(Token)).ProcessId;
        await RestartAsync();
        var adopted = await UntilAsync("vm", r => r.Phase == ItemPhase.Applied);
        Assert.Equivalent(new { Guest = GuestState.Ready, Provisioned = true, Boots = 1 }, adopted.Vm);
        Assert.Equal(process, Assert.Single(await _vms.ListAsync(Token)).ProcessId);
    }

    [Fact]
    public async Task A_dead_process_is_started_again_and_a_guest_that_shut_down_is_not()
    {
        await RunningAsync();
        _vms.Kill("vm");
        await UntilAsync("vm", r => r is { Phase: ItemPhase.Applied, Vm.Boots: 2 });

        _vms.ShutDownGuest("vm");
        await UntilAsync("vm", r => r is { Phase: ItemPhase.Applied, Vm.Power: VmPowerState.Stopped });
        await RestartAsync();
        await UntilAsync("vm", r => r is { Phase: ItemPhase.Applied, Vm.Power: VmPowerState.Stopped });
        Assert.Empty(await _vms.ListAsync(Token));

        await SendAsync(Items.Change(2, [Items.Vm() with { RestartCount = 1 }]));
        await UntilAsync("vm", r => r is { Phase: ItemPhase.Applied, Vm: { Power: VmPowerState.Running, Boots: 3 } });
    }

    [Fact]
    public async Task A_count_is_obeyed_once_also_over_a_restart_of_the_node()
    {
        await RunningAsync();
        await SendAsync(Items.Change(2, [Items.Vm() with { RestartCount = 1, RedeployCount = 1 }]));
        await UntilAsync("vm", r => r is { Phase: ItemPhase.Applied, Vm.Boots: 2 });
        await RestartAsync();
        Assert.Equal(2, (await UntilAsync("vm", r => r.Phase == ItemPhase.Applied)).Vm?.Boots);
    }

    [Fact]
    public async Task What_nobody_wants_any_more_is_swept_at_the_start()
    {
        await RunningAsync();
        await _node.DisposeAsync();
        await _vms.StartAsync(new() { Key = "orphan", Name = "o", VmId = Guid.Empty, Cpus = 1, MemoryMiB = 1, OsDisk = new() { Path = "/o" } }, Token);
        await _disks.EnsureAsync(new() { Key = "orphan-disk", SizeBytes = 1 }, Token);
        await _net.ApplyAsync(new() { Vnet = Items.Vnet("orphan-net") with { AddressPrefixes = ["10.9.0.0/16"], Subnets = [] }, Nics = [], Nsgs = [] }, Token);
        _node = NewNode();
        await _node.StartAsync(Token);
        await UntilAsync("vm", r => r.Phase == ItemPhase.Applied);
        Assert.Equal("vm", Assert.Single(await _vms.ListAsync(Token)).Spec.Key);
        Assert.Equal(DiskState.NameOf("disk"), Assert.Single(await _disks.ListAsync(Token)).Name);
        Assert.Equal(NicDevice.NamespaceOf("net"), Assert.Single(await _net.ListAsync(Token)).Namespace);
    }

    [Fact]
    public async Task What_turns_up_later_is_swept_by_the_next_full_pass()
    {
        await RunningAsync();
        await _node.DisposeAsync();
        var clock = new ManualClock();
        _node = NewNode(clock);
        await _node.StartAsync(Token);
        await UntilAsync("vm", r => r.Phase == ItemPhase.Applied);
        await _vms.StartAsync(new() { Key = "orphan", Name = "o", VmId = Guid.Empty, Cpus = 1, MemoryMiB = 1, OsDisk = new() { Path = "/o" } }, Token);
        await _disks.EnsureAsync(new() { Key = "orphan-disk", SizeBytes = 1 }, Token);
        var media = Path.Combine(_directory, "machines", VmRun.NameOf("orphan") + ".iso");
        await File.WriteAllTextAsync(media, "", Token);
        clock.Advance(TimeSpan.FromMinutes(2));

        // The media is the last that a pass sweeps.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (File.Exists(media))
        {
            await Task.Delay(5, limit.Token);
        }

        Assert.Equal("vm", Assert.Single(await _vms.ListAsync(Token)).Spec.Key);
        Assert.Equal(DiskState.NameOf("disk"), Assert.Single(await _disks.ListAsync(Token)).Name);
    }

    [Fact]
    public async Task A_disk_waits_for_its_image()
    {
        var image = ImageCatalogue.Default.Resolve("lazuli:micro:1:latest") ?? throw new InvalidOperationException("No micro image.");
        await SendAsync(Items.Document(1, Items.Disk() with { Source = new() { ImageUrn = image.Urn } }, Items.Vnet(), Items.Nic(), Items.Vm()));
        await UntilAsync("disk", r => r is { Phase: ItemPhase.Pending, Progress: not null });
        await _images.EnsureAsync(image.Source, null, Token);
        await UntilAsync("vm", r => r is { Phase: ItemPhase.Applied });
    }

    [Fact]
    public async Task A_nic_that_wants_anothers_address_is_refused_and_the_other_works_on()
    {
        await RunningAsync();
        await SendAsync(Items.Change(2, [Items.Nic("a-newcomer")]));
        Assert.Equal("PrivateIPAddressInUse", (await UntilAsync("a-newcomer", r => r.Phase == ItemPhase.Failed)).Error?.Code);
        Assert.Equal(ItemPhase.Applied, (await UntilAsync("vm", r => r.Phase == ItemPhase.Applied)).Phase);
        Assert.Equal(NicDevice.InterfaceOf("nic"), Assert.Single(Assert.Single(await _net.ListAsync(Token)).Devices));
    }

    /// <summary>Random documents, deaths and restarts of the node; at the end the machine is as the last document says, and nothing else is there.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_happens_on_the_way_the_last_document_becomes_true(int seed)
    {
        var random = new Random(seed);
        for (var generation = 1; generation <= 40; generation++)
        {
            await SendAsync(Items.Document(generation, [.. RandomItems(random)]));
            foreach (var run in await _vms.ListAsync(Token))
            {
                try
                {
                    switch (random.Next(6))
                    {
                        case 0:
                            _vms.Kill(run.Spec.Key);
                            break;
                        case 1:
                            _vms.ShutDownGuest(run.Spec.Key);
                            break;
                        case 2:
                            ((IGuestEvents)_node).HealthReported(new() { VmKey = run.Spec.Key, State = GuestState.Ready });
                            break;
                        default:
                            break;
                    }
                }
                catch (VmException)
                {
                    // The node was quicker.
                }
            }

            if (random.Next(3) == 0)
            {
                await RestartAsync();
            }
        }

        List<NodeItem> last = [Items.Vnet(), Items.Nic("nic1"), Items.Disk("disk1"), Items.Vm("vm1", "nic1", "disk1") with { RedeployCount = 1000 }];
        await SendAsync(Items.Document(1000, last));
        await UntilAsync(reports => reports.Count == last.Count && reports.Values.All(r => r.Phase == ItemPhase.Applied));
        Assert.Equal("vm1", Assert.Single(await _vms.ListAsync(Token)).Spec.Key);
        Assert.Equal([DiskState.NameOf("disk1")], (await _disks.ListAsync(Token)).Select(d => d.Name));
        Assert.Equal(NicDevice.InterfaceOf("nic1"), Assert.Single(Assert.Single(await _net.ListAsync(Token)).Devices));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_directory, "machines")));
    }

    private static IEnumerable<NodeItem> RandomItems(Random random)
    {
        if (random.Next(10) > 0)
        {
            yield return Items.Vnet();
        }

        for (var i = 1; i <= 3; i++)
        {
            var number = i;
            if (random.Next(4) > 0)
            {
                yield return Items.Nic($"nic{i}") with { IpConfigs = [new() { Name = "a", SubnetKey = "net/a", PrivateAddress = $"10.0.0.{3 + number}", Primary = true }], MacAddress = $"00-0D-3A-00-00-0{3 + number}" };
            }

            if (random.Next(4) > 0)
            {
                yield return Items.Disk($"disk{i}", (1L + random.Next(2)) << 30);
            }

            if (random.Next(4) > 0)
            {
                yield return Items.Vm($"vm{i}", $"nic{i}", $"disk{i}", (VmPower)random.Next(4)) with { RestartCount = random.Next(3), RedeployCount = random.Next(2), Cpus = 1 + random.Next(2) };
            }
        }
    }

    private HostNode NewNode(TimeProvider? time = null)
        => new(new() { StateDirectory = _directory, ImageDirectory = _directory, StopGrace = TimeSpan.Zero, FirstPause = TimeSpan.FromMilliseconds(5), LongestPause = TimeSpan.FromMilliseconds(50) },
            new(_net, _vms, _disks, _images), null, time ?? TimeProvider.System, NullLoggerFactory.Instance);

    private async Task RestartAsync()
    {
        await _node.DisposeAsync();
        _node = NewNode();
        await _node.StartAsync(Token);
    }

    private async Task RunningAsync()
    {
        await SendAsync(Items.Document(1, Items.Vnet(), Items.Nic(), Items.Disk(), Items.Vm()));
        await UntilAsync("vm", r => r.Phase == ItemPhase.Applied);
    }

    private async Task SendAsync(NodeDocument document) => Assert.Equal(ApplyResult.Accepted, await _node.ApplyAsync(document, Token));

    private async Task<ItemReport> UntilAsync(string key, Func<ItemReport, bool> condition)
        => (await UntilAsync(reports => reports.TryGetValue(key, out var report) && condition(report)))[key];

    private async Task<Dictionary<string, ItemReport>> UntilAsync(Func<Dictionary<string, ItemReport>, bool> condition)
    {
        Dictionary<string, ItemReport> reports = [];
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
        cut.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            await foreach (var report in _node.WatchAsync(cut.Token))
            {
                foreach (var item in report.Items)
                {
                    reports[item.Key] = item;
                    if (item.Phase == ItemPhase.Removed)
                    {
                        reports.Remove(item.Key);
                    }
                }

                if (condition(reports))
                {
                    return reports;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told below.
        }

        throw new Xunit.Sdk.XunitException("Not in time:\n" + string.Join('\n', reports.Values));
    }
}
