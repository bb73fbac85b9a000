using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lazuli.Server.Graph;

/// <summary>
/// The <c>$filter</c> of a list (https://learn.microsoft.com/graph/filter-query-parameter): <c>eq</c>, <c>ne</c>, <c>in</c>, <c>startswith</c>, <c>endswith</c>, <c>any(x:x eq 'v')</c>,
/// joined by <c>and</c>, <c>or</c>, <c>not</c> and parentheses. Text compares without regard to case.
/// </summary>
internal sealed partial class GraphFilter
{
    private readonly List<string> _tokens;
    private int _at;

    private GraphFilter(List<string> tokens) => _tokens = tokens;

    /// <summary>The test; null for a filter that is not understood.</summary>
    public static Func<JsonObject, bool>? Parse(string text)
    {
        var tokens = new List<string>();
        var at = 0;
        while (at < text.Length)
        {
            var match = Token().Match(text, at);
            if (!match.Success || match.Index != at || match.Length == 0)
            {
                return null;
            }

            if (!string.IsNullOrWhiteSpace(match.Value))
            {
                tokens.Add(match.Value.Trim());
            }

            at += match.Length;
        }

        var parser = new GraphFilter(tokens);
        return parser.Either() is { } test && parser._at == tokens.Count ? test : null;
    }

    private string? Peek => _at < _tokens.Count ? _tokens[_at] : null;

    private bool Take(string token)
    {
        if (!token.Equals(Peek, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        _at++;
        return true;
    }

    private string? Next() => _at < _tokens.Count ? _tokens[_at++] : null;

    private Func<JsonObject, bool>? Either()
    {
        var test = Both();
        while (test is not null && Take("or"))
        {
            var (left, right) = (test, Both());
            test = right is null ? null : o => left(o) || right(o);
        }

        return test;
    }

    private Func<JsonObject, bool>? Both()
    {
        var test = One();
        while (test is not null && Take("and"))
        {
            var (left, right) = (test, One());
            test = right is null ? null : o => left(o) && right(o);
        }

        return test;
    }

    private Func<JsonObject, bool>? One()
    {
        if (Take("not"))
        {
            return One() is { } inner ? o => !inner(o) : null;
        }

        if (Take("("))
        {
            return Either() is { } inner && Take(")") ? inner : null;
        }

        if (Take("startswith"))
        {
            return Call((text, value) => text.StartsWith(value, StringComparison.OrdinalIgnoreCase));
        }

        if (Take("endswith"))
        {
            return Call((text, value) => text.EndsWith(value, StringComparison.OrdinalIgnoreCase));
        }

        return Next() is { } property && Name().IsMatch(property)
            ? property.EndsWith("/any", StringComparison.OrdinalIgnoreCase) ? Any(property[..^4]) : Compare(property)
            : null;
    }

    // startswith(displayName,'x')
    private Func<JsonObject, bool>? Call(Func<string, string, bool> test)
        => Take("(") && Next() is { } property && Take(",") && Text(Next()) is { } value && Take(")") ? o => Value(o, property) is { } text && test(text, value) : null;

    // servicePrincipalNames/any(c:c eq 'x')
    private Func<JsonObject, bool>? Any(string property)
        => Take("(") && Next() is { } variable && Take(":") && Take(variable) && Take("eq") && Text(Next()) is { } value && Take(")")
            ? o => o[property] is JsonArray list && list.Any(i => value.Equals(i?.ToString(), StringComparison.OrdinalIgnoreCase))
            : null;

    private Func<JsonObject, bool>? Compare(string property)
    {
        var operation = Next()?.ToUpperInvariant();
        if (operation == "IN" && Take("("))
        {
            var values = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            do
            {
                if (Text(Next()) is not { } one)
                {
                    return null;
                }

                values.Add(one);
            }
            while (Take(","));
            return Take(")") ? o => Value(o, property) is { } text && values.Contains(text) : null;
        }

        if (operation is not ("EQ" or "NE") || Next() is not { } literal || (Text(literal) ?? (literal is "true" or "false" or "null" ? literal : null)) is not { } value)
        {
            return null;
        }

        return o => value.Equals(Value(o, property) ?? "null", StringComparison.OrdinalIgnoreCase) == (operation == "EQ");
    }

    private static string? Value(JsonObject o, string path)
    {
        JsonNode? at = o;
        foreach (var name in path.Split('/'))
        {
            at = (at as JsonObject)?.FirstOrDefault(p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
        }

        return at?.ToString();
    }

    private static string? Text(string? token) => token is ['\'', .., '\''] ? token[1..^1].Replace("''", "'", StringComparison.Ordinal) : null;

    [GeneratedRegex(@"\s+|'(?:[^']|'')*'|[(),:]|[A-Za-z_][A-Za-z0-9_/]*", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_/]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
