using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Lazuli.Guest.Dns;

/// <summary>Whom a server answers.</summary>
/// <param name="WhoIs">The key of a client; null for a stranger, who gets nothing.</param>
/// <param name="PerSecond">Answers to each, or null for as many as it asks for.</param>
/// <param name="Connections">TCP connections of each.</param>
internal sealed record DnsClients(Func<IPAddress, string?> WhoIs, int? PerSecond, int Connections);

/// <summary>Answers a packet; 0 leaves it unanswered.</summary>
internal delegate int DnsHandler(ReadOnlySpan<byte> packet, IPAddress from, bool udp, Span<byte> reply);

/// <summary>A DNS server on a TCP socket and a UDP one (unless somebody else answers datagrams), which it owns.</summary>
internal sealed partial class DnsServer : IAsyncDisposable
{
    public const int Port = 53;
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);

    private readonly Socket? _udp;
    private readonly Socket _tcp;
    private readonly DnsClients _clients;
    private readonly DnsHandler _answer;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, RateLimit> _rates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Socket, string> _open = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loops;

    public DnsServer(Socket? udp, Socket tcp, DnsClients clients, DnsHandler answer, TimeProvider time, ILogger log)
    {
        _udp = udp;
        _tcp = tcp;
        _clients = clients;
        _answer = answer;
        _time = time;
        _log = log;
        _loops = Task.WhenAll(udp is null ? Task.CompletedTask : Task.Run(() => ReceiveAsync(udp)), Task.Run(AcceptAsync));
    }

    /// <summary>Forgets clients that are gone.</summary>
    public void Trim(Func<string, bool> isThere)
    {
        foreach (var key in _rates.Keys.Where(k => !isThere(k)))
        {
            _rates.TryRemove(key, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _udp?.Dispose();
        _tcp.Dispose();
        await _loops;
        foreach (var socket in _open.Keys)
        {
            socket.Dispose();
        }

        _stop.Dispose();
    }

    private async Task ReceiveAsync(Socket udp)
    {
        var packet = new byte[1500];
        var reply = new byte[DnsResponder.MaxUdp];
        EndPoint anybody = new IPEndPoint(IPAddress.Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var received = await udp.ReceiveFromAsync(packet, SocketFlags.None, anybody, _stop.Token);
                if (received.RemoteEndPoint is not IPEndPoint from || _clients.WhoIs(from.Address) is not { } client || !Take(client))
                {
                    continue;
                }

                var length = _answer(packet.AsSpan(0, received.ReceivedBytes), from.Address, true, reply);
                if (length > 0)
                {
                    await SendAsync(udp, reply.AsMemory(0, length), from);
                }
            }
            catch (SocketException error) when (!_stop.IsCancellationRequested)
            {
                Log.Failed(_log, error.SocketErrorCode);
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, CancellationToken.None);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    /// <summary>A guest that can't be reached (any more) must not hold up the others.</summary>
    private async Task SendAsync(Socket udp, Memory<byte> reply, IPEndPoint to)
    {
        try
        {
            await udp.SendToAsync(reply, SocketFlags.None, to, _stop.Token);
        }
        catch (SocketException error) when (!_stop.IsCancellationRequested)
        {
            Log.Failed(_log, error.SocketErrorCode);
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _tcp.AcceptAsync(_stop.Token);
                if (socket.RemoteEndPoint is IPEndPoint from && _clients.WhoIs(from.Address) is { } client && _open.Values.Count(k => k == client) < _clients.Connections)
                {
                    _open[socket] = client;
                    _ = ServeAsync(socket, from.Address, client);
                }
                else
                {
                    socket.Close(0);
                }
            }
            catch (SocketException error) when (!_stop.IsCancellationRequested)
            {
                Log.Failed(_log, error.SocketErrorCode);
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, CancellationToken.None);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket, IPAddress from, string client)
    {
        var buffer = new byte[2 + ushort.MaxValue];
        var reply = new byte[2 + ushort.MaxValue];
        try
        {
            using var idle = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            while (await ReadAsync(socket, buffer.AsMemory(0, 2), idle) && BinaryPrimitives.ReadUInt16BigEndian(buffer) is var length and > 0
                && await ReadAsync(socket, buffer.AsMemory(2, length), idle) && Take(client))
            {
                var answer = _answer(buffer.AsSpan(2, length), from, false, reply.AsSpan(2));
                if (answer == 0)
                {
                    return;
                }

                BinaryPrimitives.WriteUInt16BigEndian(reply, (ushort)answer);
                for (var sent = 0; sent < answer + 2;)
                {
                    sent += await socket.SendAsync(reply.AsMemory(sent, answer + 2 - sent), SocketFlags.None, idle.Token);
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            Log.Closed(_log, client);
        }
        finally
        {
            _open.TryRemove(socket, out _);
            socket.Dispose();
        }
    }

    private static async Task<bool> ReadAsync(Socket socket, Memory<byte> to, CancellationTokenSource idle)
    {
        idle.CancelAfter(IdleTime);
        while (to.Length > 0)
        {
            var read = await socket.ReceiveAsync(to, SocketFlags.None, idle.Token);
            if (read == 0)
            {
                return false;
            }

            to = to[read..];
        }

        return true;
    }

    private bool Take(string client) => _clients.PerSecond is not { } limit || _rates.GetOrAdd(client, _ => new RateLimit(_time, limit, limit)).TryTake();

    private static partial class Log
    {
        [LoggerMessage(3020, LogLevel.Debug, "DNS: {Error}")]
        public static partial void Failed(ILogger logger, SocketError error);

        [LoggerMessage(3021, LogLevel.Debug, "DNS connection of {Client} ended")]
        public static partial void Closed(ILogger logger, string client);
    }
}
