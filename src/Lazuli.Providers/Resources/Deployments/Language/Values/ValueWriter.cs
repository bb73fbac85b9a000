using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Lazuli.Providers.Resources.Deployments.Language.Values;

/// <summary>Writes values as minified JSON; what is unknown is written as its expression.</summary>
public static class ValueWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static string ToJson(Value value) => Encoding.UTF8.GetString(ToUtf8(value).Span);

    public static ReadOnlyMemory<byte> ToUtf8(Value value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            Write(writer, value);
        }

        return buffer.WrittenMemory;
    }

    public static void Write(Utf8JsonWriter writer, Value value)
    {
        switch (value)
        {
            case StringValue s:
                writer.WriteStringValue(s.Data);
                break;
            case IntegerValue i:
                writer.WriteNumberValue(i.Data);
                break;
            case FloatValue f:
                writer.WriteRawValue(FloatText(f.Data));
                break;
            case BooleanValue b:
                writer.WriteBooleanValue(b.Data);
                break;
            case UnknownValue u:
                writer.WriteStringValue($"[{u.Expression}]");
                break;
            case ArrayValue array:
                writer.WriteStartArray();
                foreach (var item in array.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case ObjectValue o:
                writer.WriteStartObject();
                foreach (var (name, item) in o.Properties)
                {
                    writer.WritePropertyName(name);
                    Write(writer, item);
                }

                writer.WriteEndObject();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    /// <summary>The shortest text that reads back as the same number, always with a point or exponent so that it stays a float.</summary>
    public static string FloatText(double value)
    {
        var text = value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E', 'e') < 0 ? text + ".0" : text;
    }
}
