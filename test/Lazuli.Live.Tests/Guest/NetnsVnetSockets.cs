using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Guest;

namespace Lazuli.Live.Tests.Guest;

/// <summary>Sockets in the namespaces that the Linux engine made.</summary>
internal sealed class NetnsVnetSockets : IVnetSockets
{
    private const int SolSocket = 1;
    private const int SoReuseAddress = 2;
    private const int SoBindToDevice = 25;

    public Socket ListenTcp(string vnetKey, IPEndPoint endpoint) => Open(vnetKey, SocketType.Stream, ProtocolType.Tcp, socket =>
    {
        socket.SetRawSocketOption(SolSocket, SoReuseAddress, BitConverter.GetBytes(1));
        socket.Bind(endpoint);
        socket.Listen();
    });

    public Socket BindUdp(string vnetKey, IPEndPoint endpoint) => Open(vnetKey, SocketType.Dgram, ProtocolType.Udp, socket => socket.Bind(endpoint));

    public Socket BindUdpOnNic(string vnetKey, string nicKey, IPEndPoint endpoint) => Open(vnetKey, SocketType.Dgram, ProtocolType.Udp, socket =>
    {
        socket.SetRawSocketOption(SolSocket, SoReuseAddress, BitConverter.GetBytes(1));
        socket.SetRawSocketOption(SolSocket, SoBindToDevice, Encoding.ASCII.GetBytes(NicDevice.InterfaceOf(nicKey) + "\0"));
        socket.EnableBroadcast = true;
        socket.Bind(endpoint);
    });

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
