namespace Lazuli.Engines.Node;

/// <summary>
/// A load balancer. A regional one is true in its virtual network, a global one where public addresses meet; one without anything behind it is true at once.
/// </summary>
public sealed record LoadBalancerItem : NodeItem
{
    /// <summary>The network of all members and private frontends; null when there are none yet, or for a global one.</summary>
    public string? VnetKey { get; init; }

    /// <summary>Closed to the outside as long as a member has no security group.</summary>
    public bool Standard { get; init; }
    public required IReadOnlyList<BalancerFrontend> Frontends { get; init; }
    public IReadOnlyList<BalancerProbe> Probes { get; init; } = [];
    public IReadOnlyList<BalancerRule> Rules { get; init; } = [];
    public IReadOnlyList<BalancerNatRule> NatRules { get; init; } = [];
    public IReadOnlyList<BalancerSnat> Snat { get; init; } = [];

    /// <summary>Private addresses that have no default outbound access, because they are behind it.</summary>
    public IReadOnlyList<string> Enclosed { get; init; } = [];

    /// <summary>Keys of the regional load balancers that a global one spreads over.</summary>
    public IReadOnlyList<string> Regional { get; init; } = [];

    public override IEnumerable<string> References() => VnetKey is null ? Regional : [VnetKey, .. Regional];
}

/// <param name="Name">Lower-cased.</param>
/// <param name="Address">IPv4 or IPv6; members of its rules are of the same family.</param>
/// <param name="Public">Whether the address is one of the public pool.</param>
public sealed record BalancerFrontend(string Name, string Address, bool Public);

/// <summary>How a member is asked whether it is well, from 168.63.129.16, or by IPv6 from fe80::1234:5678:9abc.</summary>
public sealed record BalancerProbe
{
    /// <summary>Lower-cased.</summary>
    public required string Name { get; init; }

    /// <summary><c>tcp</c>, <c>http</c> or <c>https</c>.</summary>
    public required string Protocol { get; init; }
    public required int Port { get; init; }

    /// <summary>Of HTTP: what is asked for; only status 200 is well.</summary>
    public string Path { get; init; } = "/";
    public required int IntervalSeconds { get; init; }

    /// <summary>Failures in a row that bring a member down.</summary>
    public int DownAfter { get; init; } = 1;

    /// <summary>Successes in a row that bring it up.</summary>
    public int UpAfter { get; init; } = 1;

    /// <summary>When all members are down, all get connections (AllProbedUp).</summary>
    public bool AllDownIsUp { get; init; }
}

/// <summary>A member of a pool.</summary>
/// <param name="Address">Private; of a global load balancer the public address of a regional one's frontend.</param>
/// <param name="AdminState"><c>None</c>, <c>Up</c> or <c>Down</c>; heeded by rules with a probe.</param>
public sealed record BalancerMember(string Address, string AdminState = "None");

/// <summary>Which members a connection takes to.</summary>
public enum BalancerAffinity
{
    /// <summary>By addresses, ports and protocol.</summary>
    FiveTuple,

    /// <summary>By source address alone.</summary>
    Source,

    /// <summary>By source address and protocol.</summary>
    SourceAndProtocol,
}

/// <summary>Connections to a frontend's port that are spread over members.</summary>
public sealed record BalancerRule
{
    /// <summary>Lower-cased.</summary>
    public required string Name { get; init; }

    /// <summary>Name of a frontend.</summary>
    public required string Frontend { get; init; }

    /// <summary><c>tcp</c>, <c>udp</c> or <c>all</c>: both, on every port that no other rule has.</summary>
    public required string Protocol { get; init; }

    /// <summary>0 with <c>all</c>.</summary>
    public required int FrontendPort { get; init; }
    public required int BackendPort { get; init; }
    public required IReadOnlyList<BalancerMember> Members { get; init; }

    /// <summary>Name of a probe; null: all members always get connections.</summary>
    public string? Probe { get; init; }
    public BalancerAffinity Affinity { get; init; }

    /// <summary>Packets reach the member with the frontend's address as their destination.</summary>
    public bool FloatingIp { get; init; }
    public int IdleMinutes { get; init; } = 4;

    /// <summary>A packet of a TCP connection that was idle too long is answered by a reset.</summary>
    public bool TcpReset { get; init; }
}

/// <summary>A frontend's port that leads to one address.</summary>
public sealed record BalancerNatRule
{
    /// <summary>Lower-cased; the same for all ports of a range.</summary>
    public required string Name { get; init; }
    public required string Frontend { get; init; }

    /// <summary><c>tcp</c> or <c>udp</c>.</summary>
    public required string Protocol { get; init; }
    public required int FrontendPort { get; init; }
    public required string Address { get; init; }
    public required int BackendPort { get; init; }
    public int IdleMinutes { get; init; } = 4;
    public bool TcpReset { get; init; }
}

/// <summary>Outbound connections of members without a public address of their own: from which addresses and ports they come.</summary>
public sealed record BalancerSnat
{
    /// <summary>Lower-cased name of the outbound rule, or of the load-balancing rule that brings it along.</summary>
    public required string Name { get; init; }

    /// <summary>Names of frontends with public addresses; a connection takes one of them by its destination.</summary>
    public required IReadOnlyList<string> Frontends { get; init; }

    /// <summary><c>tcp</c>, <c>udp</c> or <c>all</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>Addresses, each with the first of its ports.</summary>
    public required IReadOnlyList<SnatShare> Shares { get; init; }

    /// <summary>How many ports each share has, at each frontend.</summary>
    public required int Ports { get; init; }
    public int IdleMinutes { get; init; } = 4;
    public bool TcpReset { get; init; }
}

public sealed record SnatShare(string Address, int FirstPort);
