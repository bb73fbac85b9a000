namespace Lazuli.Guest;

/// <summary>Makes text of a hostile guest fit for logs, records and people.</summary>
internal static class GuestText
{
    /// <summary>Without control characters, at most <paramref name="length"/> characters, null when nothing is left.</summary>
    public static string? Clean(string? text, int length)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        Span<char> clean = stackalloc char[Math.Min(length, 4096)];
        var count = 0;
        foreach (var c in text)
        {
            if (count == clean.Length)
            {
                break;
            }

            if (!char.IsControl(c) || c == '\n')
            {
                clean[count++] = c;
            }
        }

        return count == 0 ? null : clean[..count].ToString();
    }
}
