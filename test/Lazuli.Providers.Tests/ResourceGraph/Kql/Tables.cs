using System.Text.Json;
using Lazuli.Providers.ResourceGraph.Kql;
using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.Tests.ResourceGraph.Kql;

/// <summary>Small tables to ask: <c>One</c> has a single row, <c>Vms</c> three machines, <c>Disks</c> three disks.</summary>
internal sealed class Tables : ITables
{
    public static readonly DateTimeOffset Now = new(2024, 5, 15, 12, 30, 45, TimeSpan.Zero);

    private readonly Dictionary<string, Table> _tables = new(StringComparer.OrdinalIgnoreCase)
    {
        ["One"] = Read(
            [new("s", ValueKind.String), new("n", ValueKind.Long), new("d", ValueKind.Dynamic), new("t", ValueKind.DateTime)],
            """[["Hello", 7, {"a":{"b":["x","y"]},"n":5,"f":1.5,"ok":true,"none":null,"text":"Dyn"}, "2024-02-29T13:14:15.1234567Z"]]"""),
        ["Vms"] = Read(
            [new("name", ValueKind.String), new("location", ValueKind.String), new("cores", ValueKind.Long), new("properties", ValueKind.Dynamic)],
            """
            [["web", "eastus", 2, {"size":"B2","disks":["d1","d2"],"os":{"type":"Linux"}}],
             ["db", "westeurope", 8, {"size":"D8","disks":["d3"],"os":{"type":"Windows"}}],
             ["spare", "eastus", null, {"size":"B2","disks":[],"os":{"type":"Linux"}}]]
            """),
        ["Disks"] = Read([new("name", ValueKind.String), new("gb", ValueKind.Long)], """[["d1", 30], ["d2", 64], ["d9", 128]]"""),
    };

    public string Default => "Vms";

    public Table? Find(string name) => _tables.GetValueOrDefault(name);

    /// <summary>The rows that a query gives: columns divided by <c>|</c>, rows by <c>;</c>, null as <c>~</c>.</summary>
    public static string Ask(string query) => string.Join("; ", Rows(query).Select(r => string.Join("|", r.Select(v => v.IsNull ? "~" : v.ToText()))));

    public static string Columns(string query) => string.Join(", ", Bind(query).Columns.Select(c => $"{c.Name}:{c.Type.ToKeyword()}"));

    /// <summary>The value of one expression over the row of <c>One</c>.</summary>
    public static string Value(string expression) => Ask($"One | project v = {expression}");

    public static List<Value[]> Rows(string query) => [.. Bind(query).Rows];

    public static Table Bind(string query) => QueryBinder.Bind(KqlQuery.Parse(query), new QueryContext(new Tables(), new Clock(), CancellationToken.None));

    private static Table Read(Column[] columns, string json)
        => new(columns, [.. JsonDocument.Parse(json).RootElement.EnumerateArray().Select(r => r.EnumerateArray().Select((v, i) => Conversions.To(columns[i].Type, Kql(v))).ToArray())]);

    private static Value Kql(JsonElement value) => Providers.ResourceGraph.Kql.Values.Value.OfJson(value);

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
