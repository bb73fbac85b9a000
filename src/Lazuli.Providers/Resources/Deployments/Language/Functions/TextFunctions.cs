using Lazuli.Providers.Resources.Deployments.Language.Values;
using static Lazuli.Providers.Resources.Deployments.Language.Functions.Define;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>Functions that ask about, or cut, strings, arrays and objects alike: contains, empty, first, length, take…</summary>
internal static class TextFunctions
{
    public static IEnumerable<TemplateFunction> All =>
    [
        Function("contains", 2, Contains),
        Function("empty", 1, c => Value.Of(c[0] is NullValue || Length(c) == 0)),
        Function("endsWith", 2, c => Value.Of(c.String(0).EndsWith(c.String(1), StringComparison.OrdinalIgnoreCase))),
        Function("startsWith", 2, c => Value.Of(c.String(0).StartsWith(c.String(1), StringComparison.OrdinalIgnoreCase))),
        Function("first", 1, c => c[0] is StringValue s ? c.Text(s.Data.Length > 0 ? s.Data[..1] : "") : c.List(0).Items.Count > 0 ? c.List(0).Items[0] : NullValue.Instance),
        Function("last", 1, c => c[0] is StringValue s ? c.Text(s.Data.Length > 0 ? s.Data[^1..] : "") : c.List(0).Items.Count > 0 ? c.List(0).Items[^1] : NullValue.Instance),
        Function("indexOf", 2, c => Value.Of(IndexOf(c, false))),
        Function("lastIndexOf", 2, c => Value.Of(IndexOf(c, true))),
        Function("length", 1, c => Value.Of(Length(c))),
        Function("skip", 2, Skip),
        Function("take", 2, Take),
    ];

    private static long Length(Call call) => call[0] switch
    {
        StringValue s => s.Data.Length,
        ArrayValue a => a.Items.Count,
        ObjectValue o => o.Count,
        _ => throw call.Wrong(0, "an array, an object or a string"),
    };

    private static BooleanValue Contains(Call call) => Value.Of(call[0] switch
    {
        ArrayValue a => IndexIn(call, a, last: false) >= 0,
        ObjectValue o => o.TryGet(call.String(1), out _),
        StringValue s => s.Data.Contains(call.TextOf(call[1]), StringComparison.Ordinal),
        _ => throw call.Wrong(0, "an array, an object or a string"),
    });

    private static long IndexOf(Call call, bool last)
    {
        if (call[0] is ArrayValue array)
        {
            return IndexIn(call, array, last);
        }

        call.Context.Budget.Spend(call.String(0).Length / 16);
        return last
            ? call.String(0).LastIndexOf(call.String(1), StringComparison.OrdinalIgnoreCase)
            : call.String(0).IndexOf(call.String(1), StringComparison.OrdinalIgnoreCase);
    }

    private static int IndexIn(Call call, ArrayValue array, bool last)
    {
        call.Context.Budget.Spend(array.Weight / 4);
        var items = array.Span;
        for (var i = 0; i < items.Length; i++)
        {
            var place = last ? items.Length - 1 - i : i;
            if (Value.Equal(items[place], call[1]))
            {
                return place;
            }
        }

        return -1;
    }

    private static Value Skip(Call call)
    {
        var count = Math.Max(0, call.Index(1));
        return call[0] is StringValue s
            ? call.Text(s.Data[Math.Min(count, s.Data.Length)..])
            : call.Made(call.List(0).Span[Math.Min(count, call.List(0).Items.Count)..].ToArray());
    }

    private static Value Take(Call call)
    {
        var count = Math.Max(0, call.Index(1));
        return call[0] is StringValue s
            ? call.Text(s.Data[..Math.Min(count, s.Data.Length)])
            : call.Made(call.List(0).Span[..Math.Min(count, call.List(0).Items.Count)].ToArray());
    }
}
