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
    private int _at;
    private int _nesting;

    private ExpressionParser(ReadOnlySpan<char> text) => _text = text;

    /// <param name="text">Without the outer brackets.</param>
    /// <param name="source">Where faults are placed.</param>
    /// <exception cref="TemplateFault">It does not parse.</exception>
    public static Expression Parse(ReadOnlyMemory<char> text, Value? source = null)
    {
        if (text.Length > MaxLength)
        {
            throw TemplateFault.At($"The template language expression is longer than the limit of {MaxLength} characters", source?.At ?? default);
        }

        try
        {
            var parser = new ExpressionParser(text.Span);
            var expression = parser.ReadExpression();
            parser.SkipBlank();
            return parser._at == parser._text.Length ? expression : throw parser.Unexpected("EndOfData");
        }
        catch (TemplateFault fault) when (source is not null && fault.Line == 0)
        {
            throw TemplateFault.At($"Unable to parse language expression '{Shorten(text.Span)}': {fault.Message}", source.At);
        }
    }

    public static Expression Parse(string text) => Parse(text.AsMemory());

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
                return _text[start..(_at - 1)].ToString().Replace("''", "'", StringComparison.Ordinal);
            }

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
        var arguments = new List<Expression>();
        SkipBlank();
        while (!Take(')'))
        {
            if (arguments.Count > 0)
            {
                Expect(',', "RightParenthesis");
            }

            arguments.Add(ReadExpression());
            SkipBlank();
            if (_at >= _text.Length)
            {
                throw Unexpected("RightParenthesis");
            }
        }

        return new(space, name, arguments);
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
