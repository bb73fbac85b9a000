using System.Net;
using System.Net.Sockets;

namespace Lazuli.Guest;

/// <summary>
/// Opens sockets inside a VNet's network namespace, where 168.63.129.16 and 169.254.169.254 are local addresses. The caller
/// owns and disposes the socket. Throws <see cref="SocketException"/> or <see cref="IOException"/> when the namespace or the interface isn't there.
/// </summary>
public interface IVnetSockets
{
    /// <summary>A TCP socket, bound with SO_REUSEADDR and listening.</summary>
    Socket ListenTcp(string vnetKey, IPEndPoint endpoint);

    /// <summary>A UDP socket, bound.</summary>
    Socket BindUdp(string vnetKey, IPEndPoint endpoint);

    /// <summary>
    /// A UDP socket with SO_REUSEADDR, SO_BROADCAST and SO_BINDTODEVICE on the NIC's TAP, bound to <paramref name="endpoint"/>: it hears
    /// and speaks to that NIC's guest alone. It is what tells the guests of one VNet apart before they have an address.
    /// </summary>
    Socket BindUdpOnNic(string vnetKey, string nicKey, IPEndPoint endpoint);

    /// <summary>As <see cref="BindUdpOnNic"/> of IPv6, for a port, hearing a group besides.</summary>
    Socket BindUdp6OnNic(string vnetKey, string nicKey, int port, IPAddress group);

    /// <summary>A socket for ICMPv6 on the NIC's TAP, whose packets leave with a hop limit of 255.</summary>
    Socket OpenIcmp6OnNic(string vnetKey, string nicKey);

    /// <summary>False when the device that <see cref="BindUdpOnNic"/>, <see cref="BindUdp6OnNic"/> or <see cref="OpenIcmp6OnNic"/> bound this socket to is gone, be it that another one has its name now: the socket hears nothing any more.</summary>
    bool HasNic(Socket socket);
}
