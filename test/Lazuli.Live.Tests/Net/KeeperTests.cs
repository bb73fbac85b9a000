using Lazuli.Engines.Disk.Fake;
using Lazuli.Engines.Image.Fake;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Linux.Net;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Engines.Tests.Net;
using Lazuli.Engines.Vm.Fake;
using Lazuli.Node;
using Microsoft.Extensions.Logging.Abstractions;
using static Lazuli.Engines.Tests.Net.Nets;

namespace Lazuli.Live.Tests.Net;

/// <summary>A node's keeper on the real network engine: what documents say of several networks at once.</summary>
[Collection("machine's network")]
public sealed class KeeperTests : IAsyncLifetime
{
    private readonly LiveNode _node = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Isolation.Require();
        await _node.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task Peers_are_joined_in_any_order_survive_the_node_and_part_without_a_trace()
    {
        var (a, b) = (Guest("one", "10.1.0.4"), Guest("two", "10.2.0.4"));
        await _node.SendAsync([b, a, Network("two", "10.2", "one", "10.1"), Network("one", "10.1", "two", "10.2")]);
        await JoinedAsync(2);
        using var first = await TapGuest.OpenAsync(a);
        using var second = await TapGuest.OpenAsync(b);
        await TalkAsync(first, a, second, b);

        // The node dies and comes back; nothing of it is made anew.
        await _node.Node.DisposeAsync();
        await _node.StartAsync();
        await JoinedAsync(2);
        await TalkAsync(second, b, first, a);

        // A route table comes, and goes with its last user.
        var table = new RouteTableItem { Key = "t", Routes = [new() { Name = "drop", Prefix = "10.2.0.0/16", NextHop = NextHop.None }] };
        var routed = Network("one", "10.1", "two", "10.2");
        await _node.SendAsync([table, routed with { Subnets = [routed.Subnets[0] with { RouteTableKey = "t" }] }]);
        await LiveNode.UntilAsync(async () => (await HostProgram.RunAsync("ip", ["rule"], networkNamespace: NicDevice.NamespaceOf("one"), cancellationToken: Token)).Contains("fwmark", StringComparison.Ordinal));
        await Assert.ThrowsAsync<OperationCanceledException>(() => TalkAsync(first, a, second, b));
        await _node.SendAsync([routed], "t");
        await LiveNode.UntilAsync(async () => !(await HostProgram.RunAsync("ip", ["rule"], networkNamespace: NicDevice.NamespaceOf("one"), cancellationToken: Token)).Contains("fwmark", StringComparison.Ordinal));
        await TalkAsync(first, a, second, b);

        await _node.SendAsync([Network("one", "10.1"), Network("two", "10.2")]);
        await JoinedAsync(0);
        await Assert.ThrowsAsync<OperationCanceledException>(() => TalkAsync(first, a, second, b));

        // One goes while the other still names it, as between two changes of a document; then it comes back.
        await _node.SendAsync([Network("one", "10.1", "two", "10.2"), Network("two", "10.2", "one", "10.1")]);
        await JoinedAsync(2);
        await _node.SendAsync([], "two", b.Key);
        await LiveNode.UntilAsync(() => Task.FromResult(!File.Exists(NetNamespace.PathOf(NicDevice.NamespaceOf("two")))));
        await JoinedAsync(0);
        await _node.SendAsync([b, Network("two", "10.2", "one", "10.1")]);
        await JoinedAsync(2);
        using var third = await TapGuest.OpenAsync(b);
        await TalkAsync(first, a, third, b);
        await _node.SendAsync([], "one", "two", a.Key, b.Key);
        await LiveNode.UntilAsync(async () => (await _node.Engine.ListAsync(Token)).Count == 0);
        Assert.DoesNotContain(KernelView.Read("lz-edge").Devices.Keys, d => d.StartsWith("lzv", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_private_link_comes_and_goes_with_its_documents_and_a_node_that_died_in_between_goes_on()
    {
        var service = new LinkServiceItem { Key = "two/pls", VnetKey = "two", Frontend = "10.1.0.100", Sources = ["10.1.0.200"] };
        var endpoint = new EndpointItem { Key = "one/pe", VnetKey = "one", SubnetKey = "one/a", Addresses = ["10.1.0.5"], ServiceKey = service.Key };
        await _node.SendAsync([endpoint, service]);
        await _node.Node.DisposeAsync();
        await _node.StartAsync();
        await _node.SendAsync([Network("one", "10.1"), Network("two", "10.1")]);
        await LiveNode.UntilAsync(() => Task.FromResult(Between() == 2));
        Assert.Contains("snat", await HostProgram.RunAsync("nft", ["list", "table", "inet", "lazuli_links"], networkNamespace: "lz-edge", cancellationToken: Token), StringComparison.Ordinal);

        await _node.SendAsync([endpoint with { ServiceKey = null }]);
        await LiveNode.UntilAsync(() => Task.FromResult(Between() == 1));
        await _node.SendAsync([endpoint], service.Key);
        await LiveNode.UntilAsync(() => Task.FromResult(Between() == 1));
        await _node.SendAsync([], endpoint.Key, "one", "two");
        await LiveNode.UntilAsync(async () => (await _node.Engine.ListAsync(Token)).Count == 0);
        Assert.Equal(0, Between());
        Assert.DoesNotContain("snat", await HostProgram.RunAsync("nft", ["list", "table", "inet", "lazuli_links"], networkNamespace: "lz-edge", cancellationToken: Token), StringComparison.Ordinal);

        // Addresses of connections between networks that the edge leads anywhere.
        static int Between() => File.Exists(NetNamespace.PathOf("lz-edge")) ? KernelView.Read("lz-edge").Routes.Count(r => r.Address >= 0xF000_0000) : 0;
    }

    /// <summary>Waits until so many ends of wires are there, up, with the route that leads to the other.</summary>
    private static Task JoinedAsync(int ends) => LiveNode.UntilAsync(() => Task.FromResult(ends == new[] { "one", "two" }.Sum(key =>
    {
        try
        {
            var view = KernelView.Read(NicDevice.NamespaceOf(key));
            var wires = view.Devices.Keys.Where(d => d.StartsWith("lzw", StringComparison.Ordinal)).ToHashSet();
            return ends == 0 ? wires.Count : view.Routes.Count(r => wires.Contains(r.Device));
        }
        catch (IOException)
        {
            return 0;
        }
    })));

    private static async Task TalkAsync(TapGuest sender, NicItem from, TapGuest hearer, NicItem to)
    {
        sender.SendUdp(sender.Mac, from.IpConfigs[0].PrivateAddress, to.IpConfigs[0].PrivateAddress, 99, "hello");
        Assert.Contains("hello", await hearer.HearUntilAsync("hello"));
    }

    private static NicItem Guest(string network, string address)
    {
        var nic = Nic(network, address);
        return nic with { IpConfigs = [nic.IpConfigs[0] with { SubnetKey = network + "/a" }] };
    }

    private static VnetItem Network(string key, string space, string? peer = null, string? other = null) => new()
    {
        Key = key,
        AddressPrefixes = [space + ".0.0/16"],
        DnsSuffix = "x.internal.cloudapp.net",
        Subnets = [new() { Key = key + "/a", AddressPrefixes = [space + ".0.0/24"] }],
        Peers = peer is null ? [] : [new() { VnetKey = peer, AddressPrefixes = [other + ".0.0/16"] }],
    };
}
