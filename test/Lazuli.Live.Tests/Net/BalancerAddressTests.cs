using System.Net;
using System.Net.Sockets;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Engines.Tests.Net;
using static Lazuli.Engines.Tests.Net.Balancers;
using static Lazuli.Engines.Tests.Net.Nets;
using static Lazuli.Live.Tests.Net.BalancedGuests;
using static Lazuli.Live.Tests.Net.Services;

namespace Lazuli.Live.Tests.Net;

/// <summary>Whose address a balanced packet has: floating frontends, and members that go out.</summary>
[Collection("machine's network")]
public sealed class BalancerAddressTests
{
    [Fact]
    public async Task Floating_addresses_reach_the_guest_as_they_are()
    {
        await using var world = new LiveNetWorld();
        const string second = "10.0.0.101";
        var floating = Balancers.Rule(80, 8080, Three[0]) with { FloatingIp = true };
        await world.ApplyAsync(Vnet("n", [.. Three, Client]).With(Internal("n", Front, floating), Internal("n", second, floating)));
        await LiveNetWorld.IpAsync(LiveNetWorld.GuestOf(Three[0].Key), $"addr add {Front}/32 dev lo\naddr add {second}/32 dev lo\n");
        using var services = Serve(8080, Three[0]);

        using var one = await Caller.OpenAsync(Client, Front, 80);
        Assert.Equal((Front, 8080, "10.0.1.9"), (one?.Greeting.CalledAs?.Address.ToString(), one?.Greeting.CalledAs?.Port, one?.Greeting.Caller.Address.ToString()));
        Assert.NotNull(await (one?.SayAsync() ?? Task.FromResult<string?>(null)));

        // The same client, port and all, to both frontends: both connections live.
        using var first = Bound();
        using var other = Bound();
        using var patience = new CancellationTokenSource(LiveNetWorld.Patience);
        foreach (var (socket, front) in new[] { (first, Front), (other, second) })
        {
            await socket.ConnectAsync(IPEndPoint.Parse(front + ":80"), patience.Token);
            Assert.Contains($"{front}:8080", await Caller.ReadAsync(socket, patience.Token), StringComparison.Ordinal);
        }

        await first.SendAsync("still there?"u8.ToArray());
        Assert.Equal("still there?", await Caller.ReadAsync(first, patience.Token));

        static Socket Bound()
        {
            var socket = Sockets.Open(LiveNetWorld.GuestOf(Client.Key), "tcp");
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(IPEndPoint.Parse("10.0.1.9:45454"));
            return socket;
        }
    }

    [Fact]
    public async Task A_frontend_that_floats_for_one_port_has_inbound_NAT_rules_that_do_not()
    {
        await using var world = new LiveNetWorld();
        var balancer = Internal("n", Front, Balancers.Rule(80, 80, Three[0]) with { FloatingIp = true }) with
        {
            NatRules = [new() { Name = "ssh", Frontend = "f", Protocol = "tcp", FrontendPort = 2200, Address = "10.0.0.4", BackendPort = 22 }],
        };
        await world.ApplyAsync(Vnet("n", [.. Three, Client]).With(balancer));
        await LiveNetWorld.IpAsync(LiveNetWorld.GuestOf(Three[0].Key), $"addr add {Front}/32 dev lo\n");
        using var web = Serve(80, Three[0]);
        using var ssh = Serve(22, Three[0]);

        Assert.Equal(Front, (await Caller.CallAsync(Client, Front, 80))?.CalledAs?.Address.ToString());
        Assert.Equal("10.0.0.4", (await Caller.CallAsync(Client, Front, 2200))?.CalledAs?.Address.ToString());
    }

    [Fact]
    public async Task A_member_goes_out_by_the_public_address_that_floats_to_it()
    {
        await using var world = new LiveNetWorld();
        var far = Nic("m", "10.0.0.4", P3);
        var snat = new BalancerSnat { Name = "out", Frontends = ["f"], Protocol = "all", Ports = 1024, Shares = [new("10.0.0.4", 1024)] };
        await world.ApplyAsync(Vnet("m", far));
        await world.ApplyAsync(Vnet("n", Three).With(Public("n", P1, Balancers.Rule(80, 80, Three[0]) with { FloatingIp = true }) with { Snat = [snat] }));
        using var service = Service.Open(far, 53, "udp");

        Assert.Equal(P1, (await Caller.CallAsync(Three[0], P3, 53, "udp"))?.Caller.Address.ToString());
    }

    [Fact]
    public async Task Who_is_enclosed_has_no_default_way_out()
    {
        await using var world = new LiveNetWorld();
        var far = Nic("m", "10.0.0.4", P3);
        await world.ApplyAsync(Vnet("m", far));
        var state = Vnet("n", Three) with { Vnet = Vnet("n").Vnet with { OutboundAddress = P2 } };
        using var service = await ServeAsync(world, state.With(Internal("n", Front, Balancers.Rule(80, 8080, Three[0])) with { Enclosed = ["10.0.0.4"] }), 8080, Three[0]);
        using var outside = Service.Open(far, 80);

        Assert.Null(await Caller.CallAsync(Three[0], P3, 80));
        Assert.Equal(P2, (await Caller.CallAsync(Three[1], P3, 80))?.Caller.Address.ToString());
    }

