using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Syntax;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Operators;

/// <summary>
/// <c>mv-expand</c>: a row for each item of an array, or each property of a bag. Several go in step, the shorter ones filled with null. A row whose array is empty goes away;
/// one without an array (null, or a single value) stays one row.
/// </summary>
internal static class Expansion
{
    private const int DefaultLimit = 128;
    private const int MostRows = 2_000;

    public static Table Expand(Table table, ExpandOperator expand, ExpressionBinder expressions, QueryContext context)
    {
        if (expand.Limit is < 1 or > MostRows)
        {
            throw KqlFault.Exceeds($"mv-expand: the limit of rows is from 1 to {MostRows}.");
        }

        var columns = table.Columns.ToList();
        var items = expand.Columns.Select(c => Item(c, expressions, columns)).ToArray();
        var index = expand.IndexColumn is { } name ? Place(columns, name, ValueKind.Long) : -1;
        return new Table(columns, Expanded());

        IEnumerable<Value[]> Expanded()
        {
            var lists = new List<Value>[items.Length];
            foreach (var row in table.Rows)
            {
                for (var i = 0; i < items.Length; i++)
                {
                    lists[i] = Inside(items[i].Value.Run(row), expand.BagsAsArrays);
                }

                var count = Math.Min(lists.Max(l => l.Count), (int)(expand.Limit ?? DefaultLimit));
                for (var n = 0; n < count; n++)
                {
                    context.Step();
                    var made = new Value[columns.Count];
                    row.CopyTo(made, 0);
                    for (var i = 0; i < items.Length; i++)
                    {
                        made[items[i].Place] = n < lists[i].Count ? Typed(lists[i][n], items[i].Type) : Typed(Value.Null, items[i].Type);
                    }

                    if (index >= 0)
                    {
                        made[index] = Value.Of((long)n);
                    }

                    yield return made;
                }
            }
        }
    }

    private static (Bound Value, int Place, ValueKind Type) Item(ExpandSyntax syntax, ExpressionBinder expressions, List<Column> columns)
    {
        var value = expressions.Bind(syntax.Value);
        if (value.Type is not ValueKind.Dynamic)
        {
            throw KqlFault.Means($"mv-expand: the expression must be of type dynamic, not {value.Type.ToKeyword()}.", syntax.Value.At);
        }

        var type = syntax.Type ?? ValueKind.Dynamic;
        var name = syntax.Name ?? ColumnNames.Of(syntax.Value) ?? ColumnNames.Unique("Column1", columns.Select(c => c.Name).ToHashSet());
        return (value, Place(columns, name, type), type);
    }

    private static int Place(List<Column> columns, string name, ValueKind type)
    {
        var place = columns.FindIndex(c => c.Name == name);
        if (place < 0)
        {
            columns.Add(new Column(name, type));
            return columns.Count - 1;
        }

        columns[place] = new Column(name, type);
        return place;
    }

    private static List<Value> Inside(Value value, bool bagsAsArrays)
        => value.AsDynamic is not { } inside ? [value]
            : inside.IsArray ? [.. inside.Items]
            : [.. inside.Properties.Select(p => bagsAsArrays ? Value.Of([Value.Of(p.Key), p.Value]) : Value.Of(new BagValue([p])))];

    // Only a cast: what isn't of the type is null. Everything has a text.
    private static Value Typed(Value value, ValueKind type)
        => type == ValueKind.Dynamic || value.Kind == type ? value
            : type == ValueKind.String ? Value.Of(value.ToText())
            : value.Kind.IsNumber() && type.IsNumber() ? Conversions.To(type, value)
            : value.Kind == ValueKind.String && type is ValueKind.DateTime or ValueKind.TimeSpan or ValueKind.Guid ? Conversions.To(type, value)
            : Value.Null;
}
