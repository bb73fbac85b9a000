using Lazuli.Providers.ResourceGraph.Kql.Syntax;

namespace Lazuli.Providers.ResourceGraph.Kql;

/// <summary>A query's tree. Prints so that it parses to the same tree.</summary>
public sealed record KqlQuery(IReadOnlyList<LetStatement> Lets, QueryExpression Body)
{
    /// <summary>The longest text that is looked at, in characters.</summary>
    public const int Longest = 100_000;

    /// <exception cref="KqlFault">The text is no query.</exception>
    public static KqlQuery Parse(string text)
        => text.Length <= Longest ? Parser.Parse(text) : throw KqlFault.Exceeds($"A query has at most {Longest} characters.");

    public override string ToString()
    {
        var text = new System.Text.StringBuilder();
        text.AppendJoin(' ', Lets).Append(Lets.Count > 0 ? " " : "");
        Body.PrintBare(text);
        return text.ToString();
    }
}
