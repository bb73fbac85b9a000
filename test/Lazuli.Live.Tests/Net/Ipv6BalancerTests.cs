using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Engines.Tests.Net;
using static Lazuli.Engines.Tests.Net.Balancers;
using static Lazuli.Engines.Tests.Net.Nets;

namespace Lazuli.Live.Tests.Net;

/// <summary>Load balancers of IPv6 by packets between namespaces. What they share with those of IPv4 is in <see cref="LoadBalancerTests"/>, all of it together in the packet matrix.</summary>
[Collection("machine's network")]
public sealed class Ipv6BalancerTests
{
    private const string Front = "fd00:1:0:a::100";
    private const string P1 = "2001:2::4";
    private const string P3 = "2001:2::6";
    private static readonly NicItem[] Three = [.. Enumerable.Range(4, 3).Select(n => Nic("n", $"10.0.0.{n}").And($"fd00:1:0:a::{n}"))];
    private static readonly NicItem Client = Nic("n", "10.0.1.9").And("fd00:1:0:b::9");

    [Fact]
    public async Task An_internal_one_spreads_connections_beside_its_IPv4_frontend()
    {
        await using var world = new LiveNetWorld();
        var balancer = Internal("n", Front, To(80, 8080, Three), To(81, 8080, Three) with { Affinity = BalancerAffinity.Source }) with
        {
            Frontends = [new("f", Front, false), new("four", "10.0.0.100", false)],
            NatRules = [new() { Name = "ssh", Frontend = "f", Protocol = "tcp", FrontendPort = 2200, Address = Six(Three[1]), BackendPort = 8080 }],
        };
        await world.ApplyAsync(Dual("n", [.. Three, Client]).With(balancer with { Rules = [.. balancer.Rules, Balancers.Rule(82, 8080, Three) with { Frontend = "four" }] }));
        using var services = new Services([.. Three.Select(n => Service.Open(n, 8080, config: 1)), .. Three.Select(n => Service.Open(n, 8080))]);

        var counts = await Caller.CountAsync(Client, Front, 80, 90);
        Assert.Equal(Three.Select(Six), counts.Keys.Order(StringComparer.Ordinal));
        Assert.All(counts.Values, n => Assert.InRange(n, 10, 60));
        var greeting = await Caller.CallAsync(Client, Front, 80);
        Assert.Equal(("fd00:1:0:b::9", 8080), (greeting?.Caller.Address.ToString(), greeting?.CalledAs?.Port));
        Assert.Single(await Caller.CountAsync(Client, Front, 81, 10));
        Assert.Equal(Six(Three[1]), (await Caller.CallAsync(Client, Front, 2200))?.Server);
        Assert.StartsWith("10.0.0.", (await Caller.CallAsync(Client, "10.0.0.100", 82))?.Server, StringComparison.Ordinal);
        Assert.Null(await Caller.CallAsync(Client, Front, 82));
    }

    [Fact]
    public async Task A_public_one_is_closed_until_a_group_opens_it_and_its_members_go_out_by_it()
    {
        await using var world = new LiveNetWorld();
        var far = Nic("m", "10.0.0.4").And("fd00:1:0:a::4", P3);
        var snat = new BalancerSnat { Name = "out", Frontends = ["f"], Protocol = "tcp", Ports = 8, Shares = [new(Six(Three[0]), 1024), new(Six(Three[1]), 1032)] };
        var balancer = Public("n", P1, To(80, 8080, Three)) with { Snat = [snat] };
        await world.ApplyAsync(Dual("m", far));
        await world.ApplyAsync(Dual("n", Three).With(balancer));
        using var services = new Services([.. Three.Select(n => Service.Open(n, 8080, config: 1))]);
        Assert.Null(await Caller.CallAsync(null, P1, 80));

        await world.ApplyAsync(Dual("n", Three).WithSubnetNsg("a", "open").With(Nsg("open", Nets.Rule(100, allow: true))).With(balancer));
        Assert.Equal(Three.Select(Six), (await Caller.CountAsync(null, P1, 80, 40)).Keys.Order(StringComparer.Ordinal));
        Assert.Equal(new NetOptions().Outside6(0), (await Caller.CallAsync(null, P1, 80))?.Caller.Address);

        using var service = Service.Open(far, 80, config: 1);
        foreach (var (nic, first) in new[] { (Three[0], 1024), (Three[1], 1032) })
        {
            var caller = (await Caller.CallAsync(nic, P3, 80))?.Caller;
            Assert.Equal(P1, caller?.Address.ToString());
            Assert.InRange(caller?.Port ?? 0, first, first + 7);
        }

        Assert.Null(await Caller.CallAsync(Three[2], P3, 80));
        Assert.Null(await Caller.CallAsync(Three[0], P3, 80, "udp"));
    }

