using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Syntax;

/// <summary>A place in a query's tokens.</summary>
internal sealed class TokenReader(string text, List<Token> tokens)
{
    private int _at;

    public Token Current => tokens[_at];

    public Token Peek(int ahead) => tokens[Math.Min(_at + ahead, tokens.Count - 1)];

    public void Skip() => _at = Math.Min(_at + 1, tokens.Count - 1);

    public bool TakeSymbol(string symbol) => Take(Current.IsSymbol(symbol));

    public bool TakeWord(string word) => Take(Current.IsWord(word));

    public void Expect(string symbol)
    {
        if (!TakeSymbol(symbol))
        {
            throw Unexpected(symbol);
        }
    }

    public string Name()
    {
        if (Current.Kind is not (TokenKind.Word or TokenKind.Quoted))
        {
            throw Unexpected();
        }

        var name = Current.Value;
        Skip();
        return name;
    }

    public ValueKind TypeName()
    {
        var kind = Current.Kind == TokenKind.Word ? ValueKinds.FromKeyword(Current.Value) : null;
        Skip();
        return kind ?? throw Unexpected();
    }

    /// <summary><c>name=value</c> of an operator's parameters: its value's word, or null when the parameter isn't there.</summary>
    public string? Parameter(string name)
    {
        if (!Current.IsWord(name) || !Peek(1).IsSymbol("="))
        {
            return null;
        }

        Skip();
        Skip();
        return Name();
    }

    /// <summary>An operator's name, whose hyphens have no blanks around them: <c>project-away</c>.</summary>
    public string PeekOperator()
    {
        var word = Current.Value;
        for (var at = 1; Hyphen(at); at += 2)
        {
            word += "-" + Peek(at + 1).Value;
        }

        return word;
    }

    public Token AfterOperator(string word) => Peek(Length(word));

    public void SkipOperator(string word) => _at = Math.Min(_at + Length(word), tokens.Count - 1);

    public KqlFault Unexpected(string? expected = null)
        => new(KqlFault.Parser, KqlFault.Parser, Current.Start) { Token = Current.Kind == TokenKind.End ? "<EOF>" : text[Current.Start..Current.End], Expected = expected };

    private static int Length(string word) => 1 + (2 * word.Count(c => c == '-'));

    private bool Hyphen(int at)
        => Peek(at).IsSymbol("-") && Peek(at + 1).Kind == TokenKind.Word && Peek(at - 1).End == Peek(at).Start && Peek(at).End == Peek(at + 1).Start;

    private bool Take(bool there)
    {
        if (there)
        {
            Skip();
        }

        return there;
    }
}
