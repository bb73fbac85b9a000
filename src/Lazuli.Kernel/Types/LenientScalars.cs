using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lazuli.Kernel.Types;

/// <summary>
/// Azure's providers take a number where a string is meant (<c>"destinationPortRange": 22</c>) and a string where a truth is meant
/// (<c>"enabled": "true"</c>), and templates rely on it. Numbers in strings are read by the serializer's own option.
/// </summary>
internal static class LenientScalars
{
    public static IReadOnlyList<JsonConverter> Converters { get; } = [new TextConverter(), new TruthConverter()];

    private sealed class TextConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
            JsonTokenType.True => "true",
            JsonTokenType.False => "false",
            _ => throw new JsonException($"Unexpected {reader.TokenType} where a string is expected."),
        };

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString() ?? "";

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);
    }

    private sealed class TruthConverter : JsonConverter<bool>
    {
        public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => reader.TokenType == JsonTokenType.String && bool.TryParse(reader.GetString(), out var value) ? value : reader.GetBoolean();

        public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
    }
}
