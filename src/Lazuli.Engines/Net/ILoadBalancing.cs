using Lazuli.Engines.Node;

namespace Lazuli.Engines.Net;

/// <summary>A net engine that spreads connections over the members of load balancers (<see cref="VnetState.Balancers"/>).</summary>
public interface ILoadBalancing
{
    /// <summary>
    /// Says which members of a load balancer answer their probes; who isn't named doesn't. From now on new connections go by it, also when the load balancer is
    /// applied later. TCP connections stay where they are, UDP ones leave a member that is down.
    /// </summary>
    Task SetHealthAsync(string balancerKey, IReadOnlySet<ProbedMember> up, CancellationToken cancellationToken);

    /// <summary>Makes exactly these global load balancers true where public addresses meet.</summary>
    /// <exception cref="NetException">They can't be; those before stay.</exception>
    Task ApplyGlobalAsync(IReadOnlyList<LoadBalancerItem> balancers, CancellationToken cancellationToken);

    /// <summary>Asks a member once, from 168.63.129.16 in its network, under the rules of its security groups. Takes no longer than <paramref name="patience"/>.</summary>
    Task<ProbeAnswer> ProbeAsync(string vnetKey, string address, BalancerProbe probe, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>Traffic of every rule of a network's load balancers, as long as the network lives; empty when it isn't there.</summary>
    Task<IReadOnlyList<BalancerCounters>> ReadBalancersAsync(string vnetKey, CancellationToken cancellationToken);
}

/// <param name="Probe">Name of a probe.</param>
/// <param name="Address">The member's.</param>
public readonly record struct ProbedMember(string Probe, string Address);

/// <summary>How a member answered a probe.</summary>
public enum ProbeAnswer
{
    Well,

    /// <summary>No connection.</summary>
    NoConnection,

    /// <summary>A connection, but no HTTP (or TLS) on it.</summary>
    NoHttp,

    /// <summary>HTTP, but not in time.</summary>
    NoResponse,

    /// <summary>Another status than 200.</summary>
    BadStatus,
}

/// <summary>What went through one rule.</summary>
public sealed record BalancerCounters
{
    public required string BalancerKey { get; init; }

    /// <summary>Name of the rule, inbound NAT rule or outbound rule.</summary>
    public required string Rule { get; init; }

    /// <summary>To members, or out of them by an outbound rule.</summary>
    public required long BytesIn { get; init; }
    public required long PacketsIn { get; init; }

    /// <summary>The answers.</summary>
    public required long BytesOut { get; init; }
    public required long PacketsOut { get; init; }

    /// <summary>TCP connections asked for.</summary>
    public required long Syns { get; init; }

    /// <summary>Connections there are; of an outbound rule the ports in use.</summary>
    public required int Flows { get; init; }
}
