using System.Buffers.Binary;
using System.Net;

namespace Lazuli.Guest.Ipv6;

/// <summary>DHCPv6 message types (RFC 8415 7.3) that a client and a server exchange.</summary>
internal enum Dhcp6Message : byte
{
    Solicit = 1,
    Advertise = 2,
    Request = 3,
    Confirm = 4,
    Renew = 5,
    Rebind = 6,
    Reply = 7,
    Release = 8,
    Decline = 9,
    InformationRequest = 11,
}

/// <summary>Option codes (RFC 8415 21, RFC 3646).</summary>
internal static class Dhcp6Option
{
    public const ushort ClientId = 1;
    public const ushort ServerId = 2;
    public const ushort NonTemporaryAddresses = 3;
    public const ushort Address = 5;
    public const ushort StatusCode = 13;
    public const ushort RapidCommit = 14;
    public const ushort DnsServers = 23;
    public const ushort DomainList = 24;
}

/// <summary>Status codes (RFC 8415 21.13).</summary>
internal enum Dhcp6Status : ushort
{
    Success = 0,
    NoAddressAvailable = 2,
    NotOnLink = 4,
}

/// <summary>An association that a client names, with the addresses that it believes to have.</summary>
internal sealed record Dhcp6Association(uint Id, IReadOnlyList<IPAddress> Addresses);

/// <summary>What a server needs of a client's packet. Never trusts a length.</summary>
internal sealed record Dhcp6Request
{
    private const int Header = 4;
    private const int MostAssociations = 4;
    private const int LongestIdentifier = 130;

    public required Dhcp6Message Message { get; init; }

    /// <summary>Three bytes.</summary>
    public required uint TransactionId { get; init; }
    public byte[]? ClientId { get; init; }
    public byte[]? ServerId { get; init; }
    public bool RapidCommit { get; init; }
    public IReadOnlyList<Dhcp6Association> Associations { get; init; } = [];

    /// <summary>Null for what isn't a well-formed message of a client; relays have no business here.</summary>
    public static Dhcp6Request? Parse(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < Header)
        {
            return null;
        }

        byte[]? client = null, server = null;
        var rapid = false;
        var associations = new List<Dhcp6Association>();
        var rest = packet[Header..];
        while (TryTake(ref rest, out var code, out var value))
        {
            switch (code)
            {
                case Dhcp6Option.ClientId when value.Length is > 2 and <= LongestIdentifier:
                    client = value.ToArray();
                    break;
                case Dhcp6Option.ServerId when value.Length is > 2 and <= LongestIdentifier:
                    server = value.ToArray();
                    break;
                case Dhcp6Option.NonTemporaryAddresses when value.Length >= 12 && associations.Count < MostAssociations:
                    associations.Add(new(BinaryPrimitives.ReadUInt32BigEndian(value), Addresses(value[12..])));
                    break;
                case Dhcp6Option.RapidCommit:
                    rapid = true;
                    break;
                case Dhcp6Option.ClientId or Dhcp6Option.ServerId or Dhcp6Option.NonTemporaryAddresses:
                    return null;
            }
        }

        var message = (Dhcp6Message)packet[0];
        return !rest.IsEmpty || !Enum.IsDefined(message) || message is Dhcp6Message.Advertise or Dhcp6Message.Reply ? null : new()
        {
            Message = message,
            TransactionId = BinaryPrimitives.ReadUInt32BigEndian(packet) & 0xFF_FFFF,
            ClientId = client,
            ServerId = server,
            RapidCommit = rapid,
            Associations = associations,
        };
    }

    private static List<IPAddress> Addresses(ReadOnlySpan<byte> options)
    {
        var addresses = new List<IPAddress>();
        while (TryTake(ref options, out var code, out var value))
        {
            if (code == Dhcp6Option.Address && value.Length >= 24)
            {
                addresses.Add(new IPAddress(value[..16]));
            }
        }

        return addresses;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out ushort code, out ReadOnlySpan<byte> value)
    {
        code = 0;
        value = default;
        if (rest.Length < 4 || rest.Length < 4 + BinaryPrimitives.ReadUInt16BigEndian(rest[2..]))
        {
            return false;
        }

        code = BinaryPrimitives.ReadUInt16BigEndian(rest);
        value = rest.Slice(4, BinaryPrimitives.ReadUInt16BigEndian(rest[2..]));
        rest = rest[(4 + value.Length)..];
        return true;
    }
}

/// <summary>A reply being written.</summary>
internal sealed class Dhcp6Reply
{
    private readonly List<byte> _bytes = new(256);

    public Dhcp6Reply(Dhcp6Message message, uint transactionId)
    {
        _bytes.Add((byte)message);
        _bytes.AddRange([(byte)(transactionId >> 16), (byte)(transactionId >> 8), (byte)transactionId]);
    }

    public void Option(ushort code, params ReadOnlySpan<byte> value) => _bytes.AddRange(Encode(code, value));

    /// <summary>An option as bytes, to be put into another one.</summary>
    public static byte[] Encode(ushort code, ReadOnlySpan<byte> value)
    {
        var option = new byte[4 + value.Length];
        BinaryPrimitives.WriteUInt16BigEndian(option, code);
        BinaryPrimitives.WriteUInt16BigEndian(option.AsSpan(2), (ushort)value.Length);
        value.CopyTo(option.AsSpan(4));
        return option;
    }

    public static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public byte[] ToArray() => [.. _bytes];
}
