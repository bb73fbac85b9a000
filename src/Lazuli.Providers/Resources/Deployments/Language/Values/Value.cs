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
    /// <summary>16 MB of text: four times what a template may have.</summary>
    private const int MaxWeight = 1 << 20;

    /// <summary>Where it was read from.</summary>
    public Position At { get; init; }

    /// <summary>The language's own name of the type: <c>String</c>, <c>Integer</c>, <c>Object</c>…</summary>
    public abstract string TypeName { get; }

    /// <summary>True when neither it nor anything below it is an expression, so that evaluating it gives itself.</summary>
    public virtual bool IsConstant => true;

    /// <summary>True when it, or something below it, is known only while the deployment runs.</summary>
    public virtual bool HasUnknown => false;

    /// <summary>About how many times 16 characters it takes to write; values share their parts, so that little memory may stand for much text.</summary>
    internal virtual int Weight => 1;

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
        (ArrayValue x, ArrayValue y) => EqualItems(x.Span, y.Span),
        (ObjectValue x, ObjectValue y) => x.Count == y.Count && EqualProperties(x.Span, y),
        _ => false,
    };

    /// <exception cref="TemplateFault">It is more than any template or answer may hold: expressions made it.</exception>
    private protected static int Bounded(long weight)
        => weight <= MaxWeight ? (int)weight : throw new TemplateFault("A value that the template's expressions make is larger than a template may be. Please see https://aka.ms/arm-template for usage details");

    private static bool EqualItems(ReadOnlySpan<Value> a, ReadOnlySpan<Value> b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }

        for (var i = 0; i < a.Length; i++)
        {
            if (!Equal(a[i], b[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool EqualProperties(ReadOnlySpan<KeyValuePair<string, Value>> a, ObjectValue b)
    {
        foreach (ref readonly var property in a)
        {
            if (!b.TryGet(property.Key, out var other) || !Equal(property.Value, other))
            {
                return false;
            }
        }

        return true;
    }

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
    private ExpressionText? _expression;

    internal StringValue(ExpressionText expression) : this(expression.Data) => _expression = expression;

    public string Data { get; } = data;

    internal override int Weight => 1 + (Data.Length / 16);

    /// <summary>True for <c>[…]</c> that is not escaped by <c>[[</c>.</summary>
    public bool IsExpression => IsExpressionText(Data);

    public override string TypeName => "String";

    public override bool IsConstant => Data.Length < 2 || Data[0] != '[' || Data[^1] != ']';

    /// <summary>The expression within the brackets: parsed at the first call, then kept.</summary>
    /// <exception cref="TemplateFault">It does not parse.</exception>
    public Expression Expression => Text.Parse(At).Tree;

    /// <summary>The first call in the expression of a function that there is not.</summary>
    /// <exception cref="TemplateFault">It does not parse.</exception>
    internal CallExpression? UnknownCall => Text.Parse(At).Unknown;

    internal static bool IsExpressionText(string text) => text.Length >= 2 && text[0] == '[' && text[^1] == ']' && text[1] != '[';

    private ExpressionText Text => _expression ??= new(Data);
}

/// <summary>The text of an expression with its brackets, and its tree once somebody needed it; shared by all values of one source that have the same text.</summary>
internal sealed class ExpressionText(string data)
{
    private ParsedExpression? _parsed;

    public string Data { get; } = data;

    public ParsedExpression Parse(Position at) => _parsed ??= ExpressionParser.ParseAll(Data.AsMemory(1, Data.Length - 2), at);
}

public sealed class ArrayValue : Value
{
    private readonly Value[] _items;

    /// <param name="items">Given away: nobody changes it afterwards.</param>
    public ArrayValue(Value[] items)
    {
        _items = items;
        var constant = true;
        var weight = 1L;
        foreach (var item in items)
        {
            constant &= item.IsConstant;
            HasUnknown |= item.HasUnknown;
            weight += item.Weight;
        }

        IsConstant = constant;
        Weight = Bounded(weight);
    }

    public ArrayValue(IEnumerable<Value> items) : this(items.ToArray())
    {
    }

    public static ArrayValue Empty { get; } = new(Array.Empty<Value>());

    public IReadOnlyList<Value> Items => _items;

    /// <summary>The same, for loops that must be fast.</summary>
    internal ReadOnlySpan<Value> Span => _items;

    public override string TypeName => "Array";

    public override bool IsConstant { get; }

    public override bool HasUnknown { get; }

    internal override int Weight { get; }
}

/// <summary>Stands for what <paramref name="expression"/> will give once the deployment runs. Everything computed from it is unknown too.</summary>
public sealed class UnknownValue(Expression expression) : Value
{
    public Expression Expression { get; } = expression;

    public override string TypeName => "Unknown";

    public override bool HasUnknown => true;
}
