using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Net;

/// <summary>
/// Which frames one filter of a packet capture takes. Addresses and ports are one, a range <c>a-b</c>, or several of those with <c>;</c> between; an empty one is every one.
/// Local is the machine's side, whoever sent the frame. What isn't IP is taken only without any condition, fragments after the first only where no port is asked for.
/// </summary>
public sealed class CaptureFilter
{
    private const int Ethernet = 14;
    private readonly byte? _protocol;
    private readonly IReadOnlyList<(IPAddress First, IPAddress Last)> _local;
    private readonly IReadOnlyList<(IPAddress First, IPAddress Last)> _remote;
    private readonly IReadOnlyList<(ushort First, ushort Last)> _localPorts;
    private readonly IReadOnlyList<(ushort First, ushort Last)> _remotePorts;

    private CaptureFilter(CaptureFilterSpec spec)
    {
        _protocol = spec.Protocol.ToLowerInvariant() switch
        {
            "tcp" => 6,
            "udp" => 17,
            "any" or "" => null,
            _ => throw new FormatException(nameof(spec.Protocol)),
        };
        _local = Addresses(spec.LocalAddresses, nameof(spec.LocalAddresses));
        _remote = Addresses(spec.RemoteAddresses, nameof(spec.RemoteAddresses));
        _localPorts = Ports(spec.LocalPorts, nameof(spec.LocalPorts));
        _remotePorts = Ports(spec.RemotePorts, nameof(spec.RemotePorts));
    }

    /// <exception cref="FormatException">Its message is the name of the property that can't be read.</exception>
    public static CaptureFilter Of(CaptureFilterSpec spec) => new(spec);

    public bool Takes(bool fromGuest, ReadOnlySpan<byte> frame)
    {
        if (_protocol is null && _local.Count + _remote.Count + _localPorts.Count + _remotePorts.Count == 0)
        {
            return true;
        }

        if (!Read(frame, out var protocol, out var source, out var destination, out var ports))
        {
            return false;
        }

        var (local, remote) = fromGuest ? (source, destination) : (destination, source);
        var (localPort, remotePort) = fromGuest ? (ports?.Source, ports?.Destination) : (ports?.Destination, ports?.Source);
        return (_protocol is null || _protocol == protocol)
            && (_local.Count == 0 || _local.Any(r => IsIn(r, local))) && (_remote.Count == 0 || _remote.Any(r => IsIn(r, remote)))
            && (_localPorts.Count == 0 || _localPorts.Any(r => localPort >= r.First && localPort <= r.Last))
            && (_remotePorts.Count == 0 || _remotePorts.Any(r => remotePort >= r.First && remotePort <= r.Last));
    }

    private static bool Read(ReadOnlySpan<byte> frame, out byte protocol, out IPAddress source, out IPAddress destination, out (ushort Source, ushort Destination)? ports)
    {
        (protocol, source, destination, ports) = (0, IPAddress.None, IPAddress.None, null);
        if (frame.Length < Ethernet + 20)
        {
            return false;
        }

        var packet = frame[Ethernet..];
        ReadOnlySpan<byte> content;
        switch (BinaryPrimitives.ReadUInt16BigEndian(frame[12..]))
        {
            case 0x0800:
                (protocol, source, destination) = (packet[9], new(packet[12..16]), new(packet[16..20]));
                var first = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x1fff) == 0;
                content = first ? packet[Math.Min((packet[0] & 15) * 4, packet.Length)..] : [];
                break;
            case 0x86dd when packet.Length >= 40:
                (protocol, source, destination) = (packet[6], new(packet[8..24]), new(packet[24..40]));
                content = packet[40..];
                break;
            default:
                return false;
        }

        if (protocol is 6 or 17 && content.Length >= 4)
        {
            ports = (BinaryPrimitives.ReadUInt16BigEndian(content), BinaryPrimitives.ReadUInt16BigEndian(content[2..]));
        }

        return true;
    }

    private static bool IsIn((IPAddress First, IPAddress Last) range, IPAddress address)
    {
        var (first, last, at) = (range.First.GetAddressBytes(), range.Last.GetAddressBytes(), address.GetAddressBytes());
        return first.Length == at.Length && at.AsSpan().SequenceCompareTo(first) >= 0 && at.AsSpan().SequenceCompareTo(last) <= 0;
    }

    private static IReadOnlyList<(IPAddress, IPAddress)> Addresses(string text, string property)
        => [.. Parts(text).Select(part => part.Split('-') is var ends && ends.Length <= 2 && IPAddress.TryParse(ends[0], out var first) && IPAddress.TryParse(ends[^1], out var last)
            && first.AddressFamily == last.AddressFamily && first.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 ? (first, last) : throw new FormatException(property))];

    private static IReadOnlyList<(ushort, ushort)> Ports(string text, string property)
        => [.. Parts(text).Select(part => part.Split('-') is var ends && ends.Length <= 2
            && ushort.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first) && ushort.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && first <= last ? (first, last) : throw new FormatException(property))];

    private static string[] Parts(string text) => text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
