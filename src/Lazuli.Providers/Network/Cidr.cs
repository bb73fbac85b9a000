using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Lazuli.Engines.Net;

namespace Lazuli.Providers.Network;

/// <summary>An IPv4 prefix, as a client wrote it: bits of the host part may be set.</summary>
internal readonly record struct Cidr(uint Address, int Length)
{
    public uint First => Address & Mask;

    public uint Last => First | ~Mask;

    public long Size => 1L << (32 - Length);

    public bool HasHostBits => Address != First;

    private uint Mask => Length == 0 ? 0 : uint.MaxValue << (32 - Length);

    /// <summary>Only <c>a.b.c.d/n</c>.</summary>
    public static bool TryParse(string? text, out Cidr prefix)
    {
        prefix = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (text is null || slash < 0 || !TryAddress(text[..slash], out var address)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > 32)
        {
            return false;
        }

        prefix = new(address, length);
        return true;
    }

    public static Cidr Parse(string text) => TryParse(text, out var prefix) ? prefix : throw new FormatException($"'{text}' is not an IPv4 prefix.");

    /// <summary>The prefixes of this family among some.</summary>
    public static IEnumerable<Cidr> Among(IEnumerable<string> prefixes) => prefixes.Where(p => TryParse(p, out _)).Select(Parse);

    /// <summary>Whether an address of either family is in one of some prefixes.</summary>
    public static bool AnyContains(IEnumerable<string> prefixes, string address) => TryAddress(address, out var number)
        ? Among(prefixes).Any(p => p.Contains(number))
        : Cidr6.TryAddress(address, out var wide) && Cidr6.Among(prefixes).Any(p => p.Contains(wide));

    /// <summary>An address of either family, as everybody writes it.</summary>
    public static bool TryAnyAddress(string? text, out IPAddress address)
    {
        address = TryAddress(text, out var number) ? Ipv4.Address(number) : Cidr6.TryAddress(text, out var wide) ? Ipv6.Address(wide) : IPAddress.None;
        return !address.Equals(IPAddress.None);
    }

    /// <summary>Four decimal numbers, nothing shorter.</summary>
    public static bool TryAddress(string? text, out uint address)
    {
        address = 0;
        if (text is null || text.AsSpan().Count('.') != 3 || !IPAddress.TryParse(text, out var ip) || ip.AddressFamily != AddressFamily.InterNetwork || ip.ToString() != text)
        {
            return false;
        }

        address = Ipv4.Number(ip);
        return true;
    }

    public static string Text(uint address) => Ipv4.Address(address).ToString();

    /// <summary>IPv6, a prefix or an address.</summary>
    public static bool IsIpv6(string? text)
        => text is not null && IPAddress.TryParse(text.Split('/')[0], out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6;

    public bool Contains(uint address) => address >= First && address <= Last;

    public bool Contains(Cidr other) => other.First >= First && other.Last <= Last;

    public bool Overlaps(Cidr other) => First <= other.Last && other.First <= Last;

    public override string ToString() => $"{Text(First)}/{Length.ToString(CultureInfo.InvariantCulture)}";
}
