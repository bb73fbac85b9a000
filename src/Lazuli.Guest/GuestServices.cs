using System.Net.Sockets;
using Lazuli.Engines.Dns;
using Lazuli.Guest.Http;
using Microsoft.Extensions.Logging;

namespace Lazuli.Guest;

/// <summary>
/// Everything that guests see of their host: DHCP, DNS, WireServer, host plugin and Instance Metadata Service, for all VNets of a machine. Holds no state of its own:
/// what a guest is told follows from the last <see cref="GuestVnet"/>, so it is the same after a restart of the process. Thread-safe.
/// </summary>
public sealed class GuestServices : IAsyncDisposable
{
    private readonly GuestHttpServer _http;
    private readonly GuestShared _shared;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, VnetServices> _vnets = new(StringComparer.Ordinal);

    /// <summary>Nothing is opened before <see cref="StartAsync"/>.</summary>
    public GuestServices(IVnetSockets sockets, IGuestEvents events, TimeProvider time, ILoggerFactory loggers)
    {
        _http = new GuestHttpServer(loggers);
        _shared = new GuestShared(sockets, events, _http.Connections, Names, time, loggers);
    }

    /// <summary>What guests can resolve beside their own network's names; whoever knows of zones and public addresses fills it.</summary>
    public DnsCatalogue Names { get; } = new();

    /// <summary>Call once, before anything else.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _http.StartAsync(cancellationToken);

    /// <summary>
    /// Makes a VNet's services match <paramref name="vnet"/>: opens what is missing (also where a TAP was made anew), closes what is gone, swaps what guests are told atomically. Idempotent.
    /// Call it after the namespace and its TAPs exist, and again whenever anything of it changed. Throws <see cref="SocketException"/> or <see cref="IOException"/> when
    /// something can't be opened, with all the rest open and true: call again.
    /// </summary>
    public Task ApplyAsync(GuestVnet vnet, CancellationToken cancellationToken) => InTurnAsync(() =>
    {
        Names.SetHosts(vnet.Vnet.Key, new VnetView(vnet).Hosts);
        if (!_vnets.TryGetValue(vnet.Vnet.Key, out var services))
        {
            _vnets[vnet.Vnet.Key] = services = new VnetServices(vnet.Vnet.Key, _shared, vnet);
        }

        return services.ApplyAsync(vnet);
    }, cancellationToken);

    /// <summary>Closes everything of a VNet, connections too; call it before its namespace is removed. Does nothing for an unknown VNet.</summary>
    public Task RemoveAsync(string vnetKey) =>
        InTurnAsync(() =>
        {
            Names.SetHosts(vnetKey, []);
            return _vnets.Remove(vnetKey, out var services) ? services.DisposeAsync().AsTask() : Task.CompletedTask;
        }, CancellationToken.None);

    /// <summary>Stops answering. Guests find nobody until the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await InTurnAsync(async () =>
        {
            foreach (var services in _vnets.Values)
            {
                await services.DisposeAsync();
            }

            _vnets.Clear();
        }, CancellationToken.None);
        await _http.DisposeAsync();
        _turn.Dispose();
    }

    private async Task InTurnAsync(Func<Task> act, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await act();
        }
        finally
        {
            _turn.Release();
        }
    }
}
