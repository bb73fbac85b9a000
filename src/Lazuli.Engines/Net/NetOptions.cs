using System.Net;

namespace Lazuli.Engines.Net;

/// <summary>What networks have in common on one machine.</summary>
public sealed record NetOptions
{
    /// <summary>
    /// Public addresses come from here; nothing else on the machine may use it (RFC 2544's benchmarking range by default).
    /// Its last 16 addresses belong to the outside: see <see cref="Outside"/>.
    /// </summary>
    public IPNetwork PublicPool { get; init; } = IPNetwork.Parse("198.18.0.0/16");

    /// <summary>
    /// Public IPv6 addresses come from here (RFC 5180's benchmarking range by default). As of <see cref="PublicPool"/>, its last 16 addresses belong to the outside.
    /// </summary>
    public IPNetwork PublicPool6 { get; init; } = IPNetwork.Parse("2001:2::/48");

    /// <summary>Numeric user that opens TAP devices (the VMs' processes); null is the node's own.</summary>
    public int? TapOwner { get; init; }

    /// <summary>The last 16 addresses of the pool, which no public address resource may have.</summary>
    public IPNetwork Reserved => new(Ipv4.Address(Ipv4.Last(PublicPool) - 15), 28);

    /// <summary>
    /// The address under which the n-th place outside the data centre talks to public addresses: 0 is the node's own namespace,
    /// 1 the host's. Guests see it as the source of such connections.
    /// </summary>
    public IPAddress Outside(int n)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, 12);
        return Ipv4.Address(Ipv4.Last(PublicPool) - 1 - (uint)n);
    }

    /// <summary>The last 16 addresses of the IPv6 pool.</summary>
    public IPNetwork Reserved6 => new(Ipv6.Address(Ipv6.Last(PublicPool6) - 15), 124);

    /// <summary>As <see cref="Outside"/>, of IPv6.</summary>
    public IPAddress Outside6(int n)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, 12);
        return Ipv6.Address(Ipv6.Last(PublicPool6) - 1 - (uint)n);
    }

    /// <summary>Where the name server of public zones answers, for the node's own place outside: the first reserved address.</summary>
    public IPAddress NameServer => Ipv4.Address(Ipv4.First(Reserved));

    /// <summary>
    /// Where Traffic Manager's checks come from, and nothing else: what the tag AzureTrafficManager stands for. It is the node's own place's second address, the second reserved one.
    /// </summary>
    public IPAddress TrafficManager => Ipv4.Address(Ipv4.First(Reserved) + 1);
}
