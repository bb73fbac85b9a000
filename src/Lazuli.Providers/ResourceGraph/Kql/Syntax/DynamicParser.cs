using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Syntax;

/// <summary>Reads what stands in <c>dynamic(…)</c>: JSON, with Kusto's quotes and literals.</summary>
internal sealed class DynamicParser(TokenReader tokens)
{
    private int _depth;

    public Value Read()
    {
        var token = tokens.Current;
        if (++_depth > DynamicValue.Deepest)
        {
            throw new KqlFault(KqlFault.Limit, "A dynamic literal is nested too deeply.", token.Start);
        }

        tokens.Skip();
        var value = token.Kind switch
        {
            TokenKind.Text => Value.Of(token.Value),
            TokenKind.Quoted => Value.Of([Value.Of(token.Value)]),
            TokenKind.Integer or TokenKind.Real or TokenKind.TimeSpan or TokenKind.Typed => Literals.Read(token) ?? throw Fault(token),
            TokenKind.Word when token.Value is "true" => Value.True,
            TokenKind.Word when token.Value is "false" => Value.False,
            TokenKind.Word when token.Value is "null" => Value.Null,
            TokenKind.Symbol when token.Value == "-" => Literals.Negated(new LiteralExpression(Read())) ?? throw Fault(token),
            TokenKind.Symbol when token.Value == "[" => Array(),
            TokenKind.Symbol when token.Value == "{" => Bag(),
            _ => throw Fault(token),
        };
        _depth--;
        return value;
    }

    private Value Array()
    {
        var items = new List<Value>();
        while (!tokens.TakeSymbol("]"))
        {
            items.Add(Read());
            if (!tokens.Current.IsSymbol("]"))
            {
                tokens.Expect(",");
            }
        }

        return Value.Of(items);
    }

    private Value Bag()
    {
        var properties = new List<KeyValuePair<string, Value>>();
        while (!tokens.TakeSymbol("}"))
        {
            var name = tokens.Current;
            if (name.Kind is not (TokenKind.Text or TokenKind.Word))
            {
                throw tokens.Unexpected();
            }

            tokens.Skip();
            tokens.Expect(":");
            properties.Add(new(name.Value, Read()));
            if (!tokens.Current.IsSymbol("}"))
            {
                tokens.Expect(",");
            }
        }

        return Value.Of(new BagValue(properties));
    }

    private static KqlFault Fault(Token token) => new(KqlFault.Parser, KqlFault.Parser, token.Start) { Token = token.Kind == TokenKind.End ? "<EOF>" : token.Value };
}
