using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Templates;

/// <summary>A function of the template's own. It sees its parameters and nothing else of the template.</summary>
public sealed record UserFunction(string Name, IReadOnlyList<ObjectValue> Parameters, ObjectValue OutputType, Value Output)
{
    /// <summary>The arguments of a call by the names of the parameters.</summary>
    public ObjectValue Bind(CallExpression call, EvaluationContext context)
    {
        if (call.Arguments.Count > Parameters.Count)
        {
            throw Wrong(call);
        }

        var arguments = new ObjectBuilder();
        for (var i = 0; i < Parameters.Count; i++)
        {
            var name = ((StringValue)(Parameters[i]["name"] ?? throw Wrong(call))).Data;
            var value = i < call.Arguments.Count ? call.Arguments[i].Evaluate(context)
                : Parameters[i]["defaultValue"] is { } fallback ? ValueEvaluator.Evaluate(fallback, context.ForVariable())
                : Parameters[i]["nullable"] is BooleanValue { Data: true } ? NullValue.Instance
                : throw Wrong(call);
            if (!value.HasUnknown)
            {
                new TypeChecker(context.Scope.Definitions, context).Check(Parameters[i], value, name);
            }

            arguments.Set(name, value);
        }

        return arguments.Build();
    }

    /// <summary>All functions of a template by <c>namespace.name</c>, ignoring case.</summary>
    public static IReadOnlyDictionary<string, UserFunction> ReadAll(Value? functions)
    {
        var result = new Dictionary<string, UserFunction>(StringComparer.OrdinalIgnoreCase);
        foreach (var group in functions is ArrayValue groups ? groups.Items : [])
        {
            if (group is not ObjectValue g || g["namespace"] is not StringValue space || g["members"] is not ObjectValue members)
            {
                throw TemplateFault.At("A group of user-defined functions needs a namespace and members. Please see https://aka.ms/arm-syntax-functions for usage details", group.At, "functions");
            }

            foreach (var (name, member) in members.Properties)
            {
                var full = $"{space.Data}.{name}";
                var type = (member as ObjectValue)?["output"] as ObjectValue;
                var output = type?["value"]
                    ?? throw TemplateFault.At($"The user-defined function '{full}' needs an output with a value. Please see https://aka.ms/arm-syntax-functions for usage details", member.At, "functions");
                var parameters = (((ObjectValue)member)["parameters"] as ArrayValue)?.Items ?? [];
                if (parameters.Any(p => p is not ObjectValue o || o["name"] is not StringValue)
                    || !result.TryAdd(full, new(full, [.. parameters.Cast<ObjectValue>()], type ?? ObjectValue.Empty, output)))
                {
                    throw TemplateFault.At($"The user-defined function '{full}' is defined twice or has a parameter without a name. Please see https://aka.ms/arm-syntax-functions for usage details", member.At, "functions");
                }
            }
        }

        return result;
    }

    private TemplateFault Wrong(CallExpression call)
        => new($"The user-defined function '{Name}' takes {Parameters.Count} parameter(s), and {call.Arguments.Count} were provided. Please see https://aka.ms/arm-syntax-functions for usage details");
}
