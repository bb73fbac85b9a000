using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Providers.Network.LoadBalancers;
using Lazuli.Providers.Network.TrafficManagerProfiles;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network;

/// <summary>What an operator may set about networks.</summary>
public sealed record NetworkOptions
{
    public const string Section = "Network";

    /// <summary>Where public addresses come from; the node must have the same.</summary>
    public NetOptions Net { get; init; } = new();

    /// <summary>Below it live the names of public addresses: <c>label.region.suffix</c>.</summary>
    public string PublicDnsSuffix { get; init; } = "cloudapp.azure.com";

    /// <summary>Below it live the names of virtual machines inside their networks.</summary>
    public string InternalDnsSuffix { get; init; } = "internal.cloudapp.net";

    /// <summary>What is known of load balancers' members: shared by who hears it and who answers it.</summary>
    public LoadBalancerHealth Health { get; } = new();

    /// <summary>What is known of Traffic Manager's endpoints: shared by who hears it and who shows it.</summary>
    public TrafficHealth Traffic { get; } = new();

    /// <summary>What is known of packet captures.</summary>
    public NodeWord<PacketCaptureStatus> Captures { get; } = new();

    /// <summary>What connection monitors came to.</summary>
    public NodeWord<ConnectionMonitorStatus> Monitors { get; } = new();

    /// <summary>Who can be asked about packets; null as long as nobody is there.</summary>
    public INodePackets? Packets { get; set; }
}
