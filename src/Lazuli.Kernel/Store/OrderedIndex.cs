using System.Collections.Immutable;

namespace Lazuli.Kernel.Store;

/// <summary>An ordered set of strings that one writer changes and any number of readers scan, each over the snapshot it began with.</summary>
internal sealed class OrderedIndex
{
    private ImmutableSortedSet<string> _set = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public void Load(IEnumerable<string> items) => Volatile.Write(ref _set, [.. items.ToImmutableSortedSet(StringComparer.Ordinal)]);

    public void Add(string item) => Volatile.Write(ref _set, _set.Add(item));

    public void Remove(string item) => Volatile.Write(ref _set, _set.Remove(item));

    /// <summary>Items in [<paramref name="from"/>, <paramref name="to"/>), in order. Finding the first costs a look-up; each further one little.</summary>
    public IEnumerable<string> Range(string from, string to)
    {
        var set = Volatile.Read(ref _set);
        var i = set.IndexOf(from);
        for (i = i < 0 ? ~i : i; i < set.Count; i++)
        {
            var item = set[i];
            if (string.CompareOrdinal(item, to) >= 0)
            {
                yield break;
            }

            yield return item;
        }
    }
}
