using System.Net;
using System.Text.Json.Serialization;

namespace Lazuli.Engines.Net;

/// <summary>Takes a frame; false means enough.</summary>
/// <param name="fromGuest">The guest sent it; otherwise it is on its way to the guest.</param>
/// <param name="length">Bytes of the whole frame, from its Ethernet header on.</param>
/// <param name="frame">What was asked for of it.</param>
public delegate bool FrameSink(bool fromGuest, int length, ReadOnlySpan<byte> frame);

/// <summary>A net engine that lets one look at the packets of NICs, and sends packets in a NIC's name.</summary>
public interface IPacketWatching
{
    /// <summary>Shows every frame of the NICs, as its guest sends and gets it, from the call on until cancelled or <paramref name="take"/> says enough. <paramref name="take"/> is called by one thread.</summary>
    /// <param name="vnetKey">The network of all of them.</param>
    /// <param name="nicKeys">At least one.</param>
    /// <param name="most">Bytes of each frame that are wanted.</param>
    /// <param name="take">Must be quick: what comes meanwhile may be lost.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IOException">A NIC's device isn't there, or has gone.</exception>
    Task CaptureAsync(string vnetKey, IReadOnlyList<string> nicKeys, int most, FrameSink take, CancellationToken cancellationToken);

    /// <summary>
    /// Sends packets as if the guest had: they enter where its own do, so that security groups, routes and translations do to them what they do to the guest's. What comes back is on its
    /// way to the guest, which knows nothing of it and says so (a TCP reset), if it is there.
    /// </summary>
    /// <exception cref="IOException">The NIC's device isn't there, or the kernel refused.</exception>
    Task<PathProbe> ProbeAsync(ProbeRequest request, CancellationToken cancellationToken);
}

/// <summary>Packets to be sent in a NIC's name, one after the other's answer or end of patience.</summary>
public sealed record ProbeRequest
{
    public required string VnetKey { get; init; }
    public required string NicKey { get; init; }

    /// <summary>The NIC's: <c>00-0D-3A-01-02-03</c>.</summary>
    public required string MacAddress { get; init; }

    /// <summary>The NIC's address.</summary>
    public required string Source { get; init; }

    /// <summary>An IPv4 address.</summary>
    public required string Destination { get; init; }

    /// <summary>The port of a TCP connection that is asked for; 0 asks for an echo by ICMP.</summary>
    public required int Port { get; init; }
    public int Count { get; init; } = 4;
    public int PatienceMilliseconds { get; init; } = 1000;

    [JsonIgnore]
    public IPAddress From => IPAddress.Parse(Source);

    [JsonIgnore]
    public IPAddress To => IPAddress.Parse(Destination);
}

/// <summary>What became of a <see cref="ProbeRequest"/>.</summary>
public sealed record PathProbe
{
    public required int Sent { get; init; }

    /// <summary>Milliseconds to each answer of the kind that was hoped for.</summary>
    public required IReadOnlyList<double> Milliseconds { get; init; }

    /// <summary>Somebody answered that nobody listens there.</summary>
    public bool Refused { get; init; }

    /// <summary>Somebody on the way answered that there is no way.</summary>
    public bool Unreachable { get; init; }

    [JsonIgnore]
    public int Failed => Sent - Milliseconds.Count;
}
