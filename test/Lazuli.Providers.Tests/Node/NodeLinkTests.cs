using Lazuli.Engines.Node;
using Lazuli.Engines.Node.Fake;
using Lazuli.Kernel.Reconcile;
using Lazuli.Providers.Node;
using Lazuli.Providers.Tests.Network;

namespace Lazuli.Providers.Tests.Node;

public sealed class NodeLinkTests
{
    private static readonly string V = NetworkCloud.Id("virtualNetworks/v").ToLowerInvariant();

    [Fact]
    public async Task A_node_that_was_away_gets_what_changed_meanwhile()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/w"), NetworkCloud.Vnet());
        cloud.Node.Disconnect();
        var deletion = await cloud.SendAsync("DELETE", NetworkCloud.Id("virtualNetworks/w"));
        var change = await cloud.SendAsync("PUT", NetworkCloud.Id("virtualNetworks/v/subnets/b"), """{"properties":{"addressPrefix":"10.0.1.0/24"}}""");
        Assert.Equal(Kernel.Operations.OperationStatus.InProgress, cloud.Kernel.Operations.Get(deletion.OperationId ?? "")?.Status);
        cloud.Node.Reconnect();
        await cloud.UntilAsync(() => cloud.Kernel.Operations.Get(deletion.OperationId ?? "")?.Status == Kernel.Operations.OperationStatus.Succeeded);
        await cloud.UntilAsync(() => cloud.Kernel.Operations.Get(change.OperationId ?? "")?.Status == Kernel.Operations.OperationStatus.Succeeded);
        Assert.Equal([V], (await SnapshotAsync(cloud.Node)).Items.Select(i => i.Key));
    }

    [Fact]
    public async Task What_nobody_wants_any_more_leaves_the_machine_when_the_server_starts()
    {
        using var node = new FakeNode(TimeProvider.System);
        await node.ApplyAsync(new NodeDocument { Generation = 1, Items = [Vnet("/subscriptions/x/old")] }, TestContext.Current.CancellationToken);
        await using var cloud = await NetworkCloud.StartAsync(node);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        Assert.Equal([V], (await SnapshotAsync(node)).Items.Select(i => i.Key));
    }

    [Fact]
    public async Task A_machine_put_in_the_place_of_another_gets_everything()
    {
        using var empty = new FakeNode(TimeProvider.System);
        var first = await NetworkCloud.StartAsync();
        await first.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        await using var second = await first.RestartAsync(empty);
        await second.UntilAsync(() => second.IsApplied("virtualNetworks/v"));
        Assert.Equal([V], (await SnapshotAsync(empty)).Items.Select(i => i.Key));
        first.Node.Dispose();
    }

    [Fact]
    public void Who_asked_before_the_machine_had_spoken_is_looked_at_when_it_has()
    {
        var queue = new ReconcileQueue(TimeProvider.System);
        var link = new NodeLink(queue);
        Assert.False(link.HasHeard("/owner"));
        Assert.False(link.IsGone("/owner"));
        Assert.True(queue.IsIdle);
        link.HearAll(new NodeReport { Generation = 1, Snapshot = true, Items = [] });
        Assert.False(queue.IsIdle);
        Assert.True(link.IsGone("/owner"));
    }

    [Fact]
    public async Task Generations_grow_over_restarts()
    {
        var cloud = await NetworkCloud.StartAsync();
        var last = 0L;
        for (var life = 0; life < 3; life++)
        {
            await cloud.SucceedAsync("PUT", NetworkCloud.Id($"virtualNetworks/v{life}"), NetworkCloud.Vnet());
            var generation = (await SnapshotAsync(cloud.Node)).Generation;
            Assert.True(generation > last, $"{generation} after {last}");
            last = generation;
            cloud = await cloud.RestartAsync();
        }

        await cloud.UntilAsync(() => cloud.IsApplied("virtualNetworks/v0") && cloud.IsApplied("virtualNetworks/v1") && cloud.IsApplied("virtualNetworks/v2"));
        await cloud.DisposeAsync();
    }

    [Fact]
    public async Task The_first_document_of_a_new_server_is_complete()
    {
        var first = await NetworkCloud.StartAsync();
        for (var n = 0; n < 20; n++)
        {
            await first.SucceedAsync("PUT", NetworkCloud.Id($"virtualNetworks/v{n}"), NetworkCloud.Vnet());
        }

        var removed = new List<string>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var reports = first.Node.WatchAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        await reports.MoveNextAsync();
        await using var second = await first.RestartAsync();
        await second.UntilAsync(() => Enumerable.Range(0, 20).All(n => second.IsApplied($"virtualNetworks/v{n}")));
        await second.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/last"), NetworkCloud.Vnet());
        while (await reports.MoveNextAsync())
        {
            removed.AddRange(reports.Current.Items.Where(i => i.Phase == ItemPhase.Removed).Select(i => i.Key));
            if (reports.Current.Items.Any(i => i.Key.EndsWith("/last", StringComparison.Ordinal)))
            {
                break;
            }
        }

        Assert.Empty(removed);
        await stop.CancelAsync();
    }

    [Fact]
    public async Task A_thing_made_anew_while_its_old_self_leaves_is_the_new_thing()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        for (var n = 0; n < 10; n++)
        {
            await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet($"10.{n}.0.0/16", $"10.{n}.0.0/24"));
            Assert.Equal($"10.{n}.0.0/16", cloud.Item<VnetItem>("virtualNetworks/v")?.AddressPrefixes[0]);
            await cloud.SucceedAsync("DELETE", NetworkCloud.Id("virtualNetworks/v"));
            Assert.Empty((await SnapshotAsync(cloud.Node)).Items);
        }
    }

    private static VnetItem Vnet(string key) => new() { Key = key, AddressPrefixes = ["10.0.0.0/16"], Subnets = [], DnsSuffix = "x" };

    private static async Task<NodeReport> SnapshotAsync(FakeNode node)
    {
        await foreach (var report in node.WatchAsync(TestContext.Current.CancellationToken))
        {
            return report;
        }

        throw new InvalidOperationException("The node said nothing.");
    }
}