    [Fact]
    public async Task Members_go_out_by_the_frontends_address_and_their_own_ports()
    {
        await using var world = new LiveNetWorld();
        var far = Nic("m", "10.0.0.4", P3);
        var snat = new BalancerSnat { Name = "out", Frontends = ["f"], Protocol = "tcp", Ports = 8, Shares = [new("10.0.0.4", 1024), new("10.0.0.5", 1032)] };
        await world.ApplyAsync(Vnet("m", far));
        await world.ApplyAsync(Vnet("n", Three).With(Public("n", P1) with { Snat = [snat] }));
        using var service = Service.Open(far, 80);

        foreach (var (nic, first) in new[] { (Three[0], 1024), (Three[1], 1032) })
        {
            var caller = (await Caller.CallAsync(nic, P3, 80))?.Caller;
            Assert.Equal(P1, caller?.Address.ToString());
            Assert.InRange(caller?.Port ?? 0, first, first + 7);
        }

        Assert.Null(await Caller.CallAsync(Three[2], P3, 80));
        Assert.Null(await Caller.CallAsync(Three[0], P3, 80, "udp"));

        // Eight ports to one destination, and no ninth.
        var calls = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Caller.OpenAsync(Three[1], P3, 80)));
        Assert.InRange(calls.Count(c => c is not null), 6, 8);
        Assert.Equal(calls.Count(c => c is not null), calls.Select(c => c?.Greeting.Caller.Port).OfType<int>().Distinct().Count());
        Assert.InRange((await world.Linux.ReadBalancersAsync("n", default)).Single(c => c.Rule == "out").Flows, 8, 40);
        Array.ForEach(calls, c => c?.Dispose());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_internal_one_with_all_its_ports_is_a_next_hop_whose_well_members_share_the_flows(bool fromPeer)
    {
        await using var world = new LiveNetWorld();
        NicItem[] hops = [Nic("hub", "10.0.0.4", forwarding: true), Nic("hub", "10.0.0.5", forwarding: true)];
        var target = Nic("hub", "10.0.1.4");
        var client = fromPeer
            ? Nic("spoke", "10.1.0.4") with { IpConfigs = [new() { Name = "a", SubnetKey = "spoke/a", PrivateAddress = "10.1.0.4", Primary = true }] }
            : Nic("hub", "10.0.1.9");
        var routes = new RouteTableItem { Key = "rt", Routes = [new() { Name = "r", Prefix = "10.0.1.4/32", NextHop = NextHop.VirtualAppliance, Appliance = Front }] };
        var balancer = Internal("hub", Front, Balancers.Rule(0, 0, hops) with { Probe = "p" }) with { Probes = [Balancers.Probe(22)] };
        var hub = Vnet("hub", [.. hops, target, .. fromPeer ? [] : new[] { client }]).With(balancer);
        if (fromPeer)
        {
            var spoke = Vnet("spoke", client);
            spoke = spoke with
            {
                Vnet = spoke.Vnet with
                {
                    AddressPrefixes = ["10.1.0.0/16"],
                    Subnets = [new() { Key = "spoke/a", AddressPrefixes = ["10.1.0.0/24"], RouteTableKey = "rt" }],
                    Peers = [new() { VnetKey = "hub", AddressPrefixes = ["10.0.0.0/16"], Forwarded = true }],
                },
                RouteTables = [routes],
            };
            hub = hub with { Vnet = hub.Vnet with { Peers = [new() { VnetKey = "spoke", AddressPrefixes = ["10.1.0.0/16"], Forwarded = true }] } };
            await world.ApplyAsync(spoke);
            await world.ApplyAsync(hub);
            await world.ApplyAsync(spoke);
        }
        else
        {
            hub = hub with { RouteTables = [routes], Vnet = hub.Vnet with { Subnets = [.. hub.Vnet.Subnets.Select(s => s.Key == "hub/b" ? s with { RouteTableKey = "rt" } : s)] } };
            await world.ApplyAsync(hub);
        }

        using var service = Serve(80, target);
        Assert.Null(await Caller.CallAsync(client, "10.0.1.4", 80));

        await world.Linux.SetHealthAsync(balancer.Key, Well(hops), default);
        var before = await PacketsAsync();
        for (var i = 0; i < 24; i++)
        {
            Assert.Equal("10.0.1.4", (await Caller.CallAsync(client, "10.0.1.4", 80))?.Server);
        }

        Assert.All((await PacketsAsync()).Zip(before, (now, then) => now - then), n => Assert.InRange(n, 10, 1000));

        await world.Linux.SetHealthAsync(balancer.Key, Well(hops[1]), default);
        before = await PacketsAsync();
        Assert.NotNull(await Caller.CallAsync(client, "10.0.1.4", 80));
        var after = await PacketsAsync();
        Assert.True(after[1] > before[1] + 2 && after[0] <= before[0] + 2, $"{string.Join(' ', before)}, then {string.Join(' ', after)}");

        async Task<long[]> PacketsAsync()
        {
            var counters = await world.Linux.ReadCountersAsync("hub", default);
            return [.. hops.Select(h => counters.Single(c => c.Interface == NicDevice.InterfaceOf(h.Key)).ReceivedPackets)];
        }
    }
}
