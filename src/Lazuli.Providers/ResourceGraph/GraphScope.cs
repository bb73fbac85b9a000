using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Management;
using Lazuli.Providers.Resources.Subscriptions;

namespace Lazuli.Providers.ResourceGraph;

/// <summary>
/// What a request asks about: subscriptions, and (for a tenant-wide request) what lies above them. What the caller may read in it is decided row by row.
/// </summary>
internal sealed record GraphScope
{
    /// <summary>In the order of their keys.</summary>
    public required IReadOnlyList<StoredSubscription> Subscriptions { get; init; }

    /// <summary>The groups asked about and all below them; null for the whole tenant.</summary>
    public IReadOnlyList<ResourceId>? ManagementGroups { get; init; }

    /// <summary>Whether assignments above the scope, at it, and below it count.</summary>
    public bool Above { get; init; }

    public bool Below { get; init; } = true;

    /// <summary>The scope of a request; null when the caller can see nothing of what it names.</summary>
    public static GraphScope? Of(GraphRequest request, ProviderRequest caller)
    {
        var store = caller.View.Store;
        var all = StoredSubscription.List(store).ToList();
        string[] groups = [.. (request.ManagementGroups ?? []).Append(request.ManagementGroupId).OfType<string>()];
        var filter = request.Options?.AuthorizationScopeFilter ?? "AtScopeAndBelow";
        var scope = new GraphScope
        {
            Subscriptions = all,
            Above = filter.Contains("Above", StringComparison.OrdinalIgnoreCase),
            Below = filter.Contains("Below", StringComparison.OrdinalIgnoreCase),
        };
        if (groups.Length > 0)
        {
            var named = groups.Where(g => g.Length > 0 && !g.Contains('/', StringComparison.Ordinal)).Select(ResourceId.ManagementGroup).Where(g => store.Get(g.Key) is not null).ToList();
            var below = store.ListByType(ResourceTypeName.ManagementGroup.Key).Select(r => ResourceId.Parse(r.Key)).Where(id => named.Exists(n => ManagementTree.IsWithin(store, id, n)));
            scope = scope with { Subscriptions = [.. all.Where(s => named.Exists(n => ManagementTree.IsWithin(store, s.Id, n)))], ManagementGroups = [.. below] };
            return named.Exists(g => Reads(caller, ResourceTypeName.ManagementGroup, g)) || scope.Subscriptions.Any(s => Sees(caller, s)) ? scope : null;
        }

        if (request.Subscriptions is not { Count: > 0 } subscriptions)
        {
            return scope;
        }

        var wanted = subscriptions.ToHashSet(StringComparer.OrdinalIgnoreCase);
        scope = scope with { Subscriptions = [.. all.Where(s => wanted.Contains(s.SubscriptionId))], ManagementGroups = [] };
        return scope.Subscriptions.Any(s => Sees(caller, s)) ? scope : null;
    }

    /// <summary>As in the list of subscriptions: a right on anything inside makes a subscription visible.</summary>
    public static bool Sees(ProviderRequest caller, StoredSubscription subscription)
        => Reads(caller, ResourceTypeName.Subscription, subscription.Id)
            || caller.View.Store.ListByType(ResourceTypeName.ResourceGroup.Key, subscription.Id.Key).Any(g => Reads(caller, ResourceTypeName.ResourceGroup, ResourceId.Parse(g.Key)))
            || caller.View.Store.List(subscription.Id.Key).Any(r => ResourceId.TryParse(r.Key, out var id) && id.IsResource && Reads(caller, id.Type, id));

    public static bool Reads(ProviderRequest caller, ResourceTypeName type, ResourceId id) => caller.Kernel.Authorizer.IsAllowed(caller.Request.Principal, $"{type}/read", id);
}
