using Lazuli.Providers.ResourceGraph.Kql.Values;
using static Lazuli.Providers.ResourceGraph.Kql.Functions.Define;

namespace Lazuli.Providers.ResourceGraph.Kql.Functions;

/// <summary>From one type to another: tostring, tolong, todatetime, parse_json…</summary>
internal static class ConversionFunctions
{
    public static IEnumerable<KqlFunction> All =>
    [
        To("tostring", ValueKind.String), To("tobool", ValueKind.Bool), To("toboolean", ValueKind.Bool), To("toint", ValueKind.Int), To("tolong", ValueKind.Long), To("toreal", ValueKind.Real),
        To("todouble", ValueKind.Real), To("todecimal", ValueKind.Real), To("todatetime", ValueKind.DateTime), To("totimespan", ValueKind.TimeSpan), To("toguid", ValueKind.Guid),
        Function("parse_json", 1, ValueKind.Dynamic, a => Conversions.ParseJson(a[0])),
        Function("parsejson", 1, ValueKind.Dynamic, a => Conversions.ParseJson(a[0])),
        Function("todynamic", 1, ValueKind.Dynamic, a => Conversions.ParseJson(a[0])),
        Function("toobject", 1, ValueKind.Dynamic, a => Conversions.ParseJson(a[0])),
        Function("tohex", 1, 2, ValueKind.String, a => Hex(Conversions.To(ValueKind.Long, a[0]), At(a, 1))),
        Function("parse_version", 1, ValueKind.String, a => Version(a[0].ToText())),
        Function("base64_encode_tostring", 1, ValueKind.String, a => Value.Of(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(a[0].ToText())))),
        Function("base64_decode_tostring", 1, ValueKind.String, a => Decoded(a[0].ToText())),
    ];

    private static KqlFunction To(string name, ValueKind kind) => Function(name, 1, kind, a => Conversions.To(kind, a[0]));

    private static Value Hex(Value value, Value length)
        => value.IsNull ? Value.Empty : Value.Of(value.AsLong.ToString("x", System.Globalization.CultureInfo.InvariantCulture).PadLeft((int)Math.Clamp(length.AsLong, 0, 64), '0'));

    // Up to four parts of up to eight digits, as text that orders as the versions do. Kusto's own is a decimal number of 32 digits.
    private static Value Version(string text)
    {
        var parts = text.Split('.');
        return parts.Length <= 4 && Array.TrueForAll(parts, p => p.Length is > 0 and <= 8 && p.All(char.IsAsciiDigit))
            ? Value.Of(string.Concat(parts.Concat(Enumerable.Repeat("0", 4 - parts.Length)).Select(p => p.PadLeft(8, '0'))))
            : Value.Empty;
    }

    private static Value Decoded(string text)
    {
        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text, buffer, out var length) ? Value.Of(System.Text.Encoding.UTF8.GetString(buffer, 0, length)) : Value.Empty;
    }
}
