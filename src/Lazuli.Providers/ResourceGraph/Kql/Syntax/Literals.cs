using System.Globalization;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Syntax;

/// <summary>Values that are written out.</summary>
internal static class Literals
{
    /// <summary>Null when the text isn't a value of its type.</summary>
    public static Value? Read(Token token)
    {
        switch (token.Kind)
        {
            case TokenKind.Integer:
                return token.Value.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
                    ? long.TryParse(token.Value.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? Value.Of(hex) : null
                    : long.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? Value.Of(whole) : null;
            case TokenKind.Real:
                return double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? Value.Of(real) : null;
            case TokenKind.TimeSpan:
                return Conversions.TimeSpanLiteral(token.Value);
            default:
                var parts = token.Value.Split('\n', 2);
                return Typed(ValueKinds.FromKeyword(parts[0]) ?? ValueKind.String, Unquoted(parts[1]));
        }
    }

    /// <summary>The literal that <c>-operand</c> is, if it is one.</summary>
    public static Value? Negated(Expression operand) => operand is not LiteralExpression literal ? null : literal.Value.Kind switch
    {
        ValueKind.Long => Value.Of(-literal.Value.AsLong),
        ValueKind.Real => Value.Of(-literal.Value.AsReal),
        ValueKind.TimeSpan => Value.OfSpanTicks(-(decimal)literal.Value.AsLong),
        _ => null,
    };

    private static Value? Typed(ValueKind kind, string text)
    {
        if (text == "null")
        {
            return Value.Null;
        }

        if (kind is ValueKind.TimeSpan && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days))
        {
            return Value.OfSpanTicks((decimal)days * TimeSpan.TicksPerDay);
        }

        var value = Conversions.To(kind, Value.Of(text));
        return value.IsNull ? null : value;
    }

    private static string Unquoted(string text) => text.Length > 1 && text[0] is '"' or '\'' && text[^1] == text[0] ? text[1..^1] : text;
}
