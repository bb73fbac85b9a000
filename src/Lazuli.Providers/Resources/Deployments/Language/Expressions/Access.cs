using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Expressions;

/// <summary>Properties of objects and elements of arrays, with Azure's words when there is none.</summary>
internal static class Access
{
    public static Value Property(Value target, string name) => target is ObjectValue o
        ? o[name] ?? throw new TemplateFault(
            $"The language expression property '{name}' doesn't exist, available properties are '{string.Join(", ", o.Properties.Select(p => p.Key))}'")
        : throw new TemplateFault($"The language expression property '{name}' can't be evaluated, property can only be selected on an object and not on a value of type '{target.TypeName}'");

    public static Value Index(Value target, Value index) => (target, index) switch
    {
        (ObjectValue, StringValue name) => Property(target, name.Data),
        (ArrayValue array, IntegerValue i) => i.Data >= 0 && i.Data < array.Items.Count
            ? array.Items[(int)i.Data]
            : throw new TemplateFault($"The language expression property array index '{i.Data}' is out of bounds"),
        (ArrayValue, _) => throw new TemplateFault($"The language expression property '{Text(index)}' can't be evaluated, array index must be an integer"),
        (ObjectValue, _) => throw new TemplateFault($"The language expression property '{Text(index)}' can't be evaluated, property name must be a string"),
        _ => throw new TemplateFault($"The language expression property '{Text(index)}' can't be evaluated, property can only be selected on an object or an array and not on a value of type '{target.TypeName}'"),
    };

    /// <summary>As <see cref="Index"/>, null when there is nothing there.</summary>
    public static Value? TryIndex(Value target, Value index) => (target, index) switch
    {
        (ObjectValue o, StringValue name) => o[name.Data],
        (ArrayValue array, IntegerValue i) => i.Data >= 0 && i.Data < array.Items.Count ? array.Items[(int)i.Data] : null,
        _ => null,
    };

    private static string Text(Value value) => value is StringValue s ? s.Data : value.ToString();
}
