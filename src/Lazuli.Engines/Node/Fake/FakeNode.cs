using System.Runtime.CompilerServices;
using System.Text;
using Lazuli.Engines.Net;
using Lazuli.Engines.Vm.Fake;

namespace Lazuli.Engines.Node.Fake;

/// <summary>
/// A machine in memory that keeps the contract of <see cref="INode"/> without a machine: items wait for what they refer
/// to, VMs go through the power states, restarts happen once, what is in use is not removed. Deterministic: with the
/// default options everything is true when <see cref="ApplyAsync"/> returns, and nothing happens except by a call or by
/// its clock. Thread-safe; made for hundreds of thousands of items.
/// </summary>
public sealed partial class FakeNode : INode, INodePackets, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FakeEntry> _entries = new(StringComparer.Ordinal);
    private readonly FakeUsers _users = new();
    private readonly Dictionary<string, ItemError> _failures = new(StringComparer.Ordinal);
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unallocated = new(StringComparer.Ordinal);
    private readonly Queue<string> _work = new();
    private readonly FakeReports _reports = new();
    private readonly NodeLedger _ledger;
    private readonly FakeMemory? _memory;
    private readonly FakeVm _vms;
    private readonly TimeProvider _time;
    private FakeNodeOptions _options;
    private bool _disconnected;
    private int _allocated;

    public FakeNode(TimeProvider time, FakeNodeOptions? options = null)
    {
        _time = time;
        _options = options ?? new();
        _vms = new(time);
        _ledger = _options.Directory is { } directory ? NodeLedger.Open(directory) : NodeLedger.InMemory();
        _memory = _options.Directory is { } home ? FakeMemory.Open(home) : null;
        Load();
    }

    /// <summary>May be changed at any time; what waited for capacity or for a guest's word goes on.</summary>
    public FakeNodeOptions Options
    {
        get => _options;
        set => Do(() =>
        {
            _options = value;
            EnqueueUnallocated();
            foreach (var entry in _entries.Values.Where(e => e.Vm is { Power: VmPowerState.Running, Guest: GuestState.NotReported }))
            {
                _work.Enqueue(entry.Item.Key);
            }
        });
    }

    public bool ProvisionsWindows => true;

    public Task<ApplyResult> ApplyAsync(NodeDocument document, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Do(() => Apply(document)));
    }

    public async IAsyncEnumerable<NodeReport> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Do(() => _reports.Watch(new() { Generation = _ledger.Generation, Snapshot = true, Items = [.. _entries.Values.Select(e => e.Report())] }));
        try
        {
            await foreach (var report in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return report;
            }
        }
        finally
        {
            lock (_gate)
            {
                _reports.Unwatch(channel);
            }
        }
    }

    public Task<byte[]?> ReadSerialLogAsync(string vmKey, CancellationToken cancellationToken)
        => Task.FromResult(Do(() => _entries.GetValueOrDefault(vmKey)?.Serial is { } log ? Encoding.UTF8.GetBytes(log.ToString()) : null));

    public Task<byte[]?> ScreenshotAsync(string vmKey, CancellationToken cancellationToken)
        => Task.FromResult(Do(() => _entries.GetValueOrDefault(vmKey)?.Vm is { Power: VmPowerState.Running } ? FakeScreen.BlackPixel : null));

    /// <summary>A capture without packets.</summary>
    public Task<Stream?> OpenCaptureAsync(string captureKey, CancellationToken cancellationToken)
        => Task.FromResult(Do(() => _entries.GetValueOrDefault(captureKey) is { Item: PacketCaptureItem, Leaving: false } ? (Stream)new MemoryStream(FakePackets.Empty, writable: false) : null));

    public Task<PathProbe?> ProbeAsync(ProbeRequest request, CancellationToken cancellationToken) => Task.FromResult<PathProbe?>(null);

    public Task<string?> ResolveAsync(string vnetKey, string name, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values)
            {
                entry.Step?.Dispose();
            }

            _ledger.Dispose();
            _memory?.Dispose();
        }
    }

    private static IOException Unreachable() => new("The node can't be reached.");

    private void Do(Action action) => Do(() =>
    {
        action();
        return true;
    });

    private T Do<T>(Func<T> action)
    {
        lock (_gate)
        {
            if (_disconnected)
            {
                throw Unreachable();
            }

            var result = action();
            Drain();
            return result;
        }
    }

    private void Load()
    {
        foreach (var held in _ledger.Items.Values)
        {
            Enter(held);
            if (_memory?.Get(held.Item.Key) is { } machine)
            {
                FakeVm.Adopt(_entries[held.Item.Key], machine);
            }
        }

        Drain();
    }

    private ApplyResult Apply(NodeDocument document)
    {
        var change = _ledger.Apply(document);
        foreach (var key in change.Removed)
        {
            _entries[key].Leaving = true;
            _work.Enqueue(key);
        }

        foreach (var key in change.Changed)
        {
            Enter(_ledger.Items[key]);
        }

        return change.Result;
    }

    private void Enter(LedgerItem held)
    {
        var key = held.Item.Key;
        if (_entries.TryGetValue(key, out var entry))
        {
            _users.Remove(entry.Item);
            (entry.Item, entry.Hash, entry.Leaving) = (held.Item, held.Hash, false);
            entry.Phase = ItemPhase.Pending;
        }
        else
        {
            _entries[key] = entry = new(held.Item, held.Hash) { Since = _time.GetUtcNow() };
        }

        _users.Add(held.Item);
        _work.Enqueue(key);
    }

    private void EnqueueUsers(string key)
    {
        foreach (var user in _users.Of(key))
        {
            _work.Enqueue(user);
        }
    }

    private void EnqueueUnallocated()
    {
        foreach (var key in _unallocated)
        {
            _work.Enqueue(key);
        }

        _unallocated.Clear();
    }

    private void Drain()
    {
        while (_work.TryDequeue(out var key))
        {
            if (_entries.TryGetValue(key, out var entry))
            {
                Look(key, entry);
            }
        }

        _memory?.Flush();
        _reports.Flush(_ledger.Generation);
    }

    private void Look(string key, FakeEntry entry)
    {
        if (entry.Leaving)
        {
            entry.Step?.Dispose();
            entry.Step = null;
        }

        if (entry.Step is not null)
        {
            return;
        }

        if (_held.Contains(key))
        {
            Become(entry, ItemPhase.Pending);
        }
        else if (_failures.TryGetValue(key, out var failure))
        {
            Become(entry, ItemPhase.Failed, failure);
        }
        else if (entry.Leaving)
        {
            Leave(key, entry);
        }
        else if (entry.Item.References().Any(r => _entries.GetValueOrDefault(r) is not { Phase: ItemPhase.Applied }))
        {
            Become(entry, ItemPhase.Pending);
        }
        else if (entry.Item is VmItem vm)
        {
            Step(entry, vm);
        }
        else
        {
            Become(entry, ItemPhase.Applied);
        }
    }

    private void Leave(string key, FakeEntry entry)
    {
        if (_users.Of(key).Count > 0)
        {
            Become(entry, ItemPhase.Pending);
            return;
        }

        _entries.Remove(key);
        _users.Remove(entry.Item);
        Allocate(entry, false);
        Become(entry, ItemPhase.Removed);
        _memory?.Forget(key);
        foreach (var referent in entry.Item.References())
        {
            _work.Enqueue(referent);
        }
    }

    private void Step(FakeEntry entry, VmItem vm)
    {
        if (!entry.Allocated && vm.Power is not VmPower.Deallocated && _allocated >= _options.MaxVms)
        {
            _unallocated.Add(vm.Key);
            Become(entry, ItemPhase.Failed, new("AllocationFailed", FakeVm.NoCapacity));
            return;
        }

        var pause = _vms.Step(entry, vm, _options);
        Allocate(entry, entry.Vm is { Power: not VmPowerState.Deallocated });
        Publish(entry);
        if (pause is { } wait)
        {
            Later(entry, wait);
        }
    }

    private void Allocate(FakeEntry entry, bool allocated)
    {
        if (entry.Allocated == allocated)
        {
            return;
        }

        entry.Allocated = allocated;
        _allocated += allocated ? 1 : -1;
        if (!allocated)
        {
            EnqueueUnallocated();
        }
    }

    private void Later(FakeEntry entry, TimeSpan wait)
    {
        var key = entry.Item.Key;
        if (wait <= TimeSpan.Zero)
        {
            _work.Enqueue(key);
            return;
        }

        entry.Step = _time.CreateTimer(_ => OnStep(key, entry), null, wait, Timeout.InfiniteTimeSpan);
    }

    private void OnStep(string key, FakeEntry entry)
    {
        lock (_gate)
        {
            entry.Step?.Dispose();
            entry.Step = null;
            _work.Enqueue(key);
            Drain();
        }
    }

    private void Become(FakeEntry entry, ItemPhase phase, ItemError? error = null)
    {
        (entry.Phase, entry.Error) = (phase, error);
        Publish(entry);
    }

    private void Publish(FakeEntry entry)
    {
        var report = entry.Report();
        if (report == entry.Reported)
        {
            return;
        }

        _reports.Add(_ledger.Generation, report);
        if (entry.Vm != entry.Reported?.Vm && entry.Machine() is { } machine)
        {
            _memory?.Remember(machine);
        }

        if (report.Phase != entry.Reported?.Phase || report.Hash != entry.Reported.Hash)
        {
            EnqueueUsers(entry.Item.Key);
        }

        entry.Reported = report;
    }
}
