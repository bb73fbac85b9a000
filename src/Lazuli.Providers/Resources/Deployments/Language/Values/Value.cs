using Lazuli.Providers.Resources.Deployments.Language.Expressions;

namespace Lazuli.Providers.Resources.Deployments.Language.Values;

/// <summary>Where a value stands in its source: one-based line and column; default for values that were computed.</summary>
public readonly record struct Position(int Line, int Column);

/// <summary>
/// An immutable JSON value: what templates are read into and what expressions are evaluated over. Shared freely, never cloned.
/// Property look-up ignores case, as the template language does; the casing and the order of the source are kept.
/// </summary>
public abstract class Value
{
    /// <summary>Where it was read from.</summary>
    public Position At { get; init; }

    /// <summary>The language's own name of the type: <c>String</c>, <c>Integer</c>, <c>Object</c>…</summary>
    public abstract string TypeName { get; }

    /// <summary>True when neither it nor anything below it is an expression, so that evaluating it gives itself.</summary>
    public virtual bool IsConstant => true;

    /// <summary>True when it, or something below it, is known only while the deployment runs.</summary>
    public virtual bool HasUnknown => false;

    public bool IsNull => this is NullValue;

    public static StringValue Of(string value) => new(value);

    public static IntegerValue Of(long value) => new(value);

    public static BooleanValue Of(bool value) => value ? BooleanValue.True : BooleanValue.False;

    /// <summary>Deep equality; object properties in any order, names ignoring case, strings by ordinal.</summary>
    public static bool Equal(Value a, Value b) => (a, b) switch
    {
        (NullValue, NullValue) => true,
        (BooleanValue x, BooleanValue y) => x.Data == y.Data,
        (IntegerValue x, IntegerValue y) => x.Data == y.Data,
        (FloatValue x, FloatValue y) => x.Data.Equals(y.Data),
        (IntegerValue x, FloatValue y) => y.Data.Equals(x.Data),
        (FloatValue x, IntegerValue y) => x.Data.Equals(y.Data),
        (StringValue x, StringValue y) => x.Data == y.Data,
        (ArrayValue x, ArrayValue y) => x.Items.Count == y.Items.Count && x.Items.Zip(y.Items).All(p => Equal(p.First, p.Second)),
        (ObjectValue x, ObjectValue y) => x.Count == y.Count && x.Properties.All(p => y.TryGet(p.Key, out var other) && Equal(p.Value, other)),
        _ => false,
    };

    public override string ToString() => ValueWriter.ToJson(this);
}

public sealed class NullValue : Value
{
    public static NullValue Instance { get; } = new();

    public override string TypeName => "Null";
}

public sealed class BooleanValue(bool data) : Value
{
    public static BooleanValue True { get; } = new(true);

    public static BooleanValue False { get; } = new(false);

    public bool Data { get; } = data;

    public override string TypeName => "Boolean";
}

public sealed class IntegerValue(long data) : Value
{
    public long Data { get; } = data;

    public override string TypeName => "Integer";
}

public sealed class FloatValue(double data) : Value
{
    public double Data { get; } = data;

    public override string TypeName => "Float";
}

public sealed class StringValue(string data) : Value
{
    private Expression? _parsed;

    public string Data { get; } = data;

    /// <summary>True for <c>[…]</c> that is not escaped by <c>[[</c>.</summary>
    public bool IsExpression => Data.Length >= 2 && Data[0] == '[' && Data[^1] == ']' && Data[1] != '[';

    public override string TypeName => "String";

    public override bool IsConstant => Data.Length < 2 || Data[0] != '[' || Data[^1] != ']';

    /// <summary>The expression within the brackets: parsed at the first call, then kept.</summary>
    /// <exception cref="TemplateFault">It does not parse.</exception>
    public Expression Expression => _parsed ??= ExpressionParser.Parse(Data.AsMemory(1, Data.Length - 2), this);
}

public sealed class ArrayValue : Value
{
    public ArrayValue(IReadOnlyList<Value> items)
    {
        Items = items;
        var constant = true;
        for (var i = 0; i < items.Count; i++)
        {
            constant &= items[i].IsConstant;
            HasUnknown |= items[i].HasUnknown;
        }

        IsConstant = constant;
    }

    public static ArrayValue Empty { get; } = new([]);

    public IReadOnlyList<Value> Items { get; }

    public override string TypeName => "Array";

    public override bool IsConstant { get; }

    public override bool HasUnknown { get; }
}

/// <summary>Stands for what <paramref name="expression"/> will give once the deployment runs. Everything computed from it is unknown too.</summary>
public sealed class UnknownValue(Expression expression) : Value
{
    public Expression Expression { get; } = expression;

    public override string TypeName => "Unknown";

    public override bool HasUnknown => true;
}
