using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Operators;

/// <summary>Steps that keep the columns: where, distinct, sort, top, count.</summary>
internal static class Rows
{
    internal sealed record SortKey(Bound Value, bool Descending, bool NullsFirst);

    public static Table Where(Table table, Bound condition, QueryContext context)
    {
        return table with { Rows = Kept() };

        IEnumerable<Value[]> Kept()
        {
            foreach (var row in table.Rows)
            {
                context.Step();
                if (condition.Run(row).IsTrue)
                {
                    yield return row;
                }
            }
        }
    }

    public static Table Distinct(Table table, QueryContext context)
    {
        return table with { Rows = Once() };

        IEnumerable<Value[]> Once()
        {
            var seen = new HashSet<Value[]>(RowKey.Comparer);
            foreach (var row in table.Rows)
            {
                context.Step();
                if (seen.Add(row))
                {
                    context.Hold(row.Length);
                    yield return row;
                }
            }
        }
    }

    public static IEnumerable<Value[]> Counted(Table table, QueryContext context)
    {
        yield return [Value.Of(context.Count(table.Rows).LongCount())];
    }

    /// <summary>Sorted, stable; the first <paramref name="most"/> of them when it is given.</summary>
    public static Table Sort(Table table, IReadOnlyList<SortKey> keys, long? most, QueryContext context)
    {
        return table with { Rows = Deferred.Rows(Sorted) };

        IEnumerable<Value[]> Sorted()
        {
            var rows = new List<(Value[] Keys, Value[] Row)>();
            foreach (var row in table.Rows)
            {
                context.Step();
                context.Hold(row.Length + keys.Count);
                rows.Add(([.. keys.Select(k => k.Value.Run(row))], row));
            }

            var sorted = rows.Order(Comparer<(Value[] Keys, Value[] Row)>.Create((a, b) => Compare(a.Keys, b.Keys, keys))).Select(r => r.Row);
            return most is { } count ? sorted.Take((int)Math.Min(count, int.MaxValue)) : sorted;
        }
    }

    private static int Compare(Value[] left, Value[] right, IReadOnlyList<SortKey> keys)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            var (a, b) = (left[i], right[i]);
            var order = a.IsNull || b.IsNull
                ? a.IsNull == b.IsNull ? 0 : a.IsNull == keys[i].NullsFirst ? -1 : 1
                : keys[i].Descending ? Value.Compare(b, a) : Value.Compare(a, b);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }
}

/// <summary>Rows that are made only when somebody reads them.</summary>
internal static class Deferred
{
    public static IEnumerable<Value[]> Rows(Func<IEnumerable<Value[]>> make)
    {
        foreach (var row in make())
        {
            yield return row;
        }
    }
}

/// <summary>Several values as one key.</summary>
internal sealed class RowKey : IEqualityComparer<Value[]>
{
    public static RowKey Comparer { get; } = new();

    public bool Equals(Value[]? left, Value[]? right) => left.AsSpan().SequenceEqual(right);

    public int GetHashCode(Value[] row)
    {
        var hash = default(HashCode);
        foreach (var value in row)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }
}
