using System.Net.NetworkInformation;
using Lazuli.Engines.Net;

namespace Lazuli.Guest.Ipv6;

/// <summary>
/// What a guest's gateway says of itself (RFC 4861 4.2): it is a router, addresses come by DHCPv6, and nothing but itself is on the link: no prefix is named. The kernel sums it up.
/// </summary>
internal static class RouterAdvertisement
{
    public const byte Solicitation = 133;
    private const byte Type = 134;
    private const byte HopLimit = 64;

    // Addresses and the rest are managed.
    private const byte Flags = 0xC0;

    /// <summary>The longest that a router may claim to be one.</summary>
    private const ushort Seconds = 9000;

    public static byte[] Bytes { get; } =
    [
        Type, 0, 0, 0, HopLimit, Flags, Seconds >> 8, Seconds & 255, 0, 0, 0, 0, 0, 0, 0, 0,
        1, 1, .. PhysicalAddress.Parse(WellKnown.NeighbourMac.Replace(':', '-').ToUpperInvariant()).GetAddressBytes(),
        5, 1, 0, 0, 0, 0, NicDevice.Mtu >> 8, NicDevice.Mtu & 255,
    ];

    /// <summary>Whether a packet asks for it.</summary>
    public static bool IsAskedFor(ReadOnlySpan<byte> packet) => packet.Length >= 8 && packet[0] == Solicitation && packet[1] == 0;
}
