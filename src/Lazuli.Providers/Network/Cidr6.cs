using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Lazuli.Engines.Net;

namespace Lazuli.Providers.Network;

/// <summary>An IPv6 prefix, as a client wrote it: bits of the host part may be set.</summary>
internal readonly record struct Cidr6(UInt128 Address, int Length)
{
    public UInt128 First => Address & Mask;

    public UInt128 Last => First | ~Mask;

    public bool HasHostBits => Address != First;

    private UInt128 Mask => Length == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - Length);

    public static bool TryParse(string? text, out Cidr6 prefix)
    {
        prefix = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (text is null || slash < 0 || !TryAddress(text[..slash], out var address)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > 128)
        {
            return false;
        }

        prefix = new(address, length);
        return true;
    }

    public static Cidr6 Parse(string text) => TryParse(text, out var prefix) ? prefix : throw new FormatException($"'{text}' is not an IPv6 prefix.");

    /// <summary>The prefixes of this family among some.</summary>
    public static IEnumerable<Cidr6> Among(IEnumerable<string> prefixes) => prefixes.Where(p => TryParse(p, out _)).Select(Parse);

    private static readonly SearchValues<char> Written = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>Hexadecimal groups alone: no zone, no brackets.</summary>
    public static bool TryAddress(string? text, out UInt128 address)
    {
        address = 0;
        if (text is null || text.AsSpan().ContainsAnyExcept(Written) || !IPAddress.TryParse(text, out var ip) || ip.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        address = Ipv6.Number(ip);
        return true;
    }

    public static string Text(UInt128 address) => Ipv6.Address(address).ToString();

    public bool Contains(UInt128 address) => address >= First && address <= Last;

    public bool Contains(Cidr6 other) => other.First >= First && other.Last <= Last;

    public bool Overlaps(Cidr6 other) => First <= other.Last && other.First <= Last;

    public override string ToString() => $"{Text(First)}/{Length.ToString(CultureInfo.InvariantCulture)}";
}
