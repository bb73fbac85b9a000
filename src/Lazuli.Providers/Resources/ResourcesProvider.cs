using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Changes;
using Lazuli.Providers.Resources.DeploymentStacks;
using Lazuli.Providers.Resources.Deployments;
using Lazuli.Providers.Resources.Deployments.Export;
using Lazuli.Providers.Resources.Locations;
using Lazuli.Providers.Resources.Moves;
using Lazuli.Providers.Resources.Providers;
using Lazuli.Providers.Resources.ResourceGroups;
using Lazuli.Providers.Resources.Subscriptions;
using Lazuli.Providers.Resources.Tags;
using Lazuli.Providers.Resources.TemplateSpecs;
using Lazuli.Providers.Resources.TemplateSpecs.Versions;
using Lazuli.Providers.Resources.Tenants;

namespace Lazuli.Providers.Resources;

/// <summary>Microsoft.Resources: tenants, subscriptions, locations, providers, resource groups and what is in them.</summary>
public sealed class ResourcesProvider(TimeProvider? time = null) : Provider
{
    public override string Namespace => "Microsoft.Resources";

    public override IReadOnlyList<ResourceType> Types { get; } =
    [
        new ResourceGroupsType(),
        new DeploymentsType(),
        new DeploymentStackType(),
        new TemplateSpecType(),
        new TemplateSpecVersionType(time ?? TimeProvider.System),
        new TagsType(),
    ];

    public override IReadOnlyList<ProviderOperation> Operations { get; } =
    [
        .. TenantOperations.All,
        .. SubscriptionOperations.All,
        .. LocationOperations.All,
        .. ProviderMetadataOperations.All,
        .. GenericResourceOperations.All,
        .. TagNameOperations.All,
        .. MoveOperations.All,
        .. DeploymentOperations.All,
        GroupExport.Operation,
        .. ChangeOperations.All,
    ];
}
