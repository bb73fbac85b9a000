using System.Buffers.Binary;
using System.Text;

namespace Lazuli.Providers.Resources.Deployments.Language.Values;

/// <summary>
/// Gives the same string for the same text: templates say few things, often. Expressions come with the place where their tree is kept, so that each is parsed once.
/// A bounded table: a text that is displaced is made again.
/// </summary>
internal sealed class TextCache
{
    private const int Slots = 512;
    private const int Longest = 256;
    private readonly Entry[] _entries = new Entry[Slots];

    /// <param name="cache">Null for sources too short to be worth one.</param>
    /// <param name="utf8">The text.</param>
    /// <param name="expression">Set when the text is an expression.</param>
    public static string Get(TextCache? cache, ReadOnlySpan<byte> utf8, out ExpressionText? expression)
    {
        if (cache is null || utf8.Length is 0 or > Longest)
        {
            var text = Encoding.UTF8.GetString(utf8);
            expression = StringValue.IsExpressionText(text) ? new(text) : null;
            return text;
        }

        ref var entry = ref cache._entries[Hash(utf8) % Slots];
        if (entry.Text is not { } known || !Ascii.Equals(utf8, known))
        {
            known = Encoding.UTF8.GetString(utf8);
            entry = new(known, StringValue.IsExpressionText(known) ? new(known) : null);
        }

        expression = entry.Expression;
        return known;
    }

    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        // All of it, eight bytes at a time: names differ at either end or in the middle.
        ulong hash = (uint)utf8.Length;
        var rest = utf8;
        for (; rest.Length >= 8; rest = rest[8..])
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(rest)) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 29;
        }

        foreach (var b in rest)
        {
            hash = (hash ^ b) * 0x100000001B3;
        }

        return (uint)(hash ^ (hash >> 32));
    }

    private readonly record struct Entry(string? Text, ExpressionText? Expression);
}
