using System.Collections.Frozen;
using Lazuli.Kernel.Ids;
using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Templates;

/// <summary>One resource of a compiled template: one turn of its copy loop, its children apart from it.</summary>
public sealed class PlannedResource
{
    /// <summary>Members that steer the deployment and are no part of the resource.</summary>
    private static readonly FrozenSet<string> Steering = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "apiVersion", "type", "name", "comments", "condition", "copy", "dependsOn", "existing", "resources", "resourceGroup", "subscriptionId", "asserts", "metadata", "@options");

    /// <summary>Its place in <see cref="CompiledTemplate.Resources"/>.</summary>
    public required int Index { get; init; }
    public required ResourceId Id { get; init; }
    public required string ApiVersion { get; init; }

    /// <summary>The symbolic name, with its index in a loop: <c>vms[2]</c>.</summary>
    public string? Symbol { get; init; }

    /// <summary>True for what the template only refers to.</summary>
    public bool Existing { get; init; }

    /// <summary>False when its condition says so.</summary>
    public bool Deployed { get; init; } = true;

    /// <summary>As written.</summary>
    public required ObjectValue Source { get; init; }

    /// <summary>Where its expressions stand.</summary>
    public required EvaluationContext Context { get; init; }

    /// <summary>The JSON path in the template.</summary>
    public required string Path { get; init; }

    /// <summary>What must be done before it: indexes, in order.</summary>
    public IReadOnlyList<int> DependsOn { get; internal set; } = [];

    /// <summary>What would be sent for it, as far as it is known before the deployment runs; a value that is not has <see cref="Value.HasUnknown"/>.</summary>
    public ObjectValue Body { get; internal set; } = ObjectValue.Empty;

    public bool IsDeployment => Id.Type.Key == "microsoft.resources/deployments";

    /// <summary>For a nested deployment: whether its template's expressions are its own (<c>inner</c>), so that they stay as written.</summary>
    public bool HasInnerScope => IsDeployment
        && Source["properties"] is ObjectValue p
        && p["expressionEvaluationOptions"] is ObjectValue options
        && options["scope"] is StringValue scope
        && scope.Data.Equals("inner", StringComparison.OrdinalIgnoreCase);

    /// <summary>The resource's own members, evaluated.</summary>
    /// <exception cref="TemplateFault">An expression can't be evaluated.</exception>
    /// <exception cref="LookupPending">A resource must be fetched first.</exception>
    public ObjectValue Evaluate(IResourceLookup resources)
    {
        if (!Body.HasUnknown && Body.Count > 0)
        {
            return Body;
        }

        var context = Context.With(resources);
        if (resources is not ReferenceRecorder)
        {
            context.Budget.Renew();
        }

        var result = new ObjectBuilder();
        foreach (var (name, value) in Source.Properties)
        {
            if (Steering.Contains(name) || (name.Equals("scope", StringComparison.OrdinalIgnoreCase) && !IsDeployment))
            {
                continue;
            }

            result.Set(name, name.Equals("properties", StringComparison.OrdinalIgnoreCase) && HasInnerScope && value is ObjectValue properties
                ? EvaluateAround(properties, context)
                : ValueEvaluator.Evaluate(value, context));
        }

        return result.Build(Source.At);
    }

    private static ObjectValue EvaluateAround(ObjectValue properties, EvaluationContext context)
    {
        var evaluated = (ObjectValue)ValueEvaluator.Evaluate(properties.With("template", null), context);
        return properties["template"] is { } template ? evaluated.With("template", template) : evaluated;
    }
}
