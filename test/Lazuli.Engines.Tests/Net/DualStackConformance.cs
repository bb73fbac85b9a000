using System.Net;
using Lazuli.Engines.Net;
using static Lazuli.Engines.Tests.Net.Nets;

namespace Lazuli.Engines.Tests.Net;

/// <summary>What every Net engine does with IPv6, beside <see cref="NetConformance"/>.</summary>
public abstract class DualStackConformance
{
    private const string A = "fd00:1:0:a::4";
    private const string B = "fd00:1:0:b::4";
    private const string P1 = "2001:2::4";
    private const string P2 = "2001:2::5";

    protected abstract INetWorld Create();

    [Fact]
    public async Task Nics_reach_each_other_by_both_families_and_see_who_calls()
    {
        await using var world = Create();
        var (a, b, single) = (Nic("n", "10.0.0.4").And(A), Nic("n", "10.0.1.4").And(B), Nic("n", "10.0.1.5"));
        await world.ApplyAsync(Dual("n", a, b, single));

        foreach (var flow in new[] { Tcp(a, B, 80), Udp(a, B, 53), Ping(a, B) })
        {
            Assert.Equal(new FlowVerdict { Receiver = b.Key, SourceSeen = IPAddress.Parse(A) }, await world.SendAsync(flow));
        }

        Assert.Equal([b.Key, single.Key, null, null], await All(world, Tcp(a, "10.0.1.4", 80), Tcp(a, "10.0.1.5", 80), Tcp(a, "fd00:1:0:b::5", 80), Tcp(a, "2001:2::99", 80)));
    }

    [Fact]
    public async Task Networks_with_the_same_addresses_do_not_meet()
    {
        await using var world = Create();
        var (a, other) = (Nic("n", "10.0.0.4").And(A), Nic("m", "10.0.1.4").And(B));
        await world.ApplyAsync(Dual("n", a));
        await world.ApplyAsync(Dual("m", other));

        Assert.Equal([null, null], await All(world, Tcp(a, B, 80), Ping(a, B)));
    }

    [Fact]
    public async Task Rules_speak_of_the_family_that_they_name_and_without_one_of_both()
    {
        await using var world = Create();
        var (a, b) = (Nic("n", "10.0.0.4", nsg: "g").And(A), Nic("n", "10.0.1.4").And(B));
        await world.ApplyAsync(Dual("n", a, b).With(Nsg("g",
            Rule(100, allow: false, ports: "80", source: "fd00:1:0:b::/64"), Rule(110, allow: false, ports: "81", source: "10.0.0.0/8"),
            Rule(120, allow: false, ports: "82"), Rule(130, allow: false, ports: "83", source: "0.0.0.0/0"), Rule(140, allow: false, ports: "84", source: "::/0"),
            Rule(150, allow: false, ports: "85", source: "VirtualNetwork"))));

        Assert.Equal([null, a.Key, a.Key, null, null, null, a.Key, null, null, a.Key, null, null], await All(world,
            Tcp(b, A, 80), Tcp(b, "10.0.0.4", 80), Tcp(b, A, 81), Tcp(b, "10.0.0.4", 81), Tcp(b, A, 82), Tcp(b, "10.0.0.4", 82),
            Tcp(b, A, 83), Tcp(b, "10.0.0.4", 83), Tcp(b, A, 84), Tcp(b, "10.0.0.4", 84), Tcp(b, A, 85), Tcp(b, "10.0.0.4", 85)));
    }

    [Fact]
    public async Task Only_rules_for_any_protocol_speak_of_icmp_version_6()
    {
        await using var world = Create();
        var (a, b, c) = (Nic("n", "10.0.0.4", nsg: "g").And(A), Nic("n", "10.0.1.4").And(B), Nic("n", "10.0.1.5").And("fd00:1:0:b::5"));
        await world.ApplyAsync(Dual("n", a, b, c).With(Nsg("g", Rule(100, allow: false, protocol: "icmp"))));
        Assert.Equal([null, a.Key], await All(world, Ping(b, "10.0.0.4"), Ping(b, A)));

        // Who has pinged goes on; somebody else doesn't begin.
        await world.ApplyAsync(Dual("n", a, b, c).With(Nsg("g", Rule(100, allow: false))));
        Assert.Equal([null, null], await All(world, Ping(c, "10.0.0.4"), Ping(c, A)));
    }

