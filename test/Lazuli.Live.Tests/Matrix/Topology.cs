namespace Lazuli.Live.Tests.Matrix;

// A small cloud in the words of Azure's documentation. It shares nothing with the engine: what the engine gets is made of it (Deployment),
// and what must happen is read off it (Oracle).

internal sealed record Cloud
{
    public required List<Net> Nets { get; init; }
    public required List<Card> Cards { get; init; }
    public required List<Group> Groups { get; init; }
    public required List<Table> Tables { get; init; }
    public required List<Gateway> Gateways { get; init; }
    public required List<Peering> Peerings { get; init; }
    public required List<Balancer> Balancers { get; init; }
}

internal sealed record Net(string Name, string Space, List<Sub> Subnets, string? Outbound)
{
    /// <summary>Null for a network that has IPv4 alone.</summary>
    public string? Space6 { get; init; }

    public IEnumerable<string> Spaces => Space6 is null ? [Space] : [Space, Space6];

    public Sub Sub(string name) => Subnets.First(s => s.Name == name);
}

internal sealed record Sub(string Name, string Prefix, string? Group, string? Table, string? Gateway, bool Private)
{
    public string? Prefix6 { get; init; }

    public IEnumerable<string> Prefixes => Prefix6 is null ? [Prefix] : [Prefix, Prefix6];
}

/// <summary>A network interface with the guest behind it; a guest that forwards sends on what isn't for itself.</summary>
internal sealed record Card(string Name, string Net, string Sub, List<Address> Addresses, string? Group, bool Forwards)
{
    /// <summary>Frontends that are on the guest's loopback, because they float to it.</summary>
    public HashSet<string> Loopback { get; } = [];
}

/// <summary>The first of a card is IPv4; at most one is IPv6.</summary>
internal sealed record Address(string Private, string? Public, bool Standard, List<string> Applications)
{
    public bool IsSix => Six.Is(Private);
}

internal static class Six
{
    /// <summary>Whether an address or a prefix is of IPv6.</summary>
    public static bool Is(string text) => text.Contains(':', StringComparison.Ordinal);
}

internal sealed record Group(string Name, List<Law> Laws);

/// <summary>A security rule. Sources and destinations are prefixes, addresses, tags, or application security groups as <c>asg:name</c>.</summary>
internal sealed record Law(int Priority, bool Inbound, bool Allow, string Protocol, List<string> Sources, string SourcePorts, List<string> Destinations, string DestinationPorts);

internal sealed record Table(string Name, List<Way> Ways);

internal sealed record Way(string Prefix, string Hop, string? Appliance);

internal sealed record Gateway(string Name, List<string> Addresses);

/// <summary>Both sides of a peering that is connected.</summary>
internal sealed record Peering(string One, string Two, Side OfOne, Side OfTwo);

/// <summary>What one side allows.</summary>
internal sealed record Side(bool Access, bool Forwarded);

/// <summary>
/// A load balancer with one frontend and one pool. A member whose probe fails is in <c>Down</c>. <c>Outbound</c> is the protocol (or <c>all</c>) by which members without another way
/// out go out by the frontend.
/// </summary>
internal sealed record Balancer(string Name, string Net, bool Standard, bool Public, string Frontend, List<Member> Members, List<Spread> Spreads, List<Single> Singles, string? Outbound, List<string> Down)
{
    /// <summary>The names of those whose members are the hub's appliances, and of IPv6.</summary>
    public const string Hops = "hops";
    public const string Hops6 = "hops6";

    public bool IsHops => Name is Hops or Hops6;
}

/// <summary>One of a pool: an address, and what the operator says about it (<c>None</c>, <c>Up</c>, <c>Down</c>).</summary>
internal sealed record Member(string Address, string State);

/// <summary>A load-balancing rule; protocol <c>all</c> and port 0 are all ports. Affinity is <c>tuple</c>, <c>source</c> or <c>protocol</c>.</summary>
internal sealed record Spread(string Protocol, int Port, int Inner, string Affinity, bool Floating, bool Probed)
{
    public string Name => $"{Protocol}{Port}";
}

/// <summary>An inbound NAT rule.</summary>
internal sealed record Single(string Protocol, int Port, string Address, int Inner);

/// <summary>A connection that somebody tries; without a card it comes from outside.</summary>
internal sealed record Attempt(string? Card, string Source, string Target, string Protocol, int SourcePort, int TargetPort);

/// <summary>What must come of an attempt.</summary>
/// <param name="Receiver">Who gets the first packet, or null.</param>
/// <param name="Seen">The source that the receiver sees; one of several where a gateway chooses.</param>
/// <param name="Answered">Whether an answer comes back; null where Azure's documentation and per-network connection tracking may differ.</param>
internal sealed record Fate(string? Receiver, IReadOnlyList<string> Seen, bool? Answered)
{
    /// <summary>What the oracle decided on the way; the product's own models must say the same.</summary>
    public required IReadOnlyList<Step> Steps { get; init; }

    /// <summary>Balancer and rule that chose the receiver, with what it chose by: equal ones must be the same member's; null where each connection has its own.</summary>
    public string? Choice { get; init; }
}

/// <summary>The groups of a NIC asked about a packet, or (without <c>Inbound</c>) its route.</summary>
internal sealed record Step(Card Card, Packet Packet, bool? Inbound, bool Allowed, string? Hop, string? To);

internal sealed record Packet(string Source, string Target, string Protocol, int SourcePort, int TargetPort);
