using System.Net;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Live.Tests.Matrix;

/// <summary>A cloud as the engine's own states, one for each network.</summary>
internal static class Deployment
{
    public static IEnumerable<VnetState> StatesOf(Cloud cloud) => cloud.Nets.Select(net => StateOf(cloud, net));

    public static NicItem NicOf(Card card) => new()
    {
        Key = card.Name,
        VnetKey = card.Net,
        MacAddress = "00-0D-3A-" + string.Join('-', IPAddress.Parse(card.Addresses[0].Private).GetAddressBytes()[1..].Select(b => b.ToString("X2", null))),
        NsgKey = card.Group,
        IpForwarding = card.Forwards,
        IpConfigs = [.. card.Addresses.Select((a, i) => new IpConfigSpec
        {
            Name = $"ip{i}",
            SubnetKey = $"{card.Net}/{card.Sub}",
            PrivateAddress = a.Private,
            Primary = i == 0,
            PublicAddress = a.Public,
            PublicSecureByDefault = a.Standard,
            GroupKeys = a.Applications,
        })],
    };

    private static VnetState StateOf(Cloud cloud, Net net)
    {
        var peers = (from peering in cloud.Peerings
                     where peering.One == net.Name || peering.Two == net.Name
                     let other = cloud.Nets.First(n => n.Name == (peering.One == net.Name ? peering.Two : peering.One))
                     let side = peering.One == net.Name ? peering.OfOne : peering.OfTwo
                     select new PeerSpec { VnetKey = other.Name, AddressPrefixes = [.. other.Spaces], Access = side.Access, Forwarded = side.Forwarded }).ToList();
        return new()
        {
            Vnet = new()
            {
                Key = net.Name,
                AddressPrefixes = [.. net.Spaces],
                DnsSuffix = "x.internal.cloudapp.net",
                OutboundAddress = net.Outbound,
                Peers = peers,
                Subnets = [.. net.Subnets.Select(s => new SubnetSpec
                {
                    Key = $"{net.Name}/{s.Name}",
                    AddressPrefixes = [.. s.Prefixes],
                    NsgKey = s.Group,
                    RouteTableKey = s.Table,
                    NatKey = s.Gateway,
                    DefaultOutbound = !s.Private,
                })],
            },
            Nics = [.. cloud.Cards.Where(c => c.Net == net.Name).Select(NicOf)],
            Nsgs = [.. cloud.Groups.Select(g => new NsgItem { Key = g.Name, Rules = [.. g.Laws.Select(RuleOf)] })],
            RouteTables = [.. cloud.Tables.Select(t => new RouteTableItem
            {
                Key = t.Name,
                Routes = [.. t.Ways.Select(w => new RouteSpec { Name = w.Prefix, Prefix = w.Prefix, NextHop = Enum.Parse<NextHop>(w.Hop), Appliance = w.Appliance })],
            })],
            Nats = [.. cloud.Gateways.Select(g => new NatItem { Key = g.Name, Addresses = g.Addresses })],
            Balancers = [.. cloud.Balancers.Where(b => b.Net == net.Name).Select(BalancerOf)],
            Neighbours = [.. cloud.Cards.Where(c => peers.Exists(p => p.VnetKey == c.Net)).Select(NicOf)],
        };
    }

    /// <summary>Whom the probe of a load balancer finds well.</summary>
    public static IReadOnlySet<ProbedMember> WellOf(Balancer balancer)
        => balancer.Members.Select(m => m.Address).Except(balancer.Down).Select(a => new ProbedMember("p", a)).ToHashSet();

    private static LoadBalancerItem BalancerOf(Balancer balancer) => new()
    {
        Key = balancer.Name,
        VnetKey = balancer.Net,
        Standard = balancer.Standard,
        Frontends = [new("f", balancer.Frontend, balancer.Public)],
        Probes = [new() { Name = "p", Protocol = "tcp", Port = 80, IntervalSeconds = 5 }],
        Rules = [.. balancer.Spreads.Select(s => new BalancerRule
        {
            Name = s.Name,
            Frontend = "f",
            Protocol = s.Protocol,
            FrontendPort = s.Port,
            BackendPort = s.Inner,
            Members = [.. balancer.Members.Select(m => new BalancerMember(m.Address, m.State))],
            Probe = s.Probed ? "p" : null,
            Affinity = s.Affinity switch { "source" => BalancerAffinity.Source, "protocol" => BalancerAffinity.SourceAndProtocol, _ => BalancerAffinity.FiveTuple },
            FloatingIp = s.Floating,
        })],
        NatRules = [.. balancer.Singles.Select(s => new BalancerNatRule { Name = $"n{s.Port}", Frontend = "f", Protocol = s.Protocol, FrontendPort = s.Port, Address = s.Address, BackendPort = s.Inner })],
        Snat = balancer.Outbound is not { } protocol || balancer.Members.Count == 0 ? [] :
        [
            new() { Name = "out", Frontends = ["f"], Protocol = protocol, Ports = 1024, Shares = [.. balancer.Members.Select((m, i) => new SnatShare(m.Address, 1024 + i * 1024))] },
        ],
        Enclosed = balancer.Standard ? [.. balancer.Members.Select(m => m.Address)] : [],
    };

    private static NsgRule RuleOf(Law law) => new()
    {
        Name = $"r{law.Priority}",
        Priority = law.Priority,
        Inbound = law.Inbound,
        Allow = law.Allow,
        Protocol = law.Protocol,
        Sources = [.. law.Sources.Where(s => !s.StartsWith("asg:", StringComparison.Ordinal))],
        SourceGroups = [.. law.Sources.Where(s => s.StartsWith("asg:", StringComparison.Ordinal)).Select(s => s[4..])],
        SourcePorts = [law.SourcePorts],
        Destinations = [.. law.Destinations.Where(s => !s.StartsWith("asg:", StringComparison.Ordinal))],
        DestinationGroups = [.. law.Destinations.Where(s => s.StartsWith("asg:", StringComparison.Ordinal)).Select(s => s[4..])],
        DestinationPorts = [law.DestinationPorts],
    };
}
