using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Functions;

/// <summary>What becomes of many values, none of them null.</summary>
internal interface IAccumulate
{
    void Add(Value value);

    Value Result { get; }
}

internal sealed class Sum(ValueKind type) : IAccumulate
{
    private long _whole;
    private double _real;
    private bool _isReal = type == ValueKind.Real;
    private bool _isSpan = type == ValueKind.TimeSpan;

    public Value Result => _isSpan ? Value.OfSpanTicks(_whole) : _isReal ? Value.Of(_real + _whole) : Value.Of(_whole);

    public void Add(Value value)
    {
        if (value.Kind.IsWhole() || value.Kind == ValueKind.TimeSpan)
        {
            _isSpan |= value.Kind == ValueKind.TimeSpan;
            _whole = unchecked(_whole + value.AsLong);
        }
        else if (value.Kind == ValueKind.Real)
        {
            _isReal = true;
            _real += value.AsReal;
        }
    }
}

internal sealed class Average : IAccumulate
{
    private double _sum;
    private long _count;
    private ValueKind _kind;

    public Value Result => _count == 0 ? Value.Null : _kind switch
    {
        ValueKind.TimeSpan => Value.OfSpanTicks((decimal)(_sum / _count)),
        ValueKind.DateTime => Value.OfTicks((decimal)(_sum / _count)),
        _ => Value.Of(_sum / _count),
    };

    public void Add(Value value)
    {
        if (value.Kind.IsNumber() || value.Kind is ValueKind.TimeSpan or ValueKind.DateTime)
        {
            _kind = value.Kind;
            _sum += value.AsReal;
            _count++;
        }
    }
}

internal sealed class Extreme(int sign) : IAccumulate
{
    public Value Result { get; private set; }

    public void Add(Value value)
    {
        if (Result.IsNull || Value.Compare(value, Result) * sign > 0)
        {
            Result = value;
        }
    }
}

internal sealed class Different(QueryContext context) : IAccumulate
{
    private readonly HashSet<Value> _seen = [];

    public Value Result => Value.Of((long)_seen.Count);

    public void Add(Value value)
    {
        if (_seen.Add(value))
        {
            context.Hold(1);
        }
    }
}

/// <summary>Of a sample (n − 1), by Welford's method.</summary>
internal sealed class Deviation(bool root) : IAccumulate
{
    private long _count;
    private double _mean;
    private double _squares;

    public Value Result => Value.Of(_count < 2 ? 0 : root ? Math.Sqrt(_squares / (_count - 1)) : _squares / (_count - 1));

    public void Add(Value value)
    {
        if (value.Kind.IsNumber())
        {
            _count++;
            var distance = value.AsReal - _mean;
            _mean += distance / _count;
            _squares += distance * (value.AsReal - _mean);
        }
    }
}

internal sealed class AnyOne : IAccumulate
{
    public Value Result { get; private set; }

    public void Add(Value value)
    {
        if (Result.IsNull)
        {
            Result = value;
        }
    }
}

internal sealed class Listing(QueryContext context, bool distinct, long most) : IAccumulate
{
    private readonly List<Value> _items = [];
    private readonly HashSet<Value> _seen = [];

    public Value Result => Value.Of(_items);

    public void Add(Value value)
    {
        // Whole numbers in arrays are long; of a set, arrays give what is in them.
        foreach (var one in distinct && value.AsDynamic is { IsArray: true } array ? array.Items : [value.Kind == ValueKind.Int ? Value.Of(value.AsLong) : value])
        {
            if (_items.Count < most && (!distinct || _seen.Add(one)))
            {
                context.Hold(1);
                _items.Add(one);
            }
        }
    }
}

internal sealed class Bags(QueryContext context) : IAccumulate
{
    private readonly OrderedDictionary<string, Value> _properties = new(StringComparer.Ordinal);

    public Value Result => Value.Of(new BagValue(_properties));

    public void Add(Value value)
    {
        foreach (var (name, inner) in value.AsDynamic?.Properties ?? [])
        {
            if (_properties.TryAdd(name, inner))
            {
                context.Hold(1);
            }
        }
    }
}
