using System.Net;
using Lazuli.Engines.Net;
using static Lazuli.Engines.Tests.Net.Nets;

namespace Lazuli.Engines.Tests.Net;

/// <summary>What every Net engine does. Runs on the fake everywhere, and on Linux with real packets where that can be done.</summary>
public abstract class NetConformance
{
    private const string P1 = "198.18.0.4";
    private const string P2 = "198.18.0.5";
    private const string P3 = "198.18.0.6";

    protected abstract INetWorld Create();

    [Fact]
    public async Task Nics_of_one_network_reach_each_other_and_see_who_calls()
    {
        await using var world = Create();
        var (a, b) = (Nic("n", "10.0.0.4"), Nic("n", "10.0.1.4"));
        await world.ApplyAsync(Vnet("n", a, b));

        foreach (var flow in new[] { Tcp(a, "10.0.1.4", 80), Udp(a, "10.0.1.4", 53), Ping(a, "10.0.1.4") })
        {
            Assert.Equal(new FlowVerdict { Receiver = b.Key, SourceSeen = IPAddress.Parse("10.0.0.4") }, await world.SendAsync(flow));
        }
    }

    [Fact]
    public async Task Networks_with_the_same_addresses_do_not_meet()
    {
        await using var world = Create();
        var (a, b, other) = (Nic("n", "10.0.0.4"), Nic("n", "10.0.0.5"), Nic("m", "10.0.0.5"));
        var lonely = Nic("m", "10.0.0.6");
        await world.ApplyAsync(Vnet("n", a, b));
        await world.ApplyAsync(Vnet("m", other, lonely));

        var verdicts = await All(world, Tcp(a, "10.0.0.5", 80), Tcp(lonely, "10.0.0.5", 80), Tcp(lonely, "10.0.0.4", 80), Tcp(a, "10.0.0.6", 80));

        Assert.Equal([b.Key, other.Key, null, null], verdicts);
    }

    [Fact]
    public async Task Without_a_public_address_nobody_comes_in_or_goes_out()
    {
        await using var world = Create();
        var (a, open) = (Nic("n", "10.0.0.4"), Nic("m", "10.0.0.4", P1));
        await world.ApplyAsync(Vnet("n", a));
        await world.ApplyAsync(Vnet("m", open));

        Assert.Equal([null, null, null], await All(world, Outside("10.0.0.4", 80), Tcp(a, P1, 80), Tcp(a, "198.18.255.254", 80)));
    }

    [Fact]
    public async Task A_public_address_leads_to_its_nic_from_outside_from_another_network_and_from_its_own()
    {
        await using var world = Create();
        var (a, b, other) = (Nic("n", "10.0.0.4", P1), Nic("n", "10.0.0.5", P2), Nic("m", "10.0.0.4", P3));
        await world.ApplyAsync(Vnet("n", a, b));
        await world.ApplyAsync(Vnet("m", other));

        Assert.Equal(new FlowVerdict { Receiver = a.Key, SourceSeen = new NetOptions().Outside(0) }, await world.SendAsync(Outside(P1, 80)));
        Assert.Equal(new FlowVerdict { Receiver = a.Key, SourceSeen = IPAddress.Parse(P3) }, await world.SendAsync(Tcp(other, P1, 80)));
        Assert.Equal(new FlowVerdict { Receiver = a.Key, SourceSeen = IPAddress.Parse(P2) }, await world.SendAsync(Tcp(b, P1, 80)));
        Assert.Equal(new FlowVerdict { Receiver = other.Key, SourceSeen = IPAddress.Parse(P1) }, await world.SendAsync(Udp(a, P3, 53)));
        Assert.Equal(new FlowVerdict { Receiver = other.Key, SourceSeen = IPAddress.Parse(P1) }, await world.SendAsync(Ping(a, P3)));
    }

