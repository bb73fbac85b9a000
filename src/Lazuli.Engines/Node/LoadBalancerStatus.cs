namespace Lazuli.Engines.Node;

/// <summary>What the probes of a load balancer found out.</summary>
public sealed record LoadBalancerStatus
{
    /// <summary>Ordered by probe, then address. Of a global load balancer the probe is empty.</summary>
    public required IReadOnlyList<MemberHealth> Members { get; init; }
}

/// <summary>How one member answers one probe.</summary>
/// <param name="Probe">Lower-cased name; empty for a regional frontend.</param>
/// <param name="Address">The member's.</param>
/// <param name="IsUp">Whether it gets new connections.</param>
/// <param name="Reason">Azure's reason code: <c>Up_Probe_Success</c>, <c>Down_Probe_TcpProbeTimeout</c>…; <c>NA</c> before the first answer.</param>
public sealed record MemberHealth(string Probe, string Address, bool IsUp, string Reason);
