using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Lazuli.Kernel.Store;

/// <summary>
/// Everything in memory, made durable by a journal. One writer thread takes what has queued up, checks expectations in order, hands the journal
/// one batch (group commit), and only then shows the result to readers and answers the callers.
/// </summary>
public sealed class ResourceStore : IResourceStore
{
    private const int LargestBatch = 256;
    private const int PrunedAtOnce = 500;

    private readonly IJournal _journal;
    private readonly ConcurrentDictionary<string, StoreRecord> _records = new(StringComparer.Ordinal);
    private readonly OrderedIndex _keys = new();
    private readonly OrderedIndex _types = new();
    private readonly OrderedIndex _references = new();
    private readonly Channel<Work> _queue = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _writer;
    private long _sequence;

    public ResourceStore(IJournal journal)
    {
        _journal = journal;
        var (records, sequence) = journal.Load();
        foreach (var record in records)
        {
            record.Touched = record.Version;
            _records[record.Key] = record;
        }

        _keys.Load(records.Select(r => r.Key));
        _types.Load(records.Select(TypeEntry));
        _references.Load(records.SelectMany(r => r.References.Select(t => Reference(t, r.Key))));
        _sequence = sequence;
        _writer = Task.Factory.StartNew(WriteLoop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public event Action<IReadOnlyList<StoreChange>>? Committed;

    public long Sequence => Volatile.Read(ref _sequence);

    public StoreRecord? Get(string key) => _records.GetValueOrDefault(key);

    public IEnumerable<StoreRecord> List(string scope, string? after = null)
    {
        var below = _keys.Range(after is null ? scope + "/" : Max(scope + "/", after + "\0"), scope + "0");
        if (after is null && Get(scope) is { } self)
        {
            yield return self;
        }

        foreach (var key in below)
        {
            if (Get(key) is { } record)
            {
                yield return record;
            }
        }
    }

    public IEnumerable<StoreRecord> ListByType(string type, string scope = "", string? after = null)
    {
        if (after is null && scope.Length > 0 && Get(scope) is { } self && self.Type == type)
        {
            yield return self;
        }

        var first = scope.Length == 0 ? "" : scope + "/";
        var from = $"{type}\n{(after is null ? first : Max(first, after + "\0"))}";
        foreach (var entry in _types.Range(from, scope.Length == 0 ? $"{type}\v" : $"{type}\n{scope}0"))
        {
            if (Get(entry[(type.Length + 1)..]) is { } record)
            {
                yield return record;
            }
        }
    }

    public IEnumerable<StoreRecord> Referrers(string key, bool below = true)
    {
        string? last = null;
        var exact = _references.Range(key + "\n", key + "\v");
        foreach (var entry in below ? exact.Concat(_references.Range(key + "/", key + "0")) : exact)
        {
            var referrer = entry[(entry.IndexOf('\n', StringComparison.Ordinal) + 1)..];
            if (referrer != last && Get(referrer) is { } record)
            {
                last = referrer;
                yield return record;
            }
        }
    }

    public IEnumerable<StoreEvent> Events(string subscription, DateTimeOffset from, DateTimeOffset to) => _journal.Events(subscription, from, to);

    public Task<string?> CommitAsync(StoreTransaction transaction, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var pending = new Pending(transaction, new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously));
        return _queue.Writer.TryWrite(pending) ? pending.Done.Task : throw new ObjectDisposedException(nameof(ResourceStore));
    }

    public Task<int> PruneEventsAsync(string subscription, DateTimeOffset before, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var pruning = new Pruning(subscription, before, new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously));
        return _queue.Writer.TryWrite(pruning) ? pruning.Done.Task : throw new ObjectDisposedException(nameof(ResourceStore));
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writer;
        _journal.Dispose();
    }

    private static string Max(string a, string b) => string.CompareOrdinal(a, b) >= 0 ? a : b;

    private static string TypeEntry(StoreRecord record) => $"{record.Type}\n{record.Key}";

    private static string Reference(string target, string referrer) => $"{target}\n{referrer}";

