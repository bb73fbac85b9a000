using System.Buffers.Binary;
using Lazuli.Engines.Dns;

namespace Lazuli.Guest.Dns;

/// <summary>An answer being written. The question is repeated as sent; owners that are the question's name or end it are pointers to it (RFC 1035 4.1.4).</summary>
internal ref struct DnsWriter
{
    /// <summary>Of an OPT record without options.</summary>
    public const int OptLength = 11;

    /// <summary>The truncation bit of the header's third byte.</summary>
    public const byte Truncated = 2;

    private readonly Span<byte> _to;
    private readonly DnsQuery _query;
    private readonly int _questionEnd;
    private readonly int _limit;
    private int _at;
    private bool _full;

    /// <param name="to">Where to.</param>
    /// <param name="packet">The query's packet.</param>
    /// <param name="query">The query.</param>
    /// <param name="limit">The longest answer that the client takes.</param>
    public DnsWriter(Span<byte> to, ReadOnlySpan<byte> packet, in DnsQuery query, int limit)
    {
        _query = query;
        _limit = Math.Min(limit, to.Length) - (query.EdnsVersion is null ? 0 : OptLength);
        _to = to;
        packet.Slice(DnsQuery.HeaderLength, query.QuestionLength).CopyTo(to[DnsQuery.HeaderLength..]);
        _at = _questionEnd = DnsQuery.HeaderLength + query.QuestionLength;
    }

    /// <summary>Writes everything. What is longer than the limit is cut to the question, with the truncation bit; additional records are only left out.</summary>
    /// <param name="answer">What to say.</param>
    /// <param name="recursive">Whether this server asks on for its clients.</param>
    public int Write(DnsAnswer answer, bool recursive)
    {
        var answers = Records(answer.Answers);
        var authorities = Records(answer.Authorities);
        var truncated = _full;
        if (truncated)
        {
            _at = _questionEnd;
            answers = authorities = 0;
        }

        var additional = truncated ? 0 : Records(answer.Additional);
        BinaryPrimitives.WriteUInt16BigEndian(_to, _query.Id);
        _to[2] = (byte)(0x80 | (_query.Opcode << 3) | (answer.Authoritative ? 4 : 0) | (truncated ? Truncated : 0) | (_query.RecursionDesired ? 1 : 0));
        _to[3] = (byte)((recursive ? 0x80 : 0) | ((int)answer.Code & 15));
        BinaryPrimitives.WriteUInt16BigEndian(_to[4..], (ushort)(_query.QuestionLength > 0 ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(_to[6..], (ushort)answers);
        BinaryPrimitives.WriteUInt16BigEndian(_to[8..], (ushort)authorities);
        BinaryPrimitives.WriteUInt16BigEndian(_to[10..], (ushort)additional);
        if (_query.EdnsVersion is not null)
        {
            _at = AddEdns(_to, _at, (int)answer.Code);
        }

        return _at;
    }

    /// <summary>Adds an OPT record to an answer that is complete without it; returns the new length.</summary>
    /// <param name="answer">The answer, and room behind it.</param>
    /// <param name="length">Of the answer.</param>
    /// <param name="code">Its upper bits go into the record.</param>
    public static int AddEdns(Span<byte> answer, int length, int code)
    {
        var opt = answer.Slice(length, OptLength);
        opt.Clear();
        opt[2] = (byte)DnsType.Opt;
        BinaryPrimitives.WriteUInt16BigEndian(opt[3..], DnsResponder.MaxUdp);
        opt[5] = (byte)(code >> 4);
        BinaryPrimitives.WriteUInt16BigEndian(answer[10..], (ushort)(BinaryPrimitives.ReadUInt16BigEndian(answer[10..]) + 1));
        return length + OptLength;
    }

    private int Records(List<DnsRecord> records)
    {
        var written = 0;
        foreach (var record in records)
        {
            if (!_full && Record(record))
            {
                written++;
            }
            else
            {
                _full = true;
            }
        }

        return written;
    }

    private bool Record(DnsRecord record)
    {
        var name = _query.Name ?? "";
        Span<byte> pointer = stackalloc byte[2];
        scoped ReadOnlySpan<byte> owner;
        if (record.Owner.Length > 0 && DnsName.IsWithin(name, record.Owner))
        {
            // A name in the question is as long on the wire as in text: each dot is a length.
            BinaryPrimitives.WriteUInt16BigEndian(pointer, (ushort)(0xC000 | (DnsQuery.HeaderLength + name.Length - record.Owner.Length)));
            owner = pointer;
        }
        else
        {
            owner = DnsName.Encode(record.Owner);
        }

        if (owner.IsEmpty || _at + owner.Length + 10 + record.Data.Length > _limit)
        {
            return false;
        }

        owner.CopyTo(_to[_at..]);
        _at += owner.Length;
        BinaryPrimitives.WriteUInt16BigEndian(_to[_at..], record.Type);
        BinaryPrimitives.WriteUInt16BigEndian(_to[(_at + 2)..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(_to[(_at + 4)..], record.Ttl);
        BinaryPrimitives.WriteUInt16BigEndian(_to[(_at + 8)..], (ushort)record.Data.Length);
        record.Data.CopyTo(_to[(_at + 10)..]);
        _at += 10 + record.Data.Length;
        return true;
    }
}
