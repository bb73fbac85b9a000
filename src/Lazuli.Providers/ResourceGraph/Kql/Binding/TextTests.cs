namespace Lazuli.Providers.ResourceGraph.Kql.Binding;

/// <summary>Comparisons of two texts by word. Without <c>_cs</c> case doesn't matter, except for <c>==</c> and <c>!=</c>.</summary>
internal static class TextTests
{
    public static Func<string, string, bool> Find(string word)
    {
        if (word[0] == '!')
        {
            var positive = Find(word == "!~" ? "=~" : word[1..]);
            return (a, b) => !positive(a, b);
        }

        var how = word.EndsWith("_cs", StringComparison.Ordinal) ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return word.Replace("_cs", "", StringComparison.Ordinal) switch
        {
            "=~" => (a, b) => a.Equals(b, StringComparison.OrdinalIgnoreCase),
            "contains" => (a, b) => a.Contains(b, how),
            "startswith" => (a, b) => a.StartsWith(b, how),
            "endswith" => (a, b) => a.EndsWith(b, how),
            "has" => (a, b) => HasTerm(a, b, how, before: true, after: true),
            "hasprefix" => (a, b) => HasTerm(a, b, how, before: true, after: false),
            "hassuffix" => (a, b) => HasTerm(a, b, how, before: false, after: true),
            _ => throw KqlFault.Means($"The operator '{word}' is not supported.", token: word),
        };
    }

    // A term is a run of letters and digits; what is looked for must begin and end where terms do.
    private static bool HasTerm(string text, string term, StringComparison how, bool before, bool after)
    {
        if (term.Length == 0)
        {
            return true;
        }

        for (var at = text.IndexOf(term, how); at >= 0; at = at + 1 < text.Length ? text.IndexOf(term, at + 1, how) : -1)
        {
            var end = at + term.Length;
            if ((!before || at == 0 || !IsTerm(text[at - 1]) || !IsTerm(text[at])) && (!after || end == text.Length || !IsTerm(text[end]) || !IsTerm(text[end - 1])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsTerm(char c) => char.IsLetterOrDigit(c);
}
