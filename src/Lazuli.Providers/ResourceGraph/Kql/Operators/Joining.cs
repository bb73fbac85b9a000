using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Syntax;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Operators;

/// <summary>Steps that bring in other rows: join and union.</summary>
internal static class Joining
{
    private static readonly HashSet<string> LeftOnly = ["leftanti", "anti", "leftantisemi", "leftsemi"];
    private static readonly HashSet<string> RightOnly = ["rightanti", "rightantisemi", "rightsemi"];

    public static Table Join(Table left, Table right, JoinOperator join, QueryBinder binder, NameScope environment)
    {
        var pairs = join.On.SelectMany(Conditions).Select(c => Keys(c, left, right, binder, environment)).ToList();
        var (leftKeys, rightKeys) = (pairs.ConvertAll(p => p.Left), pairs.ConvertAll(p => p.Right));
        var context = binder.Context;
        if (LeftOnly.Contains(join.Kind))
        {
            return left with { Rows = Filtered(left, leftKeys, right, rightKeys, join.Kind == "leftsemi", context) };
        }

        if (RightOnly.Contains(join.Kind))
        {
            return right with { Rows = Filtered(right, rightKeys, left, leftKeys, join.Kind == "rightsemi", context) };
        }

        var taken = left.Columns.Select(c => c.Name).ToHashSet();
        var columns = left.Columns.ToList();
        foreach (var column in right.Columns)
        {
            var name = ColumnNames.Unique(column.Name, taken);
            taken.Add(name);
            columns.Add(column with { Name = name });
        }

        return new Table(columns, Joined(left, leftKeys, right, rightKeys, join.Kind, context));
    }

    /// <summary>Rows of all, one table after the other. <paramref name="first"/> is the pipeline's own.</summary>
    public static Table Union(Table? first, UnionOperator union, QueryBinder binder, NameScope environment)
    {
        var tables = union.Others.Select(o => (Name: (o as NameExpression)?.Name ?? "", Table: binder.Other(o, environment))).ToList();
        if (first is not null)
        {
            tables.Insert(0, ("", first));
        }

        var columns = new List<Column>();
        if (union.SourceColumn is { } source)
        {
            columns.Add(new Column(source, ValueKind.String));
        }

        foreach (var column in tables.SelectMany(t => t.Table.Columns))
        {
            var same = columns.FindIndex(c => c.Name == column.Name);
            if (same < 0 && (!union.Inner || tables.TrueForAll(t => t.Table.Columns.Any(c => c.Name == column.Name))))
            {
                columns.Add(column);
            }
            else if (same >= 0 && columns[same].Type != column.Type)
            {
                // Kusto makes a column for each type; values that carry their kind need only one.
                columns[same] = column with { Type = ValueKind.Dynamic };
            }
        }

        return new Table(columns, Rows());

        IEnumerable<Value[]> Rows()
        {
            for (var t = 0; t < tables.Count; t++)
            {
                var (name, table) = tables[t];
                var places = columns.ConvertAll(c => table.Find(c.Name));
                foreach (var row in table.Rows)
                {
                    binder.Context.Step();
                    var made = new Value[columns.Count];
                    for (var i = 0; i < made.Length; i++)
                    {
                        made[i] = places[i] >= 0 ? row[places[i]]
                            : i == 0 && union.SourceColumn is not null ? Value.Of(name.Length > 0 ? name : $"union_arg{t}")
                            : Conversions.To(columns[i].Type, Value.Null);
                    }

                    yield return made;
                }
            }
        }
    }

    private static IEnumerable<Expression> Conditions(Expression on) => on is BinaryExpression { Operator: "and" } both ? Conditions(both.Left).Concat(Conditions(both.Right)) : [on];