    [Fact]
    public async Task An_empty_group_lets_the_network_in_and_keeps_the_internet_out()
    {
        await using var world = Create();
        var (a, b) = (Nic("n", "10.0.0.4", P1, nsg: "g"), Nic("n", "10.0.0.5", P2));
        await world.ApplyAsync(Vnet("n", a, b).With(Nsg("g")));

        Assert.Equal([a.Key, null, null, b.Key, b.Key],
            await All(world, Tcp(b, "10.0.0.4", 80), Outside(P1, 80), Tcp(b, P1, 80), Tcp(a, P2, 80), Tcp(a, "10.0.0.5", 80)));
    }

    [Fact]
    public async Task The_lower_priority_number_wins_and_ports_and_protocols_narrow_a_rule()
    {
        await using var world = Create();
        var (a, b) = (Nic("n", "10.0.0.4", P1, nsg: "g"), Nic("n", "10.0.0.5"));
        await world.ApplyAsync(Vnet("n", a, b).With(Nsg("g",
            Rule(300, allow: true, ports: "80-90", protocol: "tcp"),
            Rule(200, allow: false, ports: "85", protocol: "tcp"),
            Rule(250, allow: true, protocol: "icmp"),
            Rule(260, allow: false, ports: "53", source: "VirtualNetwork"))));

        Assert.Equal([a.Key, null, a.Key, null, null, a.Key, null, a.Key, a.Key], await All(world,
            Outside(P1, 80), Outside(P1, 85), Outside(P1, 90), Outside(P1, 91), Outside(P1, 80, "udp"), Outside(P1, 0, "icmp"),
            Udp(b, "10.0.0.4", 53), Udp(b, "10.0.0.4", 54), Ping(b, "10.0.0.4")));
    }

    [Fact]
    public async Task Service_tags_mean_what_they_say()
    {
        await using var world = Create();
        var (a, b) = (Nic("n", "10.0.0.4", P1, nsg: "g"), Nic("n", "10.0.0.5", P2, nsg: "h"));
        await world.ApplyAsync(Vnet("n", a, b).With(
            Nsg("g", Rule(100, allow: true, ports: "81", source: "Internet"), Rule(110, allow: false, ports: "82", source: "VirtualNetwork"),
                Rule(120, allow: true, ports: "83", source: "AzureLoadBalancer"), Rule(130, allow: false, ports: "83"),
                Rule(140, allow: true, ports: "84", source: "AzureTrafficManager")),
            Nsg("h", Rule(100, allow: false, inbound: false, destination: "Internet"))));

        Assert.Equal([a.Key, a.Key, null, null, null, null], await All(world,
            Outside(P1, 81), Tcp(b, "10.0.0.4", 81), Tcp(b, "10.0.0.4", 82), Outside(P1, 83), Tcp(b, "10.0.0.4", 83), Tcp(b, P1, 81)));
        Flow Check(int port) => Outside(P1, port) with { Source = new NetOptions().TrafficManager };
        Assert.Equal([a.Key, a.Key, null, null], await All(world, Check(84), Check(81), Check(83), Outside(P1, 84)));
    }

    [Fact]
    public async Task Subnet_and_nic_groups_must_both_allow_in_both_directions()
    {
        await using var world = Create();
        var (a, b, c) = (Nic("n", "10.0.0.4", P1, nsg: "nic"), Nic("n", "10.0.1.4"), Nic("n", "10.0.0.5"));
        await world.ApplyAsync(Vnet("n", a, b, c).WithSubnetNsg("a", "subnet").With(
            Nsg("nic", Rule(100, allow: true, ports: "80-81"), Rule(100, allow: false, ports: "90", inbound: false)),
            Nsg("subnet", Rule(100, allow: true, ports: "81-82"), Rule(100, allow: false, ports: "91", inbound: false))));

        Assert.Equal([null, a.Key, null, null, null, b.Key, c.Key, null, null], await All(world,
            Outside(P1, 80), Outside(P1, 81), Outside(P1, 82), Tcp(a, "10.0.1.4", 90), Tcp(a, "10.0.1.4", 91), Tcp(a, "10.0.1.4", 92),
            Tcp(a, "10.0.0.5", 92), Tcp(c, "10.0.1.4", 91), Tcp(a, "10.0.0.5", 91)));
    }

