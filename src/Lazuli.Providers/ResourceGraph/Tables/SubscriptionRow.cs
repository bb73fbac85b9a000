using System.Text.Json;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Providers.Management;
using Lazuli.Providers.ResourceGraph.Kql.Values;
using Lazuli.Providers.Resources.Subscriptions;

namespace Lazuli.Providers.ResourceGraph.Tables;

/// <summary>A subscription as a row of <c>ResourceContainers</c>, with the management groups above it, nearest first.</summary>
internal sealed class SubscriptionRow(IResourceStore store, StoredSubscription subscription)
{
    private static readonly string[] Shown = ["managedByTenants", "state", "subscriptionPolicies"];

    public Value[] Values
    {
        get
        {
            var shown = JsonDocument.Parse(JsonWriting.ToBytes(subscription.Write)).RootElement;
            var properties = shown.EnumerateObject().Where(p => Shown.Contains(p.Name)).Select(p => KeyValuePair.Create(p.Name, Value.OfJson(p.Value)))
                .Append(new("managementGroupAncestorsChain", Value.Of([.. ManagementTree.Above(store, subscription.Id).Select(Step)])));
            var tags = shown.TryGetProperty("tags", out var given) ? Value.OfJson(given) : Value.Null;
            return GraphColumns.Of(
                subscription.Id.ToString(), subscription.DisplayName, "microsoft.resources/subscriptions", subscription.TenantId, "", "", subscription.SubscriptionId,
                Value.Of(new BagValue(properties)), tags);
        }
    }

    private Value Step(ResourceId group)
    {
        var name = store.Get(group.Key) is { } record && JsonDocument.Parse(record.Body).RootElement is var root && root.TryGetProperty("properties", out var properties)
            && properties.TryGetProperty("displayName", out var shown) ? shown.GetString() : null;
        return Value.Of(new BagValue([new("displayName", Value.Of(name ?? group.Name)), new("name", Value.Of(group.Name))]));
    }
}
