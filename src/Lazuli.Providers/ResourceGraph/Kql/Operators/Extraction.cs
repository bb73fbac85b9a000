using System.Text;
using System.Text.RegularExpressions;
using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Syntax;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Operators;

/// <summary>
/// <c>parse</c>: columns from what stands between texts. The pattern holds from the beginning; its last column takes the rest. Where it doesn't hold (of <c>simple</c>: or where one
/// value isn't of its type), all columns are null; of <c>relaxed</c>, only those whose value isn't of its type.
/// </summary>
internal static class Extraction
{
    public static Table Parse(Table table, ParseOperator parse, ExpressionBinder expressions, QueryContext context)
    {
        var value = expressions.Bind(parse.Value);
        var columns = table.Columns.ToList();
        var fields = parse.Parts.Where(p => p.Column is not null).Select(p => (Place: Place(columns, p), p.Type)).ToArray();
        var pattern = Pattern(parse);
        return new Table(columns, Parsed());

        IEnumerable<Value[]> Parsed()
        {
            foreach (var row in table.Rows)
            {
                context.Step();
                var made = new Value[columns.Count];
                row.CopyTo(made, 0);
                var values = context.Match(pattern, p => Values(p, value.Run(row).ToText(), fields, relaxed: parse.Kind != "simple"));
                for (var i = 0; i < fields.Length; i++)
                {
                    made[fields[i].Place] = values?[i] ?? Conversions.To(fields[i].Type, Value.Null);
                }

                yield return made;
            }
        }
    }

    private static Value[]? Values(Regex pattern, string text, (int Place, ValueKind Type)[] fields, bool relaxed)
    {
        var match = pattern.Match(text);
        if (!match.Success)
        {
            return null;
        }

        var values = new Value[fields.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            values[i] = Conversions.To(fields[i].Type, Value.Of(match.Groups["f" + i.ToString(System.Globalization.CultureInfo.InvariantCulture)].Value));
            if (values[i].IsNull && !relaxed)
            {
                return null;
            }
        }

        return values;
    }

    private static string Pattern(ParseOperator parse)
    {
        var pattern = new StringBuilder(@"(?s)\A");
        var field = 0;
        for (var i = 0; i < parse.Parts.Count; i++)
        {
            var part = parse.Parts[i];
            var last = i == parse.Parts.Count - 1;
            if (part.Text is { } text)
            {
                pattern.Append(parse.Kind == "regex" ? $"(?:{text})" : Regex.Escape(text));
            }
            else if (part.Column is null)
            {
                pattern.Append(last ? "" : ".*?");
            }
            else
            {
                pattern.Append(System.Globalization.CultureInfo.InvariantCulture, $"(?<f{field++}>{Shape(part.Type)}{(part.Type == ValueKind.String && last ? "*" : part.Type == ValueKind.String ? "*?" : "")})");
            }
        }

        return pattern.ToString();
    }

    private static string Shape(ValueKind type) => type switch
    {
        ValueKind.Int or ValueKind.Long => "[ ]*[-+]?[0-9]+",
        ValueKind.Real => "[ ]*[-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?",
        ValueKind.Bool => "(?i:true|false|0|1)",
        ValueKind.String => ".",
        _ => ".*?",
    };

    private static int Place(List<Column> columns, ParsePart part)
    {
        var column = new Column(part.Column ?? "", part.Type);
        var place = columns.FindIndex(c => c.Name == column.Name);
        if (place < 0)
        {
            columns.Add(column);
            return columns.Count - 1;
        }

        columns[place] = column;
        return place;
    }
}
