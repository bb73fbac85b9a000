using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Management.ManagementGroups.Subscriptions;

/// <summary>Microsoft.Management/managementGroups/subscriptions: where a subscription is in the hierarchy. Each is at exactly one place.</summary>
public sealed class SubscriptionPlacementType : ResourceType
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Management/managementGroups/subscriptions");

    public override IReadOnlyList<string> ApiVersions => ManagementProvider.ApiVersions;

    public override ResourceScopes Scopes => ResourceScopes.Tenant;

    public override bool IsTracked => false;

    public override bool CanPatch => false;

    public override int CreatedStatus => 200;

    public override IResourceHandler CreateHandler(KernelServices kernel) => new SubscriptionPlacementHandler(this, kernel);
}
