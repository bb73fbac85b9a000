using System.Text;

namespace Lazuli.Providers.ResourceGraph.Kql.Syntax;

/// <summary>Cuts a query's text into tokens; comments (<c>// …</c>) are left out.</summary>
internal static class Lexer
{
    private static readonly string[] Symbols = ["==", "!=", "=~", "!~", "<=", ">=", "<>", "..", "=>", "|", "(", ")", "[", "]", "{", "}", ",", ".", ";", ":", "=", "<", ">", "+", "-", "*", "/", "%"];
    private static readonly HashSet<string> TypedLiterals = ["datetime", "date", "timespan", "time", "guid", "int", "long", "real", "double", "bool", "boolean", "decimal"];
    private static readonly HashSet<string> TimeUnits =
    [
        "d", "day", "days", "h", "hr", "hrs", "hour", "hours", "m", "min", "minute", "minutes", "s", "sec", "second", "seconds",
        "ms", "milli", "millis", "millisec", "millisecond", "milliseconds", "micro", "micros", "microsec", "microsecond", "microseconds", "tick", "ticks",
    ];

    public static List<Token> Cut(string text)
    {
        var tokens = new List<Token>();
        var at = 0;
        while (true)
        {
            at = SkipBlanks(text, at);
            var token = Next(text, at);
            tokens.Add(token);
            if (token.Kind == TokenKind.End)
            {
                return tokens;
            }

            at = token.End;
        }
    }

    public static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_' || c == '$';

