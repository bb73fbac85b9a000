using System.Globalization;
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
        Function("join", 2, c => c.Text(string.Join(c.String(1), c.List(0).Items.Select(ToText)))),
        Function("padLeft", 2, 3, PadLeft),
        Function("replace", 3, c => c.Text(c.String(1).Length == 0 ? throw c.Fault("parameter 2 must not be empty") : c.String(0).Replace(c.String(1), c.String(2), StringComparison.Ordinal))),
        Function("split", 2, Split),
        Function("string", 1, c => c.Text(ToText(c[0]))),
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
        for (var i = 0; i < call.Count; i++)
        {
            _ = call.String(i);
        }

        return string.Join('-', call.Arguments.Select(a => ((StringValue)a).Data));
    }

    private static Value Concat(Call call)
    {
        if (call.Count > 0 && call[0] is ArrayValue)
        {
            var items = new List<Value>();
            for (var i = 0; i < call.Count; i++)
            {
                items.AddRange(call.List(i).Items);
            }

            return call.Made(items);
        }

        for (var i = 0; i < call.Count; i++)
        {
            if (call[i] is not (StringValue or IntegerValue or FloatValue or BooleanValue))
            {
                throw call.Wrong(i, "a literal, as of the first parameter");
            }
        }

        return call.Text(string.Concat(call.Arguments.Select(ToText)));
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
                var v => ToText(v),
            };
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