    private void WriteLoop()
    {
        var batch = new List<Pending>();
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            batch.Clear();
            var prunings = new List<Pruning>();
            while (batch.Count < LargestBatch && _queue.Reader.TryRead(out var work))
            {
                if (work is Pending pending)
                {
                    batch.Add(pending);
                }
                else
                {
                    prunings.Add((Pruning)work);
                }
            }

            Commit(batch);
            prunings.ForEach(Prune);
        }
    }

    private void Prune(Pruning pruning)
    {
        try
        {
            pruning.Done.SetResult(_journal.Prune(pruning.Subscription, pruning.Before, PrunedAtOnce));
        }
        catch (IOException e)
        {
            pruning.Done.SetException(e);
        }
    }

    private void Commit(List<Pending> batch)
    {
        var staged = new Dictionary<string, StoreRecord?>(StringComparer.Ordinal);
        var sequence = _sequence;
        var accepted = new List<Pending>(batch.Count);
        foreach (var pending in batch)
        {
            if (FirstConflict(pending.Transaction, staged) is { } conflict)
            {
                pending.Done.SetResult(conflict);
                continue;
            }

            sequence++;
            foreach (var write in pending.Transaction.Writes)
            {
                if (write.Record is { } record)
                {
                    record.Version = sequence;
                    record.Touched = sequence;
                }

                staged[write.Key] = write.Record;
            }

            accepted.Add(pending);
        }

        if (accepted.Count == 0)
        {
            return;
        }

        try
        {
            _journal.Append(
                [.. staged.Select(s => new StoreWrite(s.Key, s.Value))],
                accepted.Count == 1 ? accepted[0].Transaction.Events : [.. accepted.SelectMany(p => p.Transaction.Events)],
                sequence);
        }
#pragma warning disable CA1031 // Whatever it is, the callers must learn that nothing was written.
        catch (Exception e)
#pragma warning restore CA1031
        {
            foreach (var pending in accepted)
            {
                pending.Done.SetException(new IOException("The write could not be made durable.", e));
            }

            return;
        }

        var changes = new List<StoreChange>(staged.Count);
        foreach (var (key, after) in staged)
        {
            var before = Get(key);
            Show(key, before, after, sequence);
            changes.Add(new StoreChange(key, before, after));
        }

        Volatile.Write(ref _sequence, sequence);
        Committed?.Invoke(changes);
        foreach (var pending in accepted)
        {
            pending.Done.SetResult(null);
        }
    }

    private string? FirstConflict(StoreTransaction transaction, Dictionary<string, StoreRecord?> staged)
    {
        long VersionOf(string key) => staged.TryGetValue(key, out var record) ? record?.Version ?? 0 : Get(key)?.Version ?? 0;
        foreach (var (key, version) in transaction.Requires)
        {
            if (VersionOf(key) != version)
            {
                return key;
            }
        }

        return transaction.Writes.FirstOrDefault(w => w.ExpectedVersion is { } expected && VersionOf(w.Key) != expected)?.Key;
    }

    private void Show(string key, StoreRecord? before, StoreRecord? after, long sequence)
    {
        if (after is null)
        {
            _records.TryRemove(key, out _);
        }
        else
        {
            _records[key] = after;
        }

        if (before is null && after is not null)
        {
            _keys.Add(key);
            _types.Add(TypeEntry(after));
        }
        else if (before is not null && after is null)
        {
            _keys.Remove(key);
            _types.Remove(TypeEntry(before));
        }

        foreach (var target in before?.References ?? [])
        {
            if (after is null || !after.References.Contains(target))
            {
                _references.Remove(Reference(target, key));
            }

            Touch(target, sequence);
        }

        foreach (var target in after?.References ?? [])
        {
            if (before is null || !before.References.Contains(target))
            {
                _references.Add(Reference(target, key));
            }

            Touch(target, sequence);
        }
    }

    // The target, or the document that it lives in.
    private void Touch(string target, long sequence)
    {
        for (var key = target; key.Length > 0; key = key[..Math.Max(0, key.LastIndexOf('/'))])
        {
            if (Get(key) is { } record)
            {
                record.Touched = sequence;
                return;
            }
        }
    }

    private abstract record Work;

    private sealed record Pending(StoreTransaction Transaction, TaskCompletionSource<string?> Done) : Work;

    private sealed record Pruning(string Subscription, DateTimeOffset Before, TaskCompletionSource<int> Done) : Work;
}
