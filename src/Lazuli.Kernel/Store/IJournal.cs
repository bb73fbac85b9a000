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

    public void Dispose()
    {
    }
}
