using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lazuli.Kernel.Ids;
using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Tables;

/// <summary>The columns that all tables of resources have, and a resource as a row of them: <c>type</c>, <c>location</c> and <c>resourceGroup</c> in lower case.</summary>
internal sealed class GraphColumns
{
    public static readonly IReadOnlyList<Column> All =
    [
        new("id", ValueKind.String), new("name", ValueKind.String), new("type", ValueKind.String), new("tenantId", ValueKind.String), new("kind", ValueKind.String),
        new("location", ValueKind.String), new("resourceGroup", ValueKind.String), new("subscriptionId", ValueKind.String), new("managedBy", ValueKind.String), new("sku", ValueKind.Dynamic),
        new("plan", ValueKind.Dynamic), new("properties", ValueKind.Dynamic), new("tags", ValueKind.Dynamic), new("identity", ValueKind.Dynamic), new("zones", ValueKind.Dynamic),
        new("extendedLocation", ValueKind.Dynamic),
    ];

    // A resource's JSON is made once per change, as an array of its own: so is its row.
    private readonly ConditionalWeakTable<byte[], Row> _rows = [];

    public sealed record Row(ResourceId Id, Value[] Values);

    /// <param name="extended">What is shown as <c>properties.extended</c>, if anything.</param>
    public Row Of(ReadOnlyMemory<byte> json, string tenant, Func<JsonObject?>? extended = null)
        => MemoryMarshal.TryGetArray(json, out var bytes) && bytes.Array is { } array ? _rows.GetValue(array, _ => Read(json, tenant, extended)) : Read(json, tenant, extended);

    /// <summary>A row by hand.</summary>
    public static Value[] Of(string id, string name, string type, string tenant, string location, string resourceGroup, string subscription, Value properties, Value tags)
    {
        var row = new Value[All.Count];
        Array.Fill(row, Value.Empty, 0, 9);
        string[] texts = [id, name, type, tenant, "", location, resourceGroup, subscription];
        for (var i = 0; i < texts.Length; i++)
        {
            row[i] = Value.Of(texts[i]);
        }

        (row[11], row[12]) = (properties, tags);
        return row;
    }

    private static Row Read(ReadOnlyMemory<byte> json, string tenant, Func<JsonObject?>? extended)
    {
        var root = JsonDocument.Parse(json).RootElement;
        var id = ResourceId.Parse(Text(root, "id"));
        var row = Of(
            id.ToString(), Text(root, "name"), Text(root, "type").ToLowerInvariant(), tenant, Text(root, "location").ToLowerInvariant(), id.ResourceGroup?.ToLowerInvariant() ?? "",
            id.SubscriptionId ?? "", Properties(root, extended?.Invoke()), Any(root, "tags"));
        (row[4], row[8]) = (Value.Of(Text(root, "kind")), Value.Of(Text(root, "managedBy")));
        (row[9], row[10], row[13], row[14], row[15]) = (Any(root, "sku"), Any(root, "plan"), Any(root, "identity"), Any(root, "zones"), Any(root, "extendedLocation"));
        return new Row(id, row);
    }

    private static Value Properties(JsonElement root, JsonObject? extended)
    {
        var properties = Any(root, "properties");
        return extended is null || properties.AsDynamic is not { } known ? properties
            : Value.Of(new BagValue(known.Properties.Append(new("extended", Value.OfJson(JsonDocument.Parse(extended.ToJsonString()).RootElement)))));
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";

    private static Value Any(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? Value.OfJson(value) : Value.Null;
}
