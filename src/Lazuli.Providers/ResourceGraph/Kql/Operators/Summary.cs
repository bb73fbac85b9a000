using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Functions;
using Lazuli.Providers.ResourceGraph.Kql.Syntax;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Operators;

/// <summary>
/// <c>summarize</c>: a row for each combination of the keys. Values of columns may calculate with aggregates; these are numbered in the order they are met, and the values are then
/// calculated over a row of their results.
/// </summary>
internal sealed class Summary(Table table, QueryBinder binder, NameScope environment)
{
    private readonly List<Func<IAccumulator>> _slots = [];
    private readonly ExpressionBinder _inputs = binder.Expressions(environment, table.Columns);

    public Table Run(SummarizeOperator summarize)
    {
        var keys = summarize.By.Select(Key).ToArray();
        var keyNames = Projection.Names(summarize.By);
        var columns = keyNames.Zip(keys, (n, k) => new Column(n, k.Type)).ToList();
        var outputs = new List<Func<Value[], Value>>();
        var results = new ExpressionBinder(binder, environment, []) { Intercept = Slot };
        foreach (var column in summarize.Aggregates)
        {
            foreach (var (name, value) in Extremes(column, columns) ?? [(Name(column, columns), results.Bind(column.Value))])
            {
                columns.Add(new Column(columns.Exists(c => c.Name == name) && column.Names.Count > 0
                    ? throw KqlFault.Means($"The column '{name}' is there more than once.", column.Value.At, name)
                    : ColumnNames.Unique(name, columns.Select(c => c.Name).ToHashSet()), value.Type));
                outputs.Add(value.Run);
            }
        }

        return new Table(columns, Deferred.Rows(() => Summarized(keys, outputs)));
    }

    private IEnumerable<Value[]> Summarized(Bound[] keys, List<Func<Value[], Value>> outputs)
    {
        var groups = new Dictionary<Value[], IAccumulator[]>(RowKey.Comparer);
        if (keys.Length == 0)
        {
            groups[[]] = [.. _slots.Select(s => s())];
        }

        foreach (var row in table.Rows)
        {
            binder.Context.Step();
            var key = new Value[keys.Length];
            for (var i = 0; i < key.Length; i++)
            {
                key[i] = keys[i].Run(row);
            }

            if (!groups.TryGetValue(key, out var accumulators))
            {
                binder.Context.Hold(keys.Length + (4 * _slots.Count));
                groups[key] = accumulators = [.. _slots.Select(s => s())];
            }

            foreach (var accumulator in accumulators)
            {
                accumulator.Add(row);
            }
        }

        foreach (var (key, accumulators) in groups)
        {
            var results = Array.ConvertAll(accumulators, a => a.Result);
            yield return [.. key, .. outputs.Select(o => o(results))];
        }
    }

    private Bound Key(ColumnSyntax column)
        => _inputs.Bind(column.Value) is { Type: not ValueKind.Dynamic } key ? key
            : throw KqlFault.Means(
                $"Summarize group key '{ColumnNames.Of(column.Value) ?? "Column1"}' is of a 'dynamic' type. Please use an explicit cast, for example 'tostring({column.Value})'.", column.Value.At);

    private static string Name(ColumnSyntax column, List<Column> columns)
    {
        if (column.Names.Count > 0)
        {
            return column.Names.Count == 1 ? column.Names[0] : throw KqlFault.Means("This aggregate has one result.", column.Value.At);
        }

        if (column.Value is CallExpression call && Aggregates.Find(call.Function) is { } aggregate)
        {
            var of = call.Arguments.Count > 0 ? ColumnNames.Of(call.Arguments[0]) ?? "" : "";
            return aggregate.Prefix + of + (call.Function == "percentile" && call.Arguments.Count > 1 ? $"_{call.Arguments[1]}" : "") is { Length: > 0 } name ? name : "Column1";
        }

        return ColumnNames.Unique("Column1", columns.Select(c => c.Name).ToHashSet());
    }

