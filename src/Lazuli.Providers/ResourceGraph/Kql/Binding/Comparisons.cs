using Lazuli.Providers.ResourceGraph.Kql.Syntax;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Binding;

/// <summary>Operators that say true or false. Of nulls: two are neither equal nor unequal, one and a value are unequal; for operators over text null is empty.</summary>
internal static class Comparisons
{
    public static Bound Comparison(BinaryExpression expression, Bound left, Bound right, QueryContext context)
    {
        if (Keywords.SymbolComparisons.Contains(expression.Operator) && expression.Operator is not ("=~" or "!~"))
        {
            return Compare(expression.Operator, left, right, expression);
        }

        foreach (var side in new[] { left, right })
        {
            if (side.Type is not (ValueKind.String or ValueKind.Dynamic))
            {
                throw KqlFault.Means($"The operator '{expression.Operator}' is for strings, not {side.Type.ToKeyword()}.", expression.At, expression.Operator);
            }
        }

        if (expression.Operator == "matches regex")
        {
            return new Bound(ValueKind.Bool, row => Value.Of(context.Match(right.Run(row).ToText(), p => p.IsMatch(left.Run(row).ToText())))) { IsConstant = left.IsConstant && right.IsConstant };
        }

        var test = TextTests.Find(expression.Operator);
        return new Bound(ValueKind.Bool, row => Value.Of(test(left.Run(row).ToText(), right.Run(row).ToText()))) { IsConstant = left.IsConstant && right.IsConstant };
    }

    /// <summary><c>== != &lt; &lt;= &gt; &gt;=</c></summary>
    public static Bound Compare(string symbol, Bound left, Bound right, Expression at)
    {
        if (left.Type != right.Type && left.Type != ValueKind.Dynamic && right.Type != ValueKind.Dynamic && !(left.Type.IsNumber() && right.Type.IsNumber()))
        {
            throw KqlFault.Means($"Cannot compare values of types {left.Type.ToKeyword()} and {right.Type.ToKeyword()}. Try adding explicit casts.", at.At, symbol);
        }

        Func<int, bool>? order = symbol switch { "<" => c => c < 0, "<=" => c => c <= 0, ">" => c => c > 0, ">=" => c => c >= 0, _ => null };
        var wanted = symbol == "==";
        return new Bound(ValueKind.Bool, order is null
            ? row => Same(left.Run(row), right.Run(row)) is { } same ? Value.Of(same == wanted) : Value.Null
            : row => Order(left.Run(row), right.Run(row)) is { } c ? Value.Of(order(c)) : Value.Null)
        { IsConstant = left.IsConstant && right.IsConstant };
    }

    /// <summary><c>in</c>, <c>has_any</c> and their like. Arrays among the items stand for what is in them.</summary>
    public static Bound Membership(ListExpression list, Bound operand, List<Bound> items, QueryContext context)
    {
        var any = list.Operator != "has_all";
        var negated = list.Operator[0] == '!';
        if (list.Operator is "in" or "!in" or "in~" or "!in~")
        {
            var ignoreCase = list.Operator[^1] == '~';
            if (items.TrueForAll(i => i.IsConstant))
            {
                var known = Flat(items, [], context).Select(v => Key(v, ignoreCase)).ToHashSet();
                return new Bound(ValueKind.Bool, row => operand.Run(row) is { IsNull: false } value ? Value.Of(known.Contains(Key(value, ignoreCase)) != negated) : Value.Of(negated));
            }

            return new Bound(ValueKind.Bool, row => operand.Run(row) is { IsNull: false } value && Key(value, ignoreCase) is var key
                ? Value.Of(Flat(items, row, context).Any(i => Key(i, ignoreCase) == key) != negated)
                : Value.Of(negated));
        }

        var has = TextTests.Find("has");
        return new Bound(ValueKind.Bool, row =>
        {
            var text = operand.Run(row).ToText();
            var words = Flat(items, row, context).Select(i => i.ToText());
            return Value.Of(any ? words.Any(w => has(text, w)) : words.All(w => has(text, w)));
        });
    }

    private static IEnumerable<Value> Flat(List<Bound> items, Value[] row, QueryContext context)
    {
        foreach (var item in items)
        {
            var value = item.Run(row);
            foreach (var inner in value.AsDynamic is { IsArray: true } array ? array.Items : [value])
            {
                context.Step();
                yield return inner;
            }
        }
    }

    // What is equal has the same key: whole numbers are the same whatever their type.
    private static Value Key(Value value, bool ignoreCase)
        => ignoreCase ? Value.Of(value.ToText().ToLowerInvariant())
            : value.Kind == ValueKind.Int ? Value.Of(value.AsLong)
            : value.Kind == ValueKind.Real && value.AsReal == Math.Floor(value.AsReal) && Math.Abs(value.AsReal) < 1e15 ? Value.Of((long)value.AsReal)
            : value;

    private static bool? Same(Value left, Value right)
        => left.IsNull || right.IsNull ? left.IsNull && right.IsNull ? null : false
            : left.Kind.IsNumber() && right.Kind.IsNumber() ? Value.Compare(left, right) == 0
            : left.Kind == right.Kind ? left.Equals(right)
            : (left.Kind == ValueKind.String || right.Kind == ValueKind.String) && left.ToText() == right.ToText();

    private static int? Order(Value left, Value right)
        => left.IsNull || right.IsNull || (left.Kind != right.Kind && !(left.Kind.IsNumber() && right.Kind.IsNumber())) ? null : Value.Compare(left, right);
}
