using Lazuli.Providers.ResourceGraph.Kql.Operators;
using Lazuli.Providers.ResourceGraph.Kql.Syntax;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Binding;

/// <summary>Makes a query's tree into a table whose rows are made when they are read.</summary>
public sealed class QueryBinder
{
    private const int Deepest = 3_000;
    private const int MostJoins = 3;
    private int _depth;
    private int _joins;
    private int _unions;

    private QueryBinder(QueryContext context) => Context = context;

    internal QueryContext Context { get; }

    /// <exception cref="KqlFault">The query means nothing, or takes too much; also while its rows are read.</exception>
    public static Table Bind(KqlQuery query, QueryContext context)
    {
        var binder = new QueryBinder(context);
        var environment = NameScope.Empty;
        foreach (var let in query.Lets)
        {
            environment = environment.With(let.Name, binder.Meaning(let.Value, environment));
        }

        return binder.Pipeline(query.Body, environment);
    }

    /// <summary>An expression as a table, or null when it is a value.</summary>
    internal Table? Tabular(Expression expression, NameScope environment) => expression switch
    {
        QueryExpression query => Pipeline(query, environment),
        NameExpression name when environment.Find(name.Name) is { } known => known.Tabular?.Invoke(),
        NameExpression name => Context.Tables.Find(name.Name),
        CallExpression call when environment.Find(call.Function) is { Lambda: { Body: QueryExpression body } lambda, Home: { } home } => Invoke(call, lambda, body, home, environment),
        _ => null,
    };

    /// <summary>Counts how deep binding is in itself, and that it goes on at all.</summary>
    internal Level Deeper()
    {
        Context.Step(16);
        return ++_depth <= Deepest ? new Level(this) : throw KqlFault.Exceeds("The query is nested too deeply.");
    }

    internal ExpressionBinder Expressions(NameScope environment, IReadOnlyList<Column> columns) => new(this, environment, columns);

    /// <summary>The table on the other side of a join or union.</summary>
    internal Table Other(Expression expression, NameScope environment)
        => Tabular(expression, environment)
            ?? throw KqlFault.Means(expression is NameExpression name ? $"Failed to resolve table or column expression named '{name.Name}'." : "A table is expected here.", expression.At, (expression as NameExpression)?.Name);


    private Meaning Meaning(Expression value, NameScope environment)
    {
        if (value is LambdaExpression lambda)
        {
            return new Meaning(Lambda: lambda, Home: environment);
        }

        if (value is QueryExpression || (value is NameExpression name && Tabular(name, environment) is not null))
        {
            return new Meaning(Tabular: () => Tabular(value, environment) ?? throw KqlFault.Means("A table is expected here.", value.At));
        }

        return new Meaning(Scalar: Bound.Constant(Expressions(environment, []).Constant(value)));
    }

    private Table Invoke(CallExpression call, LambdaExpression lambda, QueryExpression body, NameScope home, NameScope environment)
    {
        for (var i = 0; i < lambda.Parameters.Count; i++)
        {
            var parameter = lambda.Parameters[i];
            var argument = i < call.Arguments.Count ? call.Arguments[i] : parameter.Default ?? throw KqlFault.Means($"{call.Function}(): the argument '{parameter.Name}' is missing.", call.At);
            home = home.With(parameter.Name, new Meaning(Scalar: Bound.Constant(Conversions.To(parameter.Type, Expressions(environment, []).Constant(argument)), parameter.Type)));
        }

        return Pipeline(body, home);
    }

    private Table Pipeline(QueryExpression query, NameScope environment)
    {
        using var deeper = Deeper();
        var starts = query.Source is null && query.Operators is [UnionOperator, ..];
        var table = starts ? new Table([], [])
            : query.Source is { } source ? Other(source, environment)
            : Context.Tables.Find(Context.Tables.Default) ?? throw KqlFault.Means("There is no default table.");
        for (var i = 0; i < query.Operators.Count; i++)
        {
            table = Apply(query.Operators[i], table, environment, first: starts && i == 0);
        }

        return table;
    }

    private Table Apply(Operator step, Table table, NameScope environment, bool first)
    {
        Context.Step(16);
        var expressions = Expressions(environment, table.Columns);
        return step switch
        {
            WhereOperator where => Rows.Where(table, expressions.Condition(where.Predicate), Context),
            ProjectOperator project => Projection.Project(table, project.Columns, expressions, Context),
            ExtendOperator extend => Projection.Extend(table, extend.Columns, expressions, Context),
            PickOperator pick => Picking.Pick(table, pick, Context),
            RenameOperator rename => Picking.Rename(table, rename),
            SummarizeOperator summarize => new Summary(table, this, environment).Run(summarize),
            DistinctOperator distinct => Rows.Distinct(distinct.Columns.Count == 0 ? table : Projection.Project(table, distinct.Columns, expressions, Context), Context),
            CountOperator => new Table([new Column("Count", ValueKind.Long)], Rows.Counted(table, Context)),
            SortOperator sort => Rows.Sort(table, Keys(sort.Keys, expressions), null, Context),
            TopOperator top => Rows.Sort(table, Keys(top.Keys, expressions), Number(top.Count, expressions), Context),
            TakeOperator take => table with { Rows = table.Rows.Take((int)Math.Min(Number(take.Count, expressions), int.MaxValue)) },
            ExpandOperator expand => Expansion.Expand(table, expand, expressions, Context),
            ParseOperator parse => Extraction.Parse(table, parse, expressions, Context),
            JoinOperator join when ++_joins > MostJoins => throw KqlFault.Exceeds($"A query has at most {MostJoins} joins."),
            JoinOperator join => Joining.Join(table, Other(join.Right, environment), join, this, environment),
            UnionOperator union when ++_unions > MostJoins => throw KqlFault.Exceeds($"A query has at most {MostJoins} unions."),
            UnionOperator union => Joining.Union(first ? null : table, union, this, environment),
            _ => throw new InvalidOperationException(step.GetType().Name),
        };
    }

    private static List<Rows.SortKey> Keys(IReadOnlyList<SortSyntax> keys, ExpressionBinder expressions)
        => [.. keys.Select(k => new Rows.SortKey(expressions.Bind(k.Value), k.Descending, k.NullsFirst))];

    private static long Number(Expression expression, ExpressionBinder expressions)
        => expressions.Constant(expression) is { Kind: ValueKind.Int or ValueKind.Long, AsLong: >= 0 and var count } ? count : throw KqlFault.Means("This must be a number of rows.", expression.At);

    /// <summary>Ends a level of <see cref="Deeper"/>.</summary>
    internal readonly ref struct Level(QueryBinder binder)
    {
        public void Dispose() => binder._depth--;
    }
}
