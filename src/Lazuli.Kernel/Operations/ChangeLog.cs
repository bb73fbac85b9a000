using System.Buffers;
using System.Text.Json;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Operations;

/// <summary>
/// What changes of resources leave behind (Microsoft.Resources/changes): written in the change's own transaction, with each property that clients see before and
/// after. Provisioning states and entity tags are none. Kept beside the activity log, in a stream of its own.
/// </summary>
public static class ChangeLog
{
    /// <summary>How long changes are shown (https://learn.microsoft.com/azure/governance/resource-graph/changes/resource-graph-changes).</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(14);

    private const int MostChanges = 200;
    private const int LongestValue = 4096;

    /// <summary>Changes of a subscription's resources, newest first, as documents of Microsoft.Resources/changes.</summary>
    public static IEnumerable<StoreEvent> List(IResourceStore store, string subscription, DateTimeOffset now) => store.Events(Stream(subscription), now - Retention, DateTimeOffset.MaxValue);

    /// <summary>The change from one document (as GET shows it) to another; null when they say the same.</summary>
    /// <param name="before">Null for a creation.</param>
    /// <param name="after">Null for a deletion.</param>
    public static StoreEvent? Event(ArmRequest request, ResourceId id, string operation, DateTimeOffset time, ReadOnlyMemory<byte>? before, ReadOnlyMemory<byte>? after)
    {
        var changes = before is { } was && after is { } @is ? Differences(was, @is) : [];
        if (id.SubscriptionId is not { } subscription || (changes.Count == 0 && before is not null && after is not null))
        {
            return null;
        }

        var name = Guid.NewGuid().ToString();
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", $"{id}/providers/Microsoft.Resources/changes/{name}");
            json.WriteString("name", name);
            json.WriteString("type", "Microsoft.Resources/changes");
            json.WriteStartObject("properties");
            json.WriteString("targetResourceId", id.ToString());
            json.WriteString("targetResourceType", id.Type.ToString());
            json.WriteString("changeType", before is null ? "Create" : after is null ? "Delete" : "Update");
            json.WriteStartObject("changeAttributes");
            json.WriteString("correlationId", request.CorrelationId);
            json.WriteString("timestamp", time);
            json.WriteNumber("changesCount", changes.Count);
            json.WriteBoolean("isTruncated", changes.Count > MostChanges);
            json.WriteString("changedBy", request.Principal.Name);
            json.WriteString("changedByType", request.Principal.Kind == PrincipalKind.User ? "User" : "Application");
            json.WriteString("operation", operation);
            json.WriteEndObject();
            json.WriteStartObject("changes");
            foreach (var (path, (old, now)) in changes.Take(MostChanges))
            {
                json.WriteStartObject(path);
                json.WriteString("propertyChangeType", old is null ? "Insert" : now is null ? "Remove" : "Update");
                json.WriteString("changeCategory", "User");
                json.WriteString("previousValue", Cut(old));
                json.WriteString("newValue", Cut(now));
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new StoreEvent { Subscription = Stream(subscription), Time = time, Body = buffer.WrittenMemory };
    }

    /// <summary>Under what name the changes of a subscription stand in the store's events.</summary>
    internal static string Stream(string subscription) => "changes/" + subscription.ToLowerInvariant();

    private static string? Cut(string? value) => value?.Length > LongestValue ? value[..LongestValue] : value;

    private static OrderedDictionary<string, (string? Old, string? New)> Differences(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after)
    {
        var (old, now) = (Leaves(before), Leaves(after));
        var changes = new OrderedDictionary<string, (string? Old, string? New)>(StringComparer.Ordinal);
        foreach (var path in old.Keys.Union(now.Keys))
        {
            if (old.GetValueOrDefault(path) is var was && now.GetValueOrDefault(path) is var @is && was != @is)
            {
                changes[path] = (was, @is);
            }
        }

        return changes;
    }

    // Paths as tags.a, properties.list[0].name; an empty array or object is a value.
    private static OrderedDictionary<string, string> Leaves(ReadOnlyMemory<byte> document)
    {
        using var parsed = JsonDocument.Parse(document);
        var leaves = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in parsed.RootElement.EnumerateObject().Where(p => p.Name is not ("id" or "name" or "type" or "etag")))
        {
            Add(leaves, property.Name, property.Value);
        }

        leaves.Remove("properties.provisioningState");
        return leaves;
    }

    private static void Add(OrderedDictionary<string, string> leaves, string path, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() > 0)
        {
            foreach (var property in value.EnumerateObject().Where(p => p.Name != "etag"))
            {
                Add(leaves, $"{path}.{property.Name}", property.Value);
            }
        }
        else if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0)
        {
            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                Add(leaves, $"{path}[{index++}]", item);
            }
        }
        else if (value.ValueKind != JsonValueKind.Null)
        {
            leaves[path] = value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : value.GetRawText();
        }
    }
}
