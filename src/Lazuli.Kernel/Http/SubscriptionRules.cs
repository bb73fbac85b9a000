using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Http;

/// <summary>What a subscription's own state forbids: every change once it is cancelled, and new things of a namespace that it is not registered for.</summary>
public static class SubscriptionRules
{
    /// <summary>The key under which a subscription's unregistering from a namespace is noted. Without a note it is registered.</summary>
    public static string UnregisteredKey(ResourceId subscription, string @namespace) => $"/lazuli/unregistered/{subscription.Name}/{@namespace}".ToLowerInvariant();

    /// <param name="verb"><c>write</c>, <c>delete</c> or <c>action</c>.</param>
    public static ArmError? Check(IResourceStore store, ResourceId id, string verb)
    {
        if (id.SubscriptionScope is not { } subscription || store.Get(subscription.Key) is not { } record)
        {
            return null;
        }

        using var document = JsonDocument.Parse(record.Body);
        return document.RootElement.TryGetProperty("state", out var state) && state.GetString() is { } text && text != "Enabled" ? ArmErrors.SubscriptionDisabled(subscription.Name)
            : verb == "write" && id.IsResource && store.Get(UnregisteredKey(subscription, id.Type.Namespace)) is not null ? ArmErrors.SubscriptionNotRegistered(id.Type.Namespace)
            : null;
    }
}
