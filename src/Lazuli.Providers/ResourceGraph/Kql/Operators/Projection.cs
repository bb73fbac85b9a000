using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Syntax;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Operators;

/// <summary>Steps that calculate columns: project and extend.</summary>
internal static class Projection
{
    public static Table Project(Table table, IReadOnlyList<ColumnSyntax> columns, ExpressionBinder expressions, QueryContext context)
    {
        var (names, values) = (Names(columns), columns.Select(c => expressions.Bind(c.Value)).ToArray());
        return new Table([.. names.Zip(values, (n, v) => new Column(n, v.Type))], Calculated());

        IEnumerable<Value[]> Calculated()
        {
            foreach (var row in table.Rows)
            {
                context.Step();
                var projected = new Value[values.Length];
                for (var i = 0; i < values.Length; i++)
                {
                    projected[i] = values[i].Run(row);
                }

                yield return projected;
            }
        }
    }

    /// <summary>New columns at the end; one of a name that is there replaces it.</summary>
    public static Table Extend(Table table, IReadOnlyList<ColumnSyntax> columns, ExpressionBinder expressions, QueryContext context)
    {
        var all = table.Columns.ToList();
        var places = new int[columns.Count];
        var values = columns.Select(c => expressions.Bind(c.Value)).ToArray();
        var fresh = 0;
        for (var i = 0; i < columns.Count; i++)
        {
            var name = Single(columns[i]) ?? ColumnNames.Of(columns[i].Value) ?? ColumnNames.Unique($"Column{++fresh}", all.Select(c => c.Name).ToHashSet());
            places[i] = all.FindIndex(c => c.Name == name);
            if (places[i] < 0)
            {
                places[i] = all.Count;
                all.Add(new Column(name, values[i].Type));
            }
            else
            {
                all[places[i]] = new Column(name, values[i].Type);
            }
        }

        return new Table(all, Extended());

        IEnumerable<Value[]> Extended()
        {
            foreach (var row in table.Rows)
            {
                context.Step();
                var extended = new Value[all.Count];
                row.CopyTo(extended, 0);
                for (var i = 0; i < values.Length; i++)
                {
                    extended[places[i]] = values[i].Run(row);
                }

                yield return extended;
            }
        }
    }

    /// <summary>A name for each column: those given are unique, the others made so.</summary>
    public static List<string> Names(IReadOnlyList<ColumnSyntax> columns)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            if (Single(column) is { } name && !taken.Add(name))
            {
                throw KqlFault.Means($"The column '{name}' is there more than once.", column.Value.At, name);
            }
        }

        var fresh = 0;
        return [.. columns.Select(c => Single(c) ?? Taken(ColumnNames.Unique(ColumnNames.Of(c.Value) ?? $"Column{++fresh}", taken), taken))];
    }

    private static string Taken(string name, HashSet<string> taken)
    {
        taken.Add(name);
        return name;
    }

    private static string? Single(ColumnSyntax column)
        => column.Names.Count > 1 ? throw KqlFault.Means("Only an aggregate has several results.", column.Value.At) : column.Names.Count == 1 ? column.Names[0] : null;
}
