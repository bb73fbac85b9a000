using System.Globalization;

namespace Lazuli.Engines.Net;

/// <summary>Ports as security rules name them: <c>*</c>, <c>80</c>, <c>80-90</c>.</summary>
public static class PortRanges
{
    public static bool TryParse(string text, out (ushort First, ushort Last) range)
    {
        range = (0, ushort.MaxValue);
        if (text == "*")
        {
            return true;
        }

        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var first = dash < 0 ? text : text[..dash];
        var last = dash < 0 ? text : text[(dash + 1)..];
        return ushort.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out range.First)
            & ushort.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out range.Last)
            && range.First <= range.Last;
    }

    public static bool IsEvery(IReadOnlyList<(ushort First, ushort Last)> ranges) => ranges is [(0, ushort.MaxValue)];

    /// <summary>Ordered, disjoint, non-adjacent.</summary>
    /// <exception cref="FormatException">One of them is no port range.</exception>
    public static IReadOnlyList<(ushort First, ushort Last)> Union(IEnumerable<string> texts)
    {
        var merged = new List<(ushort First, ushort Last)>();
        foreach (var range in texts.Select(t => TryParse(t, out var r) ? r : throw new FormatException($"'{t}' is no port range.")).Order())
        {
            if (merged is [.., var last] && range.First <= last.Last + 1)
            {
                merged[^1] = (last.First, Math.Max(last.Last, range.Last));
            }
            else
            {
                merged.Add(range);
            }
        }

        return merged;
    }
}
