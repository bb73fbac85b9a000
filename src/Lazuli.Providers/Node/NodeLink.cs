using Lazuli.Engines.Node;
using Lazuli.Kernel.Reconcile;

namespace Lazuli.Providers.Node;

/// <summary>
/// The server's side of the node: the document that the machine shall match, contributed owner by owner (a resource's reconciler), and the
/// newest report about each item. <see cref="NodeLinkService"/> carries both ways; everything here is in memory and answers at once.
/// Every report pokes the reconciler of the item's owner. Thread-safe.
/// Callers speak of resources by their keys; inside, and to the machine, everything has the key that <see cref="NodeNames"/> says.
/// </summary>
public sealed class NodeLink(ReconcileQueue queue, NodeNames? names = null)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ItemReport> _reports = new(StringComparer.Ordinal);

    // Keys that may be on the machine although the document lacks them, and the first generation whose Removed is about them (MaxValue: not sent yet).
    private readonly Dictionary<string, long> _leaving = new(StringComparer.Ordinal);
    private readonly HashSet<string> _sent = new(StringComparer.Ordinal);
    private readonly HashSet<string> _dirty = new(StringComparer.Ordinal);

    // Who was looked at before the machine had said what it has.
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = NewSignal();
    private bool _primed;
    private bool _heard;

    /// <summary>
    /// Replaces everything that an owner contributes; nothing happens when it is the same already. An item's key is the owner's key or lies below it
    /// (<c>owner/…</c>), so that what a restarted server finds on the machine has an owner, too.
    /// </summary>
    public void Set(string ownerKey, IEnumerable<NodeItem> items) => Contribute(ownerKey, [.. items], onlyIfUnset: false);

    /// <summary>The newest report about the item's current content; null while there is none (not sent, not looked at, or leaving).</summary>
    public ItemReport? Report(string key)
    {
        key = ToNode(key);
        lock (_gate)
        {
            return _items.TryGetValue(key, out var entry) && _reports.GetValueOrDefault(key) is { } report && report.Hash == entry.Hash ? report : null;
        }
    }

    /// <summary>The newest report about the item whatever its content was: what a VM is doing while its new settings are still on their way.</summary>
    public ItemReport? Latest(string key)
    {
        key = ToNode(key);
        lock (_gate)
        {
            return _reports.GetValueOrDefault(key);
        }
    }

    /// <summary>The error that keeps an item from being true: its own, or one of what it refers to (a VM whose disk has no image).</summary>
    public ItemError? Fault(string key)
    {
        key = ToNode(key);
        lock (_gate)
        {
            return Fault(key, 8);
        }
    }

    /// <summary>True once the machine has said what it has. Until then there is nothing to judge by; the owner is poked when it has.</summary>
    public bool HasHeard(string ownerKey)
    {
        ownerKey = ToNode(ownerKey);
        lock (_gate)
        {
            if (!_heard)
            {
                _asked.Add(ownerKey);
            }

            return _heard;
        }
    }

    /// <summary>True when nothing of the owner is in the document, nor on the machine. False as long as the machine has not said what it has.</summary>
    public bool IsGone(string ownerKey)
    {
        ownerKey = ToNode(ownerKey);
        lock (_gate)
        {
            return _heard && !(_owners.GetValueOrDefault(ownerKey) is { Length: > 0 }) && !_leaving.Keys.Any(key => IsOwn(ownerKey, key));
        }
    }

    /// <summary>The item of this key in the document, or null.</summary>
    public NodeItem? Item(string key)
    {
        key = ToNode(key);
        lock (_gate)
        {
            return _items.GetValueOrDefault(key)?.Item;
        }
    }

    /// <summary>As <see cref="Set(string, IEnumerable{NodeItem})"/>, unless a pass was quicker.</summary>
    internal void Prime(string ownerKey, IEnumerable<NodeItem> items) => Contribute(ownerKey, [.. items], onlyIfUnset: true);

    /// <summary>From now on the document is complete.</summary>
    internal void Primed()
    {
        lock (_gate)
        {
            _primed = true;
            foreach (var owner in _owners.Where(o => o.Value.Length == 0).Select(o => o.Key).ToArray())
            {
                _owners.Remove(owner);
            }
        }
    }

    /// <summary>Completes at the next change after <see cref="Next"/> had nothing to say.</summary>
    internal Task Changed
    {
        get
        {
            lock (_gate)
            {
                return _dirty.Count > 0 ? Task.CompletedTask : _changed.Task;
            }
        }
    }

    /// <summary>What the node has to be told: everything, or what changed since the last call; null when nothing did.</summary>
    internal NodeDocument? Next(long generation, long? baseGeneration)
    {
        lock (_gate)
        {
            if (baseGeneration is not null && _dirty.Count == 0)
            {
                return null;
            }

            var document = baseGeneration is null
                ? new NodeDocument { Generation = generation, Items = [.. _items.Values.Select(e => e.Item)] }
                : new NodeDocument
                {
                    Generation = generation,
                    BaseGeneration = baseGeneration,
                    Items = [.. from key in _dirty where _items.ContainsKey(key) select _items[key].Item],
                    Removed = [.. _dirty.Where(_leaving.ContainsKey)],
                };
            _sent.UnionWith(document.Items.Select(i => i.Key));
            foreach (var key in _leaving.Where(l => l.Value == long.MaxValue).Select(l => l.Key).ToArray())
            {
                _leaving[key] = generation;
            }

            _dirty.Clear();
            return document;
        }
    }

    /// <summary>What the node said first after connecting: all that is on the machine, and nothing else is.</summary>
    internal void HearAll(NodeReport report)
    {
        var concerned = new HashSet<string>(StringComparer.Ordinal);
        lock (_gate)
        {
            concerned.UnionWith(_leaving.Keys);
            concerned.UnionWith(_asked);
            _asked.Clear();
            _reports.Clear();
            _leaving.Clear();
            _sent.Clear();
            _heard = true;
            foreach (var item in report.Items)
            {
                _reports[item.Key] = item;
                _sent.Add(item.Key);
                if (!_items.ContainsKey(item.Key))
                {
                    // It may be on its way out already: from here on its Removed is believed at any generation.
                    _leaving[item.Key] = report.Generation;
                }

                concerned.Add(item.Key);
            }
        }

        PokeOwners(concerned);
    }

    /// <summary>What the node said later.</summary>
    internal void Hear(NodeReport report)
    {
        lock (_gate)
        {
            foreach (var item in report.Items)
            {
                Hear(report.Generation, item);
            }
        }

        PokeOwners(report.Items.Select(i => i.Key));
    }

    private void Hear(long generation, ItemReport item)
    {
        if (item.Phase != ItemPhase.Removed)
        {
            _reports[item.Key] = item;
        }
        else if (!_items.ContainsKey(item.Key) && _leaving.TryGetValue(item.Key, out var since) && since <= generation)
        {
            _leaving.Remove(item.Key);
            _sent.Remove(item.Key);
            _reports.Remove(item.Key);
        }
        else
        {
            // About a thing of the same key before this one.
            _reports.Remove(item.Key);
        }
    }

    private string ToNode(string key) => names?.ToNode(key) ?? key;

    private void Contribute(string ownerKey, IReadOnlyList<NodeItem> items, bool onlyIfUnset)
    {
        if (names is null)
        {
            Set(ownerKey, items, onlyIfUnset);
            return;
        }

        lock (_gate)
        {
            // A pass may have looked at the resource before it was moved: what it says is old.
            if (items.Count == 0 || names.Exists(ownerKey))
            {
                Set(names.ToNode(ownerKey), [.. items.Select(names.ToNode)], onlyIfUnset);
            }
        }
    }

    private void Set(string ownerKey, IReadOnlyList<NodeItem> items, bool onlyIfUnset)
    {
        var wanted = items.ToDictionary(i => i.Key, i => new Entry(ownerKey, i, NodeDocument.HashOf(i)), StringComparer.Ordinal);
        if (wanted.Keys.FirstOrDefault(key => !IsOwn(ownerKey, key)) is { } foreign)
        {
            throw new ArgumentException($"'{foreign}' is not below its owner '{ownerKey}'.", nameof(items));
        }

        lock (_gate)
        {
            if (onlyIfUnset && _owners.ContainsKey(ownerKey))
            {
                return;
            }

            foreach (var key in (_owners.GetValueOrDefault(ownerKey) ?? []).Where(key => !wanted.ContainsKey(key)))
            {
                Remove(key);
            }

            foreach (var (key, entry) in wanted)
            {
                if (!_items.TryGetValue(key, out var before) || before.Hash != entry.Hash)
                {
                    _items[key] = entry;
                    _leaving.Remove(key);
                    _dirty.Add(key);
                }
            }

            if (wanted.Count > 0 || !_primed)
            {
                _owners[ownerKey] = [.. wanted.Keys];
            }
            else
            {
                _owners.Remove(ownerKey);
            }

            if (_dirty.Count > 0)
            {
                _changed.TrySetResult();
                _changed = NewSignal();
            }
        }
    }

    private void Remove(string key)
    {
        _items.Remove(key);
        if (_sent.Contains(key))
        {
            _leaving[key] = long.MaxValue;
            _dirty.Add(key);
        }
        else
        {
            _dirty.Remove(key);
        }
    }

    private ItemError? Fault(string key, int depth)
    {
        if (depth == 0 || !_items.TryGetValue(key, out var entry))
        {
            return null;
        }

        if (_reports.GetValueOrDefault(key) is { } report && report.Hash == entry.Hash)
        {
            if (report.Phase == ItemPhase.Failed)
            {
                return report.Error ?? new ItemError("InternalServerError", $"{key} failed without saying why.");
            }

            if (report.Phase == ItemPhase.Applied)
            {
                return null;
            }
        }

        return entry.Item.References().Select(r => Fault(r, depth - 1)).FirstOrDefault(e => e is not null);
    }

    // Who contributed the item; for what an earlier life of the server contributed, everybody above it.
    private void PokeOwners(IEnumerable<string> keys)
    {
        var owners = new HashSet<string>(StringComparer.Ordinal);
        lock (_gate)
        {
            foreach (var key in keys)
            {
                if (_items.TryGetValue(key, out var entry))
                {
                    owners.Add(entry.Owner);
                    continue;
                }

                for (var above = key; above.Length > 0; above = above[..above.LastIndexOf('/')])
                {
                    owners.Add(above);
                    if (!above.Contains('/', StringComparison.Ordinal))
                    {
                        break;
                    }
                }
            }
        }

        foreach (var owner in owners)
        {
            queue.Poke(names?.FromNode(owner) ?? owner);
        }
    }

    private static bool IsOwn(string ownerKey, string key)
        => key.StartsWith(ownerKey, StringComparison.Ordinal) && (key.Length == ownerKey.Length || key[ownerKey.Length] == '/');

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record Entry(string Owner, NodeItem Item, string Hash);
}
