using System.Buffers.Binary;
using System.Net.NetworkInformation;
using Lazuli.Engines.Net;

namespace Lazuli.Engines.Linux.Net;

/// <summary>Frames that ask whether somebody is there, and what their answers are.</summary>
internal static class ProbePackets
{
    private const byte Icmp = 1;
    private const byte Tcp = 6;
    private const int Ethernet = 14;
    private const int Ip = 20;

    public enum Answer
    {
        None,
        Yes,
        Refused,
        NoWay,
    }

    /// <summary>A TCP SYN, or an ICMP echo request where the request has no port.</summary>
    /// <param name="request">From whom to whom.</param>
    /// <param name="id">The source port, or the echo's id.</param>
    public static byte[] Ask(ProbeRequest request, ushort id)
    {
        byte[] content;
        if (request.Port == 0)
        {
            content = new byte[40];
            content[0] = 8;
            BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(4), id);
            BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(2), Sum(content, 0));
        }
        else
        {
            // RFC 9293: a segment of five words and one option, the largest segment.
            content = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6 << 4, 2, 0xfa, 0xf0, 0, 0, 0, 0, 2, 4, 0x05, 0xb4];
            BinaryPrimitives.WriteUInt16BigEndian(content, id);
            BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(2), (ushort)request.Port);
            BinaryPrimitives.WriteUInt32BigEndian(content.AsSpan(4), (uint)id << 16);
            byte[] pseudo = [.. request.From.GetAddressBytes(), .. request.To.GetAddressBytes(), 0, Tcp, 0, (byte)content.Length];
            BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(16), Sum(content, PartialSum(pseudo)));
        }

        byte[] header = [0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, request.Port == 0 ? Icmp : Tcp, 0, 0, .. request.From.GetAddressBytes(), .. request.To.GetAddressBytes()];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(header.Length + content.Length));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), id);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), Sum(header, 0));
        return [.. MacOf(WellKnown.NeighbourMac), .. MacOf(request.MacAddress), 8, 0, .. header, .. content];
    }

    /// <summary>What a frame to the guest says about a question.</summary>
    public static Answer Read(ReadOnlySpan<byte> frame, ProbeRequest request, ushort id)
    {
        if (frame.Length < Ethernet + Ip + 8 || frame[12] != 8 || frame[13] != 0)
        {
            return Answer.None;
        }

        var packet = frame[Ethernet..];
        var content = packet[((packet[0] & 15) * 4)..];
        if (content.Length < 8 || !packet[16..20].SequenceEqual(request.From.GetAddressBytes()))
        {
            return Answer.None;
        }

        if (packet[9] == Icmp && content[0] == 3)
        {
            // RFC 792: the header of the packet that couldn't be delivered, and its first eight bytes.
            var asked = content[8..];
            return asked.Length >= Ip + 8 && asked[16..20].SequenceEqual(request.To.GetAddressBytes())
                && BinaryPrimitives.ReadUInt16BigEndian(asked[(Ip + (request.Port == 0 ? 4 : 0))..]) == id ? Answer.NoWay : Answer.None;
        }

        if (!packet[12..16].SequenceEqual(request.To.GetAddressBytes()))
        {
            return Answer.None;
        }

        if (request.Port == 0)
        {
            return packet[9] == Icmp && content[0] == 0 && BinaryPrimitives.ReadUInt16BigEndian(content[4..]) == id ? Answer.Yes : Answer.None;
        }

        const int acknowledged = 0x12, reset = 0x04;
        return packet[9] != Tcp || content.Length < 20 || BinaryPrimitives.ReadUInt16BigEndian(content) != request.Port || BinaryPrimitives.ReadUInt16BigEndian(content[2..]) != id ? Answer.None
            : (content[13] & reset) != 0 ? Answer.Refused
            : (content[13] & acknowledged) == acknowledged ? Answer.Yes : Answer.None;
    }

    private static byte[] MacOf(string text) => PhysicalAddress.Parse(text.Replace(':', '-').ToUpperInvariant()).GetAddressBytes();

    private static uint PartialSum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0u;
        for (var i = 0; i + 1 < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        }

        return sum;
    }

    // RFC 1071
    private static ushort Sum(ReadOnlySpan<byte> bytes, uint start)
    {
        var sum = start + PartialSum(bytes);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~((sum & 0xffff) + (sum >> 16));
    }
}
