using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Binding;

/// <summary>An expression that knows its columns: gives its value for a row.</summary>
public sealed record Bound(ValueKind Type, Func<Value[], Value> Run)
{
    /// <summary>The same for every row.</summary>
    public bool IsConstant { get; init; }

    public static Bound Constant(Value value, ValueKind? type = null)
        => new(type ?? (value.IsNull ? ValueKind.Dynamic : value.Kind), _ => value) { IsConstant = true };

    /// <summary>The value of a constant.</summary>
    public Value Value => Run([]);
}
