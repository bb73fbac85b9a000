using System.Globalization;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Linux.Net;

/// <summary>A port of a frontend (or all of them) and where it leads.</summary>
internal sealed record BalancerWay
{
    public required LoadBalancerItem Balancer { get; init; }

    /// <summary>Null for an inbound NAT rule, which has one member whatever its health.</summary>
    public BalancerRule? Rule { get; init; }
    public required string Address { get; init; }
    public NftFamily Family => NftFamily.Of(Address);
    public required string Protocol { get; init; }
    public required int Port { get; init; }
    public required int BackendPort { get; init; }
    public required IReadOnlyList<string> Members { get; init; }
    public required string Chain { get; init; }
    public required uint Mark { get; init; }
    public required int IdleMinutes { get; init; }
    public required bool TcpReset { get; init; }

    public static BalancerWay Of(LoadBalancerItem balancer, BalancerRule rule) => new()
    {
        Balancer = balancer,
        Rule = rule,
        Address = balancer.Frontends.First(f => f.Name == rule.Frontend).Address,
        Protocol = rule.Protocol,
        Port = rule.FrontendPort,
        BackendPort = rule.BackendPort,
        Members = [.. rule.Members.Select(m => m.Address)],
        Chain = BalancerMarks.NameOf(balancer, rule.Name, 'r'),
        Mark = BalancerMarks.Of(balancer, rule.Name, 'r') | (rule.FloatingIp ? BalancerMarks.Floating : 0),
        IdleMinutes = rule.IdleMinutes,
        TcpReset = rule.TcpReset,
    };

    public static BalancerWay Of(LoadBalancerItem balancer, BalancerNatRule rule) => new()
    {
        Balancer = balancer,
        Address = balancer.Frontends.First(f => f.Name == rule.Frontend).Address,
        Protocol = rule.Protocol,
        Port = rule.FrontendPort,
        BackendPort = rule.BackendPort,
        Members = [rule.Address],
        Chain = string.Create(CultureInfo.InvariantCulture, $"{BalancerMarks.NameOf(balancer, rule.Name, 'n')}_{rule.FrontendPort}"),
        Mark = BalancerMarks.Of(balancer, rule.Name, 'n'),
        IdleMinutes = rule.IdleMinutes,
        TcpReset = rule.TcpReset,
    };
}
