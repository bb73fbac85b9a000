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
        socket.SetRawSocketOption(SolSocket, SoBindToDevice, Encoding.ASCII.GetBytes(NicDevice.InterfaceOf(nicKey) + '\0'));
        socket.Bind(endpoint);
    });

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

    private static Socket Open(string vnetKey, SocketType type, ProtocolType protocol, Action<Socket> prepare)
    {
        var socket = NetNamespace.OpenSocket(NicDevice.NamespaceOf(vnetKey), AddressFamily.InterNetwork, type, protocol);
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
    }
}
