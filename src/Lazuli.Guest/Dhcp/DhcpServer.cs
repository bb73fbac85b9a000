using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Lazuli.Guest.Dhcp;

/// <summary>
/// Serves one NIC over two sockets on its interface: one hears broadcasts, the other, bound to 168.63.129.16, hears renewals and sends all replies, so that they have Azure's
/// server address as source. Being per NIC, a flood of one guest holds up nobody else.
/// </summary>
internal sealed partial class DhcpServer : IAsyncDisposable
{
    public const int Port = 67;
    private static readonly IPEndPoint Everyone = new(IPAddress.Broadcast, 68);

    private readonly string _nicKey;
    private readonly Socket _broadcasts;
    private readonly Socket _unicasts;
    private readonly Func<VnetView> _view;
    private readonly RateLimit _rate;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loops;

    public DhcpServer(string nicKey, Socket broadcasts, Socket unicasts, Func<VnetView> view, TimeProvider time, ILogger log)
    {
        _nicKey = nicKey;
        _broadcasts = broadcasts;
        _unicasts = unicasts;
        _view = view;
        _time = time;
        _log = log;
        _rate = new RateLimit(time, 10, 20);
        _loops = Task.WhenAll(Task.Run(() => ReceiveAsync(broadcasts)), Task.Run(() => ReceiveAsync(unicasts)));
    }

    /// <summary>The interface that it serves is there; else it is deaf for good.</summary>
    public bool HasNic(IVnetSockets sockets) => sockets.HasNic(_broadcasts) && sockets.HasNic(_unicasts);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _broadcasts.Dispose();
        _unicasts.Dispose();
        await _loops;
        _stop.Dispose();
    }

    private async Task ReceiveAsync(Socket socket)
    {
        var packet = new byte[1500];
        var reply = new byte[DhcpReply.MaxLength];
        var from = new SocketAddress(AddressFamily.InterNetwork);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(packet, SocketFlags.None, from, _stop.Token);
                if (!_rate.TryTake() || _view() is not { } view || view.NicOf(_nicKey) is not { } nic)
                {
                    continue;
                }

                var target = DhcpResponder.Answer(view.Vnet, nic, packet.AsSpan(0, received), reply, out var length);
                if (target != DhcpTarget.Nobody)
                {
                    var to = target == DhcpTarget.Client && nic.PrimaryV4 is { } own ? new IPEndPoint(own.Address, 68) : Everyone;
                    await _unicasts.SendToAsync(reply.AsMemory(0, length), SocketFlags.None, to, _stop.Token);
                }
            }
            catch (SocketException error) when (!_stop.IsCancellationRequested)
            {
                // A packet too long, or a guest that went away. Whether the interface is there still, HasNic tells.
                Log.Failed(_log, _nicKey, error.SocketErrorCode);
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, CancellationToken.None);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3010, LogLevel.Debug, "DHCP on {NicKey}: {Error}")]
        public static partial void Failed(ILogger logger, string nicKey, SocketError error);
    }
}
