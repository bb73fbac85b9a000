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
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, 13);
        return Ipv4.Address(Ipv4.Last(PublicPool) - 1 - (uint)n);
    }

    /// <summary>Where the name server of public zones answers, for the node's own place outside: the first reserved address.</summary>
    public IPAddress NameServer => Ipv4.Address(Ipv4.First(Reserved));
}
