using Lazuli.Engines.Net;

namespace Lazuli.Engines.Node;

/// <summary>A machine that can be asked about packets. Calls throw <see cref="IOException"/> while it can't be reached.</summary>
public interface INodePackets
{
    /// <summary>What a packet capture has written so far, as a file of libpcap's format; null when there is no such capture, or it never started.</summary>
    Task<Stream?> OpenCaptureAsync(string captureKey, CancellationToken cancellationToken);

    /// <summary>As <see cref="IPacketWatching.ProbeAsync"/>; null where no packets can be sent: the machine has none, or the NIC isn't there.</summary>
    Task<PathProbe?> ProbeAsync(ProbeRequest request, CancellationToken cancellationToken);

    /// <summary>The IPv4 address that a network's own name server knows for a name; null when it knows none.</summary>
    Task<string?> ResolveAsync(string vnetKey, string name, CancellationToken cancellationToken);
}
