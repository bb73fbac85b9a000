namespace Lazuli.Kernel.Ids;

/// <summary>
/// What was made of texts lately, so that texts which come again and again are read once: at most <paramref name="size"/> (a power of two) are kept, a newer one
/// in an older one's place. Safe for concurrent use.
/// </summary>
internal sealed class Recent<T>(int size)
    where T : class
{
    private readonly Entry?[] _slots = new Entry?[size];

    /// <summary>Null: <paramref name="text"/>, in exactly this casing, is not kept.</summary>
    public T? Find(ReadOnlySpan<char> text)
        => Volatile.Read(ref Slot(text)) is { } entry && text.SequenceEqual(entry.Text) ? entry.Value : null;

    public T Keep(string text, T value)
    {
        Volatile.Write(ref Slot(text), new Entry(text, value));
        return value;
    }

    private ref Entry? Slot(ReadOnlySpan<char> text) => ref _slots[string.GetHashCode(text) & (_slots.Length - 1)];

    private sealed record Entry(string Text, T Value);
}
