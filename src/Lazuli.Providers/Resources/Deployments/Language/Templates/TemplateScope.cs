using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Templates;

/// <summary>
/// A template's parameters, variables and functions as its expressions see them. Defaults and variables are evaluated when first asked for, once.
/// One thread at a time.
/// </summary>
public sealed class TemplateScope
{
    private readonly Dictionary<string, Value> _parameters = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Value> _variables = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _underWay = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _copies = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ObjectValue> _variableLoops = new(StringComparer.OrdinalIgnoreCase);

    public TemplateScope(Template template)
    {
        Template = template;
        foreach (var loop in template.Variables["copy"] is ArrayValue loops ? loops.Items.OfType<ObjectValue>() : [])
        {
            if (loop["name"] is StringValue name)
            {
                _variableLoops[name.Data] = loop;
            }
        }
    }

    public Template Template { get; }

    public ObjectValue Definitions => Template.Definitions;

    /// <summary>Gives a parameter the value provided for it.</summary>
    public void Provide(string name, Value value) => _parameters[name] = value;

    public Value Parameter(string name, EvaluationContext context)
    {
        if (context.FunctionArguments is { } arguments)
        {
            return arguments[name] ?? throw new TemplateFault($"The user-defined function has no parameter '{name}'. Please see https://aka.ms/arm-syntax-functions for usage details");
        }

        if (_parameters.TryGetValue(name, out var value))
        {
            return value;
        }

        if (Template.Parameters[name] is not ObjectValue definition)
        {
            throw new TemplateFault($"The template parameter '{name}' is not found. Please see https://aka.ms/arm-parameter for usage details");
        }

        if (definition["defaultValue"] is not { } fallback)
        {
            return new TypeChecker(Definitions, context).Resolve(definition)["nullable"] is BooleanValue { Data: true }
                ? NullValue.Instance
                : throw TemplateFault.At($"The value for the template parameter '{name}' at line '{{line}}' and column '{{column}}' is not provided. Please see https://aka.ms/arm-create-parameter-file for usage details", definition.At, $"properties.template.parameters.{name}");
        }

        return _parameters[name] = fallback.IsConstant ? fallback : Once("parameter", name, fallback.At, "parameters", () => ValueEvaluator.Evaluate(fallback, context.ForParameterDefault()));
    }

    public Value Variable(string name, EvaluationContext context)
    {
        if (context.FunctionArguments is not null)
        {
            throw new TemplateFault("The template function 'variables' is not expected at this location. Please see https://aka.ms/arm-functions for usage details");
        }

        if (_variables.TryGetValue(name, out var value))
        {
            return value;
        }

        if (_variableLoops.TryGetValue(name, out var loop))
        {
            return _variables[name] = Once("variable", name, loop.At, "variables", () => ValueEvaluator.ExpandCopy(loop, context.ForVariable()).Items);
        }

        var source = IsLoops(name, Template.Variables[name]) ? null : Template.Variables[name];
        return source is null
            ? throw new TemplateFault($"The template variable '{name}' is not found. Please see https://aka.ms/arm-syntax-variables for usage details")
            : _variables[name] = source.IsConstant ? source : Once("variable", name, source.At, "variables", () => ValueEvaluator.Evaluate(source, context.ForVariable()));
    }

    /// <summary>Evaluates every variable, as Resource Manager does, also those that nothing refers to.</summary>
    internal void EvaluateVariables(EvaluationContext context)
    {
        foreach (var (name, value) in Template.Variables.Properties)
        {
            if (!IsLoops(name, value))
            {
                _ = Variable(name, context);
            }
        }

        foreach (var name in _variableLoops.Keys)
        {
            _ = Variable(name, context);
        }
    }

    public UserFunction? FindFunction(CallExpression call) => Template.Functions.GetValueOrDefault($"{call.Namespace}.{call.Name}");

    /// <summary>The number of resources that a symbolic name with a copy loop stands for.</summary>
    public int? CopyCount(string symbol) => _copies.TryGetValue(symbol, out var count) ? count : null;

    /// <summary><c>{ id, name, type, apiVersion }</c> of a resource by its symbolic name; null when there is none, or none yet.</summary>
    public ObjectValue? ResourceInfo(string symbol) => Named?.Invoke(symbol) is { } resource
        ? new ObjectBuilder(4).Set("id", resource.Id.ToString()).Set("name", resource.Id.NamePath).Set("type", resource.Id.Type.ToString()).Set("apiVersion", resource.ApiVersion).Build()
        : null;

    /// <summary>False for a resource whose condition says so.</summary>
    public bool IsDeployed(string symbol) => Named?.Invoke(symbol)?.Deployed != false;

    /// <summary>Finds resources by symbolic name, as soon as they are known.</summary>
    internal Func<string, PlannedResource?>? Named { get; set; }

    internal void SetCopyCount(string symbol, int count) => _copies[symbol] = count;

    private static bool IsLoops(string name, Value? value) => name.Equals("copy", StringComparison.OrdinalIgnoreCase) && value is ArrayValue;

    private Value Once(string kind, string name, Position at, string section, Func<Value> evaluate)
    {
        var part = $"{kind} '{name}'";
        if (!_underWay.Add(part))
        {
            throw new TemplateFault($"The template {part} refers to itself: a circular reference can't be evaluated. Please see https://aka.ms/arm-syntax-variables for usage details");
        }

        try
        {
            return evaluate();
        }
        catch (TemplateFault fault)
        {
            throw fault.Of(part, at, $"properties.template.{section}.{name}");
        }
        finally
        {
            _underWay.Remove(part);
        }
    }
}