    public static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (Has(text, at, "//"))
            {
                var end = text.IndexOf('\n', at);
                at = end < 0 ? text.Length : end;
            }
            else
            {
                break;
            }
        }

        return at;
    }

    private static Token Next(string text, int at)
    {
        if (at >= text.Length)
        {
            return new(TokenKind.End, "", at, at);
        }

        var c = text[at];
        if (c is '"' or '\'')
        {
            return Quoted(text, at, at);
        }

        if (c == '@' && At(text, at + 1) is '"' or '\'')
        {
            return Verbatim(text, at, at + 1);
        }

        if (c is 'h' or 'H' && At(text, at + 1) is '"' or '\'')
        {
            return Quoted(text, at, at + 1);
        }

        if (c is 'h' or 'H' && At(text, at + 1) == '@' && At(text, at + 2) is '"' or '\'')
        {
            return Verbatim(text, at, at + 2);
        }

        if (Has(text, at, "```"))
        {
            var end = text.IndexOf("```", at + 3, StringComparison.Ordinal);
            return end < 0 ? throw Unexpected(text, at, "```") : new(TokenKind.Text, text[(at + 3)..end], at, end + 3);
        }

        return char.IsAsciiDigit(c) ? Number(text, at)
            : IsNameStart(c) || (c == '!' && char.IsAsciiLetter(At(text, at + 1))) ? Word(text, at)
            : c == '[' && At(text, SkipBlanks(text, at + 1)) is '"' or '\'' ? Bracketed(text, at)
            : Symbol(text, at);
    }

    private static Token Symbol(string text, int at)
        => Array.Find(Symbols, s => Has(text, at, s)) is { } symbol ? new(TokenKind.Symbol, symbol, at, at + symbol.Length) : throw Unexpected(text, at);

    private static Token Word(string text, int at)
    {
        var end = at + 1;
        while (end < text.Length && IsNamePart(text[end]))
        {
            end++;
        }

        var word = text[at..end];
        if (word is "in" or "!in" && At(text, end) == '~')
        {
            return new(TokenKind.Word, word + "~", at, end + 1);
        }

        if (TypedLiterals.Contains(word) && At(text, end) == '(')
        {
            return Typed(text, at, end, word);
        }

        return new(TokenKind.Word, word, at, end);
    }

    // What stands in the parentheses is text, except where it is an expression: int(null), bool(true), datetime("…") and datetime(2024-01-01 10:00) are literals.
    private static Token Typed(string text, int at, int open, string word)
    {
        var close = text.IndexOf(')', open);
        return close < 0 ? throw Unexpected(text, open, ")") : new(TokenKind.Typed, $"{word}\n{text[(open + 1)..close].Trim()}", at, close + 1);
    }

    // ['name'] is a name; a[0] and a['key'] are accesses: the parser tells them apart by what stands before.
    private static Token Bracketed(string text, int at)
    {
        var inner = Next(text, SkipBlanks(text, at + 1));
        var close = SkipBlanks(text, inner.End);
        return At(text, close) == ']' ? new(TokenKind.Quoted, inner.Value, at, close + 1) : new(TokenKind.Symbol, "[", at, at + 1);
    }

    private static Token Number(string text, int at)
    {
        var end = at;
        if (text[at] == '0' && At(text, at + 1) is 'x' or 'X')
        {
            end = at + 2;
            while (char.IsAsciiHexDigit(At(text, end)))
            {
                end++;
            }

            return end == at + 2 ? throw Unexpected(text, at) : new(TokenKind.Integer, text[at..end], at, end);
        }

        end = Digits(text, at);
        var real = false;
        if (At(text, end) == '.' && char.IsAsciiDigit(At(text, end + 1)))
        {
            real = true;
            end = Digits(text, end + 1);
        }

        if (At(text, end) is 'e' or 'E' && (char.IsAsciiDigit(At(text, end + 1)) || (At(text, end + 1) is '+' or '-' && char.IsAsciiDigit(At(text, end + 2)))))
        {
            real = true;
            end = Digits(text, end + 2);
        }

        if (!IsNameStart(At(text, end)))
        {
            return new(real ? TokenKind.Real : TokenKind.Integer, text[at..end], at, end);
        }

        var unit = end;
        while (IsNamePart(At(text, end)))
        {
            end++;
        }

        return TimeUnits.Contains(text[unit..end]) ? new(TokenKind.TimeSpan, text[at..end], at, end) : throw Unexpected(text, unit);
    }

    private static int Digits(string text, int at)
    {
        while (char.IsAsciiDigit(At(text, at)))
        {
            at++;
        }

        return at;
    }

    private static Token Verbatim(string text, int start, int open)
    {
        var value = new StringBuilder();
        for (var at = open + 1; at < text.Length; at++)
        {
            if (text[at] != text[open])
            {
                value.Append(text[at]);
            }
            else if (At(text, at + 1) == text[open])
            {
                value.Append(text[at++]);
            }
            else
            {
                return new(TokenKind.Text, value.ToString(), start, at + 1);
            }
        }

        throw Unexpected(text, start, text[open].ToString());
    }

    private static Token Quoted(string text, int start, int open)
    {
        var value = new StringBuilder();
        for (var at = open + 1; at < text.Length && text[at] is not '\n' and not '\r'; at++)
        {
            if (text[at] == text[open])
            {
                return new(TokenKind.Text, value.ToString(), start, at + 1);
            }

            if (text[at] == '\\')
            {
                at = Escape(text, at + 1, value);
            }
            else
            {
                value.Append(text[at]);
            }
        }

        throw Unexpected(text, start, text[open].ToString());
    }

    // Returns where the escape ends.
    private static int Escape(string text, int at, StringBuilder value)
    {
        var c = At(text, at);
        var plain = c switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', 'a' => '\a', 'v' => '\v', '0' => '\0', '\\' or '"' or '\'' or '/' => c, _ => (char?)null };
        if (plain is { } simple)
        {
            value.Append(simple);
            return at;
        }

        var length = c switch { 'u' => 4, 'U' => 8, 'x' => 2, _ => throw Unexpected(text, at - 1) };
        if (at + length >= text.Length
            || !int.TryParse(text.AsSpan(at + 1, length), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var code)
            || code is < 0 or > 0x10FFFF)
        {
            throw Unexpected(text, at - 1);
        }

        value.Append(code > 0xFFFF ? char.ConvertFromUtf32(code) : ((char)code).ToString());
        return at + length;
    }

    private static char At(string text, int at) => at < text.Length ? text[at] : '\0';

    private static bool Has(string text, int at, string what) => string.CompareOrdinal(text, at, what, 0, what.Length) == 0;

    private static KqlFault Unexpected(string text, int at, string? expected = null)
        => new(KqlFault.Parser, KqlFault.Parser, at) { Token = text.Substring(at, Math.Min(1, text.Length - at)), Expected = expected };
}
