using System.Globalization;
using System.Text.Json;

namespace Lazuli.Providers.ResourceGraph.Kql.Values;

/// <summary>
/// A scalar. Strings are never null (a missing one is empty), everything else may be <see cref="Null"/>. What is inside a dynamic value has its own kind:
/// only arrays and bags are <see cref="ValueKind.Dynamic"/>.
/// </summary>
public readonly struct Value : IEquatable<Value>
{
    /// <summary>The longest string that a query makes.</summary>
    public const int LongestText = 1 << 20;

    private readonly long _bits;
    private readonly object? _object;

    private Value(ValueKind kind, long bits, object? of = null) => (Kind, _bits, _object) = (kind, bits, of);

    public ValueKind Kind { get; }

    public static Value Null => default;

    public static Value True { get; } = new(ValueKind.Bool, 1);

    public static Value False { get; } = new(ValueKind.Bool, 0);

    public static Value Empty { get; } = new(ValueKind.String, 0, "");

    public bool IsNull => Kind == ValueKind.Null;

    public bool IsTrue => Kind == ValueKind.Bool && _bits != 0;

    public bool AsBool => _bits != 0;

    /// <summary>An int or long.</summary>
    public long AsLong => _bits;

    public DateTime AsDateTime => new(_bits, DateTimeKind.Utc);

    public TimeSpan AsTimeSpan => new(_bits);

    public Guid AsGuid => _object is Guid guid ? guid : default;

    public string AsText => _object as string ?? "";

    public DynamicValue? AsDynamic => _object as DynamicValue;

    /// <summary>Any number.</summary>
    public double AsReal => Kind == ValueKind.Real ? BitConverter.Int64BitsToDouble(_bits) : _bits;

    public static Value Of(bool value) => value ? True : False;

    public static Value Of(long value) => new(ValueKind.Long, value);

    public static Value OfInt(long value) => value is >= int.MinValue and <= int.MaxValue ? new(ValueKind.Int, value) : Null;

    public static Value Of(double value) => new(ValueKind.Real, BitConverter.DoubleToInt64Bits(value));

    public static Value Of(DateTime value) => new(ValueKind.DateTime, value.Ticks);

    public static Value Of(TimeSpan value) => new(ValueKind.TimeSpan, value.Ticks);

    public static Value Of(Guid value) => new(ValueKind.Guid, 0, value);

    public static Value Of(string value)
        => value.Length == 0 ? Empty : value.Length <= LongestText ? new(ValueKind.String, 0, value) : throw KqlFault.Exceeds($"The query makes a string of more than {LongestText} characters.");

    public static Value Of(DynamicValue value) => new(ValueKind.Dynamic, 0, value);

    public static Value Of(IReadOnlyList<Value> items) => Of(new ArrayValue(items));

    /// <summary>A date in ticks; null when it is outside of what dates can be.</summary>
    public static Value OfTicks(decimal ticks) => ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new(ValueKind.DateTime, (long)ticks) : Null;

    public static Value OfSpanTicks(decimal ticks) => ticks is >= long.MinValue and <= long.MaxValue ? new(ValueKind.TimeSpan, (long)ticks) : Null;

    public static Value OfJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => Of(element.GetString() ?? ""),
        JsonValueKind.Number => element.TryGetInt64(out var whole) ? Of(whole) : Of(element.GetDouble()),
        JsonValueKind.True => True,
        JsonValueKind.False => False,
        JsonValueKind.Object or JsonValueKind.Array => Of(new JsonValue(element)),
        _ => Null,
    };

    /// <summary>As <c>tostring()</c> writes it.</summary>
    public string ToText() => Kind switch
    {
        ValueKind.Null => "",
        ValueKind.Bool => _bits != 0 ? "true" : "false",
        ValueKind.Int or ValueKind.Long => _bits.ToString(CultureInfo.InvariantCulture),
        ValueKind.Real => RealText(AsReal),
        ValueKind.DateTime => AsDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
        ValueKind.TimeSpan => AsTimeSpan.ToString("c", CultureInfo.InvariantCulture),
        ValueKind.Guid => AsGuid.ToString("D"),
        ValueKind.String => AsText,
        _ => AsDynamic?.ToJson() ?? "",
    };

    public void Write(Utf8JsonWriter json)
    {
        switch (Kind)
        {
            case ValueKind.Null:
                json.WriteNullValue();
                break;
            case ValueKind.Bool:
                json.WriteBooleanValue(AsBool);
                break;
            case ValueKind.Int or ValueKind.Long:
                json.WriteNumberValue(_bits);
                break;
            case ValueKind.Real when double.IsFinite(AsReal):
                json.WriteRawValue(JsonReal(AsReal), skipInputValidation: true);
                break;
            case ValueKind.Dynamic:
                AsDynamic?.Write(json);
                break;
            default:
                json.WriteStringValue(ToText());
                break;
        }
    }

    /// <summary>Identity, as groups and joins see it: the same kind and content.</summary>
    public bool Equals(Value other) => Kind == other.Kind && _bits == other._bits && Kind switch
    {
        ValueKind.String => AsText == other.AsText,
        ValueKind.Guid => AsGuid == other.AsGuid,
        ValueKind.Dynamic => ReferenceEquals(_object, other._object) || ToText() == other.ToText(),
        _ => true,
    };

    public override bool Equals(object? obj) => obj is Value other && Equals(other);

    public override int GetHashCode() => Kind switch
    {
        ValueKind.String => AsText.GetHashCode(StringComparison.Ordinal),
        ValueKind.Guid => AsGuid.GetHashCode(),
        ValueKind.Dynamic => ToText().GetHashCode(StringComparison.Ordinal),
        _ => HashCode.Combine(Kind, _bits),
    };

    public static bool operator ==(Value left, Value right) => left.Equals(right);

    public static bool operator !=(Value left, Value right) => !left.Equals(right);

    public override string ToString() => ToText();

    /// <summary>Order of values of the same column; values of kinds that don't compare are ordered by kind. Nulls first.</summary>
    public static int Compare(Value left, Value right)
        => left.Kind.IsNumber() && right.Kind.IsNumber()
            ? left.Kind.IsWhole() && right.Kind.IsWhole() ? left._bits.CompareTo(right._bits) : left.AsReal.CompareTo(right.AsReal)
            : left.Kind != right.Kind ? left.Kind.CompareTo(right.Kind)
            : left.Kind switch
            {
                ValueKind.String => string.CompareOrdinal(left.AsText, right.AsText),
                ValueKind.Guid => left.AsGuid.CompareTo(right.AsGuid),
                ValueKind.Dynamic => string.CompareOrdinal(left.ToText(), right.ToText()),
                _ => left._bits.CompareTo(right._bits),
            };

    private static string RealText(double value)
        => double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "Infinity" : double.IsNegativeInfinity(value) ? "-Infinity"
            : value.ToString("R", CultureInfo.InvariantCulture);

    // 1.0, not 1, so that it is read as a real number again.
    private static string JsonReal(double value)
        => RealText(value) is var text && text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
}