    [Fact]
    public async Task A_standard_public_address_is_closed_until_a_group_opens_it()
    {
        await using var world = Create();
        var (a, b) = (Nic("n", "10.0.0.4", P1, secure: true), Nic("n", "10.0.0.5", P2));
        await world.ApplyAsync(Vnet("n", a, b));
        Assert.Equal([null, b.Key, a.Key, b.Key], await All(world, Outside(P1, 80), Outside(P2, 80), Tcp(b, "10.0.0.4", 80), Tcp(a, P2, 80)));

        await world.ApplyAsync(Vnet("n", a, b).WithSubnetNsg("a", "g").With(Nsg("g", Rule(100, allow: true))));
        Assert.Equal([a.Key], await All(world, Outside(P1, 80)));
    }

    [Fact]
    public async Task The_platform_answers_whatever_the_groups_say_and_nothing_else_of_the_machine_does()
    {
        await using var world = Create();
        var a = Nic("n", "10.0.0.4", P1, nsg: "g");
        await world.ApplyAsync(Vnet("n", a).With(Nsg("g", Rule(100, allow: false), Rule(100, allow: false, inbound: false))));

        const string p = FlowVerdict.Platform;
        Assert.Equal([p, p, p, p, null, null, null, null], await All(world,
            Tcp(a, "168.63.129.16", 80), Tcp(a, "168.63.129.16", 32526), Udp(a, "168.63.129.16", 53), Tcp(a, "169.254.169.254", 80),
            Tcp(a, "168.63.129.16", 22), Tcp(a, "169.254.169.254", 53), Udp(a, "169.254.169.254", 53), Tcp(a, "10.0.0.1", 80)));
    }

    [Fact]
    public async Task A_nic_speaks_with_its_own_addresses_only_unless_it_forwards()
    {
        await using var world = Create();
        var (a, b, router) = (Nic("n", "10.0.0.4", P1), Nic("n", "10.0.0.5"), Nic("n", "10.0.0.6", forwarding: true));
        await world.ApplyAsync(Vnet("n", a, b, router));

        Assert.Equal([null, null, null, b.Key, null, null], await All(world,
            Udp(a, "10.0.0.5", 99) with { Source = IPAddress.Parse("10.0.0.77") },
            Udp(a, "10.0.0.5", 67) with { Source = IPAddress.Parse("10.0.0.77"), SourcePort = 68 },
            Udp(a, "168.63.129.16", 53) with { Source = IPAddress.Parse("10.0.0.5") },
            Udp(router, "10.0.0.5", 99) with { Source = IPAddress.Parse("10.0.0.77") },
            Udp(router, "168.63.129.16", 53) with { Source = IPAddress.Parse("10.0.0.5") },
            Udp(router, "198.18.255.254", 99) with { Source = IPAddress.Parse("10.0.0.4") }));
    }

    [Fact]
    public async Task A_public_address_moves_between_networks_in_either_order()
    {
        await using var world = Create();
        var (a, b) = (Nic("n", "10.0.0.4"), Nic("m", "10.0.0.4"));
        await world.ApplyAsync(Vnet("n", Nic("n", "10.0.0.4", P1)));
        await world.ApplyAsync(Vnet("m", b));
        Assert.Equal([a.Key], await All(world, Outside(P1, 80)));

        await world.ApplyAsync(Vnet("m", Nic("m", "10.0.0.4", P1)));
        await world.ApplyAsync(Vnet("n", a));
        Assert.Equal([b.Key], await All(world, Outside(P1, 80)));

        await world.ApplyAsync(Vnet("m", b));
        Assert.Equal([null], await All(world, Outside(P1, 80)));
        await world.ApplyAsync(Vnet("n", Nic("n", "10.0.0.4", P1)));
        Assert.Equal([a.Key], await All(world, Outside(P1, 80)));
    }

