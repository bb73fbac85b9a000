using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Authorization;
using Lazuli.Providers.Management;
using Lazuli.Providers.Resources.Subscriptions;

namespace Lazuli.Providers.Subscription.Aliases;

/// <summary>Makes the subscription of an alias, once, with its owner's role: both in one transaction.</summary>
public sealed class AliasReconciler(KernelServices kernel) : Reconciler<AliasProperties>(kernel.View)
{
    protected override async Task<Outcome> ReconcileAsync(Resource<AliasProperties> resource, bool deleting, CancellationToken cancellationToken)
    {
        var properties = resource.Properties;
        if (deleting || !properties.Makes || properties.SubscriptionId is not { } subscriptionId || kernel.Store.Get(ResourceId.Subscription(subscriptionId).Key) is not null)
        {
            return new Outcome.Settled();
        }

        var directory = new TenantDirectory(kernel.Store);
        var group = ResourceId.TryParse(properties.ManagementGroupId, out var given) ? given : HierarchySettings.DefaultGroup(kernel.Store);
        var subscription = new StoredSubscription(subscriptionId, directory.Tenant.TenantId, properties.DisplayName ?? resource.Name)
        {
            ManagementGroup = group is null || group.Equals(ManagementTree.RootOf(kernel.Store)) ? null : group.Name,
            Tags = properties.Tags,
        };
        var writes = new List<StoreWrite> { subscription.ToWrite() with { ExpectedVersion = 0 } };
        if (properties.SubscriptionOwnerId is { } owner && directory.Find(owner) is { } principal)
        {
            writes.Add(OwnerAssignment.At(subscription.Id, owner, principal.Kind, kernel.Time.GetUtcNow()));
        }

        await kernel.Store.CommitAsync(new StoreTransaction { Writes = writes }, cancellationToken);
        return new Outcome.Settled();
    }
}
