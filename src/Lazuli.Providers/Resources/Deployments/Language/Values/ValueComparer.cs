namespace Lazuli.Providers.Resources.Deployments.Language.Values;

/// <summary><see cref="Value.Equal"/> for sets.</summary>
internal sealed class ValueComparer : IEqualityComparer<Value>
{
    public static ValueComparer Instance { get; } = new();

    public bool Equals(Value? x, Value? y) => ReferenceEquals(x, y) || (x is not null && y is not null && Value.Equal(x, y));

    // What is equal has the same: an integer equals a float of the same value, objects have their properties in any order.
    public int GetHashCode(Value value) => value switch
    {
        StringValue s => s.Data.GetHashCode(StringComparison.Ordinal),
        IntegerValue i => ((double)i.Data).GetHashCode(),
        FloatValue f => f.Data.GetHashCode(),
        BooleanValue b => b.Data ? 1 : 2,
        ArrayValue { Items: [var first, ..] } a => HashCode.Combine(a.Items.Count, GetHashCode(first)),
        ArrayValue => 3,
        ObjectValue o => Sum(o),
        _ => 4,
    };

    private int Sum(ObjectValue o)
    {
        var sum = o.Count;
        foreach (ref readonly var property in o.Span)
        {
            sum += StringComparer.OrdinalIgnoreCase.GetHashCode(property.Key) ^ GetHashCode(property.Value);
        }

        return sum;
    }
}