    // An aggregate call stands for its slot in the row of results.
    private Bound? Slot(CallExpression call)
    {
        if (Aggregates.Find(call.Function) is not { } aggregate)
        {
            return Aggregates.Has(call.Function) ? throw KqlFault.Means($"{call.Function}() stands alone.", call.At) : null;
        }

        if (call.Arguments.Count < aggregate.Least || call.Arguments.Count > aggregate.Most)
        {
            throw KqlFault.Means($"{call.Function}(): takes {aggregate.Least} to {aggregate.Most} arguments, not {call.Arguments.Count}.", call.At, call.Function);
        }

        var arguments = call.Arguments.Select((a, i) => i == aggregate.Condition ? _inputs.Condition(a) : _inputs.Bind(a)).ToList();
        var condition = aggregate.Condition >= 0 ? arguments[aggregate.Condition] : null;
        if (condition is not null)
        {
            arguments.RemoveAt(aggregate.Condition);
        }

        var make = aggregate.Make([.. arguments], binder.Context);
        return Slot(condition is null ? make : () => new Conditional(condition, make()), aggregate.Type(arguments));
    }

    private Bound Slot(Func<IAccumulator> make, ValueKind type)
    {
        var at = _slots.Count;
        _slots.Add(make);
        return new Bound(type, results => results[at]);
    }

    // arg_max(value, column, …) and take_any(column, …): values of one row, which all columns share. Null when the column is neither.
    private List<(string Name, Bound Value)>? Extremes(ColumnSyntax column, List<Column> keys)
    {
        if (column.Value is not CallExpression { Function: "arg_max" or "arg_min" or "take_any" } call || (call.Function == "take_any" && call.Arguments is [not StarExpression]))
        {
            return null;
        }

        if (call.Arguments.Count == 0)
        {
            throw KqlFault.Means($"{call.Function}(): takes at least 1 argument.", call.At, call.Function);
        }

        var by = call.Function == "take_any" ? null : _inputs.Bind(call.Arguments[0]);
        var named = new List<(string Name, Bound Value)>();
        if (by is not null)
        {
            named.Add((ColumnNames.Of(call.Arguments[0]) ?? call.Function[4..] + "_", by));
        }

        foreach (var argument in call.Arguments.Skip(by is null ? 0 : 1))
        {
            if (argument is StarExpression)
            {
                named.AddRange(table.Columns.Select((c, i) => (c.Name, new Bound(c.Type, row => row[i]))).Where(c => !named.Exists(n => n.Name == c.Name) && !keys.Exists(k => k.Name == c.Name)));
            }
            else
            {
                named.Add((ColumnNames.Of(argument) ?? "Column1", _inputs.Bind(argument)));
            }
        }

        for (var i = 0; i < column.Names.Count; i++)
        {
            named[i] = i < named.Count ? (column.Names[i], named[i].Value) : throw KqlFault.Means("There are more names than results.", call.At);
        }

        var sign = call.Function == "arg_min" ? -1 : 1;
        var values = named.ConvertAll(n => n.Value).ToArray();
        var shared = Slot(() => new Chosen(by, sign, values), ValueKind.Dynamic);
        return [.. named.Select((n, i) => (n.Name, new Bound(n.Value.Type, results => shared.Run(results).AsDynamic?.Item(i) ?? Conversions.To(n.Value.Type, Value.Null))))];
    }

    private sealed class Conditional(Bound condition, IAccumulator inner) : IAccumulator
    {
        public Value Result => inner.Result;

        public void Add(Value[] row)
        {
            if (condition.Run(row).IsTrue)
            {
                inner.Add(row);
            }
        }
    }

    /// <summary>The values of the row whose <paramref name="by"/> is the largest (or smallest), the first of them; of the first row when there is none.</summary>
    private sealed class Chosen(Bound? by, int sign, Bound[] values) : IAccumulator
    {
        private Value _best;
        private Value[]? _row;

        public Value Result => _row is null ? Value.Null : Value.Of([.. values.Select(v => v.Run(_row))]);

        public void Add(Value[] row)
        {
            var value = by?.Run(row) ?? Value.Null;
            if (_row is null || (!value.IsNull && (_best.IsNull || Value.Compare(value, _best) * sign > 0)))
            {
                (_best, _row) = (value, row);
            }
        }
    }
}
