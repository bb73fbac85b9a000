using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Guest.Dhcp;

/// <summary>Where a reply goes.</summary>
internal enum DhcpTarget
{
    /// <summary>Nothing is answered.</summary>
    Nobody,

    /// <summary>255.255.255.255:68 on the NIC's interface: only its guest is there.</summary>
    Broadcast,

    /// <summary>The NIC's own address, which the guest already uses.</summary>
    Client,
}

/// <summary>
/// Decides what a NIC's guest is answered: always and only the NIC's primary IPv4 address, with the options that Azure sends. Pure: no clock, no state, because the
/// address belongs to the NIC for as long as it exists.
/// </summary>
internal static class DhcpResponder
{
    /// <summary>Infinite, about 136 years, as on Azure.</summary>
    private const uint Forever = uint.MaxValue;

    /// <summary>The suffix that Azure hands out with custom DNS servers, where its own names don't resolve.</summary>
    private const string CustomDnsSuffix = "reddog.microsoft.com";

    private static readonly byte[] HostBytes = WellKnown.Platform.GetAddressBytes();

    /// <summary>
    /// Writes the reply to <paramref name="packet"/>, received on the interface of <paramref name="nic"/>, into <paramref name="reply"/> (at least <see cref="DhcpReply.MaxLength"/> bytes).
    /// Packets of another MAC, for another server, through a relay or malformed are not answered.
    /// </summary>
    public static DhcpTarget Answer(VnetItem vnet, NicView nic, ReadOnlySpan<byte> packet, Span<byte> reply, out int length)
    {
        length = 0;
        if (nic.PrimaryV4 is not { } own || !DhcpRequest.TryParse(packet, out var request) || request.HardwareAddress != Hardware(nic.Nic.MacAddress))
        {
            return DhcpTarget.Nobody;
        }

        var address = own.Address;
        var renewing = request.ClientAddress.Equals(address);
        switch (request.Message)
        {
            case DhcpMessage.Discover:
                length = Lease(new DhcpReply(reply, request, DhcpMessage.Offer, IPAddress.Any, address), vnet, nic, own, lease: true);
                return DhcpTarget.Broadcast;
            case DhcpMessage.Request when request.ServerId is not null && !request.ServerId.Equals(WellKnown.Platform):
                return DhcpTarget.Nobody;
            case DhcpMessage.Request when address.Equals(request.RequestedAddress) || (request.RequestedAddress is null && renewing):
                length = Lease(new DhcpReply(reply, request, DhcpMessage.Ack, request.ClientAddress, address), vnet, nic, own, lease: true);
                return renewing ? DhcpTarget.Client : DhcpTarget.Broadcast;
            case DhcpMessage.Request:
                var nak = new DhcpReply(reply, request, DhcpMessage.Nak, IPAddress.Any, IPAddress.Any);
                nak.Option(54, HostBytes);
                length = nak.End();
                return DhcpTarget.Broadcast;
            case DhcpMessage.Inform when renewing:
                length = Lease(new DhcpReply(reply, request, DhcpMessage.Ack, address, IPAddress.Any), vnet, nic, own, lease: false);
                return DhcpTarget.Client;
            default:
                return DhcpTarget.Nobody;
        }
    }

    private static int Lease(DhcpReply reply, VnetItem vnet, NicView nic, NicAddress own, bool lease)
    {
        var gateway = Gateway(own.Subnet);
        reply.Option(54, HostBytes);
        if (lease)
        {
            reply.Option(51, Forever);
            reply.Option(58, Forever);
            reply.Option(59, Forever);
        }

        reply.Option(1, own.Subnet.PrefixLength == 0 ? 0 : uint.MaxValue << (32 - own.Subnet.PrefixLength));
        reply.Option(3, gateway);
        var custom = nic.Nic.DnsServers.Count > 0 ? nic.Nic.DnsServers : vnet.DnsServers;
        var dns = custom.Select(s => IPAddress.TryParse(s, out var a) && a.AddressFamily == AddressFamily.InterNetwork ? a : null).OfType<IPAddress>().Take(16).ToArray();
        reply.Option(6, dns.Length == 0 ? HostBytes : [.. dns.SelectMany(d => d.GetAddressBytes())]);
        reply.Option(26, [1500 >> 8, 1500 & 255]);
        reply.Option(245, HostBytes);
        byte[] routes = [0, .. gateway, 32, .. HostBytes, .. gateway, 32, .. WellKnown.Metadata.GetAddressBytes(), .. gateway];
        reply.Option(121, routes);
        reply.Option(249, routes);
        reply.Option(15, Encoding.ASCII.GetBytes(dns.Length == 0 ? vnet.DnsSuffix : CustomDnsSuffix));
        return reply.End();
    }

    /// <summary>The first usable address of the subnet.</summary>
    private static byte[] Gateway(IPNetwork subnet)
    {
        var bytes = subnet.BaseAddress.GetAddressBytes();
        bytes[3]++;
        return bytes;
    }

    private static long Hardware(string mac) =>
        long.TryParse(mac.Replace("-", "", StringComparison.Ordinal).Replace(":", "", StringComparison.Ordinal), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : -1;
}
