using Lazuli.Providers.ResourceGraph.Kql.Values;
using static Lazuli.Providers.ResourceGraph.Kql.Functions.Define;

namespace Lazuli.Providers.ResourceGraph.Kql.Functions;

/// <summary>Functions over arrays, and over arrays as sets.</summary>
internal static class ArrayFunctions
{
    private const int MostItems = 10_000;

    public static IEnumerable<KqlFunction> All =>
    [
        Function("array_length", 1, ValueKind.Long, a => Items(a[0]) is { } items ? Value.Of((long)items.Count) : Value.Null),
        Function("array_concat", 1, Any, ValueKind.Dynamic, a => Value.Of([.. a.SelectMany(v => Items(v) ?? [])])),
        Function("array_slice", 3, ValueKind.Dynamic, Slice),
        Function("array_index_of", 2, 4, ValueKind.Long, IndexOf),
        Function("array_reverse", 1, ValueKind.Dynamic, a => Items(a[0]) is { } items ? Value.Of([.. Enumerable.Reverse(items)]) : Value.Null),
        Function("array_sum", 1, ValueKind.Real, a => Items(a[0]) is { } items ? Value.Of(items.Where(i => i.Kind.IsNumber()).Sum(i => i.AsReal)) : Value.Null),
        Function("array_sort_asc", 1, 2, ValueKind.Dynamic, a => Sorted(a, descending: false)),
        Function("array_sort_desc", 1, 2, ValueKind.Dynamic, a => Sorted(a, descending: true)),
        Function("array_iff", 3, ValueKind.Dynamic, Choose),
        Function("pack_array", 0, Any, ValueKind.Dynamic, a => Value.Of(a)),
        Function("repeat", 2, ValueKind.Dynamic, a => a[1].Kind.IsWhole() && a[1].AsLong is >= 0 and <= MostItems ? Value.Of([.. Enumerable.Repeat(a[0], (int)a[1].AsLong)]) : Value.Null),
        Function("range", 2, 3, ValueKind.Dynamic, Range),
        Function("zip", 2, 16, ValueKind.Dynamic, Zip),
        Function("set_union", 1, Any, ValueKind.Dynamic, a => Set(a.SelectMany(v => Items(v) ?? []))),
        Function("set_intersect", 1, Any, ValueKind.Dynamic, a => Set(a.Select(v => Items(v) ?? []).Aggregate(Intersect))),
        Function("set_difference", 2, Any, ValueKind.Dynamic, a => Set((Items(a[0]) ?? []).Except(a.Skip(1).SelectMany(v => Items(v) ?? [])))),
        Function("set_has_element", 2, ValueKind.Bool, a => Items(a[0]) is { } items ? Value.Of(items.Contains(Whole(a[1]))) : Value.Null),
        Function("jaccard_index", 2, ValueKind.Real, Jaccard),
    ];

    /// <summary>The items of an array; null when it is none.</summary>
    public static List<Value>? Items(Value value) => value.AsDynamic is { IsArray: true } array ? [.. array.Items] : null;

    private static List<Value> Intersect(List<Value> left, List<Value> right) => [.. left.Intersect(right)];

    private static Value Set(IEnumerable<Value> items) => Value.Of([.. items.Distinct()]);

    // Whole numbers in arrays are long.
    private static Value Whole(Value value) => value.Kind == ValueKind.Int ? Value.Of(value.AsLong) : value;

    // array_slice(array, start, end): both included; negative ones count from the end.
    private static Value Slice(Value[] a)
    {
        if (Items(a[0]) is not { } items || !a[1].Kind.IsWhole() || !a[2].Kind.IsWhole())
        {
            return Value.Null;
        }

        var start = Math.Max(0, a[1].AsLong < 0 ? items.Count + a[1].AsLong : a[1].AsLong);
        var end = Math.Min(items.Count - 1, a[2].AsLong < 0 ? items.Count + a[2].AsLong : a[2].AsLong);
        return Value.Of(start > end ? [] : items.GetRange((int)start, (int)(end - start + 1)));
    }

    private static Value IndexOf(Value[] a)
    {
        if (Items(a[0]) is not { } items)
        {
            return Value.Null;
        }

        var wanted = Whole(a[1]);
        var start = At(a, 2) is { IsNull: false } from && from.Kind.IsWhole() ? from.AsLong < 0 ? Math.Max(0, items.Count + from.AsLong) : from.AsLong : 0;
        for (var i = start; i < items.Count; i++)
        {
            if (items[(int)i] == wanted)
            {
                return Value.Of(i);
            }
        }

        return Value.Of(-1L);
    }

    private static Value Sorted(Value[] a, bool descending)
    {
        if (Items(a[0]) is not { } items)
        {
            return Value.Null;
        }

        // Nulls are last either way, unless the second argument says false.
        var last = a.Length < 2 || a[1] != Value.False;
        var (nulls, values) = (items.Where(i => i.IsNull), items.Where(i => !i.IsNull).Order(Comparer<Value>.Create(descending ? (x, y) => Value.Compare(y, x) : Value.Compare)));
        return Value.Of([.. last ? values.Concat(nulls) : nulls.Concat(values)]);
    }

    private static Value Choose(Value[] a)
        => Items(a[0]) is { } conditions
            ? Value.Of([.. conditions.Select((c, i) => (c.IsTrue || (c.Kind.IsNumber() && c.AsReal != 0) ? a[1] : a[2]) is var side && side.AsDynamic is { IsArray: true } array ? array.Item(i) : side)])
            : Value.Null;

    private static Value Range(Value[] a)
    {
        var (from, to) = (a[0], a[1]);
        var step = At(a, 2) is { IsNull: false } given ? given : from.Kind == ValueKind.DateTime ? Value.Of(TimeSpan.FromDays(1)) : Value.Of(1L);
        var items = new List<Value>();
        var forward = step.Kind == ValueKind.Real ? step.AsReal > 0 : step.AsLong > 0;
        if (from.IsNull || to.IsNull || (!forward && (step.Kind == ValueKind.Real ? step.AsReal == 0 : step.AsLong == 0)))
        {
            return Value.Null;
        }

        for (var at = from; !at.IsNull && (forward ? Value.Compare(at, to) <= 0 : Value.Compare(at, to) >= 0); at = Binding.Calculation.Add(at, step))
        {
            items.Add(at);
            if (items.Count > MostItems)
            {
                throw KqlFault.Exceeds($"range() makes more than {MostItems} values.");
            }
        }

        return Value.Of(items);
    }

    // zip([1,2], ['a','b']) is [[1,'a'],[2,'b']]; shorter ones are filled with null.
    private static Value Zip(Value[] a)
    {
        var arrays = a.Select(v => Items(v) ?? []).ToList();
        return Value.Of([.. Enumerable.Range(0, arrays.Max(l => l.Count)).Select(i => Value.Of([.. arrays.Select(l => i < l.Count ? l[i] : Value.Null)]))]);
    }

    private static Value Jaccard(Value[] a)
    {
        var (left, right) = (Items(a[0])?.ToHashSet() ?? [], Items(a[1])?.ToHashSet() ?? []);
        var union = left.Union(right).Count();
        return union == 0 ? Value.Of(double.NaN) : Value.Of((double)left.Intersect(right).Count() / union);
    }
}
