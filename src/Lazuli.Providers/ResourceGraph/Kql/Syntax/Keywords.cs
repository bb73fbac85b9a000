namespace Lazuli.Providers.ResourceGraph.Kql.Syntax;

/// <summary>Words with a meaning.</summary>
internal static class Keywords
{
    /// <summary>Tabular operators that Resource Graph has.</summary>
    public static readonly HashSet<string> Operators =
    [
        "where", "filter", "project", "project-away", "project-keep", "project-rename", "project-reorder", "extend", "summarize", "join", "union", "mv-expand", "mvexpand",
        "parse", "sort", "order", "top", "take", "limit", "distinct", "count",
    ];

    /// <summary>Tabular operators of Kusto that Resource Graph doesn't have.</summary>
    public static readonly HashSet<string> OtherOperators =
    [
        "as", "consume", "evaluate", "facet", "find", "fork", "getschema", "invoke", "lookup", "make-graph", "make-series", "mv-apply", "parse-kv", "parse-where", "partition",
        "print", "range", "datatable", "externaldata", "reduce", "render", "sample", "sample-distinct", "scan", "search", "serialize", "top-hitters", "top-nested", "graph-match",
    ];

    /// <summary>Operators between two values that compare, by word.</summary>
    public static readonly HashSet<string> WordComparisons =
    [
        "contains", "!contains", "contains_cs", "!contains_cs", "has", "!has", "has_cs", "!has_cs", "hasprefix", "!hasprefix", "hasprefix_cs", "!hasprefix_cs",
        "hassuffix", "!hassuffix", "hassuffix_cs", "!hassuffix_cs", "startswith", "!startswith", "startswith_cs", "!startswith_cs",
        "endswith", "!endswith", "endswith_cs", "!endswith_cs",
    ];

    public static readonly HashSet<string> SymbolComparisons = ["==", "!=", "<>", "=~", "!~", "<", ">", "<=", ">="];

    /// <summary>Operators between a value and a list in parentheses.</summary>
    public static readonly HashSet<string> ListComparisons = ["in", "!in", "in~", "!in~", "has_any", "has_all", "between", "!between"];

    /// <summary>Words that can't be names unless they stand in brackets.</summary>
    public static readonly HashSet<string> Reserved =
    [
        "and", "or", "by", "on", "asc", "desc", "nulls", "let", "true", "false", "null", "matches", "dynamic", "with", "to",
        "datetime", "date", "timespan", "time", "guid", "int", "long", "real", "double", "bool", "boolean", "decimal",
        "where", "project", "extend", "summarize", "join", "union", "parse", "sort", "order", "top", "take", "limit", "distinct", "filter", "mvexpand",
        .. WordComparisons, .. ListComparisons,
    ];
}
