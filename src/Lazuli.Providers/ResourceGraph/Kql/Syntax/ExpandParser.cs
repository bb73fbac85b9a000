using System.Globalization;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Syntax;

/// <summary>Reads the steps that take values apart: <c>mv-expand</c> and <c>parse</c>.</summary>
internal sealed class ExpandParser(TokenReader tokens, ExpressionParser expressions)
{
    public ExpandOperator Expand()
    {
        var (arrays, index) = (false, (string?)null);
        while (true)
        {
            if ((tokens.Parameter("kind") ?? tokens.Parameter("bagexpansion")) is { } kind)
            {
                arrays = kind == "array" || (kind == "bag" ? false : throw tokens.Unexpected("bag"));
            }
            else if (tokens.Parameter("with_itemindex") is { } name)
            {
                index = name;
            }
            else
            {
                break;
            }
        }

        var columns = new List<ExpandSyntax> { Column() };
        while (tokens.TakeSymbol(","))
        {
            columns.Add(Column());
        }

        return new ExpandOperator(arrays, index, columns, tokens.TakeWord("limit") ? Limit() : null);
    }

    public ParseOperator Parse()
    {
        var kind = tokens.Parameter("kind") ?? "simple";
        if (kind is not ("simple" or "regex" or "relaxed"))
        {
            throw tokens.Unexpected("simple");
        }

        var value = expressions.Value();
        if (!tokens.TakeWord("with"))
        {
            throw tokens.Unexpected("with");
        }

        var parts = new List<ParsePart>();
        while (Part() is { } part)
        {
            parts.Add(part);
        }

        return parts.Count > 0 ? new ParseOperator(kind, value, parts) : throw tokens.Unexpected();
    }

    private ExpandSyntax Column()
    {
        var names = expressions.ColumnNames();
        var value = expressions.Value();
        if (names.Count > 1)
        {
            throw tokens.Unexpected();
        }

        ValueKind? type = null;
        if (tokens.TakeWord("to"))
        {
            if (!tokens.TakeWord("typeof"))
            {
                throw tokens.Unexpected("typeof");
            }

            tokens.Expect("(");
            type = tokens.TypeName();
            tokens.Expect(")");
        }

        return new ExpandSyntax(names.Count == 1 ? names[0] : null, value, type);
    }

    private long Limit()
    {
        if (tokens.Current.Kind != TokenKind.Integer || !long.TryParse(tokens.Current.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
        {
            throw tokens.Unexpected();
        }

        tokens.Skip();
        return limit;
    }

    private ParsePart? Part()
    {
        if (tokens.TakeSymbol("*"))
        {
            return ParsePart.Star;
        }

        if (tokens.Current.Kind == TokenKind.Text)
        {
            var text = tokens.Current.Value;
            tokens.Skip();
            return new ParsePart(text, null, ValueKind.String);
        }

        return tokens.Current.Kind is TokenKind.Word or TokenKind.Quoted
            ? new ParsePart(null, tokens.Name(), tokens.TakeSymbol(":") ? tokens.TypeName() : ValueKind.String)
            : null;
    }
}
