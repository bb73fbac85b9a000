using System.Buffers.Binary;
using System.Net;

namespace Lazuli.Guest.Dns;

/// <summary>An answer being written. The question is repeated as sent; owners of records are pointers to it.</summary>
internal ref struct DnsWriter
{
    private readonly Span<byte> _to;
    private readonly DnsQuery _query;
    private readonly int _questionEnd;
    private int _at;
    private int _answers;
    private int _authorities;
    private bool _full;

    public DnsWriter(Span<byte> to, ReadOnlySpan<byte> packet, in DnsQuery query)
    {
        _to = to;
        _query = query;
        packet.Slice(DnsQuery.HeaderLength, query.QuestionLength).CopyTo(to[DnsQuery.HeaderLength..]);
        _at = _questionEnd = DnsQuery.HeaderLength + query.QuestionLength;
    }

    public void Address(IPAddress address, ushort type, uint ttl) => Record([0xC0, DnsQuery.HeaderLength], type, ttl, address.GetAddressBytes(), ref _answers);

    public void Ptr(string name, uint ttl)
    {
        if (DnsName.Encode(name) is { } target)
        {
            Record([0xC0, DnsQuery.HeaderLength], DnsType.Ptr, ttl, target, ref _answers);
        }
    }

    /// <summary>The start of authority of <paramref name="zone"/>; among the authorities it makes a negative answer cacheable (RFC 2308).</summary>
    public void Soa(string zone, bool authority)
    {
        if (DnsName.Encode(zone) is not { } owner)
        {
            return;
        }

        // The server and the mailbox "hostmaster", then serial, refresh, retry, expire and the negative time to live.
        byte[] data = [.. owner, .. "\u000ahostmaster\0"u8, .. Numbers(1, 900, 300, 604800, DnsResponder.Ttl)];
        Record(owner, DnsType.Soa, DnsResponder.Ttl, data, ref authority ? ref _authorities : ref _answers);
    }

    /// <summary>Writes header and EDNS record; what is longer than <paramref name="limit"/> is cut to the question, with the truncation bit.</summary>
    public int End(DnsCode code, bool authoritative, int limit)
    {
        var edns = _query.EdnsVersion is not null ? 11 : 0;
        var truncated = _full || _at + edns > limit;
        if (truncated)
        {
            _at = _questionEnd;
            _answers = _authorities = 0;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_to, _query.Id);
        _to[2] = (byte)(0x80 | (_query.Opcode << 3) | (authoritative ? 4 : 0) | (truncated ? 2 : 0) | (_query.RecursionDesired ? 1 : 0));
        _to[3] = (byte)(0x80 | ((int)code & 15));
        BinaryPrimitives.WriteUInt16BigEndian(_to[4..], (ushort)(_query.QuestionLength > 0 ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(_to[6..], (ushort)_answers);
        BinaryPrimitives.WriteUInt16BigEndian(_to[8..], (ushort)_authorities);
        BinaryPrimitives.WriteUInt16BigEndian(_to[10..], (ushort)(edns > 0 ? 1 : 0));
        if (edns > 0)
        {
            var opt = _to.Slice(_at, edns);
            opt.Clear();
            opt[2] = (byte)DnsType.Opt;
            BinaryPrimitives.WriteUInt16BigEndian(opt[3..], DnsResponder.MaxUdp);
            opt[5] = (byte)((int)code >> 4);
            _at += edns;
        }

        return _at;
    }

    private static byte[] Numbers(params ReadOnlySpan<uint> numbers)
    {
        var bytes = new byte[numbers.Length * 4];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i * 4), numbers[i]);
        }

        return bytes;
    }

    private void Record(scoped ReadOnlySpan<byte> owner, ushort type, uint ttl, scoped ReadOnlySpan<byte> data, ref int count)
    {
        if (_full || _at + owner.Length + 10 + data.Length + 11 > _to.Length)
        {
            _full = true;
            return;
        }

        owner.CopyTo(_to[_at..]);
        _at += owner.Length;
        BinaryPrimitives.WriteUInt16BigEndian(_to[_at..], type);
        BinaryPrimitives.WriteUInt16BigEndian(_to[(_at + 2)..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(_to[(_at + 4)..], ttl);
        BinaryPrimitives.WriteUInt16BigEndian(_to[(_at + 8)..], (ushort)data.Length);
        data.CopyTo(_to[(_at + 10)..]);
        _at += 10 + data.Length;
        count++;
    }
}
