using Lazuli.Kernel.Errors;
using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Templates;

/// <summary>A template with its parameters bound, its loops unrolled and its dependencies resolved: what is left is to carry it out.</summary>
public sealed class CompiledTemplate
{
    private readonly EvaluationContext _context;
    private readonly ResourceNames _names;

    internal CompiledTemplate(Template template, EvaluationContext context, IReadOnlyList<PlannedResource> resources, ResourceNames names)
    {
        Template = template;
        _context = context;
        Resources = resources;
        _names = names;
    }

    public Template Template { get; }

    /// <summary>In the template's order.</summary>
    public IReadOnlyList<PlannedResource> Resources { get; }

    /// <summary>The resource that a name, symbolic name or id in an expression means; null when the template has none such.</summary>
    public PlannedResource? Find(string nameOrId) => _names.Find(nameOrId) is [var first, ..] ? Resources[first] : null;

    /// <summary>All parameters as the deployment shows them: <c>{ name: { type, value } }</c>, secure ones without their value unless asked for.</summary>
    public Result<ObjectValue> Parameters(bool withSecrets) => Guarded(() =>
    {
        var result = new ObjectBuilder();
        foreach (var (name, definition) in Template.Parameters.Properties)
        {
            var resolved = new TypeChecker(Template.Definitions, _context).Resolve((ObjectValue)definition);
            var type = TypeOf(resolved);
            var value = _context.Scope.Parameter(name, _context);
            var shown = new ObjectBuilder().Set("type", type);
            result.Set(name, (withSecrets || !IsSecure(type) ? shown.Set("value", value) : shown).Build());
        }

        return result.Build();
    });

    /// <summary>The outputs: <c>{ name: { type, value } }</c>; secure ones without their value.</summary>
    /// <exception cref="LookupPending">A resource must be fetched first.</exception>
    public Result<ObjectValue> Outputs(IResourceLookup resources) => Guarded(() =>
    {
        var context = _context.With(resources);
        if (resources is not ReferenceRecorder)
        {
            context.Budget.Renew();
        }

        var result = new ObjectBuilder();
        foreach (var (name, raw) in Template.Outputs.Properties)
        {
            try
            {
                if (Output(name, raw, context) is { } output)
                {
                    result.Set(name, output);
                }
            }
            catch (TemplateFault fault)
            {
                throw fault.Of($"output '{name}'", raw.At, $"properties.template.outputs.{name}");
            }
        }

        return result.Build();
    });

    /// <summary>A fault of this template as Azure words it.</summary>
    public ArmError ToError(TemplateFault fault) => fault.ToArmError(Template.Source.At);

    private static ObjectValue? Output(string name, Value raw, EvaluationContext context)
    {
        if (raw is not ObjectValue definition)
        {
            throw new TemplateFault("it must be an object");
        }

        var checker = new TypeChecker(context.Scope.Definitions, context);
        definition = checker.Resolve(definition);
        if (definition["condition"] is { } condition && ValueEvaluator.Evaluate(condition, context) is BooleanValue { Data: false })
        {
            return null;
        }

        var type = TypeOf(definition);
        Value value;
        if (definition["copy"] is ObjectValue loop)
        {
            value = ValueEvaluator.ExpandCopy(loop.With("name", Value.Of(name)), context).Items;
        }
        else
        {
            value = ValueEvaluator.Evaluate(definition["value"] ?? throw new TemplateFault("it needs a value"), context);
        }

        if (!value.HasUnknown)
        {
            checker.Check(definition, value, name);
        }

        var shown = new ObjectBuilder().Set("type", type);
        return (IsSecure(type) ? shown : shown.Set("value", value)).Build();
    }

    private static bool IsSecure(string type) => type.StartsWith("Secure", StringComparison.Ordinal);

    private static string TypeOf(ObjectValue definition) => ((definition["type"] as StringValue)?.Data.ToLowerInvariant()) switch
    {
        "string" => "String",
        "securestring" => "SecureString",
        "int" => "Int",
        "bool" => "Bool",
        "object" => "Object",
        "secureobject" => "SecureObject",
        "array" => "Array",
        var other => throw TemplateFault.At($"The type '{other}' is not valid. Please see https://aka.ms/arm-parameter for usage details", definition.At),
    };

    private Result<ObjectValue> Guarded(Func<ObjectValue> body)
    {
        try
        {
            return body();
        }
        catch (TemplateFault fault)
        {
            return ToError(fault);
        }
    }
}
