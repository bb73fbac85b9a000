using Lazuli.Providers.ResourceGraph.Kql.Values;
using static Lazuli.Providers.ResourceGraph.Kql.Functions.Define;

namespace Lazuli.Providers.ResourceGraph.Kql.Functions;

/// <summary>Conditions and choices: iff, case, coalesce, not, isnull, isempty…</summary>
internal static class LogicFunctions
{
    public static IEnumerable<KqlFunction> All =>
    [
        If("iff"),
        If("iif"),
        new("case", 3, Any, a => Common(a.Where((_, i) => i % 2 == 1 || i == a.Count - 1)), (_, _) => Value.Null)
        {
            Lazily = a => row =>
            {
                var at = 0;
                for (; at + 1 < a.Length; at += 2)
                {
                    if (a[at].Run(row).IsTrue)
                    {
                        return a[at + 1].Run(row);
                    }
                }

                return at < a.Length ? a[at].Run(row) : Value.Null;
            },
        },
        new("coalesce", 1, Any, Common, (_, _) => Value.Null)
        {
            Lazily = a => row =>
            {
                var value = Value.Null;
                foreach (var argument in a)
                {
                    value = argument.Run(row);
                    if (!value.IsNull && value != Value.Empty)
                    {
                        break;
                    }
                }

                return value;
            },
        },
        Function("not", 1, ValueKind.Bool, a => a[0].Kind == ValueKind.Bool ? Value.Of(!a[0].AsBool) : Value.Null),
        Function("isnull", 1, ValueKind.Bool, a => Value.Of(a[0].IsNull)),
        Function("isnotnull", 1, ValueKind.Bool, a => Value.Of(!a[0].IsNull)),
        Function("isempty", 1, ValueKind.Bool, a => Value.Of(IsEmpty(a[0]))),
        Function("isnotempty", 1, ValueKind.Bool, a => Value.Of(!IsEmpty(a[0]))),
        Function("notempty", 1, ValueKind.Bool, a => Value.Of(!IsEmpty(a[0]))),
        Function("isnan", 1, ValueKind.Bool, a => Value.Of(a[0].Kind == ValueKind.Real && double.IsNaN(a[0].AsReal))),
        Function("isinf", 1, ValueKind.Bool, a => Value.Of(a[0].Kind == ValueKind.Real && double.IsInfinity(a[0].AsReal))),
        Function("isfinite", 1, ValueKind.Bool, a => Value.Of(a[0].Kind.IsNumber() && double.IsFinite(a[0].AsReal))),
        Function("gettype", 1, ValueKind.String, a => Value.Of(TypeOf(a[0]))),
        new("min_of", 2, Any, Common, (a, _) => Extreme(a, smallest: true)),
        new("max_of", 2, Any, Common, (a, _) => Extreme(a, smallest: false)),
    ];

    private static KqlFunction If(string name) => new(name, 3, 3, a => Common([a[1], a[2]]), (_, _) => Value.Null)
    {
        Lazily = a => row => a[0].Run(row).IsTrue ? a[1].Run(row) : a[2].Run(row),
    };

    private static bool IsEmpty(Value value) => value.IsNull || (value.Kind == ValueKind.String && value.AsText.Length == 0);

    private static string TypeOf(Value value)
        => value.IsNull ? "null" : value.AsDynamic is { } inside ? inside.IsArray ? "array" : "dictionary" : value.Kind.ToKeyword();

    private static Value Extreme(Value[] values, bool smallest)
    {
        var best = Value.Null;
        foreach (var value in values)
        {
            if (!value.IsNull && (best.IsNull || Value.Compare(value, best) < 0 == smallest))
            {
                best = value;
            }
        }

        return best;
    }
}
