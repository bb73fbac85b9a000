using System.Buffers.Binary;
using System.Net;
using Lazuli.Engines.Net;

namespace Lazuli.Guest.Dhcp;

/// <summary>DHCP message types (option 53, RFC 2132).</summary>
internal enum DhcpMessage : byte
{
    Discover = 1,
    Offer = 2,
    Request = 3,
    Decline = 4,
    Ack = 5,
    Nak = 6,
    Release = 7,
    Inform = 8,
}

/// <summary>What a server needs of a client's packet (RFC 2131). Parsed without copying; never trusts a length.</summary>
internal readonly record struct DhcpRequest
{
    /// <summary>Fixed fields and magic cookie.</summary>
    public const int HeaderLength = 240;
    public const uint Cookie = 0x63825363;

    public required DhcpMessage Message { get; init; }
    public required uint TransactionId { get; init; }
    public required ushort Flags { get; init; }

    /// <summary>Six bytes in the lower 48 bits.</summary>
    public required long HardwareAddress { get; init; }
    public required IPAddress ClientAddress { get; init; }
    public IPAddress? RequestedAddress { get; init; }
    public IPAddress? ServerId { get; init; }

    /// <summary>False for anything that isn't a well-formed request of an Ethernet client on this link.</summary>
    public static bool TryParse(ReadOnlySpan<byte> packet, out DhcpRequest request)
    {
        request = default;
        if (packet.Length < HeaderLength || packet[0] != 1 || packet[1] != 1 || packet[2] != 6
            || BinaryPrimitives.ReadUInt32BigEndian(packet[236..]) != Cookie
            || BinaryPrimitives.ReadUInt32BigEndian(packet[24..]) != 0)
        {
            return false;
        }

        DhcpMessage message = 0;
        IPAddress? requested = null, server = null;
        for (var at = HeaderLength; at < packet.Length && packet[at] != 255;)
        {
            if (packet[at] == 0)
            {
                at++;
                continue;
            }

            if (at + 1 >= packet.Length || at + 2 + packet[at + 1] > packet.Length)
            {
                return false;
            }

            var value = packet.Slice(at + 2, packet[at + 1]);
            switch (packet[at])
            {
                case 50 when value.Length == 4:
                    requested = new IPAddress(value);
                    break;
                case 53 when value.Length == 1:
                    message = (DhcpMessage)value[0];
                    break;
                case 54 when value.Length == 4:
                    server = new IPAddress(value);
                    break;
                case 50 or 53 or 54:
                    return false;
            }

            at += 2 + value.Length;
        }

        request = new DhcpRequest
        {
            Message = message,
            TransactionId = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]),
            Flags = BinaryPrimitives.ReadUInt16BigEndian(packet[10..]),
            HardwareAddress = ((long)BinaryPrimitives.ReadUInt16BigEndian(packet[28..]) << 32) | BinaryPrimitives.ReadUInt32BigEndian(packet[30..]),
            ClientAddress = new IPAddress(packet.Slice(12, 4)),
            RequestedAddress = requested,
            ServerId = server,
        };
        return message is >= DhcpMessage.Discover and <= DhcpMessage.Inform;
    }
}

/// <summary>A reply being written: at least 300 bytes (old BOOTP relays and clients want them), at most 548, which every client must accept.</summary>
internal ref struct DhcpReply
{
    public const int MaxLength = 548;
    private const int MinLength = 300;

    private readonly Span<byte> _to;
    private int _at;

    public DhcpReply(Span<byte> to, in DhcpRequest request, DhcpMessage message, IPAddress clientAddress, IPAddress yourAddress)
    {
        _to = to[..MaxLength];
        _to.Clear();
        _to[0] = 2;
        _to[1] = 1;
        _to[2] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(_to[4..], request.TransactionId);
        BinaryPrimitives.WriteUInt16BigEndian(_to[10..], request.Flags);
        clientAddress.TryWriteBytes(_to[12..], out _);
        yourAddress.TryWriteBytes(_to[16..], out _);
        WellKnown.Platform.TryWriteBytes(_to[20..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(_to[28..], (ushort)(request.HardwareAddress >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(_to[30..], (uint)request.HardwareAddress);
        BinaryPrimitives.WriteUInt32BigEndian(_to[236..], DhcpRequest.Cookie);
        _at = DhcpRequest.HeaderLength;
        Option(53, [(byte)message]);
    }

    /// <summary>Adds an option; one that doesn't fit any more is left out, and so is an empty one.</summary>
    public void Option(byte code, scoped ReadOnlySpan<byte> value)
    {
        if (value.Length is 0 or > 255 || _at + 2 + value.Length + 1 > _to.Length)
        {
            return;
        }

        _to[_at] = code;
        _to[_at + 1] = (byte)value.Length;
        value.CopyTo(_to[(_at + 2)..]);
        _at += 2 + value.Length;
    }

    public void Option(byte code, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        Option(code, bytes);
    }

    /// <summary>Ends the options and returns the packet's length.</summary>
    public int End()
    {
        _to[_at++] = 255;
        return Math.Max(_at, MinLength);
    }
}
