using Lazuli.Kernel.Ids;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Templates;

/// <summary>What a deployment knows of itself and its surroundings before it begins; the same all through it, also after a restart.</summary>
public sealed record DeploymentFacts
{
    /// <summary>The resource group, subscription, management group or tenant that it deploys to.</summary>
    public required ResourceId Scope { get; init; }

    /// <summary>The answer of <c>deployment()</c>; likewise the others by their names. Null: not available at this scope.</summary>
    public required ObjectValue Deployment { get; init; }
    public required ObjectValue Tenant { get; init; }
    public required ObjectValue Environment { get; init; }
    public required ObjectValue Deployer { get; init; }
    public ObjectValue? ResourceGroup { get; init; }
    public ObjectValue? Subscription { get; init; }
    public ObjectValue? ManagementGroup { get; init; }

    /// <summary>What <c>externalInputs(…)</c> gives in the expression of a parameter: <c>{ name: { value } }</c>.</summary>
    public ObjectValue ExternalInputs { get; init; } = ObjectValue.Empty;

    /// <summary><c>utcNow()</c>.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary><c>newGuid()</c>.</summary>
    public required Func<string> NewGuid { get; init; }

    /// <summary><c>providers(namespace, type)</c>; null when there is no such.</summary>
    public required Func<string, string?, Value?> Providers { get; init; }

    /// <summary>The availability zones of a type in a location.</summary>
    public required Func<ResourceTypeName, string, IReadOnlyList<string>> Zones { get; init; }

    /// <summary>The zones of a location as subscriptions see them (<c>1</c>), each with the physical one behind it (<c>eastus-az1</c>).</summary>
    public Func<string, IReadOnlyList<(string Logical, string Physical)>> ZoneMappings { get; init; } = _ => [];
}
