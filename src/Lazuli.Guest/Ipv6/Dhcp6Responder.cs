using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Lazuli.Engines.Dns;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Guest.Ipv6;

/// <summary>
/// Decides what a NIC's guest is answered by DHCPv6 (RFC 8415): always and only the NIC's IPv6 address, for good. Pure: no clock, no state, because the address belongs to the NIC for as
/// long as it exists.
/// </summary>
internal static class Dhcp6Responder
{
    private const uint Forever = uint.MaxValue;

    /// <summary>DUID-LL (RFC 8415 11.4) of the one neighbour that guests have.</summary>
    private static readonly byte[] ServerId = [0, 3, 0, 1, .. PhysicalAddress.Parse(WellKnown.NeighbourMac.Replace(':', '-').ToUpperInvariant()).GetAddressBytes()];

    /// <summary>The reply to a packet that came in on the NIC's interface; null when nothing is answered.</summary>
    public static byte[]? Answer(VnetItem vnet, NicView nic, ReadOnlySpan<byte> packet)
    {
        if (nic.PrimaryV6 is not { } own || Dhcp6Request.Parse(packet) is not { } request || !IsForUs(request))
        {
            return null;
        }

        var reply = new Dhcp6Reply(request is { Message: Dhcp6Message.Solicit, RapidCommit: false } ? Dhcp6Message.Advertise : Dhcp6Message.Reply, request.TransactionId);
        if (request.ClientId is { } client)
        {
            reply.Option(Dhcp6Option.ClientId, client);
        }

        reply.Option(Dhcp6Option.ServerId, ServerId);
        switch (request.Message)
        {
            case Dhcp6Message.Confirm:
                var stands = request.Associations.SelectMany(a => a.Addresses).All(own.Address.Equals);
                Status(reply, stands ? Dhcp6Status.Success : Dhcp6Status.NotOnLink);
                return reply.ToArray();
            case Dhcp6Message.Release or Dhcp6Message.Decline:
                Status(reply, Dhcp6Status.Success);
                return reply.ToArray();
            case Dhcp6Message.Solicit when request.RapidCommit:
                reply.Option(Dhcp6Option.RapidCommit);
                break;
        }

        for (var i = 0; i < request.Associations.Count; i++)
        {
            Associate(reply, request.Associations[i], i == 0 ? own.Address : null);
        }

        Names(reply, vnet, nic);
        return reply.ToArray();
    }

    // Who must name a server, who must not, and who must say who he is (RFC 8415 16).
    private static bool IsForUs(Dhcp6Request request) => request.Message switch
    {
        Dhcp6Message.Solicit or Dhcp6Message.Confirm or Dhcp6Message.Rebind => request is { ClientId: not null, ServerId: null },
        Dhcp6Message.InformationRequest => request.ServerId is null || request.ServerId.AsSpan().SequenceEqual(ServerId),
        _ => request.ClientId is not null && request.ServerId.AsSpan().SequenceEqual(ServerId),
    };

    // The first association gets the address; what else the client believes to have is over (RFC 8415 18.3.4).
    private static void Associate(Dhcp6Reply reply, Dhcp6Association association, IPAddress? own)
    {
        List<byte> value = [.. Dhcp6Reply.Number(association.Id), .. Dhcp6Reply.Number(Forever), .. Dhcp6Reply.Number(Forever)];
        value.AddRange(own is null
            ? Dhcp6Reply.Encode(Dhcp6Option.StatusCode, [0, (byte)Dhcp6Status.NoAddressAvailable])
            : Dhcp6Reply.Encode(Dhcp6Option.Address, [.. own.GetAddressBytes(), .. Dhcp6Reply.Number(Forever), .. Dhcp6Reply.Number(Forever)]));
        foreach (var other in association.Addresses.Where(a => !a.Equals(own)).Take(4))
        {
            value.AddRange(Dhcp6Reply.Encode(Dhcp6Option.Address, [.. other.GetAddressBytes(), .. Dhcp6Reply.Number(0), .. Dhcp6Reply.Number(0)]));
        }

        reply.Option(Dhcp6Option.NonTemporaryAddresses, [.. value]);
    }

    // Azure's own server has an IPv4 address only: DHCP tells it. Custom servers may have others.
    private static void Names(Dhcp6Reply reply, VnetItem vnet, NicView nic)
    {
        var custom = nic.Nic.DnsServers.Count > 0 ? nic.Nic.DnsServers : vnet.DnsServers;
        var servers = custom.Select(s => IPAddress.TryParse(s, out var a) && a.AddressFamily == AddressFamily.InterNetworkV6 ? a : null).OfType<IPAddress>().Take(16).ToArray();
        if (servers.Length > 0)
        {
            reply.Option(Dhcp6Option.DnsServers, [.. servers.SelectMany(s => s.GetAddressBytes())]);
        }

        if (custom.Count == 0 && DnsName.Encode(vnet.DnsSuffix) is { } suffix)
        {
            reply.Option(Dhcp6Option.DomainList, suffix);
        }
    }

    private static void Status(Dhcp6Reply reply, Dhcp6Status status) => reply.Option(Dhcp6Option.StatusCode, 0, (byte)status);
}
