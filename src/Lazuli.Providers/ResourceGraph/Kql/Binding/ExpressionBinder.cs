using Lazuli.Providers.ResourceGraph.Kql.Functions;
using Lazuli.Providers.ResourceGraph.Kql.Syntax;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Binding;

/// <summary>Gives the names of an expression their meaning among a table's columns, checks its types, and makes it ready to run.</summary>
internal sealed class ExpressionBinder(QueryBinder queries, NameScope environment, IReadOnlyList<Column> columns)
{
    /// <summary>Asked first about every call: aggregates are columns of their own.</summary>
    public Func<CallExpression, Bound?>? Intercept { get; init; }

    private QueryContext Context => queries.Context;

    public Bound Bind(Expression expression)
    {
        using var deeper = queries.Deeper();
        return expression switch
        {
            LiteralExpression literal => Bound.Constant(literal.Value),
            NameExpression name => Name(name),
            MemberExpression member => Member(member),
            IndexExpression index => Index(index),
            NegateExpression negate => Calculation.Arithmetic("-", Bound.Constant(Value.Of(0L)), Bind(negate.Operand), negate),
            BinaryExpression { Operator: "and" or "or" } logic => Logic(logic),
            BinaryExpression { Operator: "+" or "-" or "*" or "/" or "%" } sum => Calculation.Arithmetic(sum.Operator, Bind(sum.Left), Bind(sum.Right), sum),
            BinaryExpression comparison => Comparisons.Comparison(comparison, Bind(comparison.Left), Bind(comparison.Right), Context),
            ListExpression list => List(list),
            CallExpression call => Intercept?.Invoke(call) ?? Call(call),
            _ => throw KqlFault.Means("A value is expected here, not a table.", expression.At),
        };
    }

    /// <summary>A condition: true, false or null.</summary>
    public Bound Condition(Expression expression)
        => Bind(expression) is { Type: ValueKind.Bool or ValueKind.Dynamic } bound ? bound : throw KqlFault.Means("A condition must be of type bool.", expression.At);

    /// <summary>A value that is the same for all rows.</summary>
    public Value Constant(Expression expression)
        => Bind(expression) is { IsConstant: true } bound ? bound.Value : throw KqlFault.Means("This must be a constant.", expression.At);

