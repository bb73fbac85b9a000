using System.Net;
using System.Net.Sockets;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Net;

/// <summary>A route that a subnet has.</summary>
public sealed record EffectiveRoute
{
    /// <summary>A user's name for it; null for one of the system's.</summary>
    public string? Name { get; init; }
    public required IPNetwork Prefix { get; init; }
    public required NextHop NextHop { get; init; }
    public IPAddress? Appliance { get; init; }

    /// <summary>The peer that <see cref="NextHop.VNetPeering"/> leads to.</summary>
    public PeerSpec? Peer { get; init; }

    /// <summary>False when a user's route has the same prefix.</summary>
    public bool Active { get; init; } = true;
    public bool IsUser => Name is not null;
}

/// <summary>
/// How packets find their way out of a subnet: the model that routes are made from and that questions about next hops are answered from.
/// The longest prefix wins; among equals a user's route does.
/// </summary>
public sealed class RouteModel
{
    // RFC 1918 and RFC 6598: a network that doesn't have them has them nowhere else.
    private static readonly IPNetwork[] Nowhere = [.. new[] { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10" }.Select(p => IPNetwork.Parse(p))];

    private RouteModel(IReadOnlyList<EffectiveRoute> routes) => Routes = routes;

    public IReadOnlyList<EffectiveRoute> Routes { get; }

    /// <summary>The routes of subnets that have this route table; null for those that have none.</summary>
    public static RouteModel Of(VnetItem vnet, RouteTableItem? table)
    {
        var system = System(vnet).ToList();
        var user = (from route in table?.Routes ?? []
                    where vnet.IsDualStack || !Ipv6.Is(route.Prefix)
                    select new EffectiveRoute
                    {
                        Name = route.Name,
                        Prefix = IPNetwork.Parse(route.Prefix),
                        NextHop = route.NextHop,
                        Appliance = route.Appliance is { } address ? IPAddress.Parse(address) : null,
                    }).ToList();
        var taken = user.Select(u => u.Prefix).ToHashSet();
        return new([.. system.Select(s => taken.Contains(s.Prefix) ? s with { Active = false } : s), .. user]);
    }

    /// <summary>The routes that every subnet of a network has; no two have the same prefix. Those for IPv6 are in networks that have a space of it.</summary>
    public static IEnumerable<EffectiveRoute> System(VnetItem vnet)
    {
        var local = Parse(vnet, vnet.AddressPrefixes).ToList();
        var remote = (from peer in vnet.Peers from prefix in Parse(vnet, peer.AddressPrefixes) where !local.Contains(prefix) select (Prefix: prefix, Peer: peer)).DistinctBy(p => p.Prefix).ToList();
        return local.Select(p => new EffectiveRoute { Prefix = p, NextHop = NextHop.VnetLocal })
            .Concat(remote.Select(r => new EffectiveRoute { Prefix = r.Prefix, NextHop = r.Peer.Global ? NextHop.VNetGlobalPeering : NextHop.VNetPeering, Peer = r.Peer }))
            .Concat(Parse(vnet, ["0.0.0.0/0", "::/0"]).Select(p => new EffectiveRoute { Prefix = p, NextHop = NextHop.Internet }))
            .Concat(from prefix in Nowhere
                    where !local.Contains(prefix) && !remote.Exists(r => r.Prefix.Equals(prefix))
                    select new EffectiveRoute { Prefix = prefix, NextHop = NextHop.None });
    }

    /// <summary>The route that a packet to an address takes.</summary>
    public EffectiveRoute Find(IPAddress address) => Routes.Where(r => r.Active && r.Prefix.Contains(address)).MaxBy(r => r.Prefix.PrefixLength)
        ?? throw new ArgumentException($"'{address}' has no route.", nameof(address));

    private static IEnumerable<IPNetwork> Parse(VnetItem vnet, IEnumerable<string> prefixes)
        => prefixes.Select(p => IPNetwork.Parse(p)).Where(n => vnet.IsDualStack || n.BaseAddress.AddressFamily == AddressFamily.InterNetwork);
}
