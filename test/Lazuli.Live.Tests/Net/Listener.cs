using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;

namespace Lazuli.Live.Tests.Net;

/// <summary>Hears tokens that arrive at one place by one protocol and port, and notes who heard each and from whom.</summary>
internal sealed class Listener : IDisposable
{
    private readonly Socket _socket;

    private Listener(Socket socket, string receiver, ConcurrentDictionary<string, TaskCompletionSource<FlowVerdict>> waiting)
    {
        _socket = socket;
        _ = HearAsync(receiver, waiting);
    }

    public static Listener Open(string netns, string receiver, IPAddress address, string protocol, int port, ConcurrentDictionary<string, TaskCompletionSource<FlowVerdict>> waiting)
    {
        var socket = Sockets.Open(netns, protocol, address.AddressFamily);
        socket.Bind(new IPEndPoint(address, port));
        if (protocol == "tcp")
        {
            socket.Listen();
        }

        return new Listener(socket, receiver, waiting);
    }

    public void Dispose() => _socket.Dispose();

    private async Task HearAsync(string receiver, ConcurrentDictionary<string, TaskCompletionSource<FlowVerdict>> waiting)
    {
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                EndPoint? from;
                int length;
                if (_socket.SocketType == SocketType.Stream)
                {
                    using var caller = await _socket.AcceptAsync();
                    from = caller.RemoteEndPoint;
                    length = await caller.ReceiveAsync(buffer);
                }
                else
                {
                    var packet = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
                    (from, length) = (packet.RemoteEndPoint, packet.ReceivedBytes);
                }

                // An ICMP packet comes with its headers, an ICMPv6 one without; the token is its end.
                var text = Encoding.ASCII.GetString(buffer, 0, length);
                if (from is IPEndPoint source && text.Length >= Sockets.TokenLength && waiting.TryGetValue(text[^Sockets.TokenLength..], out var heard)
                    && (_socket.ProtocolType switch { ProtocolType.Icmp => buffer[20] == 8, ProtocolType.IcmpV6 => buffer[0] == 128, _ => true }))
                {
                    heard.TrySetResult(new FlowVerdict { Receiver = receiver, SourceSeen = source.Address });
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed: the world ends.
        }
    }
}

/// <summary>Sockets by the words of a flow.</summary>
internal static class Sockets
{
    public const int TokenLength = 32;

    public static Socket Open(string? netns, string protocol, AddressFamily family = AddressFamily.InterNetwork)
    {
        var (type, kind) = protocol switch
        {
            "tcp" => (SocketType.Stream, ProtocolType.Tcp),
            "udp" => (SocketType.Dgram, ProtocolType.Udp),
            "icmpv6" => (SocketType.Raw, ProtocolType.IcmpV6),
            _ => (SocketType.Raw, ProtocolType.Icmp),
        };
        return netns is null ? new Socket(family, type, kind) : NetNamespace.OpenSocket(netns, family, type, kind);
    }

    /// <summary>An ICMP echo request that ends with a token.</summary>
    public static byte[] Echo(string token)
    {
        byte[] packet = [8, 0, 0, 0, 0, 7, 0, 1, .. Encoding.ASCII.GetBytes(token)];
        var sum = 0;
        for (var i = 0; i < packet.Length; i += 2)
        {
            sum += (packet[i] << 8) | packet[i + 1];
        }

        sum = (sum & 0xffff) + (sum >> 16);
        sum = ~((sum & 0xffff) + (sum >> 16));
        (packet[2], packet[3]) = ((byte)(sum >> 8), (byte)sum);
        return packet;
    }
}
