using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Lazuli.Guest.Http;

/// <summary>
/// One listening socket in one VNet. It accepts only from addresses that a VM of the VNet has, at most <see cref="PerGuest"/> connections from each, and closes
/// them all when disposed (an open socket would keep the namespace alive).
/// </summary>
internal sealed partial class GuestListener : IAsyncDisposable
{
    public const int PerGuest = 16;

    private readonly Socket _socket;
    private readonly Func<VnetView> _view;
    private readonly IGuestEndpoint _endpoint;
    private readonly GuestConnections _connections;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SocketConnectionContextFactory _factory;
    private readonly ConcurrentDictionary<string, RateLimit> _rates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ConnectionContext, string> _open = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public GuestListener(Socket socket, Func<VnetView> view, IGuestEndpoint endpoint, GuestConnections connections, TimeProvider time, ILogger log)
    {
        _socket = socket;
        _view = view;
        _endpoint = endpoint;
        _connections = connections;
        _time = time;
        _log = log;
        _factory = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions { IOQueueCount = 0, MaxReadBufferSize = 64 * 1024, MaxWriteBufferSize = 64 * 1024 }, log);
        _loop = Task.Run(AcceptAsync);
    }

    /// <summary>Answers one request; the caller is looked up anew, so a kept connection sees what changed.</summary>
    public Task ProcessAsync(HttpContext http)
    {
        var view = _view();
        if (http.Connection.RemoteIpAddress is not { } address || view.NicAt(address) is not { Vm: { } vm } nic)
        {
            http.Abort();
            return Task.CompletedTask;
        }

        if (!_rates.GetOrAdd(vm.Key, _ => new RateLimit(_time, _endpoint.Rate.PerSecond, _endpoint.Rate.Burst)).TryTake())
        {
            http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            http.Response.Headers.RetryAfter = "1";
            http.Response.ContentLength = 0;
            return Task.CompletedTask;
        }

        return _endpoint.HandleAsync(new GuestCall(http, view, nic, vm));
    }

    /// <summary>Forgets VMs that are gone.</summary>
    public void Trim(IReadOnlySet<string> vmKeys)
    {
        foreach (var key in _rates.Keys.Where(k => !vmKeys.Contains(k)))
        {
            _rates.TryRemove(key, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _loop;
        foreach (var connection in _open.Keys)
        {
            connection.Abort();
        }

        _factory.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _socket.AcceptAsync(_stop.Token);
                if (!await TakeAsync(socket))
                {
                    socket.Close(0);
                }
            }
            catch (SocketException error) when (!_stop.IsCancellationRequested)
            {
                Log.AcceptFailed(_log, error);
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, CancellationToken.None);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException or System.Threading.Channels.ChannelClosedException)
            {
                return;
            }
        }
    }

    private async ValueTask<bool> TakeAsync(Socket socket)
    {
        if (socket.RemoteEndPoint is not IPEndPoint remote || _view().NicAt(remote.Address) is not { Vm: { } vm })
        {
            return false;
        }

        if (_open.Values.Count(k => k == vm.Key) >= PerGuest)
        {
            return false;
        }

        socket.NoDelay = true;
        var connection = _factory.Create(socket);
        connection.Features.Set(this);
        _open[connection] = vm.Key;
        connection.ConnectionClosed.Register(() => _open.TryRemove(connection, out _));
        await _connections.HandOverAsync(connection, _stop.Token);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(3002, LogLevel.Warning, "Accepting a guest's connection failed")]
        public static partial void AcceptFailed(ILogger logger, Exception error);
    }
}
