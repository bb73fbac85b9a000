using System.Text;
using System.Text.RegularExpressions;
using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Values;
using static Lazuli.Providers.ResourceGraph.Kql.Functions.Define;

namespace Lazuli.Providers.ResourceGraph.Kql.Functions;

/// <summary>Functions with regular expressions: extract, replace_regex, trim, countof…</summary>
internal static class PatternFunctions
{
    public static IEnumerable<KqlFunction> All =>
    [
        new("extract", 3, 4, a => a.Count > 3 && a[3].IsConstant && ValueKinds.FromKeyword(a[3].Value.ToText()) is { } kind ? kind : ValueKind.String, Extract),
        new("extract_all", 2, 3, _ => ValueKind.Dynamic, ExtractAll),
        new("replace_regex", 3, 3, _ => ValueKind.String, Replace),
        new("replace", 3, 3, _ => ValueKind.String, (a, c) => Replace([a[2], a[0], a[1]], c)),
        new("trim", 2, 2, _ => ValueKind.String, (a, c) => Trim(a, c, start: true, end: true)),
        new("trim_start", 2, 2, _ => ValueKind.String, (a, c) => Trim(a, c, start: true, end: false)),
        new("trim_end", 2, 2, _ => ValueKind.String, (a, c) => Trim(a, c, start: false, end: true)),
        new("countof", 2, 3, _ => ValueKind.Long, CountOf),
    ];

    // extract(pattern, group, text[, typeof(type)])
    private static Value Extract(Value[] a, QueryContext context)
    {
        var kind = ValueKinds.FromKeyword(At(a, 3).ToText()) ?? ValueKind.String;
        var group = a[1].Kind.IsWhole() && a[1].AsLong is >= 0 and < 100 ? (int)a[1].AsLong : -1;
        var text = context.Match(a[0].ToText(), p => p.Match(a[2].ToText()) is { Success: true } match && group >= 0 && group < match.Groups.Count ? match.Groups[group].Value : null);
        return Conversions.To(kind, text is null ? Value.Null : Value.Of(text));
    }

    // extract_all(pattern, [groups,] text): an array of what matches; of arrays, when there are several groups.
    private static Value ExtractAll(Value[] a, QueryContext context) => context.Match(a[0].ToText(), pattern =>
    {
        int[] groups = a.Length > 2
            ? [.. (a[1].AsDynamic?.Items ?? []).Select(v => v.Kind.IsWhole() && v.AsLong is >= 0 and < 100 ? (int)v.AsLong : pattern.GroupNumberFromName(v.ToText()))]
            : [.. pattern.GetGroupNumbers().Skip(1)];
        var found = new List<Value>();
        foreach (Match match in pattern.Matches(a[^1].ToText()))
        {
            context.Step();
            Value[] texts = [.. groups.Where(g => g >= 0).Select(g => Value.Of(match.Groups[g].Value))];
            found.Add(texts.Length == 1 ? texts[0] : Value.Of(texts));
        }

        return found.Count == 0 ? Value.Null : Value.Of(found);
    });

    // In what is put in, \1 is a group and \0 the match.
    private static Value Replace(Value[] a, QueryContext context)
        => Value.Of(context.Match(a[1].ToText(), pattern =>
        {
            var length = 0L;
            return pattern.Replace(a[0].ToText(), match =>
            {
                var text = Filled(a[2].ToText(), match);
                length += text.Length;
                context.Step();
                return length > Value.LongestText ? throw KqlFault.Exceeds("replace_regex() makes a string that is too long.") : text;
            });
        }));

    private static string Filled(string text, Match match)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var filled = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            _ = text[i] == '\\' && i + 1 < text.Length
                ? char.IsAsciiDigit(text[++i]) ? filled.Append(match.Groups[text[i] - '0'].Value) : filled.Append(text[i])
                : filled.Append(text[i]);
        }

        return filled.ToString();
    }

    private static Value Trim(Value[] a, QueryContext context, bool start, bool end)
    {
        var text = a[1].ToText();
        if (start)
        {
            text = context.Match($"^(?:{a[0].ToText()})", p => p.Replace(text, "", 1));
        }

        return Value.Of(end ? context.Match($"(?:{a[0].ToText()})$", p => p.Replace(text, "", 1)) : text);
    }

    // Overlapping ones count for plain text, as in Kusto; matches of a pattern don't overlap.
    private static Value CountOf(Value[] a, QueryContext context)
    {
        var (text, what) = (a[0].ToText(), a[1].ToText());
        if (At(a, 2).ToText() == "regex")
        {
            return Value.Of((long)context.Match(what, p => p.Count(text)));
        }

        var count = 0L;
        for (var at = what.Length == 0 ? -1 : text.IndexOf(what, StringComparison.Ordinal); at >= 0; at = text.IndexOf(what, at + 1, StringComparison.Ordinal))
        {
            count++;
        }

        return Value.Of(count);
    }
}
