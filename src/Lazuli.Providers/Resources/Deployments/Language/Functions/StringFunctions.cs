using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;
using static Lazuli.Providers.Resources.Deployments.Language.Functions.Define;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>Functions that make strings: concat, format, guid, join, string, uniqueString…</summary>
internal static partial class StringFunctions
{
    private const int MaxPadding = 16_384;

    public static IEnumerable<TemplateFunction> All =>
    [
        Function("concat", 0, TemplateFunction.Any, Concat),
        Function("format", 1, TemplateFunction.Any, Format),
        Function("guid", 1, TemplateFunction.Any, c => c.Text(NameHashes.Guid(Joined(c)))),
        Function("uniqueString", 1, TemplateFunction.Any, c => c.Text(NameHashes.UniqueString(Joined(c)))),
        Function("join", 2, c => c.Text(string.Join(c.String(1), c.List(0).Items.Select(i => c.TextOf(i))))),
        Function("like", 2, c => Value.Of(Like(c, c.String(0), c.String(1)))),
        Function("padLeft", 2, 3, PadLeft),
        Function("replace", 3, c => c.Text(Replace(c))),
        Function("split", 2, Split),
        Function("string", 1, c => c.Text(c.TextOf(c[0]))),
        Function("substring", 2, 3, Substring),
        Function("toLower", 1, c => c.Text(c.String(0).ToLowerInvariant())),
        Function("toUpper", 1, c => c.Text(c.String(0).ToUpperInvariant())),
        Function("trim", 1, c => c.Text(c.String(0).Trim())),
    ];

    /// <summary>How a value reads within a string: booleans as <c>True</c> and <c>False</c>, null as nothing, arrays and objects as JSON.</summary>
    public static string ToText(Value value) => value switch
    {
        StringValue s => s.Data,
        BooleanValue b => b.Data ? "True" : "False",
        NullValue => "",
        _ => ValueWriter.ToJson(value),
    };

    private static string Joined(Call call)
    {
        var parts = new string[call.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = call.String(i);
            call.Context.Budget.Spend(parts[i].Length / 16);
        }

        return string.Join('-', parts);
    }

    private static Value Concat(Call call)
    {
        if (call.Count > 0 && call[0] is ArrayValue)
        {
            var count = 0;
            for (var i = 0; i < call.Count; i++)
            {
                count += call.List(i).Items.Count;
            }

            call.Context.Budget.Spend(count);
            var items = new Value[count];
            var at = 0;
            for (var i = 0; i < call.Count; i++)
            {
                call.List(i).Span.CopyTo(items.AsSpan(at));
                at += call.List(i).Items.Count;
            }

            return call.Made(items);
        }

        var parts = new string[call.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = call[i] switch
            {
                StringValue s => s.Data,
                IntegerValue or FloatValue or BooleanValue => ToText(call[i]),
                _ => throw call.Wrong(i, i == 0 ? "a string, an integer, a boolean or an array" : "a literal, as of the first parameter"),
            };
        }

        return call.Text(Joined(call, parts));
    }

    // Not made before it is known to be short enough.
    private static string Joined(Call call, string[] parts)
    {
        var length = 0L;
        foreach (var part in parts)
        {
            length += part.Length;
        }

        call.Context.Budget.Spend(length / 16);
        return string.Concat(parts);
    }

    private static string Replace(Call call)
    {
        var (text, old, fresh) = (call.String(0), call.String(1), call.String(2));
        if (old.Length == 0)
        {
            throw call.Fault("parameter 2 must not be empty");
        }

        // At worst every piece of it is replaced.
        call.Context.Budget.Spend((text.Length / 16) + ((long)text.Length / old.Length * fresh.Length / 64));
        return text.Replace(old, fresh, StringComparison.Ordinal);
    }

    /// <summary>Matches with <c>*</c> for any characters, ignoring case; linear but for the places where a star may end.</summary>
    private static bool Like(Call call, string text, string pattern)
    {
        var pieces = pattern.Split('*');
        call.Context.Budget.Spend(pieces.Length + (text.Length / 16));
        if (pieces.Length == 1)
        {
            return text.Equals(pattern, StringComparison.OrdinalIgnoreCase);
        }

        if (text.Length < pieces[0].Length + pieces[^1].Length
            || !text.StartsWith(pieces[0], StringComparison.OrdinalIgnoreCase)
            || !text.EndsWith(pieces[^1], StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        // The first place where each piece fits leaves the most for the others.
        var rest = text.AsSpan()[pieces[0].Length..^pieces[^1].Length];
        foreach (var piece in pieces.AsSpan()[1..^1])
        {
            var at = rest.IndexOf(piece, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + piece.Length)..];
        }

        return true;
    }

    private static StringValue Format(Call call)
    {
        var format = call.String(0);
        if (LongNumber().IsMatch(format))
        {
            throw call.Fault("the format string has a width, precision or index of more than four digits");
        }

        var arguments = new object[call.Count - 1];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = call[i + 1] switch
            {
                IntegerValue n => n.Data,
                FloatValue f => f.Data,
                ArrayValue or ObjectValue => Quoted(call, call[i + 1]),
                var v => call.TextOf(v),
            };
        }

        // What a template says most: '{0}-{1}'.
        if (!NeedsFormatting(format, call))
        {
            return call.Text(Filled(call, format, arguments));
        }

        try
        {
            return call.Text(string.Format(CultureInfo.InvariantCulture, format, arguments));
        }
        catch (FormatException)
        {
            throw call.Fault("the format string is not valid for its parameters");
        }
    }

