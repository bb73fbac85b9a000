using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Lazuli.Guest.Dns;

/// <summary>
/// DNS of one VNet at 168.63.129.16:53, UDP and TCP. A guest gets at most 1,000 answers a second, as Azure documents, and <see cref="PerGuest"/> TCP connections; strangers get nothing.
/// </summary>
internal sealed partial class DnsServer : IAsyncDisposable
{
    public const int Port = 53;
    private const int PerGuest = 4;
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);

    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly Func<VnetView> _view;
    private readonly Func<IReadOnlyDictionary<string, IPAddress>> _publicNames;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, RateLimit> _rates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Socket, string> _open = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loops;

    public DnsServer(Socket udp, Socket tcp, Func<VnetView> view, Func<IReadOnlyDictionary<string, IPAddress>> publicNames, TimeProvider time, ILogger log)
    {
        _udp = udp;
        _tcp = tcp;
        _view = view;
        _publicNames = publicNames;
        _time = time;
        _log = log;
        _loops = Task.WhenAll(Task.Run(ReceiveAsync), Task.Run(AcceptAsync));
    }

    /// <summary>Forgets NICs that are gone.</summary>
    public void Trim(VnetView view)
    {
        foreach (var key in _rates.Keys.Where(k => view.NicOf(k) is null))
        {
            _rates.TryRemove(key, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await _loops;
        foreach (var socket in _open.Keys)
        {
            socket.Dispose();
        }

        _stop.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var packet = new byte[1500];
        var reply = new byte[DnsResponder.MaxUdp];
        EndPoint anybody = new IPEndPoint(IPAddress.Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var received = await _udp.ReceiveFromAsync(packet, SocketFlags.None, anybody, _stop.Token);
                var view = _view();
                if (received.RemoteEndPoint is not IPEndPoint from || view.NicAt(from.Address) is not { } nic || !Take(nic))
                {
                    continue;
                }

                var length = DnsResponder.Answer(view, _publicNames(), packet.AsSpan(0, received.ReceivedBytes), udp: true, reply);
                if (length > 0)
                {
                    await SendAsync(reply.AsMemory(0, length), from);
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
    private async Task SendAsync(Memory<byte> reply, IPEndPoint to)
    {
        try
        {
            await _udp.SendToAsync(reply, SocketFlags.None, to, _stop.Token);
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
                if (socket.RemoteEndPoint is IPEndPoint from && _view().NicAt(from.Address) is { } nic && _open.Values.Count(k => k == nic.Nic.Key) < PerGuest)
                {
                    _open[socket] = nic.Nic.Key;
                    _ = ServeAsync(socket, nic);
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

    private async Task ServeAsync(Socket socket, NicView nic)
    {
        var buffer = new byte[2 + ushort.MaxValue];
        var reply = new byte[2 + 16 * 1024];
        try
        {
            using var idle = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            while (await ReadAsync(socket, buffer.AsMemory(0, 2), idle) && BinaryPrimitives.ReadUInt16BigEndian(buffer) is var length and > 0
                && await ReadAsync(socket, buffer.AsMemory(2, length), idle) && Take(nic))
            {
                var answer = DnsResponder.Answer(_view(), _publicNames(), buffer.AsSpan(2, length), udp: false, reply.AsSpan(2));
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
            Log.Closed(_log, nic.Nic.Key);
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

    private bool Take(NicView nic) => _rates.GetOrAdd(nic.Nic.Key, _ => new RateLimit(_time, 1000, 1000)).TryTake();

    private static partial class Log
    {
        [LoggerMessage(3020, LogLevel.Debug, "DNS: {Error}")]
        public static partial void Failed(ILogger logger, SocketError error);

        [LoggerMessage(3021, LogLevel.Debug, "DNS connection of {NicKey} ended")]
        public static partial void Closed(ILogger logger, string nicKey);
    }
}
