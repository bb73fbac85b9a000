using System.Net;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Engines.Tests.Net;
using static Lazuli.Engines.Tests.Net.Nets;

namespace Lazuli.Live.Tests.Net;

/// <summary>Ways between networks, by appliances and out, with real packets.</summary>
[Collection("machine's network")]
public sealed class PathTests
{
    [Fact]
    public async Task Peers_reach_each_other_and_nobody_reaches_through_them()
    {
        await using var world = new LiveNetWorld();
        var (a, b, c) = (Guest("one", "10.1.0.4"), Guest("two", "10.2.0.4"), Guest("three", "10.3.0.4"));
        var one = Space("one", "10.1", a).Peered("two", "10.2");
        var two = Space("two", "10.2", b).Peered("one", "10.1").Peered("three", "10.3");
        var three = Space("three", "10.3", c).Peered("two", "10.2");
        await ApplyAsync(world, one, two, three);

        foreach (var flow in new[] { Tcp(a, "10.2.0.4", 80), Udp(a, "10.2.0.4", 80), Ping(a, "10.2.0.4") })
        {
            Assert.Equal(new FlowVerdict { Receiver = b.Key, SourceSeen = IPAddress.Parse("10.1.0.4") }, await world.SendAsync(flow));
        }

        Assert.Equal([a.Key, c.Key, null, null], await All(world, Tcp(b, "10.1.0.4", 80), Tcp(b, "10.3.0.4", 80), Tcp(a, "10.3.0.4", 80), Tcp(c, "10.1.0.4", 80)));

        await ApplyAsync(world, Space("one", "10.1", a), two with { Vnet = two.Vnet with { Peers = [.. two.Vnet.Peers.Skip(1)] } });
        Assert.Equal([null, null, c.Key], await All(world, Tcp(a, "10.2.0.4", 80), Tcp(b, "10.1.0.4", 80), Tcp(b, "10.3.0.4", 80)));
        Assert.DoesNotContain(KernelView.Read(NicDevice.NamespaceOf("one")).Devices.Keys, d => d.StartsWith("lzw", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_tag_of_the_network_holds_peers_with_access()
    {
        await using var world = new LiveNetWorld();
        var (a, b) = (Guest("one", "10.1.0.4"), Guest("two", "10.2.0.4", nsg: "g"));
        await ApplyAsync(world, Space("one", "10.1", a).Peered("two", "10.2"), Space("two", "10.2", b).Peered("one", "10.1").With(Nsg("g")));
        Assert.Equal([b.Key], await All(world, Tcp(a, "10.2.0.4", 80)));

        await ApplyAsync(world, Space("two", "10.2", b).Peered("one", "10.1", access: false).With(Nsg("g")));
        Assert.Equal([null], await All(world, Tcp(a, "10.2.0.4", 80)));
        await ApplyAsync(world, Space("two", "10.2", b).Peered("one", "10.1", access: false).With(Nsg("g", Rule(100, true, source: "10.1.0.4"))));
        Assert.Equal([b.Key], await All(world, Tcp(a, "10.2.0.4", 80)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hubs_appliance_joins_spokes_where_they_let_forwarded_packets_in(bool forwarded)
    {
        await using var world = new LiveNetWorld();
        var (a, b, hop) = (Guest("one", "10.1.0.4"), Guest("two", "10.2.0.4"), Guest("hub", "10.0.0.4", forwarding: true));
        await ApplyAsync(world,
            Space("hub", "10.0", hop).Peered("one", "10.1").Peered("two", "10.2"),
            Space("one", "10.1", a).Peered("hub", "10.0", forwarded: forwarded).Routed(Via("10.2.0.0/16", "10.0.0.4")),
            Space("two", "10.2", b).Peered("hub", "10.0", forwarded: forwarded).Routed(Via("10.1.0.0/16", "10.0.0.4")));

        var seen = new FlowVerdict { Receiver = b.Key, SourceSeen = IPAddress.Parse("10.1.0.4") };
        foreach (var flow in new[] { Tcp(a, "10.2.0.4", 80), Udp(a, "10.2.0.4", 80), Ping(a, "10.2.0.4") })
        {
            Assert.Equal(forwarded ? seen : FlowVerdict.Lost, await world.SendAsync(flow));
        }

        Assert.Equal(hop.Key, (await world.SendAsync(Tcp(a, "10.0.0.4", 80))).Receiver);
    }

    [Fact]
    public async Task The_longest_prefix_wins_then_the_users_route_and_one_that_forwards_not_is_no_appliance()
    {
        await using var world = new LiveNetWorld();

        // What comes back from a has the same way, so only UDP tells one direction from the other.
        var (a, b, c) = (Guest("n", "10.0.0.4"), Guest("n", "10.0.1.4"), Guest("n", "10.0.1.5"));
        var (hop, no) = (Guest("n", "10.0.2.4", forwarding: true), Guest("n", "10.0.2.5"));
        VnetState State(params RouteSpec[] routes) => Space("n", "10.0", a, b, c, hop, no).Routed(routes);
        await ApplyAsync(world, State(Via("10.0.1.4/32", "10.0.2.5"), Via("10.0.1.5/32", "10.0.2.4")));
        Assert.Equal([null, c.Key, a.Key], await All(world, Tcp(a, "10.0.1.4", 80), Tcp(a, "10.0.1.5", 80), Udp(b, "10.0.0.4", 80)));

        // The appliance is out of order: only what goes through it is cut.
        NetNamespace.Run(LiveNetWorld.GuestOf(hop.Key), () => { File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "0"); return true; });
        Assert.Equal([null, hop.Key], await All(world, Tcp(a, "10.0.1.5", 80), Tcp(a, "10.0.2.4", 80)));

        await ApplyAsync(world, State(new RouteSpec { Name = "drop", Prefix = "10.0.0.0/16", NextHop = NextHop.None }, new RouteSpec { Name = "keep", Prefix = "10.0.1.4/32", NextHop = NextHop.VnetLocal }));
        Assert.Equal([b.Key, null], await All(world, Tcp(a, "10.0.1.4", 80), Tcp(a, "10.0.1.5", 80)));
        await ApplyAsync(world, Space("n", "10.0", a, b, c, hop, no));
        Assert.Equal([b.Key, c.Key], await All(world, Tcp(a, "10.0.1.4", 80), Tcp(a, "10.0.1.5", 80)));
        Assert.DoesNotContain("fwmark", (await HostProgram.RunAsync("ip", ["rule"], networkNamespace: NicDevice.NamespaceOf("n"))).Replace("fwmark 0xa000204", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_nat_gateway_speaks_for_its_subnet_and_lets_nobody_in()
    {
        await using var world = new LiveNetWorld();
        var (a, b) = (Guest("n", "10.0.0.4"), Guest("n", "10.0.1.4"));
        var server = Guest("m", "10.5.0.4", "198.18.0.9");
        NatItem[] nats = [new() { Key = "nat", Addresses = ["198.18.0.20"] }];
        var state = Space("n", "10.0", a, b);
        state = state with { Nats = nats, Vnet = state.Vnet with { Subnets = [state.Vnet.Subnets[0] with { NatKey = "nat" }, .. state.Vnet.Subnets.Skip(1)] } };
        await ApplyAsync(world, state, Space("m", "10.5", server));

        var seen = new FlowVerdict { Receiver = server.Key, SourceSeen = IPAddress.Parse("198.18.0.20") };
        Assert.Equal([seen, seen, FlowVerdict.Lost, FlowVerdict.Lost, FlowVerdict.Lost], await Task.WhenAll(
            new[] { Tcp(a, "198.18.0.9", 80), Udp(a, "198.18.0.9", 80), Ping(a, "198.18.0.9"), Tcp(b, "198.18.0.9", 80), Outside("198.18.0.20", 80) }.Select(world.SendAsync)));

        // The gateway goes before a NIC's own address; what default outbound access is left to goes by the network's.
        var own = a with { IpConfigs = [a.IpConfigs[0] with { PublicAddress = "198.18.0.21" }] };
        await ApplyAsync(world, state with { Nics = [own, b], Vnet = state.Vnet with { OutboundAddress = "198.18.0.22" } });
        Assert.Equal(["198.18.0.20", "198.18.0.21", "198.18.0.22", "198.18.0.22"], (await Task.WhenAll(
            new[] { Tcp(a, "198.18.0.9", 80), Ping(a, "198.18.0.9"), Tcp(b, "198.18.0.9", 80), Ping(b, "198.18.0.9") }.Select(world.SendAsync))).Select(v => v.SourceSeen?.ToString()));
        await ApplyAsync(world, state with { Nics = [own, b], Nats = [nats[0] with { Addresses = ["198.18.0.30", "198.18.0.31", "198.18.0.32"] }] });
        var sources = await Task.WhenAll(Enumerable.Range(7000, 30).Select(p => world.SendAsync(Tcp(a, "198.18.0.9", p))));
        Assert.Equal(["198.18.0.30", "198.18.0.31", "198.18.0.32"], sources.Select(s => s.SourceSeen?.ToString()).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_address_of_a_nic_works_and_groups_of_applications_name_them()
    {
        await using var world = new LiveNetWorld();
        var a = Guest("n", "10.0.0.4", "198.18.0.4", nsg: "g");
        a = a with { IpConfigs = [a.IpConfigs[0] with { GroupKeys = ["web"] }, a.IpConfigs[0] with { Name = "b", Primary = false, PrivateAddress = "10.0.0.5", PublicAddress = "198.18.0.5" }] };
        var (b, c) = (Guest("n", "10.0.1.4"), Guest("m", "10.2.0.4"));
        c = c with { IpConfigs = [c.IpConfigs[0] with { GroupKeys = ["far"] }] };
        NsgRule web = Rule(100, true, ports: "80", source: "Internet") with { Destinations = [], DestinationGroups = ["web"] }, far = Rule(200, false) with { Sources = [], SourceGroups = ["far"] };
        await ApplyAsync(world, (Space("n", "10.0", a, b) with { Neighbours = [c] }).Peered("m", "10.2").With(Nsg("g", web, far)), Space("m", "10.2", c).Peered("n", "10.0"));

        Assert.Equal([a.Key, null, a.Key, a.Key, null], await All(world, Outside("198.18.0.4", 80), Outside("198.18.0.5", 80), Tcp(b, "10.0.0.4", 80), Tcp(b, "10.0.0.5", 81), Tcp(c, "10.0.0.4", 80)));
        Assert.Equal(IPAddress.Parse("10.0.0.5"), (await world.SendAsync(Tcp(a, "10.0.1.4", 80) with { Source = IPAddress.Parse("10.0.0.5") })).SourceSeen);
    }

    // Twice: a wire is made when both are there, as a node's keeper sees to.
    private static async Task ApplyAsync(LiveNetWorld world, params VnetState[] states)
    {
        foreach (var state in states.Concat(states))
        {
            await world.ApplyAsync(state);
        }
    }

    private static async Task<IReadOnlyList<string?>> All(LiveNetWorld world, params Flow[] flows)
        => [.. (await Task.WhenAll(flows.Select(world.SendAsync))).Select(v => v.Receiver)];

    private static RouteSpec Via(string prefix, string appliance) => new() { Name = prefix, Prefix = prefix, NextHop = NextHop.VirtualAppliance, Appliance = appliance };

    private static NicItem Guest(string vnet, string address, string? publicAddress = null, string? nsg = null, bool forwarding = false)
    {
        var nic = Nic(vnet, address, publicAddress, nsg, forwarding);
        return nic with { IpConfigs = [nic.IpConfigs[0] with { SubnetKey = $"{vnet}/{address.Split('.')[2]}" }] };
    }

    private static VnetState Space(string key, string space, params NicItem[] nics) => Vnet(key, nics) with
    {
        Vnet = new()
        {
            Key = key,
            AddressPrefixes = [space + ".0.0/16"],
            Subnets = [.. Enumerable.Range(0, 3).Select(n => new SubnetSpec { Key = $"{key}/{n}", AddressPrefixes = [$"{space}.{n}.0/24"] })],
            DnsSuffix = "x.internal.cloudapp.net",
        },
    };
}

internal static class Paths
{
    public static VnetState Peered(this VnetState state, string peer, string space, bool access = true, bool forwarded = false) => state with
    {
        Vnet = state.Vnet with { Peers = [.. state.Vnet.Peers, new() { VnetKey = peer, AddressPrefixes = [space + ".0.0/16"], Access = access, Forwarded = forwarded }] },
    };

    /// <summary>Routes for the first subnet.</summary>
    public static VnetState Routed(this VnetState state, params RouteSpec[] routes) => state with
    {
        RouteTables = [new() { Key = state.Vnet.Key + "/routes", Routes = routes }],
        Vnet = state.Vnet with { Subnets = [state.Vnet.Subnets[0] with { RouteTableKey = state.Vnet.Key + "/routes" }, .. state.Vnet.Subnets.Skip(1)] },
    };
}
