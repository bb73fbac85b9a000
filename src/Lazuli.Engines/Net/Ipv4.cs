using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Lazuli.Engines.Net;

/// <summary>IPv4 addresses as numbers in host order.</summary>
public static class Ipv4
{
    public static uint Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        return address.AddressFamily == AddressFamily.InterNetwork && address.TryWriteBytes(bytes, out _)
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : throw new ArgumentException($"'{address}' is not an IPv4 address.", nameof(address));
    }

    public static IPAddress Address(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }

    public static uint First(IPNetwork network) => Number(network.BaseAddress);

    public static uint Last(IPNetwork network) => First(network) + (uint)((1UL << (32 - network.PrefixLength)) - 1);
}
