using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Store;

namespace Lazuli.Providers.Node;

/// <summary>
/// Under which keys the machine knows resources. That is their id, until one is moved to another group or subscription: then it keeps the key that it had, so that the machine has
/// nothing to do and a running guest notices nothing; and whatever is made later under its old id gets a key of its own. No two resources ever share a key. Kept in the store,
/// written in the same transaction as the move.
/// </summary>
public sealed class NodeNames(IResourceStore store)
{
    private const string RecordType = "lazuli/nodenames";
    private const string ToTable = "/lazuli/nodenames/to";
    private const string FromTable = "/lazuli/nodenames/from";
    private bool _any;
    private long _noneAt = -1;

    /// <summary>The machine's key for a resource's key or one below it.</summary>
    public string ToNode(string key) => Map(ToTable, key);

    /// <summary>The resource's key for one of the machine's, or one below it.</summary>
    public string FromNode(string key) => Map(FromTable, key);

    /// <summary>Whether the resource of this key is there. What is asked between this and a move's end is answered as before the move.</summary>
    public bool Exists(string ownerKey) => store.Get(ownerKey) is not null;

    /// <summary>The item as the machine knows it: every key in it, but not what the guest is told of itself.</summary>
    public NodeItem ToNode(NodeItem item)
    {
        if (!Any || JsonSerializer.SerializeToNode(item, NodeJson.Default.NodeItem) is not JsonObject json)
        {
            return item;
        }

        Rename(json);
        return json.Deserialize(NodeJson.Default.NodeItem) ?? item;
    }

    /// <summary>The writes by which a resource keeps its key under another id.</summary>
    public IEnumerable<StoreWrite> Move(string from, string to)
    {
        var name = ToNode(from);
        var spare = $"{from}~{Guid.NewGuid():N}";
        return [Write(ToTable, to, name), Write(FromTable, name, to), Write(ToTable, from, spare), Write(FromTable, spare, from)];
    }

    // Asked several times for each resource, and nearly always there is none; only a commit can change that.
    private bool Any
    {
        get
        {
            var sequence = store.Sequence;
            if (!_any && Volatile.Read(ref _noneAt) != sequence)
            {
                _any = store.ListByType(RecordType).Any();
                Volatile.Write(ref _noneAt, _any ? -1 : sequence);
            }

            return _any;
        }
    }

    private string Map(string table, string key)
    {
        for (var end = Any ? key.Length : 0; end > 0; end = key.LastIndexOf('/', end - 1))
        {
            if (store.Get(table + key[..end]) is { } record)
            {
                return Encoding.UTF8.GetString(record.Body.Span) + key[end..];
            }
        }

        return key;
    }

    private void Rename(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                if (Renamed(list[i]) is { } name)
                {
                    list[i] = name;
                }
                else
                {
                    Rename(list[i]);
                }
            }
        }
        else if (node is JsonObject document)
        {
            foreach (var (property, value) in document.ToArray())
            {
                if (Renamed(value) is { } name)
                {
                    document[property] = name;
                }
                else if (property != "metadata")
                {
                    Rename(value);
                }
            }
        }
    }

    private string? Renamed(JsonNode? value)
        => value is JsonValue text && text.TryGetValue(out string? key) && key.StartsWith("/subscriptions/", StringComparison.Ordinal) && ToNode(key) is var name && name != key ? name : null;

    private static StoreWrite Write(string table, string key, string value)
        => new(table + key, new StoreRecord { Key = table + key, Type = RecordType, Body = Encoding.UTF8.GetBytes(value) });
}
