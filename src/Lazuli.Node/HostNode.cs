using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Lazuli.Engines.Disk;
using Lazuli.Engines.Dns;
using Lazuli.Engines.Image;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Engines.Vm;
using Lazuli.Guest;
using Lazuli.Node.Work;
using Microsoft.Extensions.Logging;

namespace Lazuli.Node;

/// <summary>The engines that a node drives.</summary>
public sealed record NodeEngines(INetEngine Net, IVmEngine Vm, IDiskEngine Disk, IImageEngine Image)
{
    /// <summary>Without it nobody looks whether Traffic Manager's endpoints are well.</summary>
    public ITrafficProbe? Traffic { get; init; }
}

/// <summary>
/// A machine made of engines. Holds the document durably, works on its items side by side (one worker per item), adopts what an
/// earlier life has made and sweeps what nobody wants. What it decides depends on the document, on what the engines find and on
/// <see cref="VmRecord"/>s, so it may be killed at any instruction.
/// </summary>
public sealed partial class HostNode : INode, IGuestEvents, IAsyncDisposable
{
    private readonly NodeOptions _options;
    private readonly NodeEngines _engines;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Board _board = new();
    private readonly Workers _workers;
    private readonly VmRecords _records;
    private readonly VnetKeeper _vnets;
    private readonly TrafficProber? _traffic;
    private readonly DnsKeeper _dns;
    private readonly DiskKeeper _disks;
    private readonly VmKeeper _vms;
    private readonly Sweeper _sweeper;
    private readonly Watching _watching;
    private readonly BalancerProber? _prober;
    private readonly BalancerKeeper _balancers;
    private readonly ConcurrentDictionary<string, VmRun> _runs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _waits = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private readonly NodeLedger _ledger;
    private readonly GuestServices? _guests;
    private Task _background = Task.CompletedTask;

    /// <summary>Nothing is touched before <see cref="StartAsync"/>. Without <paramref name="sockets"/> there are no guest services.</summary>
    public HostNode(NodeOptions options, NodeEngines engines, IVnetSockets? sockets, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _engines = engines;
        _time = time;
        _logger = loggers.CreateLogger<HostNode>();
        _guests = sockets is null ? null : new(sockets, this, time, loggers);
        _workers = new(WorkAsync, Failed, options, time);
        _records = new(options.MachineDirectory);
        Names = _guests?.Names ?? new();
        _traffic = engines.Traffic is { } probe ? new(probe, Names, options.StateDirectory, time, _workers.Poke, _logger) : null;
        _dns = new(_board, Names, _traffic, _workers.Poke);
        _watching = new(_board, engines.Net, options, time, _workers.Poke, _logger);
        _vnets = new(_board, engines.Net, _guests is null ? new NoGuests() : new GuestSide(_guests), _watching.FlowLogs, _workers.Poke);
        _disks = new(_board, engines.Disk, engines.Image, options, _workers.Poke);
        _vms = new(_board, engines.Vm, engines.Disk, _disks, _vnets, _records, options, time);
        _sweeper = new(engines, _records, _watching, _board, _logger);
        var balancing = engines.Net as ILoadBalancing;
        _prober = balancing is null ? null : new(balancing, options.StateDirectory, time, key => _balancers?.Heard(key), _logger);
        _balancers = new(_board, balancing, _prober, _workers.Poke);
        _ledger = NodeLedger.Open(options.DocumentDirectory);
    }

    /// <summary>Its packets.</summary>
    public INodePackets Packets => _watching;

    /// <summary>What its name servers know.</summary>
    public DnsCatalogue Names { get; }

    /// <summary>Adopts what runs, ends what nobody wants, and goes to work.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _records.Load();
        if (_guests is not null)
        {
            await _guests.StartAsync(cancellationToken);
        }

        await (_prober?.LoadAsync(cancellationToken) ?? Task.CompletedTask);
        _traffic?.Load();
        _background = Task.WhenAll(ListenAsync(), PassAsync(), _watching.FlowLogs.WriteAsync(_ending.Token));
        var found = await _engines.Vm.ListAsync(cancellationToken);
        foreach (var run in found)
        {
            _runs[run.Spec.Key] = run;
        }

