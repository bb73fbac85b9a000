using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Guest;

namespace Lazuli.Node;

/// <summary>Sockets of the guest services, opened inside the network's namespace by a thread that entered it.</summary>
public sealed class VnetSockets : IVnetSockets
{
    private const int Backlog = 512;

    // include/uapi/asm-generic/socket.h
    private const int SolSocket = 1;
    private const int SoBindToDevice = 25;
    private const int LongestName = 16;

    public Socket ListenTcp(string vnetKey, IPEndPoint endpoint) => Open(vnetKey, SocketType.Stream, ProtocolType.Tcp, socket =>
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(endpoint);
        socket.Listen(Backlog);
    });

    public Socket BindUdp(string vnetKey, IPEndPoint endpoint) => Open(vnetKey, SocketType.Dgram, ProtocolType.Udp, socket => socket.Bind(endpoint));

    public Socket BindUdpOnNic(string vnetKey, string nicKey, IPEndPoint endpoint) => Open(vnetKey, SocketType.Dgram, ProtocolType.Udp, socket =>
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.EnableBroadcast = true;
        BindToNic(socket, nicKey);
        socket.Bind(endpoint);
    });

    public Socket BindUdp6OnNic(string vnetKey, string nicKey, int port, IPAddress group) => Open(vnetKey, SocketType.Dgram, ProtocolType.Udp, socket =>
    {
        BindToNic(socket, nicKey);
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership, new IPv6MulticastOption(group, IndexOf(nicKey)));
    }, AddressFamily.InterNetworkV6);

    public Socket OpenIcmp6OnNic(string vnetKey, string nicKey) => Open(vnetKey, SocketType.Raw, ProtocolType.IcmpV6, socket =>
    {
        BindToNic(socket, nicKey);
        socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.IpTimeToLive, 255);
        socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastTimeToLive, 255);
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
    }, AddressFamily.InterNetworkV6);

    public bool HasNic(Socket socket)
    {
        Span<byte> name = stackalloc byte[LongestName];
        try
        {
            // The kernel looks the device up by its number, which is never given twice.
            return socket.GetRawSocketOption(SolSocket, SoBindToDevice, name) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void BindToNic(Socket socket, string nicKey)
        => socket.SetRawSocketOption(SolSocket, SoBindToDevice, Encoding.ASCII.GetBytes(NicDevice.InterfaceOf(nicKey) + '\0'));

    // The device's number, of the namespace that the caller is in.
    private static long IndexOf(string nicKey)
        => File.ReadLines("/proc/thread-self/net/if_inet6").Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).FirstOrDefault(w => w[^1] == NicDevice.InterfaceOf(nicKey)) is { } words
            ? Convert.ToInt64(words[1], 16)
            : throw new IOException($"'{NicDevice.InterfaceOf(nicKey)}' has no IPv6 address.");

    private static Socket Open(string vnetKey, SocketType type, ProtocolType protocol, Action<Socket> prepare, AddressFamily family = AddressFamily.InterNetwork)
        => NetNamespace.Run(NicDevice.NamespaceOf(vnetKey), () =>
        {
            var socket = new Socket(family, type, protocol);
            try
            {
                prepare(socket);
                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        });
}
