using System.Collections.Frozen;
using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Functions;

/// <summary>What becomes of many rows: told each one, asked at the end.</summary>
internal interface IAccumulator
{
    void Add(Value[] row);

    Value Result { get; }
}

/// <summary>An aggregate function. Nulls don't count.</summary>
/// <param name="Prefix">What an unnamed column's name begins with: <c>sum_size</c>. Empty for the column's own.</param>
internal sealed record Aggregate(string Name, int Least, int Most, string Prefix, Func<IReadOnlyList<Bound>, ValueKind> Type, Func<Bound[], QueryContext, Func<IAccumulator>> Make)
{
    /// <summary>The argument that is a condition, of <c>countif</c> and its like; -1 for none.</summary>
    public int Condition { get; init; } = -1;
}

/// <summary>Every aggregate function by its name.</summary>
internal static class Aggregates
{
    private static readonly FrozenDictionary<string, Aggregate> All = Plain().SelectMany(a => new[] { a, Conditional(a) }).Append(CountIf()).ToFrozenDictionary(a => a.Name, StringComparer.Ordinal);

    public static Aggregate? Find(string name) => All.GetValueOrDefault(name);

    public static bool Has(string name) => All.ContainsKey(name) || name is "arg_max" or "arg_min";

    private static IEnumerable<Aggregate> Plain() =>
    [
        new("count", 0, 0, "count_", _ => ValueKind.Long, (_, _) => () => new Counter()),
        One("sum", 1, "sum_", a => a[0].Type == ValueKind.Real ? ValueKind.Real : a[0].Type.IsWhole() ? ValueKind.Long : a[0].Type, (_, type) => new Sum(type)),
        One("avg", 1, "avg_", a => a[0].Type is ValueKind.TimeSpan or ValueKind.DateTime ? a[0].Type : ValueKind.Real, (_, _) => new Average()),
        One("min", 1, "min_", a => a[0].Type, (_, _) => new Extreme(-1)),
        One("max", 1, "max_", a => a[0].Type, (_, _) => new Extreme(1)),
        One("dcount", 2, "dcount_", _ => ValueKind.Long, (c, _) => new Different(c)),
        One("count_distinct", 1, "count_distinct_", _ => ValueKind.Long, (c, _) => new Different(c)),
        One("stdev", 1, "stdev_", _ => ValueKind.Real, (_, _) => new Deviation(root: true)),
        One("variance", 1, "variance_", _ => ValueKind.Real, (_, _) => new Deviation(root: false)),
        One("take_any", 1, "", a => a[0].Type, (_, _) => new AnyOne()),
        One("any", 1, "any_", a => a[0].Type, (_, _) => new AnyOne()),
        Listed("make_list", "list_", distinct: false),
        Listed("make_set", "set_", distinct: true),
        Listed("makelist", "list_", distinct: false),
        Listed("makeset", "set_", distinct: true),
        One("make_bag", 2, "bag_", _ => ValueKind.Dynamic, (c, _) => new Bags(c)),
        new("percentile", 2, 2, "percentile_", a => a[0].Type.IsNumber() ? ValueKind.Real : a[0].Type, (a, c) =>
        {
            var rank = a[1].IsConstant && a[1].Value is { } p && p.Kind.IsNumber() && p.AsReal is >= 0 and <= 100 ? p.AsReal : throw KqlFault.Means("percentile(): the percentile is a constant from 0 to 100.");
            return () => new Percentile(a[0], rank, c);
        }),
    ];

    private static Aggregate One(string name, int most, string prefix, Func<IReadOnlyList<Bound>, ValueKind> type, Func<QueryContext, ValueKind, IAccumulate> make)
        => new(name, 1, most, prefix, type, (a, c) =>
        {
            var kind = type(a);
            return () => new Single(a[0], make(c, kind));
        });

    private static Aggregate Listed(string name, string prefix, bool distinct) => new(name, 1, 2, prefix, _ => ValueKind.Dynamic, (a, c) =>
    {
        var most = a.Length < 2 ? int.MaxValue : a[1].IsConstant && a[1].Value is { Kind: ValueKind.Long, AsLong: >= 0 and var n } ? n : throw KqlFault.Means($"{name}(): the size is a constant.");
        return () => new Single(a[0], new Listing(c, distinct, most));
    });

    // sumif(value, condition), make_list_if(value, condition, size)
    private static Aggregate Conditional(Aggregate plain) => plain with
    {
        Name = plain.Name.Contains('_', StringComparison.Ordinal) && plain.Name != "take_any" ? plain.Name + "_if" : plain.Name == "count" ? "count_if" : plain.Name + "if",
        Least = plain.Least + 1,
        Most = plain.Most + 1,
        Prefix = plain.Name == "take_any" ? "" : plain.Prefix.TrimEnd('_') + "if_",
        Condition = plain.Least == 0 ? 0 : 1,
    };

    private static Aggregate CountIf() => Conditional(Plain().First()) with { Name = "countif", Prefix = "countif_" };

    private sealed class Counter : IAccumulator
    {
        private long _count;

        public Value Result => Value.Of(_count);

        public void Add(Value[] row) => _count++;
    }

    private sealed class Single(Bound value, IAccumulate into) : IAccumulator
    {
        public Value Result => into.Result;

        public void Add(Value[] row)
        {
            if (value.Run(row) is { IsNull: false } one)
            {
                into.Add(one);
            }
        }
    }

    private sealed class Percentile(Bound value, double rank, QueryContext context) : IAccumulator
    {
        private readonly List<Value> _values = [];

        // The nearest rank.
        public Value Result
        {
            get
            {
                if (_values.Count == 0)
                {
                    return Value.Null;
                }

                _values.Sort(Value.Compare);
                var found = _values[Math.Clamp((int)Math.Ceiling(rank / 100 * _values.Count) - 1, 0, _values.Count - 1)];
                return found.Kind.IsNumber() ? Value.Of(found.AsReal) : found;
            }
        }

        public void Add(Value[] row)
        {
            if (value.Run(row) is { IsNull: false } one)
            {
                context.Hold(1);
                _values.Add(one);
            }
        }
    }
}