    [Fact]
    public async Task A_public_address_leads_to_its_nic_and_its_nic_out()
    {
        await using var world = Create();
        var (a, b, other) = (Nic("n", "10.0.0.4").And(A, P1), Nic("n", "10.0.1.4").And(B), Nic("m", "10.0.1.4").And(B, P2));
        await world.ApplyAsync(Dual("n", a, b));
        await world.ApplyAsync(Dual("m", other));

        Assert.Equal(new FlowVerdict { Receiver = a.Key, SourceSeen = new NetOptions().Outside6(0) }, await world.SendAsync(Outside(P1, 80)));
        Assert.Equal(new FlowVerdict { Receiver = other.Key, SourceSeen = IPAddress.Parse(P1) }, await world.SendAsync(Tcp(a, P2, 80)));
        Assert.Equal(new FlowVerdict { Receiver = other.Key, SourceSeen = IPAddress.Parse(P1) }, await world.SendAsync(Ping(a, P2)));
        Assert.Equal([null, null, null], await All(world, Tcp(b, P2, 80), Outside(A, 80), Outside("2001:2::77", 80)));
    }

    [Fact]
    public async Task A_standard_public_address_is_closed_until_a_group_opens_it()
    {
        await using var world = Create();
        var a = Nic("n", "10.0.0.4").And(A, P1, secure: true);
        await world.ApplyAsync(Dual("n", a));
        Assert.Null((await world.SendAsync(Outside(P1, 80))).Receiver);

        await world.ApplyAsync(Dual("n", a with { NsgKey = "g" }).With(Nsg("g", Rule(100, allow: true, ports: "80", source: "Internet"))));
        Assert.Equal([a.Key, null], await All(world, Outside(P1, 80), Outside(P1, 81)));
    }

    [Fact]
    public async Task A_nic_speaks_with_its_own_addresses_only_unless_it_forwards()
    {
        await using var world = Create();
        var (a, b, router) = (Nic("n", "10.0.0.4").And(A), Nic("n", "10.0.1.4").And(B), Nic("n", "10.0.1.6", forwarding: true).And("fd00:1:0:b::6"));
        await world.ApplyAsync(Dual("n", a, b, router));
        var stolen = IPAddress.Parse("fd00:1:0:a::77");

        Assert.Equal([null, null, b.Key], await All(world,
            Udp(a, B, 53) with { Source = stolen }, Udp(a, B, 53) with { Source = IPAddress.Parse("fd00:1:0:b::6") }, Udp(router, B, 53) with { Source = stolen }));
    }

    [Fact]
    public async Task A_network_becomes_dual_stack_and_single_stack_again_while_it_works()
    {
        await using var world = Create();
        var (a, b) = (Nic("n", "10.0.0.4"), Nic("n", "10.0.1.4"));
        await world.ApplyAsync(Vnet("n", a, b));
        Assert.Equal(b.Key, (await world.SendAsync(Tcp(a, "10.0.1.4", 80))).Receiver);

        await world.ApplyAsync(Dual("n", a.And(A), b.And(B)));
        Assert.Equal([b.Key, b.Key], await All(world, Tcp(a, "10.0.1.4", 80), Tcp(a.And(A), B, 80)));

        await world.ApplyAsync(Vnet("n", a, b));
        Assert.Equal([b.Key, null], await All(world, Tcp(a, "10.0.1.4", 80), Tcp(a.And(A), B, 80)));
    }

    // Lost packets take patience; together they take it once.
    private static async Task<IReadOnlyList<string?>> All(INetWorld world, params Flow[] flows)
        => [.. (await Task.WhenAll(flows.Select(world.SendAsync))).Select(v => v.Receiver)];
}
