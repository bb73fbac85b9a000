using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Values;
using static Lazuli.Providers.ResourceGraph.Kql.Functions.Define;

namespace Lazuli.Providers.ResourceGraph.Kql.Functions;

/// <summary>Functions over numbers; <c>bin</c> also over dates and time spans.</summary>
internal static class NumberFunctions
{
    public static IEnumerable<KqlFunction> All =>
    [
        new("bin", 2, 2, BinType, (a, _) => Bin(a[0], a[1])),
        new("floor", 2, 2, BinType, (a, _) => Bin(a[0], a[1])),
        new("ceiling", 1, 1, a => Kept(a[0].Type), (a, _) => a[0].Kind.IsWhole() ? a[0] : a[0].Kind == ValueKind.Real ? Value.Of(Math.Ceiling(a[0].AsReal)) : Value.Null),
        new("abs", 1, 1, a => a[0].Type == ValueKind.TimeSpan ? ValueKind.TimeSpan : Kept(a[0].Type), (a, _) => Abs(a[0])),
        Function("round", 1, 2, ValueKind.Real, a => a[0].Kind.IsNumber() ? Round(a[0].AsReal, At(a, 1)) : Value.Null),
        Function("sign", 1, ValueKind.Long, a => a[0].Kind.IsNumber() && !double.IsNaN(a[0].AsReal) ? Value.Of((long)Math.Sign(a[0].AsReal)) : Value.Null),
        Function("pow", 2, ValueKind.Real, a => a[0].Kind.IsNumber() && a[1].Kind.IsNumber() ? Value.Of(Math.Pow(a[0].AsReal, a[1].AsReal)) : Value.Null),
        Number("sqrt", Math.Sqrt), Number("exp", Math.Exp), Number("exp2", v => Math.Pow(2, v)), Number("exp10", v => Math.Pow(10, v)),
        Number("log", Math.Log), Number("log2", Math.Log2), Number("log10", Math.Log10),
        Function("pi", 0, ValueKind.Real, _ => Value.Of(Math.PI)),
        Function("binary_and", 2, ValueKind.Long, a => Bits(a, (x, y) => x & y)),
        Function("binary_or", 2, ValueKind.Long, a => Bits(a, (x, y) => x | y)),
        Function("binary_xor", 2, ValueKind.Long, a => Bits(a, (x, y) => x ^ y)),
        Function("binary_not", 1, ValueKind.Long, a => a[0].Kind.IsWhole() ? Value.Of(~a[0].AsLong) : Value.Null),
        Function("binary_shift_left", 2, ValueKind.Long, a => Bits(a, (x, y) => x << (int)(y & 63))),
        Function("binary_shift_right", 2, ValueKind.Long, a => Bits(a, (x, y) => x >> (int)(y & 63))),
    ];

    /// <summary>Down to a multiple of <paramref name="size"/>.</summary>
    public static Value Bin(Value value, Value size)
    {
        if (value.Kind.IsWhole() && size.Kind.IsWhole())
        {
            return size.AsLong <= 0 ? Value.Null : Value.Of(value.AsLong - Remainder(value.AsLong, size.AsLong));
        }

        if (value.Kind.IsNumber() && size.Kind.IsNumber())
        {
            return size.AsReal <= 0 ? Value.Null : Value.Of(Math.Floor(value.AsReal / size.AsReal) * size.AsReal);
        }

        return size.Kind != ValueKind.TimeSpan || size.AsLong <= 0 ? Value.Null
            : value.Kind == ValueKind.DateTime ? Value.OfTicks(value.AsLong - Remainder(value.AsLong, size.AsLong))
            : value.Kind == ValueKind.TimeSpan ? Value.OfSpanTicks((decimal)value.AsLong - Remainder(value.AsLong, size.AsLong))
            : Value.Null;
    }

    private static long Remainder(long value, long size) => value % size is var remainder && remainder < 0 ? remainder + size : value % size;

    private static ValueKind BinType(IReadOnlyList<Bound> a)
        => a[0].Type is ValueKind.DateTime or ValueKind.TimeSpan ? a[0].Type : a[0].Type.IsNumber() && a[1].Type.IsNumber() ? Common(a) == ValueKind.Real ? ValueKind.Real : ValueKind.Long : ValueKind.Dynamic;

    private static ValueKind Kept(ValueKind kind) => kind.IsWhole() ? ValueKind.Long : kind == ValueKind.Dynamic ? ValueKind.Dynamic : ValueKind.Real;

    private static Value Abs(Value value) => value.Kind switch
    {
        ValueKind.Int or ValueKind.Long => Value.Of(value.AsLong == long.MinValue ? long.MaxValue : Math.Abs(value.AsLong)),
        ValueKind.Real => Value.Of(Math.Abs(value.AsReal)),
        ValueKind.TimeSpan => Value.OfSpanTicks(Math.Abs((decimal)value.AsLong)),
        _ => Value.Null,
    };

    private static Value Round(double value, Value digits)
    {
        if (!digits.Kind.IsWhole() || digits.AsLong == 0)
        {
            return Value.Of(Math.Round(value, MidpointRounding.AwayFromZero));
        }

        if (digits.AsLong > 0)
        {
            return Value.Of(Math.Round(value, (int)Math.Min(digits.AsLong, 15), MidpointRounding.AwayFromZero));
        }

        var unit = Math.Pow(10, -Math.Max(digits.AsLong, -300));
        return Value.Of(Math.Round(value / unit, MidpointRounding.AwayFromZero) * unit);
    }

    private static Value Bits(Value[] a, Func<long, long, long> run) => a[0].Kind.IsWhole() && a[1].Kind.IsWhole() ? Value.Of(run(a[0].AsLong, a[1].AsLong)) : Value.Null;
}
