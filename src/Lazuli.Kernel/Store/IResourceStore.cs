namespace Lazuli.Kernel.Store;

/// <summary>
/// Where everything that Lazuli knows is kept. Reads are from memory and always the last committed state; a commit is all or nothing, and
/// acknowledged only when durable. Keys are lower-cased ids. One conformance suite holds for every implementation.
/// </summary>
public interface IResourceStore : IAsyncDisposable
{
    /// <summary>The number of the last commit; grows by one with each, over the life of the state directory.</summary>
    long Sequence { get; }

    StoreRecord? Get(string key);

    /// <summary>Records whose key is <paramref name="scope"/> or below it, in key order, starting after the key <paramref name="after"/>. Cost grows with what is taken.</summary>
    IEnumerable<StoreRecord> List(string scope, string? after = null);

    /// <summary>Records of one lower-cased type at or below <paramref name="scope"/> (empty: everywhere), in key order. Cost grows with what is taken.</summary>
    IEnumerable<StoreRecord> ListByType(string type, string scope = "", string? after = null);

    /// <summary>
    /// Records that name <paramref name="key"/>, or (unless <paramref name="below"/> is false) anything below it, in their <see cref="StoreRecord.References"/>.
    /// Cost grows with what is taken.
    /// </summary>
    IEnumerable<StoreRecord> Referrers(string key, bool below = true);

    /// <summary>
    /// Applies all changes or none. Null when done and durable; else the key of the first change whose expectation did not hold.
    /// </summary>
    Task<string?> CommitAsync(StoreTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Called after each commit, in order, on the store's own thread: handlers only note what to do.</summary>
    event Action<IReadOnlyList<StoreChange>>? Committed;

    /// <summary>Activity log events, newest first, of one subscription (lower-cased id, empty for the tenant's own) in a time range.</summary>
    IEnumerable<StoreEvent> Events(string subscription, DateTimeOffset from, DateTimeOffset to);

    /// <summary>Forgets some events of a subscription that are older than <paramref name="before"/>, few enough to keep no writer waiting. Returns how many; 0: none are left.</summary>
    Task<int> PruneEventsAsync(string subscription, DateTimeOffset before, CancellationToken cancellationToken);
}

/// <summary>One stored document.</summary>
public sealed class StoreRecord
{
    public required string Key { get; init; }

    /// <summary>Lower-cased type: the index of <see cref="IResourceStore.ListByType"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The number of the commit that wrote it; the entity tag is made from it. Set by the store.</summary>
    public long Version { get; internal set; }

    /// <summary>UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Lower-cased ids that this record refers to.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The number of the last commit that wrote this record or one that refers (or referred) to it. Set by the store.</summary>
    public long Touched { get; internal set; }

    /// <summary>Free for the reader to keep what it made of <see cref="Body"/>; what depends on referrers is stale once <see cref="Touched"/> has grown.</summary>
    public object? Cache { get; set; }

    /// <summary>The same content, to be written again.</summary>
    public StoreRecord Copy() => new() { Key = Key, Type = Type, Body = Body, References = References };
}

/// <summary>A write: <see cref="Record"/> null deletes.</summary>
public sealed record StoreWrite(string Key, StoreRecord? Record)
{
    /// <summary>The version that must be there: null for don't care, 0 for absent.</summary>
    public long? ExpectedVersion { get; init; }
}

/// <summary>An activity log event, appended.</summary>
public sealed record StoreEvent
{
    public required string Subscription { get; init; }
    public required DateTimeOffset Time { get; init; }

    /// <summary>UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }
}

public sealed record StoreTransaction
{
    public IReadOnlyList<StoreWrite> Writes { get; init; } = [];

    /// <summary>Further keys that must still be at the version given (0: absent) when the transaction is applied.</summary>
    public IReadOnlyList<(string Key, long Version)> Requires { get; init; } = [];
    public IReadOnlyList<StoreEvent> Events { get; init; } = [];
}

/// <summary>What a commit did to one key.</summary>
public sealed record StoreChange(string Key, StoreRecord? Before, StoreRecord? After);
