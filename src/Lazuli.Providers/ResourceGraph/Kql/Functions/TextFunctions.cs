using Lazuli.Providers.ResourceGraph.Kql.Values;
using static Lazuli.Providers.ResourceGraph.Kql.Functions.Define;

namespace Lazuli.Providers.ResourceGraph.Kql.Functions;

/// <summary>Functions over text: strcat, substring, split, indexof…</summary>
internal static class TextFunctions
{
    public static IEnumerable<KqlFunction> All =>
    [
        Text("tolower", t => t.ToLowerInvariant()),
        Text("toupper", t => t.ToUpperInvariant()),
        Text("reverse", Reversed),
        Function("strlen", 1, ValueKind.Long, a => Value.Of((long)new System.Globalization.StringInfo(a[0].ToText()).LengthInTextElements)),
        Function("strcat", 1, Any, ValueKind.String, a => Joined("", a)),
        Function("strcat_delim", 2, Any, ValueKind.String, a => Joined(a[0].ToText(), a.Skip(1))),
        Function("strcat_array", 2, ValueKind.String, a => Joined(a[1].ToText(), a[0].AsDynamic?.Items ?? [])),
        Function("strrep", 2, 3, ValueKind.String, a => Repeated(a[0].ToText(), a[1], At(a, 2).ToText())),
        Function("substring", 2, 3, ValueKind.String, Substring),
        Function("split", 2, 3, ValueKind.Dynamic, Split),
        Function("replace_string", 3, ValueKind.String, a => a[1].ToText() is { Length: > 0 } what ? Bounded(a[0].ToText(), what, a[2].ToText()) : Value.Of(a[0].ToText())),
        Function("indexof", 2, 5, ValueKind.Long, IndexOf),
        Function("strcmp", 2, ValueKind.Long, a => Value.Of((long)Math.Sign(string.CompareOrdinal(a[0].ToText(), a[1].ToText())))),
        Function("isascii", 1, ValueKind.Bool, a => Value.Of(a[0].ToText().All(char.IsAscii))),
        Function("url_encode", 1, ValueKind.String, a => Value.Of(Uri.EscapeDataString(a[0].ToText()))),
        Function("url_decode", 1, ValueKind.String, a => Value.Of(Uri.UnescapeDataString(a[0].ToText()))),
        Function("parse_url", 1, ValueKind.Dynamic, a => Url(a[0].ToText())),
        Function("parse_path", 1, ValueKind.Dynamic, a => FilePath(a[0].ToText())),
    ];

    private static string Reversed(string text)
    {
        var characters = text.ToCharArray();
        Array.Reverse(characters);
        return new string(characters);
    }

    // The length is known before anything is made.
    private static Value Joined(string delimiter, IEnumerable<Value> values)
    {
        var texts = values.Select(v => v.ToText()).ToList();
        return texts.Sum(t => (long)t.Length + delimiter.Length) > Value.LongestText + delimiter.Length ? throw KqlFault.Exceeds("The query makes a string that is too long.") : Value.Of(string.Join(delimiter, texts));
    }

    private static Value Repeated(string text, Value count, string delimiter)
        => !count.Kind.IsWhole() || count.AsLong < 0 ? Value.Empty
            : count.AsLong > 1024 ? throw KqlFault.Exceeds("strrep() repeats at most 1024 times.")
            : Joined(delimiter, Enumerable.Repeat(Value.Of(text), (int)count.AsLong));

    private static Value Bounded(string text, string what, string with)
        => with.Length > what.Length && ((long)text.Length / what.Length * with.Length) + text.Length > 8L * Value.LongestText
            ? throw KqlFault.Exceeds("replace_string() makes a string that is too long.")
            : Value.Of(text.Replace(what, with, StringComparison.Ordinal));

