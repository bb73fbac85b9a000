namespace Lazuli.Kernel.Store;

/// <summary>Where a <see cref="ResourceStore"/> makes commits durable. Called by one thread at a time.</summary>
public interface IJournal : IDisposable
{
    /// <summary>Everything that was committed, and the number of the last commit.</summary>
    (IReadOnlyList<StoreRecord> Records, long Sequence) Load();

    /// <summary>Makes these writes and events durable, all or none, before it returns. The versions are set.</summary>
    void Append(IReadOnlyList<StoreWrite> writes, IReadOnlyList<StoreEvent> events, long sequence);

    /// <summary>Newest first. May be called from any thread.</summary>
    IReadOnlyList<StoreEvent> Events(string subscription, DateTimeOffset from, DateTimeOffset to);

    /// <summary>Forgets at most <paramref name="most"/> events of a subscription that are older than <paramref name="before"/>, the oldest first. Returns how many.</summary>
    int Prune(string subscription, DateTimeOffset before, int most);
}

/// <summary>Keeps nothing beyond the process.</summary>
public sealed class MemoryJournal : IJournal
{
    private readonly Lock _lock = new();
    private readonly List<StoreEvent> _events = [];

    public (IReadOnlyList<StoreRecord> Records, long Sequence) Load() => ([], 0);

    public void Append(IReadOnlyList<StoreWrite> writes, IReadOnlyList<StoreEvent> events, long sequence)
    {
        lock (_lock)
        {
            _events.AddRange(events);
        }
    }

    public IReadOnlyList<StoreEvent> Events(string subscription, DateTimeOffset from, DateTimeOffset to)
    {
        lock (_lock)
        {
            return [.. _events.Where(e => e.Subscription == subscription && e.Time >= from && e.Time <= to).Reverse()];
        }
    }

    public int Prune(string subscription, DateTimeOffset before, int most)
    {
        lock (_lock)
        {
            var old = _events.Where(e => e.Subscription == subscription && e.Time < before).OrderBy(e => e.Time).Take(most).ToHashSet();
            return _events.RemoveAll(old.Contains);
        }
    }

    public void Dispose()
    {
    }
}
