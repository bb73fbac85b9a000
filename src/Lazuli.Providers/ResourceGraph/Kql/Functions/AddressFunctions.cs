using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Lazuli.Providers.ResourceGraph.Kql.Values;
using static Lazuli.Providers.ResourceGraph.Kql.Functions.Define;

namespace Lazuli.Providers.ResourceGraph.Kql.Functions;

/// <summary>Functions over IPv4 addresses, with or without a prefix length.</summary>
internal static class AddressFunctions
{
    public static IEnumerable<KqlFunction> All =>
    [
        Function("ipv4_is_in_range", 2, ValueKind.Bool, a => Both(a, out var left, out var right) ? Value.Of(IsIn(left, right)) : Value.Null),
        Function("ipv4_is_in_any_range", 2, Any, ValueKind.Bool, InAny),
        Function("ipv4_is_match", 2, 3, ValueKind.Bool, a => Compared(a) is { IsNull: false } order ? Value.Of(order.AsLong == 0) : Value.Null),
        Function("ipv4_compare", 2, 3, ValueKind.Long, Compared),
        Function("ipv4_is_private", 1, ValueKind.Bool, a => Parse(a[0], out var address) ? Value.Of(Private.Any(p => IsIn(address, p))) : Value.Null),
        Function("parse_ipv4", 1, ValueKind.Long, a => Parse(a[0], out var address) ? Value.Of((long)Masked(address.Bits, address.Length)) : Value.Null),
        Function("format_ipv4", 1, 2, ValueKind.String, Format),
    ];

    private static readonly (uint Bits, int Length)[] Private = [(0x0A000000, 8), (0xAC100000, 12), (0xC0A80000, 16)];

    private static Value InAny(Value[] a)
    {
        if (!Parse(a[0], out var address))
        {
            return Value.Null;
        }

        var ranges = a.Skip(1).SelectMany(v => ArrayFunctions.Items(v) ?? [v]);
        return Value.Of(ranges.Any(r => Parse(r, out var range) && IsIn(address, range)));
    }

    // -1, 0 or 1, by the shortest of the prefixes that are given.
    private static Value Compared(Value[] a)
    {
        if (!Both(a, out var left, out var right) || (At(a, 2) is { IsNull: false } given && (!given.Kind.IsWhole() || given.AsLong is < 0 or > 32)))
        {
            return Value.Null;
        }

        var length = Math.Min(Math.Min(left.Length, right.Length), At(a, 2) is { IsNull: false } most ? (int)most.AsLong : 32);
        return Value.Of((long)Masked(left.Bits, length).CompareTo(Masked(right.Bits, length)));
    }

    private static Value Format(Value[] a)
    {
        (uint Bits, int Length) address = default;
        if (a[0].Kind.IsWhole() ? a[0].AsLong is < 0 or > uint.MaxValue : !Parse(a[0], out address))
        {
            return Value.Empty;
        }

        var bits = a[0].Kind.IsWhole() ? (uint)a[0].AsLong : address.Bits;
        var length = At(a, 1) is { IsNull: false } given ? given.Kind.IsWhole() ? given.AsLong : -1 : 32;
        return length is < 0 or > 32 ? Value.Empty : Value.Of(new IPAddress(BinaryPrimitives.ReverseEndianness(Masked(bits, (int)length))).ToString());
    }

    private static bool Both(Value[] a, out (uint Bits, int Length) left, out (uint Bits, int Length) right)
    {
        right = default;
        return Parse(a[0], out left) && Parse(a[1], out right);
    }

    private static bool Parse(Value value, out (uint Bits, int Length) address)
    {
        address = default;
        var parts = value.ToText().Split('/');
        var length = 32;
        if (parts.Length > 2 || parts[0].Count(c => c == '.') != 3 || !IPAddress.TryParse(parts[0], out var ip) || ip.AddressFamily != AddressFamily.InterNetwork
            || (parts.Length == 2 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > 32)))
        {
            return false;
        }

        address = (BinaryPrimitives.ReadUInt32BigEndian(ip.GetAddressBytes()), length);
        return true;
    }

    private static bool IsIn((uint Bits, int Length) address, (uint Bits, int Length) range) => Masked(address.Bits, range.Length) == Masked(range.Bits, range.Length);

    private static uint Masked(uint bits, int length) => length == 0 ? 0 : bits & (uint.MaxValue << (32 - length));
}
