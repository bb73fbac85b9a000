using Lazuli.Providers.ResourceGraph.Kql.Syntax;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Binding;

/// <summary><c>+ - * / %</c> over numbers, dates and time spans. Whole numbers wrap; what can't be calculated is null.</summary>
internal static class Calculation
{
    public static Bound Arithmetic(string symbol, Bound left, Bound right, Expression at)
    {
        var type = TypeOf(symbol, left.Type, right.Type)
            ?? throw KqlFault.Means($"The operator '{symbol}' is not defined for {left.Type.ToKeyword()} and {right.Type.ToKeyword()}.", at.At, symbol);
        return new Bound(type, row => Calculate(symbol, left.Run(row), right.Run(row))) { IsConstant = left.IsConstant && right.IsConstant };
    }

    public static Value Add(Value left, Value right) => Calculate("+", left, right);

    private static Value Calculate(string symbol, Value left, Value right)
    {
        if (left.Kind.IsNumber() && right.Kind.IsNumber())
        {
            return left.Kind.IsWhole() && right.Kind.IsWhole() ? Whole(symbol, left.AsLong, right.AsLong) : Real(symbol, left.AsReal, right.AsReal);
        }

        return (left.Kind, symbol, right.Kind) switch
        {
            (ValueKind.DateTime, "-", ValueKind.DateTime) => Value.Of(left.AsDateTime - right.AsDateTime),
            (ValueKind.DateTime, "+", ValueKind.TimeSpan) => Value.OfTicks((decimal)left.AsLong + right.AsLong),
            (ValueKind.TimeSpan, "+", ValueKind.DateTime) => Value.OfTicks((decimal)left.AsLong + right.AsLong),
            (ValueKind.DateTime, "-", ValueKind.TimeSpan) => Value.OfTicks((decimal)left.AsLong - right.AsLong),
            (ValueKind.TimeSpan, "+", ValueKind.TimeSpan) => Value.OfSpanTicks((decimal)left.AsLong + right.AsLong),
            (ValueKind.TimeSpan, "-", ValueKind.TimeSpan) => Value.OfSpanTicks((decimal)left.AsLong - right.AsLong),
            (ValueKind.TimeSpan, "/", ValueKind.TimeSpan) => Value.Of((double)left.AsLong / right.AsLong),
            (ValueKind.TimeSpan, "%", ValueKind.TimeSpan) when right.AsLong != 0 => Value.OfSpanTicks(Whole("%", left.AsLong, right.AsLong).AsLong),
            (ValueKind.Int or ValueKind.Long, "-", ValueKind.TimeSpan) when left.AsLong == 0 => Value.OfSpanTicks(-(decimal)right.AsLong),
            (ValueKind.TimeSpan, "*", _) when right.Kind.IsNumber() => Scaled(left, right.AsReal),
            (_, "*", ValueKind.TimeSpan) when left.Kind.IsNumber() => Scaled(right, left.AsReal),
            (ValueKind.TimeSpan, "/", _) when right.Kind.IsNumber() => Scaled(left, 1 / right.AsReal),
            _ => Value.Null,
        };
    }

    private static Value Whole(string symbol, long left, long right) => symbol switch
    {
        "+" => Value.Of(unchecked(left + right)),
        "-" => Value.Of(unchecked(left - right)),
        "*" => Value.Of(unchecked(left * right)),
        _ when right == 0 => Value.Null,
        "/" => Value.Of(right == -1 ? unchecked(-left) : left / right),
        _ => Value.Of(right == -1 ? 0L : Positive(left % right, right)),
    };

    // The remainder has no sign of its own: -1 % 3 is 2.
    private static long Positive(long remainder, long divisor) => remainder >= 0 ? remainder : divisor < 0 ? remainder - divisor : remainder + divisor;

    private static Value Real(string symbol, double left, double right) => Value.Of(symbol switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        _ => left % right is var remainder && remainder < 0 ? remainder + Math.Abs(right) : left % right,
    });

    private static Value Scaled(Value span, double by)
        => span.AsLong * by is var ticks && ticks is > -9.2e18 and < 9.2e18 ? Value.Of(TimeSpan.FromTicks((long)Math.Round(ticks))) : Value.Null;

    private static ValueKind? TypeOf(string symbol, ValueKind left, ValueKind right)
        => left.IsNumber() && right.IsNumber() ? left == ValueKind.Real || right == ValueKind.Real ? ValueKind.Real : ValueKind.Long
            : (left, symbol, right) switch
            {
                (ValueKind.DateTime, "-", ValueKind.DateTime) => ValueKind.TimeSpan,
                (ValueKind.DateTime, "+" or "-", ValueKind.TimeSpan) or (ValueKind.TimeSpan, "+", ValueKind.DateTime) => ValueKind.DateTime,
                (ValueKind.TimeSpan, "+" or "-" or "%", ValueKind.TimeSpan) => ValueKind.TimeSpan,
                (ValueKind.TimeSpan, "/", ValueKind.TimeSpan) => ValueKind.Real,
                (ValueKind.TimeSpan, "*" or "/", ValueKind.Int or ValueKind.Long or ValueKind.Real) => ValueKind.TimeSpan,
                (ValueKind.Int or ValueKind.Long or ValueKind.Real, "*" or "-", ValueKind.TimeSpan) => ValueKind.TimeSpan,
                (ValueKind.Dynamic, _, not (ValueKind.String or ValueKind.Bool or ValueKind.Guid)) or (not (ValueKind.String or ValueKind.Bool or ValueKind.Guid), _, ValueKind.Dynamic) => ValueKind.Dynamic,
                _ => null,
            };
}