    // A name that both have, or $left.a == $right.b either way round.
    private static (Bound Left, Bound Right) Keys(Expression on, Table left, Table right, QueryBinder binder, NameScope environment)
    {
        var (l, r) = on switch
        {
            NameExpression name => (name, name),
            BinaryExpression { Operator: "==", Left: var a, Right: var b } when Side(a) == "$left" && Side(b) == "$right" => (Inner(a), Inner(b)),
            BinaryExpression { Operator: "==", Left: var a, Right: var b } when Side(a) == "$right" && Side(b) == "$left" => (Inner(b), Inner(a)),
            _ => throw KqlFault.Means("join: a condition is a column of both sides, or '$left.column == $right.column'.", on.At),
        };
        var keys = (Left: binder.Expressions(environment, left.Columns).Bind(l), Right: binder.Expressions(environment, right.Columns).Bind(r));
        if (keys.Left.Type == ValueKind.Dynamic || keys.Right.Type == ValueKind.Dynamic)
        {
            throw KqlFault.Means("join: a key is of type dynamic. Please use an explicit cast, for example tostring().", on.At);
        }

        return keys.Left.Type == keys.Right.Type || (keys.Left.Type.IsNumber() && keys.Right.Type.IsNumber())
            ? keys
            : throw KqlFault.Means($"join: the keys are of types {keys.Left.Type.ToKeyword()} and {keys.Right.Type.ToKeyword()}.", on.At);
    }

    private static string? Side(Expression expression) => expression is MemberExpression { Target: NameExpression { Name: var side } } ? side : null;

    private static NameExpression Inner(Expression expression) => expression is MemberExpression member ? new NameExpression(member.Member) { At = member.At } : throw new InvalidOperationException();

    private static IEnumerable<Value[]> Filtered(Table kept, List<Bound> keptKeys, Table other, List<Bound> otherKeys, bool wanted, QueryContext context)
    {
        var known = new HashSet<Value[]>(RowKey.Comparer);
        foreach (var row in other.Rows)
        {
            context.Step();
            if (known.Add(Key(row, otherKeys)))
            {
                context.Hold(otherKeys.Count);
            }
        }

        foreach (var row in kept.Rows)
        {
            context.Step();
            if (known.Contains(Key(row, keptKeys)) == wanted)
            {
                yield return row;
            }
        }
    }

    private static IEnumerable<Value[]> Joined(Table left, List<Bound> leftKeys, Table right, List<Bound> rightKeys, string kind, QueryContext context)
    {
        var known = new Dictionary<Value[], List<Value[]>>(RowKey.Comparer);
        foreach (var row in right.Rows)
        {
            context.Step();
            context.Hold(row.Length);
            var key = Key(row, rightKeys);
            if (!known.TryGetValue(key, out var same))
            {
                known[key] = same = [];
            }

            same.Add(row);
        }

        var seen = new HashSet<Value[]>(RowKey.Comparer);
        var (keepLeft, keepRight) = (kind is "leftouter" or "fullouter", kind is "rightouter" or "fullouter");
        foreach (var row in left.Rows)
        {
            context.Step();
            var key = Key(row, leftKeys);
            if ((kind == "innerunique" || keepRight) && !seen.Add(key) && kind == "innerunique")
            {
                continue;
            }

            if (known.TryGetValue(key, out var matches))
            {
                foreach (var match in matches)
                {
                    context.Step();
                    yield return [.. row, .. match];
                }
            }
            else if (keepLeft)
            {
                yield return [.. row, .. Nothing(right)];
            }
        }

        foreach (var row in keepRight ? known.Where(k => !seen.Contains(k.Key)).SelectMany(k => k.Value) : [])
        {
            context.Step();
            yield return [.. Nothing(left), .. row];
        }
    }

    private static IEnumerable<Value> Nothing(Table table) => table.Columns.Select(c => Conversions.To(c.Type, Value.Null));

    // Whole numbers are the same whatever their type.
    private static Value[] Key(Value[] row, List<Bound> keys)
    {
        var key = new Value[keys.Count];
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = keys[i].Run(row) is var value && value.Kind == ValueKind.Int ? Value.Of(value.AsLong) : keys[i].Run(row);
        }

        return key;
    }
}
