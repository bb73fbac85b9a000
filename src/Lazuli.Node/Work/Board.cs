using System.Threading.Channels;
using Lazuli.Engines.Node;

namespace Lazuli.Node.Work;

/// <summary>
/// What this machine has and shall have, item by item: who refers to whom, which items a running process holds, and who wants
/// to hear of changes. Thread-safe; readers get immutable states.
/// </summary>
internal sealed class Board
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ItemState> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _holders = new(StringComparer.Ordinal);
    private readonly List<Channel<NodeReport>> _watchers = [];
    private long _generation = -1;

    public ItemState? Get(string key)
    {
        lock (_gate)
        {
            return _items.GetValueOrDefault(key);
        }
    }

    public IReadOnlyList<string> Keys()
    {
        lock (_gate)
        {
            return [.. _items.Keys];
        }
    }

    /// <summary>The items that refer to this one, ordered by key.</summary>
    public IReadOnlyList<ItemState> Users(string key)
    {
        lock (_gate)
        {
            return [.. (_users.GetValueOrDefault(key) ?? []).Order(StringComparer.Ordinal).Select(k => _items.GetValueOrDefault(k)).OfType<ItemState>()];
        }
    }

    /// <summary>A running process uses it.</summary>
    public bool IsHeld(string key)
    {
        lock (_gate)
        {
            return _holders.GetValueOrDefault(key) is { Count: > 0 };
        }
    }

    /// <summary>Replaces what a machine's process uses.</summary>
    public void Hold(string vmKey, IReadOnlyList<string> keys)
    {
        lock (_gate)
        {
            Index(_holders, vmKey, _held.GetValueOrDefault(vmKey) ?? [], keys);
            _held[vmKey] = keys;
        }
    }

    /// <summary>Takes over a document's change.</summary>
    public void Take(long generation, IEnumerable<LedgerItem> changed, IEnumerable<string> removed)
    {
        lock (_gate)
        {
            _generation = generation;
            List<ItemReport> reports = [];
            foreach (var item in changed)
            {
                var old = _items.GetValueOrDefault(item.Item.Key);
                Index(_users, item.Item.Key, old?.Item.References() ?? [], item.Item.References());
                Set((old ?? new() { Item = item.Item, Hash = item.Hash }) with { Item = item.Item, Hash = item.Hash, Leaving = false, Phase = ItemPhase.Pending, Error = null }, reports);
            }

            foreach (var key in removed)
            {
                if (_items.TryGetValue(key, out var old))
                {
                    Set(old with { Leaving = true, Phase = ItemPhase.Pending, Error = null }, reports);
                }
            }

            Send(reports);
        }
    }

    /// <summary>Changes an item, if it is there, and tells who watches. False when its content has changed since <paramref name="seen"/>.</summary>
    public bool Update(ItemState seen, Func<ItemState, ItemState> change)
    {
        lock (_gate)
        {
            if (!_items.TryGetValue(seen.Key, out var old))
            {
                return false;
            }

            List<ItemReport> reports = [];
            var same = old.Hash == seen.Hash && old.Leaving == seen.Leaving;
            var next = change(old);

            // What is true of other content says nothing about how far this one is.
            Set(same ? next : next with { Phase = ItemPhase.Pending, Error = null }, reports);
            Send(reports);
            return same;
        }
    }

    /// <summary>Nothing of the item is left on the machine. False when it came back meanwhile.</summary>
    public bool Remove(string key)
    {
        lock (_gate)
        {
            if (!_items.TryGetValue(key, out var old) || !old.Leaving)
            {
                return false;
            }

            _items.Remove(key);
            Index(_users, key, old.Item.References(), []);
            Send([(old with { Phase = ItemPhase.Removed, Error = null, Progress = null }).Report()]);
            return true;
        }
    }

    /// <summary>A channel that holds a snapshot and gets every change.</summary>
    public Channel<NodeReport> Watch()
    {
        var channel = Channel.CreateUnbounded<NodeReport>(new() { SingleReader = true });
        lock (_gate)
        {
            channel.Writer.TryWrite(new() { Generation = _generation, Snapshot = true, Items = [.. _items.Values.Select(i => i.Report())] });
            _watchers.Add(channel);
        }

        return channel;
    }

    public void Unwatch(Channel<NodeReport> channel)
    {
        lock (_gate)
        {
            _watchers.Remove(channel);
        }
    }

    private void Set(ItemState state, List<ItemReport> reports)
    {
        if (_items.GetValueOrDefault(state.Key) != state)
        {
            _items[state.Key] = state;
            reports.Add(state.Report());
        }
    }

    private void Send(List<ItemReport> reports)
    {
        if (reports.Count == 0)
        {
            return;
        }

        var report = new NodeReport { Generation = _generation, Items = reports };
        foreach (var watcher in _watchers)
        {
            watcher.Writer.TryWrite(report);
        }
    }

    private static void Index(Dictionary<string, HashSet<string>> index, string key, IEnumerable<string> before, IEnumerable<string> after)
    {
        foreach (var referent in before)
        {
            if (index.TryGetValue(referent, out var set) && set.Remove(key) && set.Count == 0)
            {
                index.Remove(referent);
            }
        }

        foreach (var referent in after)
        {
            if (!index.TryGetValue(referent, out var set))
            {
                index[referent] = set = new(StringComparer.Ordinal);
            }

            set.Add(key);
        }
    }
}
