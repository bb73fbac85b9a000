using System.Globalization;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Expressions;

/// <summary>
/// Parses the text between the brackets of <c>"[…]"</c>: literals in single quotes (a quote is doubled), integers, calls, properties, indexes.
/// Linear in the text; nesting is bounded.
/// </summary>
public ref struct ExpressionParser
{
    /// <summary>Azure's limit for the characters of one expression.</summary>
    public const int MaxLength = 24_576;
    private const int MaxNesting = 256;
    private readonly ReadOnlySpan<char> _text;
    private CallExpression? _unknown;
    private int _at;
    private int _nesting;

    private ExpressionParser(ReadOnlySpan<char> text) => _text = text;

    /// <param name="text">Without the outer brackets.</param>
    /// <param name="at">Where faults are placed.</param>
    /// <exception cref="TemplateFault">It does not parse.</exception>
    internal static ParsedExpression ParseAll(ReadOnlyMemory<char> text, Position at)
    {
        if (text.Length > MaxLength)
        {
            throw TemplateFault.At($"The language expression length limit exceeded. Limit: '{MaxLength}' and actual: '{text.Length}'. Please see https://aka.ms/arm-functions for usage details", at);
        }

        try
        {
            var parser = new ExpressionParser(text.Span);
            var expression = parser.ReadExpression();
            parser.SkipBlank();
            return parser._at == parser._text.Length ? new(expression, parser._unknown) : throw parser.Unexpected("EndOfData");
        }
        catch (TemplateFault fault) when (at.Line > 0 && fault.Line == 0)
        {
            throw new TemplateFault($"Unable to parse language expression '{Shorten(text.Span)}': {fault.Message}") { Line = at.Line, Column = at.Column, InExpression = true };
        }
    }

    public static Expression Parse(string text) => ParseAll(text.AsMemory(), default).Tree;

    private Expression ReadExpression()
    {
        if (++_nesting > MaxNesting)
        {
            throw new TemplateFault($"expressions nested deeper than {MaxNesting} are not supported");
        }

        SkipBlank();
        var expression = ReadPrimary();
        var postfixes = 0;
        while (true)
        {
            SkipBlank();
            if (Take('.'))
            {
                SkipBlank();
                expression = new PropertyExpression(expression, ReadIdentifier());
            }
            else if (Take('['))
            {
                var index = ReadExpression();
                Expect(']', "RightSquareBracket");
                expression = new IndexExpression(expression, index);
            }
            else
            {
                _nesting--;
                return expression;
            }

            if (++postfixes > MaxNesting)
            {
                throw new TemplateFault($"expressions nested deeper than {MaxNesting} are not supported");
            }
        }
    }

    private Expression ReadPrimary()
    {
        if (_at >= _text.Length)
        {
            throw Unexpected("LeftParenthesis");
        }

        var c = _text[_at];
        if (c == '\'')
        {
            return new LiteralExpression(new StringValue(ReadString()));
        }

        return char.IsAsciiDigit(c) || c is '-' or '+' ? ReadNumber() : ReadCall();
    }

    private string ReadString()
    {
        var start = ++_at;
        var doubled = false;
        while (true)
        {
            var quote = _text[_at..].IndexOf('\'');
            if (quote < 0)
            {
                throw new TemplateFault("the string literal is not terminated by a single quote");
            }

            _at += quote + 1;
            if (_at >= _text.Length || _text[_at] != '\'')
            {
                var text = _text[start..(_at - 1)].ToString();
                return doubled ? text.Replace("''", "'", StringComparison.Ordinal) : text;
            }

            doubled = true;
            _at++;
        }
    }

    private LiteralExpression ReadNumber()
    {
        var start = _at++;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || (_text[_at] == '.' && _at + 1 < _text.Length && char.IsAsciiDigit(_text[_at + 1]))))
        {
            _at++;
        }

        var text = _text[start.._at];
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return new(new IntegerValue(integer));
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? new(new FloatValue(number))
            : throw new TemplateFault($"the text '{Shorten(text)}' is not a number");
    }

    private CallExpression ReadCall()
    {
        string? space = null;
        var name = ReadIdentifier();
        SkipBlank();
        if (Take('.'))
        {
            space = name;
            SkipBlank();
            name = ReadIdentifier();
            SkipBlank();
        }

        Expect('(', "LeftParenthesis");
        Expression[] arguments = [];
        var count = 0;
        SkipBlank();
        while (!Take(')'))
        {
            if (count > 0)
            {
                Expect(',', "RightParenthesis");
            }

            if (count == arguments.Length)
            {
                Array.Resize(ref arguments, count == 0 ? 2 : 2 * count);
            }

            arguments[count++] = ReadExpression();
            SkipBlank();
            if (_at >= _text.Length)
            {
                throw Unexpected("RightParenthesis");
            }
        }

        var call = new CallExpression(space, name, count == arguments.Length ? arguments : arguments[..count]);
        if (call is { Namespace: null, Function: null })
        {
            _unknown ??= call;
        }

        return call;
    }

    private string ReadIdentifier()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] is '_' or '$' or '-'))
        {
            _at++;
        }

        return _at > start ? _text[start.._at].ToString() : throw Unexpected("Literal");
    }

    private void SkipBlank()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private bool Take(char c)
    {
        if (_at >= _text.Length || _text[_at] != c)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(char c, string token)
    {
        SkipBlank();
        if (!Take(c))
        {
            throw Unexpected(token);
        }
    }

    private readonly TemplateFault Unexpected(string expected)
    {
        var actual = _at >= _text.Length ? "EndOfData" : _text[_at] switch
        {
            '(' => "LeftParenthesis",
            ')' => "RightParenthesis",
            '[' => "LeftSquareBracket",
            ']' => "RightSquareBracket",
            ',' => "Comma",
            '.' => "Dot",
            '\'' => "StringLiteral",
            var c => char.IsAsciiDigit(c) ? "Integer" : char.IsLetter(c) ? "Literal" : c.ToString(),
        };
        return new($"expected token '{expected}' and actual '{actual}'");
    }

    private static string Shorten(ReadOnlySpan<char> text) => text.Length <= 300 ? text.ToString() : string.Concat(text[..300], "…");
}

/// <summary>An expression's tree, and the first call in it of a function that there is not (functions of the template's own are not looked at).</summary>
internal sealed record ParsedExpression(Expression Tree, CallExpression? Unknown);