    [Fact]
    public async Task A_frontend_floats_to_its_members()
    {
        await using var world = new LiveNetWorld();
        await world.ApplyAsync(Dual("n", [.. Three, Client]).With(Internal("n", Front, To(80, 80, Three[0]) with { FloatingIp = true }, To(81, 80, Three[0]))));
        await LiveNetWorld.IpAsync(LiveNetWorld.GuestOf(Three[0].Key), $"addr add {Front}/128 dev lo nodad\n");
        using var web = Service.Open(Three[0], 80, config: 1);

        Assert.Equal(Front, (await Caller.CallAsync(Client, Front, 80))?.CalledAs?.Address.ToString());
        Assert.Equal(Six(Three[0]), (await Caller.CallAsync(Client, Front, 81))?.CalledAs?.Address.ToString());
    }

    [Fact]
    public async Task A_probe_comes_from_the_gateway_under_the_members_security_rules()
    {
        await using var world = new LiveNetWorld();
        var state = Dual("n", Three[0] with { NsgKey = "g" }, Three[1]);
        await world.ApplyAsync(state.With(Nsg("g", Nets.Rule(100, false, source: "Internet"))));
        Assert.Equal(ProbeAnswer.NoConnection, await AskAsync("tcp"));
        using var server = Sockets.Open(LiveNetWorld.GuestOf(Three[0].Key), "tcp", AddressFamily.InterNetworkV6);
        server.Bind(new IPEndPoint(IPAddress.IPv6Any, 8080));
        server.Listen();
        var request = AnswerAsync();
        Assert.Equal(ProbeAnswer.Well, await AskAsync("http"));
        Assert.Contains($"Host: [{Six(Three[0])}]:8080\r\n", await request, StringComparison.Ordinal);

        await world.ApplyAsync(state.With(Nsg("g", Nets.Rule(100, false, source: "AzureLoadBalancer"))));
        Assert.Equal(ProbeAnswer.NoConnection, await AskAsync("tcp"));
        await world.ApplyAsync(state.With(Nsg("g", Nets.Rule(100, true, source: "AzureLoadBalancer"), Nets.Rule(110, false))));
        Assert.Equal(ProbeAnswer.Well, await AskAsync("tcp"));

        Task<ProbeAnswer> AskAsync(string protocol) => world.Linux.ProbeAsync("n", Six(Three[0]), Probe(8080, protocol), TimeSpan.FromSeconds(1.5), default);

        async Task<string> AnswerAsync()
        {
            using var caller = await server.AcceptAsync();
            var buffer = new byte[1024];
            var length = await caller.ReceiveAsync(buffer);
            var well = (caller.RemoteEndPoint as IPEndPoint)?.Address is { } from && new IPAddress(from.GetAddressBytes()).Equals(WellKnown.Gateway6);
            await caller.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {(well ? 200 : 500)} x\r\n\r\n"));
            return Encoding.ASCII.GetString(buffer, 0, length);
        }
    }

    [Fact]
    public async Task Who_is_down_gets_no_new_connections_and_its_datagrams_move()
    {
        await using var world = new LiveNetWorld();
        var balancer = Internal("n", Front, To(80, 8080, Three[0], Three[1]) with { Probe = "p" }, To(53, 8080, Three[0], Three[1]) with { Probe = "p", Protocol = "udp" }) with { Probes = [Probe(8080)] };
        await world.ApplyAsync(Dual("n", [.. Three, Client]).With(balancer));
        using var services = new Services([.. Three.SelectMany(n => new[] { Service.Open(n, 8080, config: 1), Service.Open(n, 8080, "udp", 1) })]);
        Assert.Null(await Caller.CallAsync(Client, Front, 80));
        await world.Linux.SetHealthAsync(balancer.Key, Up(Three[0], Three[1]), default);
        using var call = await Caller.OpenAsync(Client, Front, 80);
        using var talk = await Caller.OpenAsync(Client, Front, 53, "udp");
        var other = Three.First(n => Six(n) != talk?.Greeting.Server);

        await world.Linux.SetHealthAsync(balancer.Key, Up(other), default);

        Assert.Equal(Six(other), Assert.Single(await Caller.CountAsync(Client, Front, 80, 10)).Key);
        Assert.Equal("still there?", await (call?.SayAsync() ?? Task.FromResult<string?>(null)));
        Assert.StartsWith(Six(other) + " ", await (talk?.SayAsync() ?? Task.FromResult<string?>(null)), StringComparison.Ordinal);
        Assert.Equal(0, (await world.Linux.ReadBalancersAsync("n", default)).Count(c => c.PacketsIn == 0));

        // Who leaves the pool loses its connections.
        await world.ApplyAsync(Dual("n", [.. Three, Client]).With(balancer with { Rules = [To(80, 8080, Three[2])] }));
        Assert.Null(await (call?.SayAsync() ?? Task.FromResult<string?>(null)));
    }

    private static string Six(NicItem nic) => nic.IpConfigs[1].PrivateAddress;

    private static HashSet<ProbedMember> Up(params IEnumerable<NicItem> members) => [.. members.Select(m => new ProbedMember("p", Six(m)))];

    private static BalancerRule To(int port, int backendPort, params IReadOnlyList<NicItem> members)
        => Balancers.Rule(port, backendPort) with { Members = [.. members.Select(m => new BalancerMember(Six(m)))] };
}
