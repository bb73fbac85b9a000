using System.Collections.Concurrent;
using System.Collections.Frozen;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lazuli.Kernel.Reconcile;

/// <summary>
/// Calls reconcilers and writes down what they say: provisioning state and operations move together, in one transaction, and only
/// if the resource is still the one that was looked at. A full pass every few minutes makes up for anything missed.
/// </summary>
public sealed partial class ReconcileWorker(KernelServices kernel, IServiceProvider services, ILogger<ReconcileWorker> log) : BackgroundService
{
    private const int Workers = 16;
    private static readonly TimeSpan FullPass = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly FrozenDictionary<string, IReconciler> _reconcilers = kernel.Registry.Types
        .Where(t => t.Reconciler is not null)
        .ToFrozenDictionary(t => t.Name.Key, t => (IReconciler)ActivatorUtilities.GetServiceOrCreateInstance(services, t.Reconciler ?? throw new InvalidOperationException()));

    private readonly ConcurrentDictionary<string, int> _failures = new();

    /// <summary>One pass over everything that has a reconciler, now.</summary>
    public void PokeAll()
    {
        foreach (var type in _reconcilers.Keys)
        {
            foreach (var record in kernel.Store.ListByType(type))
            {
                kernel.Queue.Poke(record.Key);
            }
        }
    }

    /// <summary>One pass over one key, as the queue runs it. Returns the pause before the next look, or null.</summary>
    public async Task<TimeSpan?> PassAsync(string key, CancellationToken cancellationToken)
    {
        if (kernel.Store.Get(key) is not { } record || !_reconcilers.TryGetValue(record.Type, out var reconciler))
        {
            return null;
        }

        try
        {
            var outcome = await reconciler.ReconcileAsync(Ids.ResourceId.Parse(key), cancellationToken);
            var again = await RecordAsync(record, outcome, cancellationToken);
            _failures.TryRemove(key, out _);
            return again;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
#pragma warning disable CA1031 // Any failure of a pass means: again, later.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var failures = _failures.AddOrUpdate(key, 1, (_, n) => n + 1);
            var pause = TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 100 * Math.Pow(2, Math.Min(failures, 12))));
            Log.PassFailed(log, key, failures, pause, e);
            return pause;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        kernel.Store.Committed += OnCommitted;
        try
        {
            PokeAll();
            var full = FullPassesAsync(stoppingToken);
            await kernel.Queue.RunAsync(Workers, PassAsync, stoppingToken);
            await full;
        }
        finally
        {
            kernel.Store.Committed -= OnCommitted;
        }
    }

    private async Task FullPassesAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(FullPass, kernel.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                PokeAll();
                await kernel.Operations.SweepAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    // A change concerns the resource, what refers to it, and what it refers or referred to.
    private void OnCommitted(IReadOnlyList<StoreChange> changes)
    {
        foreach (var change in changes)
        {
            if ((change.After ?? change.Before) is not { } record || record.Type.StartsWith(ResourceView.Internal, StringComparison.Ordinal))
            {
                continue;
            }

            kernel.Queue.Poke(change.Key);
            foreach (var referrer in kernel.Store.Referrers(change.Key))
            {
                kernel.Queue.Poke(referrer.Key);
            }

            foreach (var target in (change.Before?.References ?? []).Concat(change.After?.References ?? []))
            {
                PokeOwner(target);
            }

            // A resource group waits for its last resource to go.
            if (change.After is null && Ids.ResourceId.TryParse(change.Key, out var id))
            {
                for (var up = id.Parent; up is not null && up.SubscriptionId is not null; up = up.Parent)
                {
                    kernel.Queue.Poke(up.Key);
                }
            }
        }
    }

    private void PokeOwner(string key)
    {
        for (var id = Ids.ResourceId.TryParse(key, out var parsed) ? parsed : null; id is not null && id.IsResource; id = id.Parent)
        {
            if (kernel.Store.Get(id.Key) is not null)
            {
                kernel.Queue.Poke(id.Key);
                return;
            }
        }
    }

    private async Task<TimeSpan?> RecordAsync(StoreRecord record, Outcome outcome, CancellationToken cancellationToken)
    {
        var target = (IReconcileTarget)kernel.Registry.Handler(kernel.Registry.Type(record.Type) ?? throw new InvalidOperationException(record.Type));
        var writes = outcome switch
        {
            Outcome.Settled when target.IsDeleting(record) => Removed(record, out var waits) is { } removal && !waits ? removal : null,
            Outcome.Settled => Write(target.Stated(record, OperationStatus.Succeeded, outcome.Update), record, OperationStatus.Succeeded, null),
            Outcome.Blocked blocked => Write(target.Stated(record, OperationStatus.Failed, outcome.Update), record, OperationStatus.Failed, blocked.Error),
            _ when outcome.Update is not null => target.Stated(record, null, outcome.Update) is { } write ? [write] : [],
            _ => [],
        };
        if (outcome is Outcome.Blocked failed && writes is { Count: > 0 })
        {
            Log.Blocked(log, record.Key, failed.Error.Code, failed.Error.Message);
        }

        if (writes is null)
        {
            return TimeSpan.FromSeconds(1);
        }

        if (writes.Count > 0 && await kernel.Store.CommitAsync(new StoreTransaction { Writes = writes, Requires = [(record.Key, record.Version)] }, cancellationToken) is not null)
        {
            return TimeSpan.Zero;
        }

        return outcome is Outcome.LookAgain look ? look.After : null;
    }

    private List<StoreWrite> Write(StoreWrite? write, StoreRecord record, string status, ArmError? error)
    {
        var ends = kernel.Operations.End(record.Key, status, error).ToList();
        if (write is not null)
        {
            ends.Insert(0, write);
        }
        return ends;
    }

    private List<StoreWrite> Removed(StoreRecord record, out bool waits)
    {
        var writes = new List<StoreWrite> { new(record.Key, null) };
        waits = false;
        foreach (var below in kernel.Store.List(record.Key).Where(r => r.Key != record.Key))
        {
            // Extensions without work of their own (locks, role assignments) go with what they extend; others are waited for.
            if (_reconcilers.ContainsKey(below.Type))
            {
                waits = true;
            }

            writes.Add(new StoreWrite(below.Key, null));
        }

        writes.AddRange(kernel.Operations.End(record.Key, OperationStatus.Succeeded, null));
        return writes;
    }

    private static partial class Log
    {
        [LoggerMessage(1200, LogLevel.Warning, "A pass over {Key} failed for the {Failures}. time; again in {Pause}")]
        public static partial void PassFailed(ILogger logger, string key, int failures, TimeSpan pause, Exception exception);

        [LoggerMessage(1201, LogLevel.Warning, "{Key} is blocked: {Code}: {Message}")]
        public static partial void Blocked(ILogger logger, string key, string code, string message);
    }
}

/// <summary>What the worker needs of a type's handler.</summary>
public interface IReconcileTarget
{
    bool IsDeleting(StoreRecord record);

    /// <summary>The write that gives the resource this provisioning state (null: keep) and what the reconciler learnt; null when nothing changes.</summary>
    StoreWrite? Stated(StoreRecord record, string? state, object? update);

    /// <summary>The write that starts the deletion of a resource whose parent goes, or removes it at once.</summary>
    StoreWrite Doom(StoreRecord record);
}
