using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Resources.DeploymentStacks;

/// <summary>Microsoft.Resources/deploymentStacks: a deployment whose resources stay together: what the template drops is detached or deleted, and what it keeps may be denied to others.</summary>
public sealed class DeploymentStackType : ResourceType
{
    public static ResourceTypeName TypeName { get; } = ResourceTypeName.Parse("Microsoft.Resources/deploymentStacks");

    public override ResourceTypeName Name => TypeName;

    public override IReadOnlyList<string> ApiVersions { get; } = ["2025-07-01", "2024-03-01", "2022-08-01-preview"];

    public override ResourceScopes Scopes => ResourceScopes.ResourceGroup | ResourceScopes.Subscription | ResourceScopes.ManagementGroup;

    public override bool IsTracked => false;

    public override bool HasTags => true;

    public override bool CanPatch => false;

    public override string NamePattern => "^[-\\w._()]{1,90}$";

    public override Type Reconciler => typeof(StackReconciler);

    public override IReadOnlyList<ResourceAction> Actions { get; } = [new StackAction("validate") { Answers = Answering.AtOnceIfSoon }, new StackAction("exportTemplate")];

    public override IResourceHandler CreateHandler(KernelServices kernel) => new StackHandler(this, kernel);
}

/// <summary>An action of a stack, also of one that is not there yet.</summary>
internal sealed record StackAction(string Name) : ResourceAction(Name);