    private static bool NeedsFormatting(string format, Call call)
    {
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] == '}' || (format[i] == '{' && !(i + 2 < format.Length && char.IsAsciiDigit(format[i + 1]) && format[i + 2] == '}' && format[i + 1] - '0' < call.Count - 1)))
            {
                return true;
            }

            i += format[i] == '{' ? 2 : 0;
        }

        return false;
    }

    private static string Filled(Call call, string format, object[] arguments)
    {
        var parts = new List<string>();
        var from = 0;
        for (var at = format.IndexOf('{', StringComparison.Ordinal); at >= 0; at = format.IndexOf('{', from))
        {
            parts.Add(format[from..at]);
            parts.Add(arguments[format[at + 1] - '0'] switch { string s => s, long n => n.ToString(CultureInfo.InvariantCulture), var other => string.Create(CultureInfo.InvariantCulture, $"{other}") });
            from = at + 3;
        }

        parts.Add(format[from..]);
        return Joined(call, [.. parts]);
    }

    /// <summary>An array or object within a formatted string: JSON in single quotes.</summary>
    private static string Quoted(Call call, Value value)
    {
        call.Context.Budget.Spend(value.Weight);
        var text = new StringBuilder();
        Quote(text, value);
        return text.ToString();
    }

    private static void Quote(StringBuilder text, Value value)
    {
        switch (value)
        {
            case StringValue s:
                QuoteText(text, s.Data);
                break;
            case ArrayValue array:
                var before = '[';
                foreach (var item in array.Span)
                {
                    text.Append(before);
                    Quote(text, item);
                    before = ',';
                }

                text.Append(array.Items.Count == 0 ? "[]" : "]");
                break;
            case ObjectValue o:
                var between = '{';
                foreach (var (name, item) in o.Properties)
                {
                    text.Append(between);
                    QuoteText(text, name);
                    text.Append(':');
                    Quote(text, item);
                    between = ',';
                }

                text.Append(o.Count == 0 ? "{}" : "}");
                break;
            default:
                text.Append(ValueWriter.ToJson(value));
                break;
        }
    }

    private static void QuoteText(StringBuilder text, string data)
    {
        var json = ValueWriter.ToJson(Value.Of(data)).AsSpan()[1..^1].ToString();
        text.Append('\'').Append(json.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)).Append('\'');
    }

    private static StringValue PadLeft(Call call)
    {
        var length = call.Index(1);
        var pad = call.Has(2) ? call.String(2) : " ";
        return pad.Length != 1 ? throw call.Fault("parameter 3 must be one character")
            : length is < 0 or > MaxPadding ? throw call.Fault($"parameter 2 must be between 0 and {MaxPadding}")
            : call.Text((call[0] is IntegerValue n ? n.Data.ToString(CultureInfo.InvariantCulture) : call.String(0)).PadLeft(length, pad[0]));
    }

    private static ArrayValue Split(Call call)
    {
        string[] delimiters;
        if (call[1] is ArrayValue list)
        {
            delimiters = [.. list.Items.Select(d => d is StringValue s ? s.Data : throw call.Wrong(1, "a string or an array of strings"))];
        }
        else
        {
            delimiters = [call.String(1)];
        }

        call.Context.Budget.Spend((call.String(0).Length / 16) * (1 + delimiters.Length));
        return call.Made([.. call.String(0).Split(delimiters, StringSplitOptions.None).Select(Value.Of)]);
    }

    private static StringValue Substring(Call call)
    {
        var text = call.String(0);
        var start = call.Index(1);
        if (start < 0 || start > text.Length)
        {
            throw call.Fault($"the start index {start} is not within the string of length {text.Length}");
        }

        var length = call.Has(2) ? call.Index(2) : text.Length - start;
        return length < 0 || start + (long)length > text.Length
            ? throw call.Fault($"the index and length parameters must refer to a location within the string; the index is '{start}', the length is '{length}' and the length of the string is '{text.Length}'")
            : call.Text(text.Substring(start, length));
    }

    [GeneratedRegex("[0-9]{5}")]
    private static partial Regex LongNumber();
}
