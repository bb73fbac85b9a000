using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Lazuli.Engines.Dns;

/// <summary>Record types by their numbers (RFC 1035, 1995, 2782, 3596, 6891, 8659).</summary>
public static class DnsType
{
    public const ushort A = 1;
    public const ushort Ns = 2;
    public const ushort Cname = 5;
    public const ushort Soa = 6;
    public const ushort Ptr = 12;
    public const ushort Mx = 15;
    public const ushort Txt = 16;
    public const ushort Aaaa = 28;
    public const ushort Srv = 33;
    public const ushort Opt = 41;
    public const ushort Ixfr = 251;
    public const ushort Axfr = 252;
    public const ushort Any = 255;
    public const ushort Caa = 257;
}

/// <summary>Response codes (RFC 1035, 6891).</summary>
public enum DnsCode
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,
    BadVersion = 16,
}

/// <summary>Names as text: lower-cased labels with dots between, none at the end; the root is empty.</summary>
public static class DnsName
{
    /// <summary>Null when a label is longer than 63 bytes, empty or not ASCII, or the name longer than 255.</summary>
    public static byte[]? Encode(string name)
    {
        name = name.EndsWith('.') ? name[..^1] : name;
        if (name.Length == 0)
        {
            return [0];
        }

        using var bytes = new MemoryStream();
        foreach (var label in name.Split('.'))
        {
            if (label.Length is 0 or > 63 || !Ascii.IsValid(label))
            {
                return null;
            }

            bytes.WriteByte((byte)label.Length);
            bytes.Write(Encoding.ASCII.GetBytes(label));
        }

        bytes.WriteByte(0);
        return bytes.Length > 255 ? null : bytes.ToArray();
    }

    /// <summary>The name that record data starts with at <paramref name="at"/>, written by <see cref="Encode"/>.</summary>
    public static string Decode(ReadOnlySpan<byte> data, int at = 0)
    {
        var name = new StringBuilder();
        while (at < data.Length && data[at] is > 0 and var length && at + length < data.Length)
        {
            name.Append(name.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(data.Slice(at + 1, length)).ToLowerInvariant());
            at += 1 + length;
        }

        return name.ToString();
    }

    /// <summary>The name that stands for an IPv4 address in reverse look-ups.</summary>
    public static string Reverse(IPAddress address) => string.Join('.', address.GetAddressBytes().Reverse()) + ".in-addr.arpa";

    public static string Canonical(string name) => name.TrimEnd('.').ToLowerInvariant();

    /// <summary>Without the first label; null for the root.</summary>
    public static string? Parent(string name) => name.Length == 0 ? null : name.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? name[(dot + 1)..] : "";

    public static bool IsWithin(string name, string zone)
        => zone.Length == 0 || name == zone || (name.Length > zone.Length && name[name.Length - zone.Length - 1] == '.' && name.EndsWith(zone, StringComparison.Ordinal));
}

/// <summary>The data of records in wire form. Names must be ones that <see cref="DnsName.Encode"/> takes; whoever validates sees to that.</summary>
public static class DnsData
{
    public static byte[] Address(IPAddress address) => address.GetAddressBytes();

    public static byte[] Name(string name) => DnsName.Encode(name) ?? throw new ArgumentException($"'{name}' is no name.", nameof(name));

    public static byte[] Mx(ushort preference, string exchange) => [.. Number(preference), .. Name(exchange)];

    public static byte[] Srv(ushort priority, ushort weight, ushort port, string target) => [.. Number(priority), .. Number(weight), .. Number(port), .. Name(target)];

    /// <summary>Strings longer than 255 bytes become several.</summary>
    public static byte[] Txt(IEnumerable<string> values)
        => [.. from value in values
               from part in value.Length == 0 ? [[]] : Encoding.UTF8.GetBytes(value).Chunk(255)
               from octet in (byte[])[(byte)part.Length, .. part]
               select octet];

    public static byte[] Caa(byte flags, string tag, string value) => [flags, (byte)tag.Length, .. Encoding.ASCII.GetBytes(tag), .. Encoding.UTF8.GetBytes(value)];

    /// <param name="host">The primary server.</param>
    /// <param name="email">The mailbox with a dot for the at sign.</param>
    /// <param name="numbers">Serial, refresh, retry, expire, negative time to live.</param>
    public static byte[] Soa(string host, string email, params ReadOnlySpan<uint> numbers)
    {
        byte[] data = [.. Name(host), .. Name(email), .. new byte[numbers.Length * 4]];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(data.Length - ((numbers.Length - i) * 4)), numbers[i]);
        }

        return data;
    }

    private static byte[] Number(ushort number) => [(byte)(number >> 8), (byte)number];
}