    private Bound Name(NameExpression name)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Name == name.Name)
            {
                var at = i;
                return new Bound(columns[i].Type, row => row[at]);
            }
        }

        return environment.Find(name.Name)?.Scalar ?? throw KqlFault.Means($"Failed to resolve column or scalar expression named '{name.Name}'.", name.At, name.Name);
    }

    private Bound Member(MemberExpression member)
    {
        var target = Dynamic(member.Target);
        var name = member.Member;
        return new Bound(ValueKind.Dynamic, row => target.Run(row).AsDynamic?.Property(name) ?? Value.Null) { IsConstant = target.IsConstant };
    }

    private Bound Index(IndexExpression index)
    {
        var (target, at) = (Dynamic(index.Target), Bind(index.Index));
        return new Bound(ValueKind.Dynamic, row => target.Run(row).AsDynamic is { } value && at.Run(row) is var key
            ? key.Kind == ValueKind.String ? value.Property(key.AsText) : key.Kind.IsWhole() ? value.Item(key.AsLong) : Value.Null
            : Value.Null)
        { IsConstant = target.IsConstant && at.IsConstant };
    }

    private Bound Dynamic(Expression expression)
        => Bind(expression) is { Type: ValueKind.Dynamic } bound ? bound : throw KqlFault.Means("Only values of type dynamic have something inside.", expression.At);

    private Bound Logic(BinaryExpression logic)
    {
        var (left, right) = (Condition(logic.Left), Condition(logic.Right));
        var constant = left.IsConstant && right.IsConstant;

        // Three-valued: what null is doesn't matter where the other side decides.
        return logic.Operator == "and"
            ? new Bound(ValueKind.Bool, row => left.Run(row) is var l && l == Value.False ? Value.False
                : right.Run(row) is var r && r == Value.False ? Value.False
                : l.IsTrue && r.IsTrue ? Value.True : Value.Null)
            { IsConstant = constant }
            : new Bound(ValueKind.Bool, row => left.Run(row) is var l && l.IsTrue ? Value.True
                : right.Run(row) is var r && r.IsTrue ? Value.True
                : l == Value.False && r == Value.False ? Value.False : Value.Null)
            { IsConstant = constant };
    }

    private Bound List(ListExpression list)
    {
        var operand = Bind(list.Operand);
        if (list.Operator.EndsWith("between", StringComparison.Ordinal))
        {
            var (low, high) = (Bind(list.Items[0]), Bind(list.Items[1]));
            if (operand.Type == ValueKind.DateTime && high.Type == ValueKind.TimeSpan)
            {
                // between (start .. span)
                high = Calculation.Arithmetic("+", low, high, list);
            }

            var (from, to) = (Comparisons.Compare(">=", operand, low, list), Comparisons.Compare("<=", operand, high, list));
            var negated = list.Operator[0] == '!';
            return new Bound(ValueKind.Bool, row => from.Run(row) is { IsNull: false } l && to.Run(row) is { IsNull: false } h ? Value.Of((l.IsTrue && h.IsTrue) != negated) : Value.Null);
        }

        var items = list.Items is [var only] && queries.Tabular(only, environment) is { } table
            ? [.. Context.Count(table.Rows).Select(r => Bound.Constant(r.Length > 0 ? r[0] : Value.Null, table.Columns[0].Type))]
            : list.Items.Select(Bind).ToList();
        return Comparisons.Membership(list, operand, items, Context);
    }

    private Bound Call(CallExpression call)
    {
        if (environment.Find(call.Function) is { Lambda: { } lambda, Home: { } home })
        {
            return Invoke(call, lambda, home);
        }

        switch (call.Function)
        {
            case "toscalar":
                var table = call.Arguments is [var only] ? queries.Tabular(only, environment) : null;
                return table is null || table.Columns.Count == 0
                    ? throw KqlFault.Means("toscalar() takes one query.", call.At)
                    : Bound.Constant(Context.Count(table.Rows).FirstOrDefault() is { } row ? row[0] : Value.Null, table.Columns[0].Type);
            case "pack_all":
                return PackAll(call);
            default:
                return Function(call);
        }
    }

    private Bound PackAll(CallExpression call)
    {
        var skipEmpty = call.Arguments is [var only] && Constant(only).IsTrue;
        var names = columns;
        return new Bound(ValueKind.Dynamic, row =>
        {
            var all = names.Select((c, i) => KeyValuePair.Create(c.Name, row[i]));
            return Value.Of(new BagValue(skipEmpty ? all.Where(p => p.Value is { IsNull: false } && p.Value != Value.Empty) : all));
        });
    }

    private Bound Function(CallExpression call)
    {
        if (FunctionTable.Find(call.Function) is not { } function)
        {
            throw KqlFault.Means(
                Aggregates.Has(call.Function) ? $"The aggregate '{call.Function}' is not allowed here." : $"Unknown function: '{call.Function}'.", call.At, call.Function);
        }

        if (call.Arguments.Count < function.Least || call.Arguments.Count > function.Most)
        {
            throw KqlFault.Means(
                $"{function.Name}(): takes {(function.Least == function.Most ? $"{function.Least}" : function.Most == int.MaxValue ? $"at least {function.Least}" : $"{function.Least} to {function.Most}")} arguments, not {call.Arguments.Count}.",
                call.At, call.Function);
        }

        // typeof(long) names a type.
        var arguments = call.Arguments.Select(a => a is CallExpression { Function: "typeof", Arguments: [NameExpression type] } && ValueKinds.FromKeyword(type.Name) is { } kind
            ? Bound.Constant(Value.Of(kind.ToKeyword()), ValueKind.String)
            : Bind(a)).ToArray();
        return function.Bind(arguments, Context);
    }

    private Bound Invoke(CallExpression call, LambdaExpression lambda, NameScope home)
    {
        if (call.Arguments.Count > lambda.Parameters.Count)
        {
            throw KqlFault.Means($"{call.Function}(): takes {lambda.Parameters.Count} arguments, not {call.Arguments.Count}.", call.At);
        }

        for (var i = 0; i < lambda.Parameters.Count; i++)
        {
            var parameter = lambda.Parameters[i];
            var argument = i < call.Arguments.Count ? Bind(call.Arguments[i])
                : parameter.Default is { } value ? new ExpressionBinder(queries, home, []).Bind(value)
                : throw KqlFault.Means($"{call.Function}(): the argument '{parameter.Name}' is missing.", call.At);
            home = home.With(parameter.Name, new Meaning(Scalar: argument with { Type = parameter.Type, Run = row => Conversions.To(parameter.Type, argument.Run(row)) }));
        }

        return new ExpressionBinder(queries, home, []).Bind(lambda.Body);
    }
}
