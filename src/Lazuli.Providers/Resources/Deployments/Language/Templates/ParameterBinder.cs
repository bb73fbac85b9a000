using Lazuli.Kernel.Errors;
using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Templates;

/// <summary>Gives a template's parameters their values, provided or default, and checks them against their definitions.</summary>
internal static class ParameterBinder
{
    public static void Bind(Template template, ObjectValue parameters, EvaluationContext context, FaultList faults)
    {
        foreach (var (name, given) in parameters.Properties)
        {
            faults.Guard(() => Provide(template, name, given, context, faults));
        }

        foreach (var (name, raw) in template.Parameters.Properties)
        {
            faults.Guard(() => Check(name, raw, context));
        }
    }

    private static void Provide(Template template, string name, Value given, EvaluationContext context, FaultList faults)
    {
        if (template.Parameters[name] is not { } definition)
        {
            throw TemplateFault.At(
                $"The template parameters '{name}' in the parameters file are not valid; they are not present in the original template and can therefore not be provided at deployment time. "
                + $"The only supported parameters for this template are '{string.Join(", ", template.Parameters.Properties.Select(p => p.Key))}'. Please see https://aka.ms/arm-pass-parameter-values for usage details",
                template.Source.At, $"properties.parameters.{name}");
        }

        if (given is ObjectValue o && o["value"] is { } value)
        {
            if (!value.IsNull || (definition as ObjectValue)?["nullable"] is BooleanValue { Data: true })
            {
                context.Scope.Provide(name, value);
            }
        }
        else if (given is ObjectValue { } computed && computed["expression"] is StringValue expression)
        {
            context.Scope.Provide(name, ValueEvaluator.Evaluate(expression, context.ForParameterExpression()));
        }
        else if (given is ObjectValue { } withReference && withReference["reference"] is not null)
        {
            faults.Add(ArmErrors.NotSupported($"The Key Vault reference of the template parameter '{name}'"));
            context.Scope.Provide(name, NullValue.Instance);
        }
        else
        {
            throw TemplateFault.At($"The provided value for the template parameter '{name}' at line '{{line}}' and column '{{column}}' is not valid. It must be an object with a value. Please see https://aka.ms/arm-create-parameter-file for usage details", definition.At, $"properties.parameters.{name}");
        }
    }

    private static void Check(string name, Value raw, EvaluationContext context)
    {
        if (raw is not ObjectValue definition)
        {
            throw TemplateFault.At($"The template parameter '{name}' must be an object. Please see https://aka.ms/arm-parameter for usage details", raw.At, $"properties.template.parameters.{name}");
        }

        try
        {
            var value = context.Scope.Parameter(name, context);
            if (!value.HasUnknown)
            {
                new TypeChecker(context.Scope.Definitions, context).Check(definition, value, name);
            }
        }
        catch (TemplateFault fault)
        {
            throw fault.Message.StartsWith("The ", StringComparison.Ordinal) || fault.Message.StartsWith("Template parameter", StringComparison.Ordinal)
                ? fault.Within(raw.At, $"properties.template.parameters.{name}")
                : fault.Of($"parameter '{name}'", raw.At, $"properties.template.parameters.{name}");
        }
    }
}
