using System.Buffers.Binary;
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Lazuli.Engines.Linux.Host;

/// <summary>A connection as the kernel tracks it.</summary>
/// <param name="Protocol">IP protocol number.</param>
/// <param name="Destination">Where it was sent to.</param>
/// <param name="Answerer">Who answers: another one when the destination was translated.</param>
/// <param name="Mark">The connection's mark.</param>
/// <param name="Identity">Its tuple and zone, as the kernel wants them back.</param>
internal sealed record TrackedFlow(byte Protocol, IPAddress Destination, IPAddress Answerer, uint Mark, byte[] Identity);

/// <summary>The connection table of a network namespace, by netlink (include/uapi/linux/netfilter/nfnetlink_conntrack.h).</summary>
internal static class Conntrack
{
    private const int Netlink = 16;
    private const int Netfilter = 12;
    private const ushort Get = (1 << 8) | 1;
    private const ushort Delete = (1 << 8) | 2;
    private const ushort Done = 3;
    private const ushort Failed = 2;
    private const ushort DumpAll = 0x301;
    private const ushort Acknowledged = 5;
    private const int Header = 20;
    private const int NoEntry = 2;
    private const byte Everything = 0;
    private const byte Ipv4 = 2;
    private const byte Ipv6 = 10;
    private const string Complaint = "The connection table can't be read";

    /// <summary>The connections whose mark has all these bits.</summary>
    /// <exception cref="IOException">There is no such namespace, or the kernel refused.</exception>
    public static IReadOnlyList<TrackedFlow> List(string networkNamespace, uint mark) => NetNamespace.Run(networkNamespace, () =>
    {
        var flows = new List<TrackedFlow>();
        Span<byte> value = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(value, mark);
        Ask(Get, DumpAll, Everything, [.. Attribute(8, value), .. Attribute(21, value)], message => flows.Add(Read(message)));
        return flows;
    });

    /// <summary>Every IPv4 connection, as <paramref name="read"/> reads its attributes.</summary>
    /// <exception cref="IOException">There is no such namespace, or the kernel refused.</exception>
    public static IReadOnlyList<T> Dump<T>(string networkNamespace, Reader<T> read) => NetNamespace.Run(networkNamespace, () =>
    {
        var flows = new List<T>();
        Ask(Get, DumpAll, Ipv4, [], message => flows.Add(read(message)));
        return flows;
    });

    /// <summary>Forgets connections; those that are gone already do no harm.</summary>
    /// <exception cref="IOException">There is no such namespace, or the kernel refused.</exception>
    public static void Forget(string networkNamespace, IReadOnlyCollection<TrackedFlow> flows) => NetNamespace.Run(networkNamespace, () =>
    {
        foreach (var flow in flows)
        {
            Ask(Delete, Acknowledged, flow.Destination.AddressFamily == AddressFamily.InterNetwork ? Ipv4 : Ipv6, flow.Identity, _ => { });
        }

        return true;
    });

    private static TrackedFlow Read(ReadOnlySpan<byte> message)
    {
        var (original, reply, zone, mark) = (default(Range), default(Range), default(Range), 0u);
        foreach (var (kind, range) in Attributes(message, 0..message.Length))
        {
            switch (kind)
            {
                case 1:
                    original = range;
                    break;
                case 2:
                    reply = range;
                    break;
                case 8:
                    mark = BinaryPrimitives.ReadUInt32BigEndian(message[range]);
                    break;
                case 18:
                    zone = range;
                    break;
                default:
                    break;
            }
        }

        // CTA_IP_V4_SRC, CTA_IP_V4_DST, and the same of IPv6.
        var (protocol, destination, answerer) = (Leaf(message, original, 2, 1), Leaf(message, original, 1, 2), Leaf(message, reply, 1, 1));
        (destination, answerer) = destination.Length > 0 ? (destination, answerer) : (Leaf(message, original, 1, 4), Leaf(message, reply, 1, 3));
        byte[] identity = [.. Attribute(1 | 0x8000, message[original]), .. zone.Equals(default) ? [] : Attribute(18, message[zone])];
        return new(protocol.Length > 0 ? protocol[0] : (byte)0, new IPAddress(destination), new IPAddress(answerer), mark, identity);
    }

    internal static byte[] Leaf(ReadOnlySpan<byte> message, Range within, int outer, int inner)
    {
        foreach (var (kind, range) in Attributes(message, within))
        {
            if (kind == outer)
            {
                foreach (var (leaf, value) in Attributes(message, range))
                {
                    if (leaf == inner)
                    {
                        return message[value].ToArray();
                    }
                }
            }
        }

        return [];
    }

    internal static List<(int Kind, Range Value)> Attributes(ReadOnlySpan<byte> message, Range within)
    {
        var found = new List<(int, Range)>();
        var (at, end) = (within.Start.Value, within.End.Value);
        while (at + 4 <= end)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(message[at..]);
            if (length < 4 || at + length > end)
            {
                break;
            }

            found.Add((BinaryPrimitives.ReadUInt16LittleEndian(message[(at + 2)..]) & 0x3fff, (at + 4)..(at + length)));
            at += (length + 3) & ~3;
        }

        return found;
    }

    internal static byte[] Attribute(int kind, ReadOnlySpan<byte> value)
    {
        var bytes = new byte[(4 + value.Length + 3) & ~3];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)kind);
        value.CopyTo(bytes.AsSpan(4));
        return bytes;
    }

    public delegate T Reader<out T>(ReadOnlySpan<byte> attributes);

    private delegate void Hear(ReadOnlySpan<byte> attributes);

    private static void Ask(ushort kind, ushort flags, byte family, byte[] attributes, Hear hear)
    {
        var address = new byte[12];
        address[0] = Netlink;
        using var socket = KernelSocket.Open(Complaint, Netlink, Netfilter, 0, address);
        var request = new byte[Header + attributes.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(request, (uint)request.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(request.AsSpan(4), kind);
        BinaryPrimitives.WriteUInt16LittleEndian(request.AsSpan(6), flags);
        request[16] = family;
        attributes.CopyTo(request, Header);
        socket.Send(request);
        var buffer = new byte[65536];
        while (true)
        {
            var length = socket.Receive(buffer);
            if (length <= 0)
            {
                throw Error(Marshal.GetLastPInvokeError());
            }

            if (ReadAll(buffer.AsSpan(0, length), hear))
            {
                return;
            }
        }
    }

    // True when the answer is complete.
    private static bool ReadAll(ReadOnlySpan<byte> messages, Hear hear)
    {
        while (messages.Length >= 16)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(messages);
            var kind = BinaryPrimitives.ReadUInt16LittleEndian(messages[4..]);
            if (kind == Done)
            {
                return true;
            }

            if (kind == Failed)
            {
                var error = -BinaryPrimitives.ReadInt32LittleEndian(messages[16..]);
                return error is 0 or NoEntry ? true : throw Error(error);
            }

            hear(messages[Header..length]);
            messages = messages[Math.Min((length + 3) & ~3, messages.Length)..];
        }

        return false;
    }

    private static IOException Error(int number) => new($"{Complaint}: {new Win32Exception(number).Message}.");
}
