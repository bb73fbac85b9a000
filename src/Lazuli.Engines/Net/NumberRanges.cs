using System.Numerics;

namespace Lazuli.Engines.Net;

#pragma warning disable CA1000 // The kind of number is always said where a set is made.
/// <summary>A set of numbers as ordered, disjoint, non-adjacent ranges.</summary>
public sealed record NumberRanges<T>(IReadOnlyList<(T First, T Last)> List)
    where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
{
    public static NumberRanges<T> All { get; } = new([(T.MinValue, T.MaxValue)]);

    public bool IsAll => List is [var (first, last)] && first == T.MinValue && last == T.MaxValue;

    public bool IsEmpty => List.Count == 0;

    public bool Contains(T number) => List.Any(r => r.First <= number && number <= r.Last);

    /// <summary>Whether a whole range is in it.</summary>
    public bool Contains(T first, T last) => List.Any(r => r.First <= first && last <= r.Last);

    public static NumberRanges<T> Union(IEnumerable<(T First, T Last)> ranges)
    {
        var merged = new List<(T First, T Last)>();
        foreach (var range in ranges.Order())
        {
            if (merged is [.., var last] && (last.Last == T.MaxValue || range.First <= last.Last + T.One))
            {
                merged[^1] = (last.First, T.Max(last.Last, range.Last));
            }
            else
            {
                merged.Add(range);
            }
        }

        return new(merged);
    }

    public NumberRanges<T> Complement()
    {
        var gaps = new List<(T First, T Last)>();
        T? next = T.MinValue;
        foreach (var (first, last) in List)
        {
            if (next is { } free && first > free)
            {
                gaps.Add((free, first - T.One));
            }

            next = last == T.MaxValue ? null : last + T.One;
        }

        if (next is { } rest)
        {
            gaps.Add((rest, T.MaxValue));
        }

        return new(gaps);
    }

    /// <summary>The fewest aligned blocks that are this set: their first numbers and how many low bits are free in each.</summary>
    public IEnumerable<(T First, int FreeBits)> Blocks()
    {
        foreach (var (first, last) in List)
        {
            for (T? at = first; at is { } next;)
            {
                var bits = next == T.Zero ? int.CreateChecked(T.PopCount(T.MaxValue)) : int.CreateChecked(T.TrailingZeroCount(next));
                while (End(next, bits) > last)
                {
                    bits--;
                }

                yield return (next, bits);
                at = End(next, bits) == last ? null : End(next, bits) + T.One;
            }
        }
    }

    public bool Equals(NumberRanges<T>? other) => other is not null && List.SequenceEqual(other.List);

    public override int GetHashCode() => List.Count == 0 ? 0 : HashCode.Combine(List.Count, List[0]);

    // The last number of a block.
    private static T End(T first, int bits) => first | (bits == int.CreateChecked(T.PopCount(T.MaxValue)) ? T.MaxValue : (T.One << bits) - T.One);
}
