using System.Globalization;
using System.Text.Json;

namespace Lazuli.Providers.ResourceGraph.Kql.Values;

/// <summary>From one type to another as <c>toX()</c> does it: what can't be converted is null.</summary>
internal static class Conversions
{
    private static readonly JsonDocumentOptions JsonOptions = new() { MaxDepth = DynamicValue.Deepest };

    public static Value To(ValueKind kind, Value value) => kind switch
    {
        _ when value.IsNull => kind == ValueKind.String ? Value.Empty : Value.Null,
        _ when value.Kind == kind => value,
        ValueKind.String => Value.Of(value.ToText()),
        ValueKind.Bool => ToBool(value),
        ValueKind.Int => ToLong(value) is { IsNull: false } whole ? Value.OfInt(whole.AsLong) : Value.Null,
        ValueKind.Long => ToLong(value),
        ValueKind.Real => ToReal(value),
        ValueKind.DateTime => ToDateTime(value),
        ValueKind.TimeSpan => ToTimeSpan(value),
        ValueKind.Guid => value.Kind == ValueKind.String && Guid.TryParse(value.AsText, out var guid) ? Value.Of(guid) : Value.Null,
        _ => value,
    };

    /// <summary><c>parse_json()</c>: a text that isn't JSON is a string.</summary>
    public static Value ParseJson(Value value)
    {
        if (value.Kind != ValueKind.String)
        {
            return value;
        }

        if (value.AsText.Length == 0)
        {
            return Value.Null;
        }

        try
        {
            // What isn't text (halves of surrogate pairs) is found now, not when somebody looks at it.
            var root = JsonDocument.Parse(value.AsText, JsonOptions).RootElement;
            if (value.AsText.Contains("\\u", StringComparison.Ordinal))
            {
                Touch(root);
            }

            return Value.OfJson(root);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return value;
        }
    }

    private static void Touch(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Touch(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    Touch(property.Value);
                }

                break;
            default:
                break;
        }
    }

    /// <summary>A literal such as <c>1.5h</c>, without parentheses.</summary>
    public static Value? TimeSpanLiteral(string text)
    {
        var unit = text.AsSpan().IndexOfAnyInRange('a', 'z');
        if (unit <= 0 || !decimal.TryParse(text.AsSpan(0, unit), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
        {
            return null;
        }

        var ticks = text[unit..] switch
        {
            "d" or "day" or "days" => TimeSpan.TicksPerDay,
            "h" or "hr" or "hrs" or "hour" or "hours" => TimeSpan.TicksPerHour,
            "m" or "min" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
            "s" or "sec" or "second" or "seconds" => TimeSpan.TicksPerSecond,
            "ms" or "milli" or "millis" or "millisec" or "millisecond" or "milliseconds" => TimeSpan.TicksPerMillisecond,
            "micro" or "micros" or "microsec" or "microsecond" or "microseconds" => TimeSpan.TicksPerMicrosecond,
            "tick" or "ticks" => 1,
            _ => 0,
        };
        return ticks == 0 ? null : Math.Abs(count) < long.MaxValue / ticks ? Value.OfSpanTicks(count * ticks) : Value.Null;
    }

    public static Value ToDateTime(Value value)
        => value.Kind == ValueKind.String
            && DateTime.TryParse(value.AsText, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? Value.Of(time)
            : value.Kind.IsWhole() ? Value.OfTicks(value.AsLong) : value.Kind == ValueKind.DateTime ? value : Value.Null;

    private static Value ToTimeSpan(Value value)
        => value.Kind == ValueKind.String
            ? TimeSpan.TryParse(value.AsText, CultureInfo.InvariantCulture, out var span) ? Value.Of(span) : TimeSpanLiteral(value.AsText) ?? Value.Null
            : value.Kind.IsWhole() ? Value.OfSpanTicks(value.AsLong) : Value.Null;

    private static Value ToBool(Value value) => value.Kind switch
    {
        ValueKind.String => value.AsText.ToLowerInvariant() switch
        {
            "true" => Value.True,
            "false" => Value.False,
            var text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? Value.Of(number != 0) : Value.Null,
        },
        ValueKind.Int or ValueKind.Long => Value.Of(value.AsLong != 0),
        ValueKind.Real => Value.Of(value.AsReal != 0),
        _ => Value.Null,
    };

    private static Value ToLong(Value value) => value.Kind switch
    {
        ValueKind.Int => Value.Of(value.AsLong),
        ValueKind.Long => value,
        ValueKind.Bool => Value.Of(value.AsBool ? 1L : 0),
        ValueKind.Real => Whole(value.AsReal),
        ValueKind.DateTime or ValueKind.TimeSpan => Value.Of(value.AsLong),
        ValueKind.String => Text(value.AsText.Trim()),
        _ => Value.Null,
    };

    private static Value Text(string text)
        => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? Value.Of(whole)
            : text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? Value.Of(hex)
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? Whole(real)
            : Value.Null;

    // Cut off, not rounded; what doesn't fit is null.
    private static Value Whole(double value) => value is > -9.3e18 and < 9.3e18 && Math.Truncate(value) is >= long.MinValue and < long.MaxValue ? Value.Of((long)value) : Value.Null;

    private static Value ToReal(Value value) => value.Kind switch
    {
        ValueKind.Int or ValueKind.Long => Value.Of(value.AsReal),
        ValueKind.Bool => Value.Of(value.AsBool ? 1.0 : 0),
        ValueKind.TimeSpan => Value.Of((double)value.AsLong),
        ValueKind.String => value.AsText.Trim().ToLowerInvariant() switch
        {
            "nan" => Value.Of(double.NaN),
            "+inf" or "inf" or "infinity" => Value.Of(double.PositiveInfinity),
            "-inf" or "-infinity" => Value.Of(double.NegativeInfinity),
            var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? Value.Of(real) : Value.Null,
        },
        _ => Value.Null,
    };
}
