using System.Globalization;
using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Management.ManagementGroups;
using Lazuli.Providers.Resources.Subscriptions;

namespace Lazuli.Providers.Management;

/// <summary>POST getEntities: the groups and subscriptions that the caller may see, with what it may do and how many are below (https://learn.microsoft.com/rest/api/managementgroups/entities/list).</summary>
internal static class EntityOperations
{
    public static IEnumerable<ProviderOperation> All { get; } =
    [
        new(HttpMethod.Post, "/providers/Microsoft.Management/getEntities", "Microsoft.Management/getEntities/action", (request, _) => Task.FromResult(List(request)))
        {
            ApiVersions = ManagementProvider.ApiVersions,
            MetadataType = "getEntities",
            IsAuthorized = false,
        },
    ];

    private static Result<ArmResponse> List(ProviderRequest request)
    {
        var (kernel, query) = (request.Kernel, request.Request.Query);
        if (query.GetValueOrDefault("$filter") is { Length: > 0 } filter)
        {
            return ArmErrors.InvalidParameter("$filter", $"The filter '{filter}' is not supported for entities.");
        }

        var skip = int.TryParse(query.GetValueOrDefault("$skip"), NumberStyles.None, CultureInfo.InvariantCulture, out var s) ? s : 0;
        var top = int.TryParse(query.GetValueOrDefault("$top"), NumberStyles.None, CultureInfo.InvariantCulture, out var t) ? t : int.MaxValue;
        var search = query.GetValueOrDefault("groupname");
        var groups = kernel.View.List<ManagementGroupProperties>(ResourceTypeName.ManagementGroup, ResourceId.Tenant)
            .Select(g => new Entity(g.Id, g.Name, g.Properties.DisplayName ?? g.Name, g.Type));
        var subscriptions = StoredSubscription.List(kernel.Store).Select(x => new Entity(x.Id, x.SubscriptionId, x.DisplayName, ManagementGroupView.SubscriptionType));
        var seen = groups.Concat(subscriptions)
            .Where(e => search is null || e.Name.Equals(search, StringComparison.OrdinalIgnoreCase) || ManagementTree.IsWithin(kernel.Store, e.Id, ResourceId.ManagementGroup(search)))
            .Select(e => (Entity: e, Permission: PermissionOf(kernel, request.Request.Principal, e.Id)))
            .Where(e => e.Permission != "noaccess")
            .ToList();
        return ArmResponse.Json(JsonWriting.ToBytes(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("value");
            foreach (var (entity, permission) in seen.Skip(skip).Take(top))
            {
                Write(json, kernel, entity, permission);
            }

            json.WriteEndArray();
            json.WriteNumber("count", seen.Count);
            json.WriteEndObject();
        }));
    }

    private static string PermissionOf(KernelServices kernel, Principal caller, ResourceId id)
    {
        var type = id.IsSubscription ? "Microsoft.Resources/subscriptions" : id.Type.ToString();
        return kernel.Authorizer.IsAllowed(caller, $"{type}/delete", id) ? "delete"
            : kernel.Authorizer.IsAllowed(caller, $"{type}/write", id) ? "edit"
            : kernel.Authorizer.IsAllowed(caller, $"{type}/read", id) ? "view"
            : "noaccess";
    }

    private static void Write(Utf8JsonWriter json, KernelServices kernel, Entity entity, string permission)
    {
        var (store, id) = (kernel.Store, entity.Id);
        var above = ManagementTree.Above(store, id).Reverse().ToList();
        var groups = id.IsSubscription ? [] : ManagementTree.GroupsUnder(store, id).ToList();
        json.WriteStartObject();
        json.WriteString("id", id.ToString());
        json.WriteString("type", entity.Type);
        json.WriteString("name", entity.Name);
        json.WriteStartObject("properties");
        json.WriteString("tenantId", new TenantDirectory(store).Tenant.TenantId);
        json.WriteString("displayName", entity.DisplayName);
        json.WriteStartObject("parent");
        json.WriteString("id", above.Count == 0 ? null : ManagementGroupView.Stored(kernel.View, above[^1]).ToString());
        json.WriteEndObject();
        json.WriteString("permissions", permission);
        json.WriteString("inheritedPermissions", permission);
        json.WriteNumber("numberOfDescendants", CountBelow(kernel, id));
        json.WriteNumber("numberOfChildren", groups.Count + (id.IsSubscription ? 0 : ManagementTree.SubscriptionsUnder(store, id).Count()));
        json.WriteNumber("numberOfChildGroups", groups.Count);
        Names(json, "parentDisplayNameChain", above.Select(g => ManagementGroupView.DisplayName(kernel.View, g)));
        Names(json, "parentNameChain", above.Select(g => ManagementGroupView.Stored(kernel.View, g).Name));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static int CountBelow(KernelServices kernel, ResourceId id)
        => id.IsSubscription ? 0 : ManagementTree.SubscriptionsUnder(kernel.Store, id).Count() + ManagementTree.GroupsUnder(kernel.Store, id).Sum(g => 1 + CountBelow(kernel, g));

    private static void Names(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private sealed record Entity(ResourceId Id, string Name, string DisplayName, string Type);
}
