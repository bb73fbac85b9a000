using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Lazuli.Guest;

/// <summary>
/// Everything that guests see of their host: DHCP, DNS, WireServer, host plugin and Instance Metadata Service, for all VNets of a machine. Holds no state of its own:
/// what a guest is told follows from the last <see cref="GuestVnet"/>, so it is the same after a restart of the process.
/// </summary>
public sealed class GuestServices : IAsyncDisposable
{
    private readonly IVnetSockets _sockets;
    private readonly IGuestEvents _events;
    private readonly ILoggerFactory _loggers;
    private readonly ConcurrentDictionary<string, GuestVnet> _vnets = [];

    /// <summary>Nothing is opened before <see cref="StartAsync"/>.</summary>
    public GuestServices(IVnetSockets sockets, IGuestEvents events, ILoggerFactory loggers)
    {
        _sockets = sockets;
        _events = events;
        _loggers = loggers;
    }

    /// <summary>Call once, before anything else.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _vnets.Clear();
        return Task.CompletedTask;
    }

    /// <summary>
    /// Makes a VNet's services match <paramref name="vnet"/>: opens what is missing, closes what is gone, swaps what guests are told atomically. Idempotent.
    /// Call it after the namespace and its TAPs exist, and again whenever anything of it changed. Throws what <see cref="IVnetSockets"/> throws, with
    /// everything that could be opened left open: call again.
    /// </summary>
    public Task ApplyAsync(GuestVnet vnet, CancellationToken cancellationToken)
    {
        _vnets[vnet.Vnet.Key] = vnet;
        return Task.CompletedTask;
    }

    /// <summary>Reopens the DHCP sockets of a NIC: a must after its TAP was made anew, since sockets stay bound to the old interface.</summary>
    public Task ReopenNicAsync(string vnetKey, string nicKey, CancellationToken cancellationToken) =>
        _vnets.ContainsKey(vnetKey) ? Task.CompletedTask : Task.FromException(new KeyNotFoundException(nicKey));

    /// <summary>Closes everything of a VNet; call it before its namespace is removed. Does nothing for an unknown VNet.</summary>
    public Task RemoveAsync(string vnetKey)
    {
        _vnets.TryRemove(vnetKey, out _);
        return Task.CompletedTask;
    }

    /// <summary>Stops answering. Guests find nobody until the next start.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
