using System.Buffers.Binary;
using Lazuli.Engines.Dns;

namespace Lazuli.Guest.Dns;

/// <summary>
/// The one question of a DNS query (RFC 1035) and its EDNS options (RFC 6891). Names in questions have no compression here (nobody sends it), so parsing
/// takes one pass over at most 255 bytes of name.
/// </summary>
internal readonly record struct DnsQuery
{
    public const int HeaderLength = 12;

    public required ushort Id { get; init; }
    public required int Opcode { get; init; }
    public required bool RecursionDesired { get; init; }

    /// <summary>Lower-cased, dots between labels, none at the end; null when the question can't be read.</summary>
    public string? Name { get; init; }
    public ushort Type { get; init; }
    public ushort Class { get; init; }

    /// <summary>Bytes of the question section after the header, as sent.</summary>
    public int QuestionLength { get; init; }

    /// <summary>The size of UDP answers that the client takes; 512 without EDNS.</summary>
    public int UdpSize { get; init; }

    /// <summary>The client's EDNS version, or null without EDNS.</summary>
    public int? EdnsVersion { get; init; }

    /// <summary>False for what deserves no answer at all: too short, or itself a response.</summary>
    public static bool TryParse(ReadOnlySpan<byte> packet, out DnsQuery query)
    {
        query = default;
        if (packet.Length < HeaderLength || (packet[2] & 0x80) != 0)
        {
            return false;
        }

        query = new DnsQuery
        {
            Id = BinaryPrimitives.ReadUInt16BigEndian(packet),
            Opcode = (packet[2] >> 3) & 15,
            RecursionDesired = (packet[2] & 1) != 0,
            UdpSize = 512,
        };
        if (BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) != 1 || !TryReadName(packet, HeaderLength, out var name, out var at) || at + 4 > packet.Length)
        {
            return true;
        }

        query = query with
        {
            Name = name,
            Type = BinaryPrimitives.ReadUInt16BigEndian(packet[at..]),
            Class = BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]),
            QuestionLength = at + 4 - HeaderLength,
        };
        ReadEdns(packet, at + 4, ref query);
        return true;
    }

    /// <summary>Only looks where EDNS clients put their OPT record: right after the question, with no other record before it.</summary>
    private static void ReadEdns(ReadOnlySpan<byte> packet, int at, ref DnsQuery query)
    {
        var noOthers = BinaryPrimitives.ReadUInt32BigEndian(packet[6..]) == 0;
        if (noOthers && BinaryPrimitives.ReadUInt16BigEndian(packet[10..]) > 0 && at + 11 <= packet.Length && packet[at] == 0
            && BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 1)..]) == DnsType.Opt)
        {
            var size = BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 3)..]);
            query = query with { UdpSize = Math.Clamp((int)size, 512, DnsResponder.MaxUdp), EdnsVersion = packet[at + 6] };
        }
    }

    private static bool TryReadName(ReadOnlySpan<byte> packet, int start, out string name, out int at)
    {
        at = start;
        name = "";
        Span<char> text = stackalloc char[256];
        var length = 0;
        while (at < packet.Length)
        {
            int label = packet[at++];
            if (label == 0)
            {
                name = text[..length].ToString();
                return true;
            }

            if (label > 63 || at + label > packet.Length || at + label - start > 254)
            {
                return false;
            }

            if (length > 0)
            {
                text[length++] = '.';
            }

            foreach (var c in packet.Slice(at, label))
            {
                // A dot inside a label, and what isn't printable, can't be a name of ours: kept apart from every real one.
                text[length++] = c is > (byte)' ' and < 127 and not (byte)'.' ? char.ToLowerInvariant((char)c) : '\ufffd';
            }

            at += label;
        }

        return false;
    }
}
