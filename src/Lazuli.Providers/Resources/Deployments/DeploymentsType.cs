using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Execution;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>Microsoft.Resources/deployments: a template, carried out resource by resource as its caller.</summary>
public sealed class DeploymentsType : ResourceType
{
    public static ResourceTypeName TypeName { get; } = ResourceTypeName.Parse("Microsoft.Resources/deployments");

    public override ResourceTypeName Name => TypeName;

    public override IReadOnlyList<string> ApiVersions => ResourceManagerVersions.All;

    public override ResourceScopes Scopes => ResourceScopes.ResourceGroup | ResourceScopes.Subscription | ResourceScopes.ManagementGroup | ResourceScopes.Tenant;

    public override bool IsTracked => false;

    public override bool HasTags => true;

    public override bool CanPatch => false;

    public override string NamePattern => "^[-\\w._()]{1,64}$";

    public override Type Reconciler => typeof(DeploymentReconciler);

    public override IReadOnlyList<ResourceAction> Actions { get; } =
    [
        new DeploymentAction("validate") { Answers = Answering.AtOnceIfSoon }, new DeploymentAction("whatIf") { Answers = Answering.Later },
        new DeploymentAction("cancel"), new DeploymentAction("exportTemplate"),
    ];

    public override IResourceHandler CreateHandler(KernelServices kernel) => new DeploymentHandler(this, kernel);

    /// <summary><c>provisioningState eq 'Failed'</c>.</summary>
    public override Result<Func<ReadOnlyMemory<byte>, bool>> Filter(string filter, ArmRequest request, IResourceStore store)
    {
        var parts = filter.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts is not [var name, "eq", ['\'', .., '\''] quoted] || !name.Equals("provisioningState", StringComparison.OrdinalIgnoreCase))
        {
            return ArmErrors.InvalidParameter("$filter", $"The filter '{filter}' is not supported: only provisioningState eq '…' is.");
        }

        var state = System.Text.Encoding.UTF8.GetBytes($"\"provisioningState\":\"{quoted[1..^1]}\"");
        return new Func<ReadOnlyMemory<byte>, bool>(json => json.Span.IndexOf(state) >= 0);
    }
}

/// <summary>An action of a deployment, also of one that is not there yet.</summary>
internal sealed record DeploymentAction(string Name) : ResourceAction(Name);
