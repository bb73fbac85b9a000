using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Subscription.Aliases;

/// <summary>https://learn.microsoft.com/rest/api/subscription/alias/create: what is asked for, and the subscription that came of it.</summary>
public sealed record AliasProperties : IProvisioned
{
    [MaxLength(64)]
    public string? DisplayName { get; set; }

    [AllowedValues("Production", "DevTest")]
    public string? Workload { get; set; }
    public string? BillingScope { get; set; }

    /// <summary>Given: the alias names that subscription. Not given: a new one is made, and this is its id.</summary>
    [Immutable]
    public string? SubscriptionId { get; set; }
    public string? ResellerId { get; set; }

    [WriteOnly]
    public AliasAdditions? AdditionalProperties { get; set; }

    [Computed]
    public string? ManagementGroupId { get; set; }

    [Computed]
    public string? SubscriptionOwnerId { get; set; }

    [Computed]
    public IReadOnlyDictionary<string, string>? Tags { get; set; }

    [Computed]
    public DateTimeOffset? CreatedTime { get; set; }

    [Computed]
    public string? AcceptOwnershipState { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }

    /// <summary>True when the subscription is the alias's own.</summary>
    [Private]
    public bool Makes { get; set; }
}

public sealed record AliasAdditions
{
    public string? ManagementGroupId { get; set; }
    public string? SubscriptionTenantId { get; set; }
    public string? SubscriptionOwnerId { get; set; }
    public IReadOnlyDictionary<string, string>? Tags { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Resource<AliasProperties>))]
internal sealed partial class AliasJson : JsonSerializerContext;
