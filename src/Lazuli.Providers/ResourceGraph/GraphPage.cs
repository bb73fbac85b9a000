using System.Text.Json;
using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph;

/// <summary>A page of an answer, as a table or as objects.</summary>
internal sealed record GraphPage
{
    public const long MostBytes = 16 * 1024 * 1024;

    public required bool AsTable { get; init; }

    public required int Top { get; init; }

    public required long Skip { get; init; }

    public List<Value[]> Rows { get; } = [];

    public long Total { get; private set; }

    private IReadOnlyList<Column> Columns { get; set; } = [];

    /// <summary>Keeps the page's rows and counts all.</summary>
    public void Read(Table table, QueryContext context)
    {
        Columns = table.Columns;
        foreach (var row in table.Rows)
        {
            context.Step();
            if (Total >= Skip && Rows.Count < Top)
            {
                Rows.Add(row);
            }

            Total++;
        }
    }

    public void Write(Utf8JsonWriter json, string? token, IReadOnlyList<Facet> facets)
    {
        json.WriteStartObject();
        json.WriteNumber("totalRecords", Total);
        json.WriteNumber("count", Rows.Count);
        json.WritePropertyName("data");
        Write(json, Columns, Rows, AsTable);
        json.WriteStartArray("facets");
        foreach (var facet in facets)
        {
            facet.Write(json, AsTable);
        }

        json.WriteEndArray();

        // True says: there is more, and no way to it.
        json.WriteString("resultTruncated", token is null && Skip + Rows.Count < Total ? "true" : "false");
        if (token is not null)
        {
            json.WriteString("$skipToken", token);
        }

        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, IReadOnlyList<Column> columns, IEnumerable<Value[]> rows, bool asTable)
    {
        if (asTable)
        {
            json.WriteStartObject();
            json.WriteStartArray("columns");
            foreach (var column in columns)
            {
                json.WriteStartObject();
                json.WriteString("name", column.Name);
                json.WriteString("type", column.Type.ToColumnType());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WritePropertyName("rows");
        }

        json.WriteStartArray();
        foreach (var row in rows)
        {
            if (asTable)
            {
                json.WriteStartArray();
            }
            else
            {
                json.WriteStartObject();
            }

            for (var i = 0; i < columns.Count; i++)
            {
                if (!asTable)
                {
                    json.WritePropertyName(columns[i].Name);
                }

                row[i].Write(json);
            }

            if (asTable)
            {
                json.WriteEndArray();
            }
            else
            {
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        if (asTable)
        {
            json.WriteEndObject();
        }
    }
}