    [Fact]
    public async Task What_leaves_the_state_leaves_the_machine_and_a_second_pass_changes_nothing()
    {
        await using var world = Create();
        var (a, b) = (Nic("n", "10.0.0.4", P1), Nic("n", "10.0.0.5"));
        await world.ApplyAsync(Vnet("n", a, b));
        await world.ApplyAsync(Vnet("n", a, b));
        await world.ApplyAsync(Vnet("m"));
        string[] devices = [.. new[] { NicDevice.InterfaceOf(a.Key), NicDevice.InterfaceOf(b.Key) }.Order(StringComparer.Ordinal)];
        VnetPresence[] wanted = [new(NicDevice.NamespaceOf("m"), []), new(NicDevice.NamespaceOf("n"), devices)];
        Assert.Equivalent(wanted.OrderBy(w => w.Namespace, StringComparer.Ordinal), await world.Engine.ListAsync(default), strict: true);

        await world.ApplyAsync(Vnet("n", b));
        Assert.Equal([NicDevice.NamespaceOf("m")], await world.Engine.SweepAsync(() => new HashSet<string> { "n" }, default));
        var left = Assert.Single(await world.Engine.ListAsync(default));
        Assert.Equal(NicDevice.NamespaceOf("n"), left.Namespace);
        Assert.Equal([NicDevice.InterfaceOf(b.Key)], left.Devices);
        Assert.Equal([null, null], await All(world, Tcp(b, "10.0.0.4", 80), Outside(P1, 80)));

        await world.Engine.RemoveAsync("n", default);
        await world.Engine.RemoveAsync("n", default);
        Assert.Empty(await world.Engine.ListAsync(default));
    }

    [Fact]
    public async Task A_damaged_state_is_refused_and_the_network_stays_as_it_was()
    {
        await using var world = Create();
        var (a, b) = (Nic("n", "10.0.0.4", P1), Nic("n", "10.0.0.5"));
        await world.ApplyAsync(Vnet("n", a, b));

        async Task Refused(string key, string code, VnetState state)
        {
            var e = await Assert.ThrowsAsync<NetException>(() => world.Engine.ApplyAsync(state, default));
            Assert.Equal((key, code), (e.Key, e.Error.Code));
        }

        await Refused(a.Key, "InvalidResourceReference", Vnet("n", a with { NsgKey = "gone" }, b));
        await Refused(a.Key, "InvalidPublicIPAddress", Vnet("n", Nic("n", "10.0.0.4", "8.8.8.8")));
        await Refused(a.Key, "InvalidPublicIPAddress", Vnet("n", Nic("n", "10.0.0.4", "198.18.255.254")));
        await Refused("n/nics/10.0.1.4", "PrivateIPAddressNotInSubnet",
            Vnet("n", Nic("n", "10.0.1.4") with { IpConfigs = [Nic("n", "10.0.1.4").IpConfigs[0] with { SubnetKey = "n/a" }] }));
        await Refused("g", "SecurityRuleInvalidAddressPrefix", Vnet("n", a).With(Nsg("g", Rule(100, true, source: "Storage; drop"))));
        await Refused("g", "SecurityRuleInvalidPortRange", Vnet("n", a).With(Nsg("g", Rule(100, true, ports: "90-80"))));

        Assert.Equal([a.Key, a.Key], await All(world, Outside(P1, 80), Tcp(b, "10.0.0.4", 80)));
    }

    [Fact]
    public async Task Counters_tell_a_nics_traffic_as_its_guest_sees_it()
    {
        await using var world = Create();
        var (a, b) = (Nic("n", "10.0.0.4"), Nic("n", "10.0.0.5"));
        await world.ApplyAsync(Vnet("n", a, b));
        await world.SendAsync(Udp(a, "10.0.0.5", 99));

        var counters = (await world.Engine.ReadCountersAsync("n", default)).ToDictionary(c => c.Interface);
        Assert.True(counters[NicDevice.InterfaceOf(a.Key)] is { SentPackets: > 0, SentBytes: > 0 });
        Assert.True(counters[NicDevice.InterfaceOf(b.Key)] is { ReceivedPackets: > 0, ReceivedBytes: > 0 });
        Assert.Empty(await world.Engine.ReadCountersAsync("nowhere", default));
    }

    /// <summary>The receivers of flows that are sent at the same time.</summary>
    private static async Task<IReadOnlyList<string?>> All(INetWorld world, params Flow[] flows)
        => [.. (await Task.WhenAll(flows.Select(world.SendAsync))).Select(v => v.Receiver)];
}