    // From 0; a negative start counts from the end; what lies outside is cut off.
    private static Value Substring(Value[] a)
    {
        var text = a[0].ToText();
        if (!a[1].Kind.IsWhole())
        {
            return Value.Empty;
        }

        var start = a[1].AsLong < 0 ? Math.Max(0, text.Length + a[1].AsLong) : Math.Min(a[1].AsLong, text.Length);
        var length = a.Length > 2 && a[2].Kind.IsWhole() ? Math.Clamp(a[2].AsLong, 0, text.Length - start) : text.Length - start;
        return Value.Of(text.Substring((int)start, (int)length));
    }

    private static Value Split(Value[] a)
    {
        var (text, delimiter) = (a[0].ToText(), a[1].ToText());
        var parts = delimiter.Length == 0 ? text.Select(c => c.ToString()) : text.Split(delimiter, StringSplitOptions.None);
        if (At(a, 2) is { IsNull: false } index)
        {
            parts = index.Kind.IsWhole() ? parts.Skip((int)Math.Clamp(index.AsLong, 0, int.MaxValue)).Take(index.AsLong < 0 ? 0 : 1) : [];
        }

        return Value.Of([.. parts.Select(Value.Of)]);
    }

    // indexof(text, what, start, length, occurrence): -1 when it isn't there, null for senseless numbers.
    private static Value IndexOf(Value[] a)
    {
        var (text, what) = (a[0].ToText(), a[1].ToText());
        var start = Whole(a, 2, 0);
        start = start < 0 ? Math.Max(0, text.Length + start) : start;
        var length = Math.Min(Whole(a, 3, -1), text.Length);
        var occurrence = Whole(a, 4, 1);
        if (length < -1 || occurrence < 1 || start > text.Length)
        {
            return start > text.Length && length >= -1 && occurrence >= 1 ? Value.Of(-1L) : Value.Null;
        }

        var end = length < 0 ? text.Length : Math.Min(text.Length, start + length);
        var at = (int)start;
        for (; ; at++)
        {
            at = text.IndexOf(what, at, (int)end - at, StringComparison.Ordinal);
            if (at < 0 || --occurrence == 0)
            {
                return Value.Of((long)at);
            }

            if (at >= end)
            {
                return Value.Of(-1L);
            }
        }
    }

    private static long Whole(Value[] a, int index, long otherwise) => At(a, index) is { IsNull: false } value ? value.Kind.IsWhole() ? value.AsLong : -2 : otherwise;

    private static Value Url(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            return Value.Null;
        }

        var user = url.UserInfo.Split(':', 2);
        var query = url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2))
            .Select(p => KeyValuePair.Create(Uri.UnescapeDataString(p[0]), Value.Of(p.Length > 1 ? Uri.UnescapeDataString(p[1]) : "")));
        return Bag(
            ("Scheme", url.Scheme), ("Host", url.Host), ("Port", url.IsDefaultPort && !text.Contains($":{url.Port}", StringComparison.Ordinal) ? "" : $"{url.Port}"), ("Path", url.AbsolutePath),
            ("Username", user[0]), ("Password", user.Length > 1 ? user[1] : ""), ("Query Parameters", Value.Of(new BagValue(query))), ("Fragment", url.Fragment.TrimStart('#')));
    }

    private static Value FilePath(string text)
    {
        var slash = text.LastIndexOfAny(['/', '\\']);
        var name = text[(slash + 1)..];
        var dot = name.LastIndexOf('.');
        return Bag(
            ("DirectoryPath", slash < 0 ? "" : text[..slash]), ("DirectoryName", slash <= 0 ? "" : text[..slash] is var d ? d[(d.LastIndexOfAny(['/', '\\']) + 1)..] : ""),
            ("Filename", name), ("Extension", dot < 0 ? "" : name[(dot + 1)..]));
    }

    private static Value Bag(params (string Name, object Value)[] properties)
        => Value.Of(new BagValue(properties.Select(p => KeyValuePair.Create(p.Name, p.Value as Value? ?? Value.Of((string)p.Value)))));
}
