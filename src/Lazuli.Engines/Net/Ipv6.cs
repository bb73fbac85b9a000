using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Lazuli.Engines.Net;

/// <summary>IPv6 addresses as numbers in host order.</summary>
public static class Ipv6
{
    public static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.AddressFamily == AddressFamily.InterNetworkV6 && address.TryWriteBytes(bytes, out _)
            ? BinaryPrimitives.ReadUInt128BigEndian(bytes)
            : throw new ArgumentException($"'{address}' is not an IPv6 address.", nameof(address));
    }

    public static IPAddress Address(UInt128 number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(bytes);
    }

    public static UInt128 First(IPNetwork network) => Number(network.BaseAddress);

    public static UInt128 Last(IPNetwork network) => network.PrefixLength == 0 ? UInt128.MaxValue : First(network) + ((UInt128.One << (128 - network.PrefixLength)) - UInt128.One);

    /// <summary>Whether a prefix or an address is of this family.</summary>
    public static bool Is(string text) => text.Contains(':', StringComparison.Ordinal);
}
