namespace Lazuli.Providers.ResourceGraph.Kql.Syntax;

public enum TokenKind
{
    End,

    /// <summary>A word: a name, a keyword, or a word operator such as <c>!contains</c> and <c>in~</c>.</summary>
    Word,

    /// <summary>A name in brackets: <c>['a name']</c>. Never a keyword.</summary>
    Quoted,
    Text,
    Integer,
    Real,
    TimeSpan,

    /// <summary>A literal with its type: <c>datetime(2024-01-01)</c>. The word and what stands between the parentheses, divided by a line feed.</summary>
    Typed,
    Symbol,
}

/// <summary>A piece of a query's text: <see cref="Value"/> is what it means, without quotes and escapes.</summary>
public readonly record struct Token(TokenKind Kind, string Value, int Start, int End)
{
    public bool IsWord(string word) => Kind == TokenKind.Word && Value == word;

    public bool IsSymbol(string symbol) => Kind == TokenKind.Symbol && Value == symbol;
}
