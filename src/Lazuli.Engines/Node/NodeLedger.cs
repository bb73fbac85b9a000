using System.Text.Json;

namespace Lazuli.Engines.Node;

/// <summary>An item that a machine was told to have, and the identity of its content.</summary>
public sealed record LedgerItem(NodeItem Item, string Hash);

/// <summary>What a document changed. Both lists are empty unless <see cref="Result"/> is Accepted.</summary>
public sealed record LedgerChange(ApplyResult Result, IReadOnlyList<string> Changed, IReadOnlyList<string> Removed);

/// <summary>
/// The document that a machine holds: accepts changes by the rules of <see cref="NodeDocument"/> and, when it has a
/// directory, has them on disk before it says Accepted. One log of documents, one a line; a line that a crash cut short
/// was never acknowledged and is dropped. Not thread-safe: its owner holds a lock.
/// </summary>
public sealed class NodeLedger : IDisposable
{
    private const string FileName = "document.ndjson";
    private readonly Dictionary<string, LedgerItem> _items = new(StringComparer.Ordinal);
    private readonly string? _path;
    private FileStream? _log;
    private long _linesItems;

    private NodeLedger(string? path) => _path = path;

    /// <summary>-1 before the first document.</summary>
    public long Generation { get; private set; } = -1;

    public IReadOnlyDictionary<string, LedgerItem> Items => _items;

    public static NodeLedger InMemory() => new(null);

    /// <summary>Reads what the directory holds (nothing, at first) and writes it anew without its history.</summary>
    public static NodeLedger Open(string directory)
    {
        Directory.CreateDirectory(directory);
        var ledger = new NodeLedger(Path.Combine(directory, FileName));
        ledger.Load();
        return ledger;
    }

    /// <summary>A document that was accepted before is accepted again and changes nothing.</summary>
    public LedgerChange Apply(NodeDocument document)
    {
        if (document.Generation < Generation)
        {
            return new(ApplyResult.Stale, [], []);
        }

        var (changed, removed) = Difference(document);
        if (document.Generation == Generation)
        {
            return new(changed.Count + removed.Count == 0 ? ApplyResult.Accepted : ApplyResult.Stale, [], []);
        }

        if (document.BaseGeneration is { } wanted && wanted != Generation)
        {
            return new(ApplyResult.NeedsEverything, [], []);
        }

        Persist(document);
        Take(document.Generation, changed, removed);
        return new(ApplyResult.Accepted, [.. changed.Select(c => c.Item.Key)], removed);
    }

    public void Dispose() => _log?.Dispose();

    private (List<LedgerItem> Changed, List<string> Removed) Difference(NodeDocument document)
    {
        List<LedgerItem> changed = [];
        foreach (var item in document.Items)
        {
            var hash = NodeDocument.HashOf(item);
            if (!_items.TryGetValue(item.Key, out var held) || held.Hash != hash)
            {
                changed.Add(new(item, hash));
            }
        }

        if (document.BaseGeneration is not null)
        {
            return (changed, [.. document.Removed.Where(_items.ContainsKey)]);
        }

        var wanted = document.Items.Select(i => i.Key).ToHashSet(StringComparer.Ordinal);
        return (changed, [.. _items.Keys.Where(k => !wanted.Contains(k))]);
    }

    private void Take(long generation, List<LedgerItem> changed, List<string> removed)
    {
        foreach (var key in removed)
        {
            _items.Remove(key);
        }

        foreach (var item in changed)
        {
            _items[item.Item.Key] = item;
        }

        Generation = generation;
    }

    private void Load()
    {
        if (_path is null || !File.Exists(_path))
        {
            return;
        }

        foreach (var line in File.ReadLines(_path))
        {
            NodeDocument? document;
            try
            {
                document = JsonSerializer.Deserialize(line, NodeJson.Default.NodeDocument);
            }
            catch (JsonException)
            {
                break;
            }

            if (document is not null)
            {
                var (changed, removed) = Difference(document);
                Take(document.Generation, changed, removed);
            }
        }

        if (Generation >= 0)
        {
            Rewrite(Everything());
        }
    }

    private NodeDocument Everything() => new() { Generation = Generation, Items = [.. _items.Values.Select(i => i.Item)] };

    private void Persist(NodeDocument document)
    {
        if (_path is null)
        {
            return;
        }

        if (document.BaseGeneration is null)
        {
            Rewrite(document);
        }
        else if (_log is null || _linesItems > (2 * _items.Count) + 1000)
        {
            Rewrite(Everything());
            Append(document);
        }
        else
        {
            Append(document);
        }
    }

    private void Append(NodeDocument document)
    {
        var log = _log ?? throw new InvalidOperationException("The ledger has no log.");
        Write(log, document);
        _linesItems += document.Items.Count + document.Removed.Count;
    }

    private void Rewrite(NodeDocument document)
    {
        var path = _path ?? throw new InvalidOperationException("The ledger has no file.");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var log = new FileStream(path + ".new", options);
        Write(log, document);
        File.Move(path + ".new", path, overwrite: true);
        _log?.Dispose();
        _log = log;
        _linesItems = document.Items.Count;
    }

    private static void Write(FileStream log, NodeDocument document)
    {
        JsonSerializer.Serialize(log, document, NodeJson.Default.NodeDocument);
        log.WriteByte((byte)'\n');
        log.Flush(flushToDisk: true);
    }
}
