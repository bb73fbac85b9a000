using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Node;

namespace Lazuli.Live.Tests.Net;

/// <summary>A server in a guest that greets every caller with its own address, that which it was called by, and the caller's; then it gives back what it hears.</summary>
internal sealed class Service : IDisposable
{
    private readonly Socket _socket;
    private readonly string _own;

    private Service(Socket socket, string own)
    {
        (_socket, _own) = (socket, own);
        _ = socket.SocketType == SocketType.Stream ? AcceptAsync() : AnswerAsync();
    }

    /// <param name="nic">The guest's; by its <paramref name="config"/>th IP configuration it says who it is, and hears that one's family.</param>
    public static Service Open(NicItem nic, int port, string protocol = "tcp", int config = 0)
    {
        var own = nic.IpConfigs[config];
        var socket = Sockets.Open(LiveNetWorld.GuestOf(nic.Key), protocol, own.IsIpv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        socket.Bind(new IPEndPoint(own.IsIpv6 ? IPAddress.IPv6Any : IPAddress.Any, port));
        if (protocol == "tcp")
        {
            socket.Listen(512);
        }

        return new Service(socket, own.PrivateAddress);
    }

    public void Dispose() => _socket.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = TalkAsync(await _socket.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task TalkAsync(Socket caller)
    {
        using (caller)
        {
            try
            {
                await caller.SendAsync(Encoding.ASCII.GetBytes($"{_own} {caller.LocalEndPoint} {caller.RemoteEndPoint}\n"));
                var buffer = new byte[2048];
                while (await caller.ReceiveAsync(buffer) is > 0 and var length)
                {
                    await caller.SendAsync(buffer.AsMemory(0, length));
                }
            }
            catch (SocketException)
            {
                // The caller has gone.
            }
        }
    }

    private async Task AnswerAsync()
    {
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                var packet = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
                await _socket.SendToAsync(Encoding.ASCII.GetBytes($"{_own} - {packet.RemoteEndPoint}\n"), packet.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }
}

/// <summary>What a service said.</summary>
internal sealed record Greeting(string Server, IPEndPoint? CalledAs, IPEndPoint Caller);

/// <summary>Somebody who calls services: from a guest or (null) from outside.</summary>
internal static class Caller
{
    /// <summary>Calls once; null when nobody answers.</summary>
    public static async Task<Greeting?> CallAsync(NicItem? from, string address, int port, string protocol = "tcp", TimeSpan? patience = null)
    {
        using var call = await OpenAsync(from, address, port, protocol, patience);
        return call?.Greeting;
    }

    /// <summary>Calls many times and counts who answered.</summary>
    public static async Task<Dictionary<string, int>> CountAsync(NicItem? from, string address, int port, int times)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < times; i++)
        {
            var name = (await CallAsync(from, address, port))?.Server ?? "nobody";
            counts[name] = counts.GetValueOrDefault(name) + 1;
        }

        return counts;
    }

    public static async Task<Call?> OpenAsync(NicItem? from, string address, int port, string protocol = "tcp", TimeSpan? patience = null)
    {
        var to = IPAddress.Parse(address);
        var socket = Sockets.Open(from is null ? null : LiveNetWorld.GuestOf(from.Key), protocol, to.AddressFamily);
        using var cut = new CancellationTokenSource(patience ?? LiveNetWorld.Patience);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(to, port), cut.Token);
            if (protocol == "udp")
            {
                await socket.SendAsync("hello"u8.ToArray(), cut.Token);
            }

            var words = (await ReadAsync(socket, cut.Token)).Trim().Split(' ');
            return new Call(socket, new(words[0], IPEndPoint.TryParse(words[1], out var local) ? local : null, IPEndPoint.Parse(words[2])));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
        {
            socket.Dispose();
            return null;
        }
    }

    internal static async Task<string> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[2048];
        return await socket.ReceiveAsync(buffer, cancellationToken) is > 0 and var length ? Encoding.ASCII.GetString(buffer, 0, length) : throw new IOException("Closed.");
    }
}

/// <summary>A connection that goes on.</summary>
internal sealed class Call(Socket socket, Greeting greeting) : IDisposable
{
    public Greeting Greeting { get; } = greeting;

    public Socket Socket { get; } = socket;

    /// <summary>Whether what is said comes back, or (UDP) is answered.</summary>
    public async Task<string?> SayAsync(string text = "still there?")
    {
        using var patience = new CancellationTokenSource(LiveNetWorld.Patience);
        try
        {
            await Socket.SendAsync(Encoding.ASCII.GetBytes(text), patience.Token);
            return await Caller.ReadAsync(Socket, patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
        {
            return null;
        }
    }

    public void Dispose() => Socket.Dispose();
}