        if (_ledger.Generation >= 0)
        {
            _board.Take(_ledger.Generation, _ledger.Items.Values, []);
            _ledger.Items.Values.Select(i => i.Item).OfType<DnsItem>().ToList().ForEach(Names.Set);
            foreach (var vm in _ledger.Items.Values.Select(i => i.Item).OfType<VmItem>().Where(v => _runs.ContainsKey(v.Key)))
            {
                _board.Hold(vm.Key, [.. vm.References()]);
            }

            await _sweeper.SweepAsync(cancellationToken);
            foreach (var orphan in _runs.Keys.Where(k => _board.Get(k) is null))
            {
                _runs.TryRemove(orphan, out _);
            }
        }

        Log.Started(_logger, _ledger.Generation, _ledger.Items.Count, found.Count);
        PokeAll();
    }

    public Task<ApplyResult> ApplyAsync(NodeDocument document, CancellationToken cancellationToken)
    {
        LedgerChange change;
        lock (_gate)
        {
            change = _ledger.Apply(document);
            if (change.Result == ApplyResult.Accepted)
            {
                _board.Take(_ledger.Generation, change.Changed.Select(k => _ledger.Items[k]), change.Removed);
            }
        }

        Log.Applied(_logger, document.Generation, change.Result, change.Changed.Count, change.Removed.Count);
        foreach (var key in change.Changed.Concat(change.Removed))
        {
            Interrupt(key);
            PokeWithUsers(key);
        }

        return Task.FromResult(change.Result);
    }

    public async IAsyncEnumerable<NodeReport> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = _board.Watch();
        try
        {
            await foreach (var report in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return report;
            }
        }
        finally
        {
            _board.Unwatch(channel);
        }
    }

    public Task<byte[]?> ReadSerialLogAsync(string vmKey, CancellationToken cancellationToken)
        => _engines.Vm is IVmConsole console ? console.ReadSerialLogAsync(vmKey, cancellationToken) : Task.FromResult<byte[]?>(null);

    public Task<byte[]?> ScreenshotAsync(string vmKey, CancellationToken cancellationToken)
        => _engines.Vm is IVmConsole console ? console.ScreenshotAsync(vmKey, cancellationToken) : Task.FromResult<byte[]?>(null);

    /// <summary>Ends every machine's process at once; disks, networks and the document stay. The node should end next.</summary>
    public async Task EndAllAsync(CancellationToken cancellationToken)
    {
        await _workers.DisposeAsync();
        await Task.WhenAll((await _engines.Vm.ListAsync(cancellationToken)).Select(r => _engines.Vm.StopAsync(r.Spec.Key, TimeSpan.Zero, cancellationToken)));
    }

    // An agent says NotReady with the sub-status Provisioning while it is at work: that is no verdict.
    void IGuestEvents.HealthReported(GuestHealth report)
    {
        if (report is not { State: GuestState.NotReady, SubStatus: "Provisioning" })
        {
            Hear(report.VmKey, (record, item) => record with
            {
                GuestReportedAt = record.Guest == report.State ? record.GuestReportedAt : _time.GetUtcNow(),
                Guest = report.State,
                GuestDetail = report.Detail ?? report.SubStatus,
                ProvisionedDisk = report.State == GuestState.Ready ? item.OsDisk.DiskKey : record.ProvisionedDisk,
            });
        }
    }

    void IGuestEvents.AgentReported(GuestAgent report) => Hear(report.VmKey, (record, _) => record with
    {
        AgentVersion = report.AgentVersion ?? record.AgentVersion,
        OsName = report.OsName ?? record.OsName,
        OsVersion = report.OsVersion ?? record.OsVersion,
    });

    /// <summary>Stops working; machines run on, guests find nobody until the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _workers.DisposeAsync();
        await _watching.EndAsync();
        await _background;
        await (_prober?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_traffic?.DisposeAsync() ?? ValueTask.CompletedTask);
        if (_guests is not null)
        {
            await _guests.DisposeAsync();
        }

        _ledger.Dispose();
    }

    private async Task<TimeSpan?> WorkAsync(string key, CancellationToken cancellationToken)
    {
        var state = _board.Get(key);
        switch (state?.Item)
        {
            case null:
                await (_prober?.ForgetAsync(key, cancellationToken) ?? Task.CompletedTask);
                return await _vnets.KeepAsync(key, cancellationToken);
            case VnetItem:
                return await _vnets.KeepAsync(key, cancellationToken);
            case NicItem nic:
                _vnets.NicChanged(nic);
                return null;
            case EndpointItem or LinkServiceItem:
                PokeAll(state.Item.References());
                return null;
            case NsgItem or RouteTableItem or NatItem:
                _vnets.KeepShared(state);
                return null;
            case LoadBalancerItem:
                return await _balancers.KeepAsync(state, cancellationToken);
            case PacketCaptureItem or FlowLogItem or ConnectionMonitorItem:
                return await _watching.KeepAsync(state, cancellationToken);
            case DnsItem:
                _dns.Keep(state);
                return null;
            case DiskItem:
                return await _disks.KeepAsync(state, cancellationToken);
            default:
                return await WorkOnVmAsync(state, cancellationToken);
        }
    }

    private async Task<TimeSpan?> WorkOnVmAsync(ItemState vm, CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _waits[vm.Key] = wait;
        try
        {
            return await _vms.KeepAsync(vm, _runs.GetValueOrDefault(vm.Key), run => Became(vm, run), wait.Token, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        finally
        {
            _waits.TryRemove(vm.Key, out _);
            if (_board.Get(vm.Key) is null)
            {
                PokeAll(vm.Item.References());
            }
        }
    }

    private void Became(ItemState vm, VmRun? run)
    {
        if (run is not null)
        {
            _runs[vm.Key] = run;
            return;
        }

        _runs.TryRemove(vm.Key, out _);
        PokeAll(vm.Item.References());
    }

    /// <summary>Cuts short a polite wait for a guest when it shall be cut off now.</summary>
    private void Interrupt(string key)
    {
        if (_board.Get(key) is { } state && (state.Leaving || state.Item is VmItem { Power: VmPower.PoweredOff }) && _waits.TryGetValue(key, out var wait))
        {
            try
            {
                wait.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The wait is over already.
            }
        }
    }

    private void Hear(string vmKey, Func<VmRecord, VmItem, VmRecord> change)
    {
        if (_board.Get(vmKey) is { Leaving: false, Item: VmItem item } vm)
        {
            _vms.Heard(vm, _records.Change(vmKey, r => change(r, item)));
            _workers.Poke(vmKey);
        }
    }

    private void Failed(string key, Exception e)
    {
        Log.Failed(_logger, key, e);
        if (_board.Get(key) is { } state)
        {
            _board.Update(state, s => s with { Phase = ItemPhase.Failed, Error = Faults.Of(e) });
        }
    }

    private async Task ListenAsync()
    {
        try
        {
            await foreach (var happened in _engines.Vm.WatchAsync(_ending.Token))
            {
                Log.Happened(_logger, happened.Key, happened.Kind);
                var run = _runs.GetValueOrDefault(happened.Key);
                switch (happened.Kind)
                {
                    case VmEventKind.GuestReset when _board.Get(happened.Key) is { } vm:
                        _vms.Rebooted(vm, run);
                        break;
                    case VmEventKind.GuestShutDown when run is not null:
                        _runs[happened.Key] = run with { ShutDown = true };
                        break;
                    case VmEventKind.Died:
                        _runs.TryRemove(happened.Key, out _);
                        break;
                    default:
                        break;
                }

                _workers.Poke(happened.Key);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task PassAsync()
    {
        using var timer = new PeriodicTimer(_options.FullPass, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                _vnets.Doubt();
                _balancers.Doubt();
                PokeAll();
                if (_ledger.Generation >= 0)
                {
                    await _sweeper.SweepSoftlyAsync(_ending.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private void PokeAll() => PokeAll(_board.Keys());

    private void PokeAll(IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            _workers.Poke(key);
        }
    }

    private void PokeWithUsers(string key)
    {
        _workers.Poke(key);
        PokeAll(_board.Users(key).Select(u => u.Key));

        // What a machine refers to tells its guest services of it.
        PokeAll(_board.Get(key)?.Item.References() ?? []);
    }

    private static partial class Log
    {
        [LoggerMessage(4000, LogLevel.Information, "Node started with generation {Generation}, {Items} items, {Adopted} machines adopted")]
        public static partial void Started(ILogger logger, long generation, int items, int adopted);

        [LoggerMessage(4001, LogLevel.Information, "Document {Generation}: {Result}, {Changed} changed, {Removed} removed")]
        public static partial void Applied(ILogger logger, long generation, ApplyResult result, int changed, int removed);

        [LoggerMessage(4002, LogLevel.Information, "{Key}: {Kind}")]
        public static partial void Happened(ILogger logger, string key, VmEventKind kind);

        [LoggerMessage(4004, LogLevel.Error, "{Key} failed")]
        public static partial void Failed(ILogger logger, string key, Exception exception);
    }
}
