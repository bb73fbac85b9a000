using Lazuli.Engines.Node;

namespace Lazuli.Engines.Net;

/// <summary>
/// All that one virtual network is made of: its NICs, and the security groups, route tables and NAT gateways that its subnets and NICs refer to (others do no harm).
/// </summary>
public sealed record VnetState
{
    public required VnetItem Vnet { get; init; }
    public required IReadOnlyList<NicItem> Nics { get; init; }
    public required IReadOnlyList<NsgItem> Nsgs { get; init; }
    public IReadOnlyList<RouteTableItem> RouteTables { get; init; } = [];
    public IReadOnlyList<NatItem> Nats { get; init; } = [];
    public IReadOnlyList<LoadBalancerItem> Balancers { get; init; } = [];

    public IReadOnlyList<EndpointItem> Endpoints { get; init; } = [];
    public IReadOnlyList<LinkServiceItem> LinkServices { get; init; } = [];

    public IReadOnlyList<FlowLogItem> FlowLogs { get; init; } = [];

    /// <summary>NICs of peers that are members of application security groups: rules here may name those.</summary>
    public IReadOnlyList<NicItem> Neighbours { get; init; } = [];
}

/// <summary>A network found on the machine: its namespace and the devices of its NICs, by <see cref="NicDevice"/>'s names, ordered.</summary>
public sealed record VnetPresence(string Namespace, IReadOnlyList<string> Devices);

/// <summary>Traffic of one NIC as its guest sees it.</summary>
public sealed record NicCounters
{
    /// <summary>The NIC's <see cref="NicDevice.Interface"/>.</summary>
    public required string Interface { get; init; }
    public required long ReceivedBytes { get; init; }
    public required long ReceivedPackets { get; init; }
    public required long SentBytes { get; init; }
    public required long SentPackets { get; init; }
}
