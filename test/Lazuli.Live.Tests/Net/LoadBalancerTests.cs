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

/// <summary>Load balancers by packets between namespaces.</summary>
[Collection("machine's network")]
public sealed class LoadBalancerTests
{
    [Fact]
    public async Task Connections_spread_evenly_and_servers_see_who_calls()
    {
        await using var world = new LiveNetWorld();
        await world.ApplyAsync(Vnet("n", [.. Three, Client]).With(Internal("n", Front, Balancers.Rule(80, 8080, Three))));
        using var services = Serve(8080, Three);

        var counts = await Caller.CountAsync(Client, Front, 80, 150);

        Assert.Equal(Addresses(Three), counts.Keys.Order(StringComparer.Ordinal));
        Assert.All(counts.Values, n => Assert.InRange(n, 25, 80));
        var greeting = await Caller.CallAsync(Client, Front, 80);
        Assert.Equal(("10.0.1.9", 8080), (greeting?.Caller.Address.ToString(), greeting?.CalledAs?.Port));
        Assert.Null(await Caller.CallAsync(Client, Front, 81));
    }

    [Fact]
    public async Task A_Standard_one_is_closed_to_the_outside_until_a_group_opens_it_and_a_Basic_one_is_open()
    {
        await using var world = new LiveNetWorld();
        var balancer = Public("n", P1, Balancers.Rule(80, 8080, Three));
        var state = Vnet("n", Three);
        await world.ApplyAsync(state.With(balancer));
        using var services = Serve(8080, Three);
        Assert.Null(await Caller.CallAsync(null, P1, 80));

        await world.ApplyAsync(state.WithSubnetNsg("a", "open").With(Open).With(balancer));
        var counts = await Caller.CountAsync(null, P1, 80, 60);
        Assert.Equal(Addresses(Three), counts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(new NetOptions().Outside(0), (await Caller.CallAsync(null, P1, 80))?.Caller.Address);

        await world.ApplyAsync(state.WithSubnetNsg("a", "shut").With(Nsg("shut")).With(balancer));
        Assert.Null(await Caller.CallAsync(null, P1, 80));

        await world.ApplyAsync(state.With(balancer with { Standard = false }));
        Assert.NotNull(await Caller.CallAsync(null, P1, 80));
    }

    [Fact]
    public async Task The_callers_groups_see_the_frontend_and_the_members_groups_the_caller()
    {
        await using var world = new LiveNetWorld();
        var balancer = Internal("n", Front, Balancers.Rule(80, 8080, Three[0]));
        var state = Vnet("n", [Three[0] with { NsgKey = "in" }, Client with { NsgKey = "out" }]);
        using var services = await ServeAsync(world, state.With(Nsg("in"), Nsg("out")).With(balancer), 8080, Three[0]);

        await world.ApplyAsync(state.With(Nsg("in"), Nsg("out", Nets.Rule(100, false, inbound: false, destination: "10.0.0.4"))).With(balancer));
        Assert.NotNull(await Caller.CallAsync(Client, Front, 80));
        await world.ApplyAsync(state.With(Nsg("in"), Nsg("out", Nets.Rule(100, false, inbound: false, destination: Front))).With(balancer));
        Assert.Null(await Caller.CallAsync(Client, Front, 80));
        await world.ApplyAsync(state.With(Nsg("in", Nets.Rule(100, false, ports: "8080", protocol: "tcp", source: "10.0.1.9", destination: "10.0.0.4")), Nsg("out")).With(balancer));
        Assert.Null(await Caller.CallAsync(Client, Front, 80));
    }

    [Theory]
    [InlineData(BalancerAffinity.Source)]
    [InlineData(BalancerAffinity.SourceAndProtocol)]
    public async Task A_client_stays_with_its_member(BalancerAffinity affinity)
    {
        await using var world = new LiveNetWorld();
        NicItem[] clients = [.. Enumerable.Range(20, 8).Select(n => Nic("n", $"10.0.1.{n}"))];
        await world.ApplyAsync(Vnet("n", [.. Three, .. clients]).With(Internal("n", Front, Balancers.Rule(80, 8080, Three) with { Affinity = affinity })));
        using var services = Serve(8080, Three);

        var chosen = new HashSet<string>();
        foreach (var client in clients)
        {
            chosen.Add(Assert.Single(await Caller.CountAsync(client, Front, 80, 6)).Key);
        }

        Assert.DoesNotContain("nobody", chosen);
        Assert.InRange(chosen.Count, 2, 3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_down_gets_no_new_connections_and_keeps_what_its_SKU_says(bool standard)
    {
        await using var world = new LiveNetWorld();
        var balancer = Internal("n", Front, Balancers.Rule(80, 8080, Three) with { Probe = "p" }) with { Standard = standard, Probes = [Balancers.Probe(8080)] };
        await world.ApplyAsync(Vnet("n", [.. Three, Client]).With(balancer));
        using var services = Serve(8080, Three);
        Assert.Null(await Caller.CallAsync(Client, Front, 80));

        await world.Linux.SetHealthAsync(balancer.Key, Well(Three), default);
        var calls = new List<Call>();
        while (calls.Select(c => c.Greeting.Server).Distinct().Count() < 3)
        {
            calls.Add(await Caller.OpenAsync(Client, Front, 80) ?? throw new InvalidOperationException());
        }

        await world.Linux.SetHealthAsync(balancer.Key, Well(Three[0], Three[2]), default);
        Assert.Equal(Addresses(Three[0], Three[2]), (await Caller.CountAsync(Client, Front, 80, 30)).Keys.Order(StringComparer.Ordinal));
        Assert.All(await Task.WhenAll(calls.Select(c => c.SayAsync())), a => Assert.Equal("still there?", a));

        // A change of the network leaves health as it is.
        await world.ApplyAsync(Vnet("n", [.. Three, Client, Nic("n", "10.0.1.10")]).With(balancer));
        Assert.DoesNotContain("10.0.0.5", (await Caller.CountAsync(Client, Front, 80, 20)).Keys);

        await world.Linux.SetHealthAsync(balancer.Key, Well(), default);
        Assert.Null(await Caller.CallAsync(Client, Front, 80));
        Assert.All(await Task.WhenAll(calls.Select(c => c.SayAsync())), a => Assert.Equal(standard ? "still there?" : null, a));

        await world.Linux.SetHealthAsync(balancer.Key, Well(Three[1]), default);
        Assert.Equal("10.0.0.5", (await Caller.CallAsync(Client, Front, 80))?.Server);
        calls.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task The_operator_may_keep_a_member_up_or_down_and_all_down_may_mean_all_up()
    {
        await using var world = new LiveNetWorld();
        var rule = Balancers.Rule(80, 8080) with { Probe = "p", Members = [new("10.0.0.4", "Up"), new("10.0.0.5", "Down"), new("10.0.0.6")] };
        var balancer = Internal("n", Front, rule) with { Probes = [Balancers.Probe(8080)] };
        await world.ApplyAsync(Vnet("n", [.. Three, Client]).With(balancer));
        using var services = Serve(8080, Three);
        Assert.Equal(["10.0.0.4"], (await Caller.CountAsync(Client, Front, 80, 12)).Keys);

        await world.Linux.SetHealthAsync(balancer.Key, Well(Three), default);
        Assert.Equal(["10.0.0.4", "10.0.0.6"], (await Caller.CountAsync(Client, Front, 80, 30)).Keys.Order(StringComparer.Ordinal));

        var all = balancer with { Rules = [rule with { Members = [new("10.0.0.4"), new("10.0.0.5", "Down"), new("10.0.0.6")] }], Probes = [Balancers.Probe(8080) with { AllDownIsUp = true }] };
        await world.ApplyAsync(Vnet("n", [.. Three, Client]).With(all));
        await world.Linux.SetHealthAsync(balancer.Key, Well(), default);
        Assert.Equal(["10.0.0.4", "10.0.0.6"], (await Caller.CountAsync(Client, Front, 80, 30)).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_member_that_leaves_the_pool_loses_its_connections_and_one_that_is_kept_down_keeps_them()
    {
        await using var world = new LiveNetWorld();
        var rule = Balancers.Rule(80, 8080, Three[0]) with { Probe = "p" };
        var balancer = Internal("n", Front, rule) with { Probes = [Balancers.Probe(8080)] };
        var state = Vnet("n", [.. Three, Client]);
        await world.Linux.SetHealthAsync(balancer.Key, Well(Three), default);
        using var services = await ServeAsync(world, state.With(balancer), 8080, Three);
        using var call = await Caller.OpenAsync(Client, Front, 80);

        await world.ApplyAsync(state.With(balancer with { Rules = [rule with { Members = [new("10.0.0.4", "Down"), new("10.0.0.5")] }] }));
        Assert.Equal("10.0.0.5", (await Caller.CallAsync(Client, Front, 80))?.Server);
        Assert.NotNull(await (call?.SayAsync() ?? Task.FromResult<string?>(null)));

        await world.ApplyAsync(state.With(balancer with { Rules = [rule with { Members = [new("10.0.0.5")] }] }));
        Assert.Null(await (call?.SayAsync() ?? Task.FromResult<string?>("")));
    }

    [Fact]
    public async Task Datagrams_leave_a_member_that_is_down()
    {
        await using var world = new LiveNetWorld();
        var balancer = Internal("n", Front, Balancers.Rule(53, 5353, Three[0], Three[1]) with { Protocol = "udp", Probe = "p" }) with { Probes = [Balancers.Probe(5353)] };
        await world.Linux.SetHealthAsync(balancer.Key, Well(Three[0]), default);
        await world.ApplyAsync(Vnet("n", [.. Three, Client]).With(balancer));
        using var one = Service.Open(Three[0], 5353, "udp");
        using var two = Service.Open(Three[1], 5353, "udp");
        using var call = await Caller.OpenAsync(Client, Front, 53, "udp");
        Assert.Equal("10.0.0.4", call?.Greeting.Server);

        await world.Linux.SetHealthAsync(balancer.Key, Well(Three[1]), default);

        Assert.StartsWith("10.0.0.5", await (call?.SayAsync() ?? Task.FromResult<string?>(null)));
    }

    [Fact]
    public async Task Every_port_of_both_protocols_goes_by_one_rule_and_a_rule_for_one_port_goes_first()
    {
        await using var world = new LiveNetWorld();
        var balancer = Internal("n", Front, Balancers.Rule(0, 0, Three[0]), Balancers.Rule(7001, 7001, Three[1]));
        await world.ApplyAsync(Vnet("n", [.. Three, Client]).With(balancer));
        using var services = Serve(7000, Three);
        using var others = Serve(7001, Three);
        using var datagrams = Service.Open(Three[0], 7002, "udp");

        Assert.Equal("10.0.0.4", (await Caller.CallAsync(Client, Front, 7000))?.Server);
        Assert.Equal("10.0.0.5", (await Caller.CallAsync(Client, Front, 7001))?.Server);
        Assert.Equal("10.0.0.4", (await Caller.CallAsync(Client, Front, 7002, "udp"))?.Server);
        Assert.Null((await world.SendAsync(Ping(Client, Front))).Receiver);
    }

    [Fact]
    public async Task Inbound_NAT_rules_lead_to_one_member_each()
    {
        await using var world = new LiveNetWorld();
        var balancer = Public("n", P1) with
        {
            NatRules = [.. Three.Select((n, i) => new BalancerNatRule
        {
            Name = "ssh",
            Frontend = "f",
            Protocol = "tcp",
            FrontendPort = 50000 + i,
            Address = n.IpConfigs[0].PrivateAddress,
            BackendPort = 22,
        })]
        };
        await world.ApplyAsync(Vnet("n", Three).WithSubnetNsg("a", "open").With(Open).With(balancer));
        using var services = Serve(22, Three);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal($"10.0.0.{4 + i}", (await Caller.CallAsync(null, P1, 50000 + i))?.Server);
        }

        Assert.Null(await Caller.CallAsync(null, P1, 50003));
    }

    [Fact]
    public async Task A_member_that_calls_its_own_frontend_never_reaches_itself()
    {
        await using var world = new LiveNetWorld();
        await world.ApplyAsync(Vnet("n", Three).With(Internal("n", Front, Balancers.Rule(80, 8080, Three[0])), Internal("n", "10.0.0.101", Balancers.Rule(80, 8080, Three[1], Three[2]))));
        using var services = Serve(8080, Three);

        Assert.Null(await Caller.CallAsync(Three[0], Front, 80));
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Caller.CallAsync(Three[1], "10.0.0.101", 80)));
        Assert.All(answers.OfType<Greeting>(), g => Assert.Equal("10.0.0.6", g.Server));
        Assert.InRange(answers.Count(a => a is null), 1, 15);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_belongs_to_a_forgotten_connection_is_reset_or_dropped(bool reset)
    {
        await using var world = new LiveNetWorld();
        await world.ApplyAsync(Vnet("n", [.. Three, Client]).With(Internal("n", Front, Balancers.Rule(80, 8080, Three) with { TcpReset = reset })));
        using var services = Serve(8080, Three);
        using var raw = Engines.Linux.Host.NetNamespace.OpenSocket(LiveNetWorld.GuestOf(Client.Key), AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Tcp);
        raw.Bind(new IPEndPoint(IPAddress.Parse("10.0.1.9"), 0));
        byte[] segment = [0x9c, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x10, 0x10, 0, 0, 0, 0, 0];
        byte[] pseudo = [10, 0, 1, 9, 10, 0, 0, 100, 0, 6, 0, 20, .. segment];
        var sum = Enumerable.Range(0, pseudo.Length / 2).Sum(i => (pseudo[2 * i] << 8) | pseudo[2 * i + 1]);
        sum = ~((sum & 0xffff) + (sum >> 16));
        (segment[16], segment[17]) = ((byte)(sum >> 8), (byte)sum);

        await raw.SendToAsync(segment, IPEndPoint.Parse(Front + ":0"));

        var buffer = new byte[256];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(reset ? 3 : 1));
        try
        {
            var answer = await raw.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), patience.Token);
            Assert.True(reset && (buffer[20 + 13] & 4) != 0, $"{answer.RemoteEndPoint}: {buffer[20 + 13]}");
        }
        catch (OperationCanceledException)
        {
            Assert.False(reset);
        }
    }

    [Fact]
    public async Task Rules_count_what_goes_through_them_and_go_on_counting_when_the_network_changes()
    {
        await using var world = new LiveNetWorld();
        var balancer = Internal("n", Front, Balancers.Rule(80, 8080, Three));
        await world.ApplyAsync(Vnet("n", [.. Three, Client]).With(balancer));
        using var services = Serve(8080, Three);
        await Caller.CountAsync(Client, Front, 80, 10);
        await world.ApplyAsync(Vnet("n", [.. Three, Client, Nic("n", "10.0.1.10")]).With(balancer));
        await Caller.CountAsync(Client, Front, 80, 5);

        var counters = Assert.Single(await world.Linux.ReadBalancersAsync("n", default));

        Assert.Equal((balancer.Key, "r80", 15L), (counters.BalancerKey, counters.Rule, counters.Syns));
        Assert.InRange(counters.PacketsIn, 30, 200);
        Assert.InRange(counters.BytesOut, 15 * 60, 100_000);
    }

    [Fact]
    public async Task A_global_one_leads_to_whichever_region_has_somebody()
    {
        await using var world = new LiveNetWorld();
        var (a, b) = (Nic("n", "10.0.0.4", nsg: "open"), Nic("m", "10.0.0.4", nsg: "open"));
        var (east, west) = (Public("n", P1, Balancers.Rule(80, 8080, a) with { Probe = "p" }) with { Probes = [Balancers.Probe(8080)] },
            Public("m", P2, Balancers.Rule(80, 8080, b) with { Probe = "p" }) with { Probes = [Balancers.Probe(8080)] });
        await world.ApplyAsync(Vnet("n", a).With(Open).With(east));
        await world.ApplyAsync(Vnet("m", b).With(Open).With(west));
        await world.Linux.ApplyGlobalAsync([new()
        {
            Key = "g",
            Standard = true,
            Frontends = [new("f", P3, true)],
            Regional = [east.Key, west.Key],
            Rules = [Balancers.Rule(80, 80) with { Members = [new(P1), new(P2)] }],
        }], default);
        using var services = Serve(8080, a, b);
        Assert.Null(await Caller.CallAsync(null, P3, 80));

        await world.Linux.SetHealthAsync(east.Key, Well(a), default);
        using var call = await Caller.OpenAsync(null, P3, 80);
        Assert.Equal(new NetOptions().Outside(0), call?.Greeting.Caller.Address);
        Assert.NotNull(await (call?.SayAsync() ?? Task.FromResult<string?>(null)));

        await world.Linux.SetHealthAsync(west.Key, Well(b), default);
        await Caller.CountAsync(null, P3, 80, 30);
        Assert.True((await world.Linux.ReadBalancersAsync("m", default)).Single().Syns is > 2 and < 29);
        await world.Linux.ApplyGlobalAsync([], default);
        Assert.Null(await Caller.CallAsync(null, P3, 80));
    }
}
