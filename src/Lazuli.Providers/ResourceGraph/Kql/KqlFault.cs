using System.Diagnostics.CodeAnalysis;

namespace Lazuli.Providers.ResourceGraph.Kql;

/// <summary>
/// What is wrong with a query. It unwinds parsing and evaluation, and never leaves the language: <see cref="KqlQuery"/>'s callers answer it in Azure's shape.
/// </summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Always made with a message.")]
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "A fault of the query, not an exceptional state of the program.")]
public sealed class KqlFault(string code, string message, int at = -1) : Exception(message)
{
    /// <summary>The text is no query.</summary>
    public const string Parser = "ParserFailure";

    /// <summary>A part of the language that Resource Graph doesn't have.</summary>
    public const string Language = "InvalidQueryLanguage";

    /// <summary>A query that means nothing: unknown tables, columns and functions, types that don't fit.</summary>
    public const string Semantic = "SemanticError";

    /// <summary>A query that takes more than it may.</summary>
    public const string Limit = "QueryLimitExceeded";

    public string Code => code;

    /// <summary>Where in the query's text, counted in characters from 0; -1 when it isn't one place.</summary>
    public int At { get; init; } = at;

    /// <summary>The text that was found there.</summary>
    public string? Token { get; init; }

    /// <summary>The text that was expected there.</summary>
    public string? Expected { get; init; }

    public static KqlFault Means(string message, int at = -1, string? token = null) => new(Semantic, message, at) { Token = token };

    public static KqlFault Exceeds(string message) => new(Limit, message);

    /// <summary>The line (from 1) and the character in it (from 0) of a place in a text, as Azure counts them.</summary>
    public static (int Line, int Character) Place(string text, int at)
    {
        if (at < 0)
        {
            return (-1, -1);
        }

        var before = text.AsSpan(0, Math.Min(at, text.Length));
        return (before.Count('\n') + 1, before.Length - before.LastIndexOf('\n') - 1);
    }
}
