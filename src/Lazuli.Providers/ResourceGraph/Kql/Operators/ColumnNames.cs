using Lazuli.Providers.ResourceGraph.Kql.Syntax;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Operators;

/// <summary>Names of columns that a query doesn't name.</summary>
internal static class ColumnNames
{
    // Functions whose result is called as what they were given.
    private static readonly HashSet<string> Transparent =
    [
        "tostring", "toint", "tolong", "toreal", "todouble", "todecimal", "tobool", "toboolean", "todatetime", "totimespan", "toguid", "todynamic", "parse_json", "bin", "floor", "take_any",
    ];

    /// <summary><c>properties.osDisk.osType</c> is called <c>properties_osDisk_osType</c>; null for what has no name of its own.</summary>
    public static string? Of(Expression expression) => expression switch
    {
        NameExpression name => name.Name,
        MemberExpression member => Of(member.Target) is { } target ? $"{target}_{member.Member}" : member.Member,
        IndexExpression { Index: LiteralExpression { Value: { Kind: ValueKind.Long or ValueKind.String } index } } access => Of(access.Target) is { } target ? $"{target}_{index.ToText()}" : null,
        CallExpression { Arguments: [var first, ..] } call when Transparent.Contains(call.Function) => Of(first),
        _ => null,
    };

    /// <summary>The name, or with the first number that makes it a new one.</summary>
    public static string Unique(string name, IReadOnlySet<string> taken)
    {
        var unique = name;
        for (var i = 1; taken.Contains(unique); i++)
        {
            unique = $"{name}{i}";
        }

        return unique;
    }
}
