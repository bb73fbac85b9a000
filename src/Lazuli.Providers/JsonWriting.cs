using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Lazuli.Providers;

/// <summary>UTF-8 JSON written by hand, for answers that are no resources.</summary>
internal static class JsonWriting
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> ToBytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            write(json);
        }

        return buffer.WrittenMemory;
    }

    /// <summary><c>{ "value": [ … ] }</c>.</summary>
    public static ReadOnlyMemory<byte> List<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write) => ToBytes(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("value");
        foreach (var item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
