using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Functions;

/// <summary>A built-in function: how many arguments it takes, of what type it is, and what it gives. What it can't make sense of is null (or, for text, empty).</summary>
internal sealed record KqlFunction(string Name, int Least, int Most, Func<IReadOnlyList<Bound>, ValueKind> Type, Func<Value[], QueryContext, Value> Run)
{
    /// <summary>For functions that don't look at all of their arguments.</summary>
    public Func<Bound[], Func<Value[], Value>>? Lazily { get; init; }

    public Bound Bind(Bound[] arguments, QueryContext context)
    {
        var constant = Array.TrueForAll(arguments, a => a.IsConstant);
        var type = Type(arguments);
        if (Lazily is not null)
        {
            return new Bound(type, Lazily(arguments)) { IsConstant = constant };
        }

        if (constant)
        {
            return Bound.Constant(Run([.. arguments.Select(a => a.Value)], context), type);
        }

        return new Bound(type, row =>
        {
            var values = new Value[arguments.Length];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = arguments[i].Run(row);
                context.Step(Cost(values[i]));
            }

            var result = Run(values, context);
            context.Step(Cost(result));
            return result;
        });
    }

    private static int Cost(Value value) => value.Kind switch { ValueKind.String => value.AsText.Length >> 8, ValueKind.Dynamic => value.AsDynamic?.Count ?? 0, _ => 0 };
}

/// <summary>Short forms for lists of functions.</summary>
internal static class Define
{
    public const int Any = int.MaxValue;

    public static KqlFunction Function(string name, int least, int most, ValueKind type, Func<Value[], Value> run) => new(name, least, most, _ => type, (a, _) => run(a));

    public static KqlFunction Function(string name, int count, ValueKind type, Func<Value[], Value> run) => Function(name, count, count, type, run);

    public static KqlFunction Text(string name, Func<string, string> run) => Function(name, 1, ValueKind.String, a => Value.Of(run(a[0].ToText())));

    /// <summary>Numbers in, a number out; null for anything else.</summary>
    public static KqlFunction Number(string name, Func<double, double> run)
        => Function(name, 1, ValueKind.Real, a => a[0].Kind.IsNumber() ? Value.Of(run(a[0].AsReal)) : Value.Null);

    /// <summary>The type that all arguments have, or that numbers share.</summary>
    public static ValueKind Common(IEnumerable<Bound> arguments)
    {
        var kinds = arguments.Where(a => !(a.IsConstant && a.Value.IsNull)).Select(a => a.Type).Distinct().ToList();
        return kinds.Count == 1 ? kinds[0]
            : kinds.Count > 1 && kinds.TrueForAll(k => k.IsNumber()) ? kinds.Contains(ValueKind.Real) ? ValueKind.Real : ValueKind.Long
            : ValueKind.Dynamic;
    }

    /// <summary>An argument that may be left out.</summary>
    public static Value At(Value[] arguments, int index) => index < arguments.Length ? arguments[index] : Value.Null;
}
