using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Subscription.Aliases;

/// <summary>
/// Microsoft.Subscription/aliases: the way to make a subscription. Asked for twice by the same name it is made once; deleting the alias leaves the subscription.
/// </summary>
public sealed class AliasType(TimeProvider time) : ResourceType<AliasProperties>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Subscription/aliases");

    public override IReadOnlyList<string> ApiVersions { get; } = ["2025-11-01-preview", "2024-08-01-preview", "2021-10-01", "2020-09-01", "2019-10-01-preview"];

    public override ResourceScopes Scopes => ResourceScopes.Tenant;

    public override bool IsTracked => false;

    public override bool CanPatch => false;

    public override string NamePattern => "^[A-Za-z0-9_.()-]{1,63}$";

    public override Type Reconciler => typeof(AliasReconciler);

    public override JsonSerializerContext Json => AliasJson.Default;

    public override IEnumerable<ArmError> Validate(Resource<AliasProperties> desired, Resource<AliasProperties>? current)
    {
        var properties = desired.Properties;
        if (properties.SubscriptionId is null && string.IsNullOrWhiteSpace(properties.DisplayName))
        {
            yield return ArmErrors.InvalidParameter("properties.displayName", "A new subscription needs a display name.");
        }

        var errors = new List<ArmError>();
        TagRules.Check(properties.AdditionalProperties?.Tags, desired.Name, errors);
        foreach (var error in errors)
        {
            yield return error;
        }
    }

    public override IEnumerable<ResourceReference> References(Resource<AliasProperties> resource)
    {
        if ((resource.Properties.AdditionalProperties?.ManagementGroupId ?? resource.Properties.ManagementGroupId) is { Length: > 0 } group)
        {
            yield return new(group, "properties.additionalProperties.managementGroupId")
            {
                Type = ResourceTypeName.ManagementGroup,
                LinkedAction = "Microsoft.Management/managementGroups/subscriptions/write",
                Optional = resource.Properties.AdditionalProperties is null,
            };
        }
    }

    public override Resource<AliasProperties> Default(Resource<AliasProperties> desired, Resource<AliasProperties>? current, IResourceView view)
    {
        var properties = desired.Properties;
        var more = properties.AdditionalProperties;
        properties.Makes = current?.Properties.Makes ?? (properties.SubscriptionId is null);
        properties.SubscriptionId ??= Guid.NewGuid().ToString();
        properties.Workload ??= "Production";
        properties.ManagementGroupId = current?.Properties.ManagementGroupId ?? more?.ManagementGroupId;
        properties.SubscriptionOwnerId = current?.Properties.SubscriptionOwnerId ?? more?.SubscriptionOwnerId;
        properties.Tags = current?.Properties.Tags ?? more?.Tags;
        properties.CreatedTime = current?.Properties.CreatedTime ?? time.GetUtcNow();
        properties.AcceptOwnershipState = "Completed";
        return desired;
    }

    public override void Sign(Resource<AliasProperties> desired, Resource<AliasProperties>? current, Principal caller)
        => desired.Properties.SubscriptionOwnerId ??= caller.ObjectId;

    public override IEnumerable<ArmError> Admit(Resource<AliasProperties> desired, Resource<AliasProperties>? current, IResourceView view)
    {
        var properties = desired.Properties;
        var directory = new TenantDirectory(view.Store);
        if (!properties.Makes && view.Store.Get(ResourceId.Subscription(properties.SubscriptionId ?? "").Key) is null)
        {
            yield return ArmErrors.SubscriptionNotFound(properties.SubscriptionId ?? "");
        }

        if (properties.AdditionalProperties?.SubscriptionTenantId is { Length: > 0 } tenant && !tenant.Equals(directory.Tenant.TenantId, StringComparison.OrdinalIgnoreCase))
        {
            yield return ArmErrors.NotSupported("A subscription in another tenant") with { Target = "properties.additionalProperties.subscriptionTenantId" };
        }

        if (current is null && properties.SubscriptionOwnerId is { } owner && directory.Find(owner) is null)
        {
            yield return ArmErrors.InvalidParameter("properties.additionalProperties.subscriptionOwnerId", $"The principal '{owner}' does not exist in this directory.");
        }
    }
}
