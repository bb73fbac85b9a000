using System.Text.Json;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Providers.Resources.Subscriptions;

namespace Lazuli.Providers.Management;

/// <summary>
/// The hierarchy above subscriptions: management groups under the tenant's root group, subscriptions under them. Whatever is said at a management group
/// holds for all below it. Every subscription and group that names no parent is the root group's.
/// </summary>
public static class ManagementTree
{
    /// <summary>Levels of groups below the root (https://learn.microsoft.com/azure/governance/management-groups/overview).</summary>
    public const int MaxDepth = 6;

    /// <summary>The root group, which bears the tenant's id; null before the first start is done.</summary>
    public static ResourceId? RootOf(IResourceStore store) => new TenantDirectory(store).FindTenant() is { } tenant ? ResourceId.ManagementGroup(tenant.TenantId) : null;

    /// <summary>The management groups above a scope, nearest first; the scope itself is not among them. One that is about to be made counts as the root's child.</summary>
    public static IReadOnlyList<ResourceId> Above(IResourceStore store, ResourceId scope)
    {
        var above = new List<ResourceId>();
        if (RootOf(store) is not { } root)
        {
            return above;
        }

        for (var next = FirstAbove(store, scope, root); next is not null && above.Count <= MaxDepth + 1; next = ParentOf(store, next, root))
        {
            above.Add(next);
        }

        return above;
    }

    /// <summary>Whether what holds at <paramref name="ancestor"/> holds at <paramref name="scope"/>: as <see cref="ResourceId.IsWithin"/>, and by the hierarchy.</summary>
    public static bool IsWithin(IResourceStore store, ResourceId scope, ResourceId ancestor)
        => scope.IsWithin(ancestor) || (ancestor.IsManagementGroup && Above(store, scope).Contains(ancestor));

    /// <summary>Groups directly under a group, in the order of their keys.</summary>
    public static IEnumerable<ResourceId> GroupsUnder(IResourceStore store, ResourceId group)
        => RootOf(store) is not { } root ? []
            : store.ListByType(ResourceTypeName.ManagementGroup.Key).Select(r => ResourceId.Parse(r.Key)).Where(id => group.Equals(ParentOf(store, id, root)));

    /// <summary>Subscriptions directly under a group.</summary>
    public static IEnumerable<StoredSubscription> SubscriptionsUnder(IResourceStore store, ResourceId group)
        => StoredSubscription.List(store).Where(s => group.Equals(PlaceOf(store, s)));

    /// <summary>The group that a subscription is placed under.</summary>
    public static ResourceId? PlaceOf(IResourceStore store, StoredSubscription subscription)
        => subscription.ManagementGroup is { } group && ResourceId.ManagementGroup(group) is var id && store.Get(id.Key) is not null ? id : RootOf(store);

    /// <summary>How many levels of groups there are below a group.</summary>
    public static int HeightOf(IResourceStore store, ResourceId group) => GroupsUnder(store, group).Select(g => 1 + HeightOf(store, g)).DefaultIfEmpty(0).Max();

    private static ResourceId? FirstAbove(IResourceStore store, ResourceId scope, ResourceId root)
        => scope.SubscriptionScope is { } subscription ? store.Get(subscription.Key) is { } record ? PlaceOf(store, StoredSubscription.Read(record)) : root
            : scope.ManagementGroupId is { } group ? ParentOf(store, group, root)
            : null;

    private static ResourceId? ParentOf(IResourceStore store, ResourceId group, ResourceId root)
    {
        if (group.Equals(root))
        {
            return null;
        }

        if (store.Get(group.Key) is not { } record)
        {
            return root;
        }

        using var document = JsonDocument.Parse(record.Body);
        return document.RootElement.TryGetProperty("properties", out var properties) && properties.TryGetProperty("details", out var details)
            && details.TryGetProperty("parent", out var parent) && parent.TryGetProperty("id", out var text) && ResourceId.TryParse(text.GetString(), out var id)
            ? id
            : root;
    }
}
