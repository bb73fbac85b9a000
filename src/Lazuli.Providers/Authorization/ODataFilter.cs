using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Lazuli.Providers.Authorization;

/// <summary>
/// The few filters that Microsoft.Authorization knows, joined by <c>and</c>: <c>property eq 'value'</c>, and functions without or with one
/// argument: <c>atScope()</c>, <c>assignedTo('id')</c>.
/// </summary>
internal sealed partial record ODataFilter(IReadOnlyDictionary<string, string> Equal, IReadOnlyDictionary<string, string> Functions)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out ODataFilter? filter)
    {
        var equal = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var functions = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        filter = null;
        foreach (var term in And().Split(text.Trim()))
        {
            if (Equality().Match(term) is { Success: true } e)
            {
                equal[e.Groups["name"].Value] = e.Groups["value"].Value.Replace("''", "'", StringComparison.Ordinal);
            }
            else if (Call().Match(term) is { Success: true } c)
            {
                functions[c.Groups["name"].Value] = c.Groups["value"].Value;
            }
            else
            {
                return false;
            }
        }

        filter = new(equal, functions);
        return true;
    }

    /// <summary>Whether only these properties and functions are used.</summary>
    public bool UsesOnly(params ReadOnlySpan<string> names)
    {
        foreach (var name in Equal.Keys.Concat(Functions.Keys))
        {
            if (!names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex(@"\s+and\s+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex And();

    [GeneratedRegex(@"^(?<name>[A-Za-z]+)\s+eq\s+'(?<value>(?:[^']|'')*)'$", RegexOptions.CultureInvariant)]
    private static partial Regex Equality();

    [GeneratedRegex(@"^(?<name>[A-Za-z]+)\(\s*(?:'(?<value>[^']*)')?\s*\)$", RegexOptions.CultureInvariant)]
    private static partial Regex Call();
}
