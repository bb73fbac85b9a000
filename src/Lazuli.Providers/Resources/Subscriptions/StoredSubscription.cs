using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;

namespace Lazuli.Providers.Resources.Subscriptions;

/// <summary>A subscription as stored: <c>Enabled</c> or, once cancelled, <c>Disabled</c>; named, of one tenant.</summary>
/// <param name="ManagementGroup">The name of the management group it is placed under; null is the tenant's root group.</param>
public sealed record StoredSubscription(string SubscriptionId, string TenantId, string DisplayName, string State = "Enabled", string? ManagementGroup = null)
{
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public ResourceId Id => ResourceId.Subscription(SubscriptionId);

    /// <summary>The write that stores it.</summary>
    public StoreWrite ToWrite() => new(Id.Key, new StoreRecord
    {
        Key = Id.Key,
        Type = ResourceTypeName.Subscription.Key,
        Body = JsonSerializer.SerializeToUtf8Bytes(this, SubscriptionJson.Default.StoredSubscription),
    });

    public static StoredSubscription Read(StoreRecord record)
        => JsonSerializer.Deserialize(record.Body.Span, SubscriptionJson.Default.StoredSubscription) ?? throw new InvalidDataException($"The record '{record.Key}' is empty.");

    public static IEnumerable<StoredSubscription> List(IResourceStore store) => store.ListByType(ResourceTypeName.Subscription.Key).Select(Read);

    /// <summary>As Azure shows it.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", Id.ToString());
        json.WriteString("authorizationSource", "RoleBased");
        json.WriteStartArray("managedByTenants");
        json.WriteEndArray();
        json.WriteString("subscriptionId", SubscriptionId);
        json.WriteString("tenantId", TenantId);
        json.WriteString("displayName", DisplayName);
        json.WriteString("state", State);
        json.WriteStartObject("subscriptionPolicies");
        json.WriteString("locationPlacementId", "Public_2014-09-01");
        json.WriteString("quotaId", "PayAsYouGo_2014-09-01");
        json.WriteString("spendingLimit", "Off");
        json.WriteEndObject();
        if (Tags is { Count: > 0 } tags)
        {
            json.WriteStartObject("tags");
            foreach (var (name, value) in tags)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(StoredSubscription))]
internal sealed partial class SubscriptionJson : JsonSerializerContext;
