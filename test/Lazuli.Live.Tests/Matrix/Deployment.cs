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
                     select new PeerSpec { VnetKey = other.Name, AddressPrefixes = [other.Space], Access = side.Access, Forwarded = side.Forwarded }).ToList();
        return new()
        {
            Vnet = new()
            {
                Key = net.Name,
                AddressPrefixes = [net.Space],
                DnsSuffix = "x.internal.cloudapp.net",
                OutboundAddress = net.Outbound,
                Peers = peers,
                Subnets = [.. net.Subnets.Select(s => new SubnetSpec
                {
                    Key = $"{net.Name}/{s.Name}",
                    AddressPrefixes = [s.Prefix],
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
            Neighbours = [.. cloud.Cards.Where(c => peers.Exists(p => p.VnetKey == c.Net)).Select(NicOf)],
        };
    }

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
