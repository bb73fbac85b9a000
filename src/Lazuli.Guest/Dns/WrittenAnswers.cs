using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Lazuli.Engines.Dns;

namespace Lazuli.Guest.Dns;

/// <summary>
/// Answers as bytes, written once for each question and state of the world: the plain question that nearly everybody sends (one question of class IN, nothing behind it but EDNS)
/// is then answered by one look-up, without a new object. Whatever is new to it, or isn't plain, is left to <see cref="DnsResponder"/>, which writes everything that is kept here:
/// both say the same. Thread-safe.
/// </summary>
internal sealed class WrittenAnswers(DnsCatalogue names)
{
    /// <summary>Bytes of answers and questions that are kept; one more, and all are forgotten.</summary>
    private const int MostBytes = 16 << 20;

    // Of one that is kept: the key's and the answer's objects.
    private const int Overhead = 150;
    private const int LongestName = 255;

    // More than is kept by more than any record that may be left out for lack of room: what is kept is whole.
    private const int Room = 2 * DnsResponder.MaxUdp;
    private volatile Edition _edition = new(names.World);

    /// <summary>Writes the answer and returns its length; 0 when the question isn't plain, its answer isn't known or doesn't fit.</summary>
    /// <param name="packet">The query.</param>
    /// <param name="udp">Whether it came over UDP.</param>
    /// <param name="reply">Where to.</param>
    /// <param name="resolve">Answers what isn't known yet; null refuses.</param>
    public int Answer(ReadOnlySpan<byte> packet, bool udp, Span<byte> reply, Func<DnsWorld, string, ushort, DnsAnswer?> resolve)
    {
        Span<byte> key = stackalloc byte[LongestName + 2];
        if (!TryRead(packet, key, out var plain))
        {
            return 0;
        }

        key = key[..plain.KeyLength];
        var edition = _edition;
        var world = names.World;
        if (edition.World != world || edition.Bytes > MostBytes)
        {
            _edition = edition = new(world);
        }

        if (!edition.TryFind(key, out var written))
        {
            if (!TryWrite(packet[..plain.QuestionEnd], world, resolve, out written))
            {
                return 0;
            }

            edition.Add(key.ToArray(), written);
        }

        var length = plain.QuestionEnd + written.Records.Length;
        if (length + (plain.HasEdns ? DnsWriter.OptLength : 0) > (udp ? plain.UdpSize : reply.Length))
        {
            return 0;
        }

        packet[..plain.QuestionEnd].CopyTo(reply);
        written.Records.CopyTo(reply[plain.QuestionEnd..]);
        reply[2] = (byte)(written.Flags | (packet[2] & 1));
        reply[3] = written.Code;
        written.Counts.CopyTo(reply[6..]);
        return plain.HasEdns ? DnsWriter.AddEdns(reply, length, 0) : length;
    }

    private static bool TryRead(ReadOnlySpan<byte> packet, Span<byte> key, out Plain plain)
    {
        plain = default;

        // QUERY, one question, no answers, no authorities.
        if (packet.Length < DnsQuery.HeaderLength + 5 || (packet[2] & 0xF8) != 0 || BinaryPrimitives.ReadUInt32BigEndian(packet[4..]) != 0x0001_0000)
        {
            return false;
        }

        var others = BinaryPrimitives.ReadUInt32BigEndian(packet[8..]);
        var at = DnsQuery.HeaderLength;
        while (packet[at] is not 0 and var label)
        {
            at += label + 1;
            if (label > 63 || at >= packet.Length || at - DnsQuery.HeaderLength >= LongestName)
            {
                return false;
            }
        }

        var name = packet[DnsQuery.HeaderLength..++at];
        var end = at + 4;
        if (others > 1 || end > packet.Length || BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]) != 1

            // A label's length is never a letter.
            || Ascii.ToLower(name, key, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        packet.Slice(at, 2).CopyTo(key[name.Length..]);
        var edns = packet[end..];
        plain = new(end, name.Length + 2, others != 0, DnsResponder.ShortestUdp);
        if (others == 0)
        {
            return edns.IsEmpty;
        }

        // The root, OPT, the size, extended code, version 0, flags, and options to the end of the packet.
        if (edns.Length < DnsWriter.OptLength || edns[0] != 0 || BinaryPrimitives.ReadUInt16BigEndian(edns[1..]) != DnsType.Opt || edns[6] != 0
            || BinaryPrimitives.ReadUInt16BigEndian(edns[9..]) != edns.Length - DnsWriter.OptLength)
        {
            return false;
        }

        plain = plain with { UdpSize = Math.Clamp((int)BinaryPrimitives.ReadUInt16BigEndian(edns[3..]), DnsResponder.ShortestUdp, DnsResponder.MaxUdp) };
        return true;
    }

    // Asked as if without EDNS, over something that takes every length.
    private static bool TryWrite(ReadOnlySpan<byte> question, DnsWorld world, Func<DnsWorld, string, ushort, DnsAnswer?> resolve, [NotNullWhen(true)] out Written? written)
    {
        Span<byte> packet = stackalloc byte[DnsQuery.HeaderLength + LongestName + 4];
        Span<byte> reply = stackalloc byte[Room];
        packet = packet[..question.Length];
        question.CopyTo(packet);
        packet[10] = packet[11] = 0;
        var varies = false;
        var length = DnsResponder.Answer(packet, udp: false, reply, (name, type) =>
        {
            var answer = resolve(world, name, type);
            varies = answer?.Varies == true;
            return answer;
        }, recursive: false);
        written = varies || length is 0 or > DnsResponder.MaxUdp || (reply[2] & DnsWriter.Truncated) != 0
            ? null
            : new((byte)(reply[2] & ~1), reply[3], reply.Slice(6, 6).ToArray(), reply[question.Length..length].ToArray());
        return written is not null;
    }

    /// <summary>What a plain query says beside its name and type.</summary>
    private readonly record struct Plain(int QuestionEnd, int KeyLength, bool HasEdns, int UdpSize);

    /// <summary>An answer without its question: flags, code, the counts of the three sections, and their records, whose pointers into the question hold for every question of its length.</summary>
    private sealed record Written(byte Flags, byte Code, byte[] Counts, byte[] Records);

    private sealed class Edition(DnsWorld world)
    {
        private readonly ConcurrentDictionary<byte[], Written> _all = new(new ByBytes());
        private long _bytes;

        public DnsWorld World => world;
        public long Bytes => Volatile.Read(ref _bytes);

        public bool TryFind(ReadOnlySpan<byte> key, [NotNullWhen(true)] out Written? written) => _all.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out written);

        public void Add(byte[] key, Written written)
        {
            if (_all.TryAdd(key, written))
            {
                Interlocked.Add(ref _bytes, key.Length + written.Records.Length + Overhead);
            }
        }
    }

    private sealed class ByBytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        // Seeded anew by each process, so that nobody can choose names of one hash.
        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
