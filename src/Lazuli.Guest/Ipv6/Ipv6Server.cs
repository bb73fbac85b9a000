using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Lazuli.Guest.Ipv6;

/// <summary>The gateway of one NIC's guest: advertises itself, when asked and every ten minutes, and gives the address by DHCPv6. Being per NIC, a flood of one guest holds up nobody else.</summary>
internal sealed partial class Ipv6Server : IAsyncDisposable
{
    public const int Port = 547;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly IPEndPoint AllNodes = new(IPAddress.Parse("ff02::1"), 0);

    private readonly string _nicKey;
    private readonly Socket _dhcp;
    private readonly Socket _icmp;
    private readonly Func<VnetView> _view;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loops;

    public Ipv6Server(string nicKey, Socket dhcp, Socket icmp, Func<VnetView> view, TimeProvider time, ILogger log)
    {
        (_nicKey, _dhcp, _icmp, _view, _time, _log) = (nicKey, dhcp, icmp, view, time, log);
        _loops = Task.WhenAll(
            Task.Run(() => ListenAsync(dhcp, AnswerDhcp)),
            Task.Run(() => ListenAsync(icmp, (packet, _) => RouterAdvertisement.IsAskedFor(packet) ? RouterAdvertisement.Bytes : null)),
            Task.Run(AdvertiseAsync));
    }

    /// <summary>The interface that it serves is there; else it is deaf for good.</summary>
    public bool HasNic(IVnetSockets sockets) => sockets.HasNic(_dhcp) && sockets.HasNic(_icmp);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _dhcp.Dispose();
        _icmp.Dispose();
        await _loops;
        _stop.Dispose();
    }

    private byte[]? AnswerDhcp(ReadOnlySpan<byte> packet, VnetView view) => view.NicOf(_nicKey) is { } nic ? Dhcp6Responder.Answer(view.Vnet, nic, packet) : null;

    private async Task ListenAsync(Socket socket, Answer answer)
    {
        var rate = new RateLimit(_time, 10, 20);
        var packet = new byte[1500];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(packet, new IPEndPoint(IPAddress.IPv6Any, 0), _stop.Token);
                if (rate.TryTake() && answer(packet.AsSpan(0, received.ReceivedBytes), _view()) is { } reply)
                {
                    // Who has no address yet asks from none.
                    var asker = (IPEndPoint)received.RemoteEndPoint;
                    await socket.SendToAsync(reply, asker.Address.Equals(IPAddress.IPv6Any) ? AllNodes : asker, _stop.Token);
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

    private async Task AdvertiseAsync()
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            do
            {
                try
                {
                    await _icmp.SendToAsync(RouterAdvertisement.Bytes, AllNodes, _stop.Token);
                }
                catch (SocketException error)
                {
                    Log.Failed(_log, _nicKey, error.SocketErrorCode);
                }
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private delegate byte[]? Answer(ReadOnlySpan<byte> packet, VnetView view);

    private static partial class Log
    {
        [LoggerMessage(3011, LogLevel.Debug, "IPv6 gateway of {NicKey}: {Error}")]
        public static partial void Failed(ILogger logger, string nicKey, SocketError error);
    }
}
