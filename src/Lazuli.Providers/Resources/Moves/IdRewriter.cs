using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lazuli.Kernel.Ids;

namespace Lazuli.Providers.Resources.Moves;

/// <summary>Gives moved resources their new ids wherever a document names them: as a value, as the beginning of one (a child's id), or as a property's name.</summary>
internal sealed class IdRewriter(IReadOnlyDictionary<ResourceId, ResourceId> moves)
{
    private const string Prefix = "/subscriptions/";
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Dictionary<string, string> _moves = moves.ToDictionary(m => m.Key.Key, m => m.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The text with its new beginning; the same when it is about nothing that moved.</summary>
    public string Rewrite(string text)
    {
        if (text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            for (var end = text.Length; end > Prefix.Length; end = text.LastIndexOf('/', end - 1))
            {
                if (_moves.TryGetValue(text[..end], out var moved))
                {
                    return moved + text[end..];
                }
            }
        }

        return text;
    }

    public ReadOnlyMemory<byte> Rewrite(ReadOnlyMemory<byte> json)
    {
        var node = JsonNode.Parse(json.Span);
        var buffer = new ArrayBufferWriter<byte>(json.Length);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            (Rewrite(node) ?? node)?.WriteTo(writer);
        }

        return buffer.WrittenMemory;
    }

    // The new node for a text that changes; everything else is changed in place.
    private JsonNode? Rewrite(JsonNode? node)
    {
        switch (node)
        {
            case JsonValue value when value.TryGetValue(out string? text):
                return Rewrite(text) is var after && after != text ? JsonValue.Create(after) : null;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    if (Rewrite(list[i]) is { } item)
                    {
                        list[i] = item;
                    }
                }

                return null;
            case JsonObject document:
                foreach (var (name, value) in document.ToArray())
                {
                    var rewritten = Rewrite(value);
                    if (Rewrite(name) is var renamed && renamed != name)
                    {
                        document.Remove(name);
                        document[renamed] = rewritten ?? value;
                    }
                    else if (rewritten is not null)
                    {
                        document[name] = rewritten;
                    }
                }

                return null;
            default:
                return null;
        }
    }
}
