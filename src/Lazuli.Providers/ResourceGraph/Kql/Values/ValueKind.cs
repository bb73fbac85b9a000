namespace Lazuli.Providers.ResourceGraph.Kql.Values;

/// <summary>Kusto's scalar types. As a column's type <see cref="Dynamic"/> means that each value has a kind of its own.</summary>
public enum ValueKind : byte
{
    Null,
    Bool,
    Int,
    Long,
    Real,
    DateTime,
    TimeSpan,
    Guid,
    String,
    Dynamic,
}

public static class ValueKinds
{
    /// <summary>The type's name in queries.</summary>
    public static string ToKeyword(this ValueKind kind) => kind switch
    {
        ValueKind.Null => "dynamic",
        _ => kind.ToString().ToLowerInvariant(),
    };

    /// <summary>The type's name in a result table's columns.</summary>
    public static string ToColumnType(this ValueKind kind) => kind switch
    {
        ValueKind.Bool => "boolean",
        ValueKind.Int or ValueKind.Long => "integer",
        ValueKind.Real => "number",
        ValueKind.DateTime => "datetime",
        ValueKind.Dynamic or ValueKind.Null => "object",
        _ => "string",
    };

    public static ValueKind? FromKeyword(string word) => word switch
    {
        "bool" or "boolean" => ValueKind.Bool,
        "int" => ValueKind.Int,
        "long" => ValueKind.Long,
        "real" or "double" or "decimal" => ValueKind.Real,
        "datetime" or "date" => ValueKind.DateTime,
        "timespan" or "time" => ValueKind.TimeSpan,
        "guid" or "uuid" => ValueKind.Guid,
        "string" => ValueKind.String,
        "dynamic" => ValueKind.Dynamic,
        _ => null,
    };

    public static bool IsNumber(this ValueKind kind) => kind is ValueKind.Int or ValueKind.Long or ValueKind.Real;

    public static bool IsWhole(this ValueKind kind) => kind is ValueKind.Int or ValueKind.Long;
}
