using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Authorization.RoleDefinitions;
using Lazuli.Providers.Management;

namespace Lazuli.Providers.Authorization.RoleAssignments;

/// <summary>Microsoft.Authorization/roleAssignments, at any scope. What is assigned here holds from the next request on.</summary>
public sealed class RoleAssignmentType(TimeProvider time) : ResourceType<RoleAssignmentProperties>
{
    private const string Infix = "/providers/microsoft.authorization/roleassignments/";

    public static ResourceTypeName TypeName { get; } = ResourceTypeName.Parse("Microsoft.Authorization/roleAssignments");

    public override ResourceTypeName Name => TypeName;

    public override IReadOnlyList<string> ApiVersions { get; } =
    [
        "2022-04-01", "2021-04-01-preview", "2020-10-01-preview", "2020-08-01-preview", "2020-04-01-preview", "2020-03-01-preview", "2018-09-01-preview", "2018-01-01-preview", "2017-10-01-preview", "2015-07-01",
    ];

    public override ResourceScopes Scopes => ResourceScopes.Extension;

    public override bool IsTracked => false;

    public override bool CanPatch => false;

    public override string NamePattern => "^.+$";

    public override JsonSerializerContext Json => RoleAssignmentJson.Default;

    /// <summary>The scope, a lower-cased id and empty for the tenant, that an assignment's key says.</summary>
    public static string ScopeKey(string key) => key[..key.LastIndexOf(Infix, StringComparison.Ordinal)];

    public override Resource<RoleAssignmentProperties> Default(Resource<RoleAssignmentProperties> desired, Resource<RoleAssignmentProperties>? current, IResourceView view)
    {
        var properties = desired.Properties;
        var scope = desired.Id.Scope;
        properties.Scope = scope.ToString();
        properties.PrincipalType ??= new TenantDirectory(view.Store).Find(properties.PrincipalId ?? "")?.Kind.ToString();
        if (properties.RoleDefinitionId is { } role)
        {
            // Azure shows the role as seen from the assignment's subscription, however the caller wrote it.
            properties.RoleDefinitionId = (scope.SubscriptionScope ?? ResourceId.Tenant).Resource(RoleDefinitionType.TypeName, NameOf(role)).ToString();
        }

        properties.CreatedOn = current?.Properties.CreatedOn ?? time.GetUtcNow();
        properties.UpdatedOn = time.GetUtcNow();
        return desired;
    }

    public override void Sign(Resource<RoleAssignmentProperties> desired, Resource<RoleAssignmentProperties>? current, Principal caller)
        => (desired.Properties.CreatedBy, desired.Properties.UpdatedBy) = (current is null ? caller.ObjectId : current.Properties.CreatedBy, caller.ObjectId);

    public override IEnumerable<ArmError> Validate(Resource<RoleAssignmentProperties> desired, Resource<RoleAssignmentProperties>? current)
    {
        var properties = desired.Properties;
        if (!Guid.TryParse(desired.Name, out _))
        {
            yield return AuthorizationErrors.InvalidRoleAssignmentId(desired.Name);
        }

        if (properties.Condition is { Length: > 0 })
        {
            yield return ArmErrors.NotSupported("A condition on a role assignment") with { Target = "properties.condition" };
        }

        if (properties.DelegatedManagedIdentityResourceId is { Length: > 0 })
        {
            yield return ArmErrors.NotSupported("A delegated managed identity on a role assignment") with { Target = "properties.delegatedManagedIdentityResourceId" };
        }

        if (current is not null
            && (!Same(current.Properties.PrincipalId, properties.PrincipalId) || !Same(NameOf(current.Properties.RoleDefinitionId), NameOf(properties.RoleDefinitionId))))
        {
            yield return AuthorizationErrors.RoleAssignmentUpdateNotPermitted();
        }
    }

    public override IEnumerable<ArmError> Admit(Resource<RoleAssignmentProperties> desired, Resource<RoleAssignmentProperties>? current, IResourceView view)
    {
        var (properties, scope) = (desired.Properties, desired.Id.Scope);
        var roleName = NameOf(properties.RoleDefinitionId);
        if (RoleDefinitionHandler.Find(view.Store, roleName) is not { } role)
        {
            yield return AuthorizationErrors.RoleDefinitionDoesNotExist(roleName);
        }
        else if (!(role.AssignableScopes ?? []).Any(s => ResourceId.TryParse(s, out var assignable) && ManagementTree.IsWithin(view.Store, scope, assignable)))
        {
            yield return AuthorizationErrors.ScopeNotAssignable(scope.ToString(), roleName);
        }

        var directory = new TenantDirectory(view.Store);
        if (directory.Find(properties.PrincipalId ?? "") is not { } principal)
        {
            yield return AuthorizationErrors.PrincipalNotFound(properties.PrincipalId ?? "", directory.Tenant.TenantId);
        }
        else if (!Same(principal.Kind.ToString(), properties.PrincipalType))
        {
            yield return AuthorizationErrors.UnmatchedPrincipalType(principal.ObjectId, principal.Kind.ToString(), properties.PrincipalType ?? "");
        }

        var twin = view.List<RoleAssignmentProperties>(Name, scope).FirstOrDefault(
            a => a.Id.Scope.Equals(scope) && !a.Id.Equals(desired.Id) && Same(a.Properties.PrincipalId, properties.PrincipalId) && Same(NameOf(a.Properties.RoleDefinitionId), roleName));
        if (twin is not null)
        {
            yield return AuthorizationErrors.RoleAssignmentExists(twin.Name);
        }
    }

    public override IEnumerable<ArmError> AdmitDelete(Resource<RoleAssignmentProperties> current, IResourceView view)
    {
        if (IsRootOwner(current) && view.List<RoleAssignmentProperties>(Name, ResourceId.Tenant).Count(IsRootOwner) == 1)
        {
            yield return AuthorizationErrors.LastOwner();
        }
    }

    /// <summary>Assignments below the scope, at it, and above it: those hold here, too.</summary>
    public override IEnumerable<StoreRecord> Listed(IResourceStore store, ResourceId scope, string? after)
        => store.ListByType(Name.Key, "", after).Where(r => ScopeOf(ScopeKey(r.Key)) is var at && (ManagementTree.IsWithin(store, at, scope) || ManagementTree.IsWithin(store, scope, at)));

    public override Result<Func<ReadOnlyMemory<byte>, bool>> Filter(string filter, ArmRequest request, IResourceStore store)
    {
        if (!ODataFilter.TryParse(filter, out var parsed) || !parsed.UsesOnly("atScope", "principalId", "assignedTo") || !ResourcePath.TryParse(request.Path, out var path))
        {
            return base.Filter(filter, request, store);
        }

        HashSet<string>? who = parsed.Equal.TryGetValue("principalId", out var principal) ? new([principal], StringComparer.OrdinalIgnoreCase) : null;
        if (parsed.Functions.TryGetValue("assignedTo", out var assignee))
        {
            who = new([assignee, .. new TenantDirectory(store).GroupsOf(assignee)], StringComparer.OrdinalIgnoreCase);
        }

        var atScope = parsed.Functions.ContainsKey("atScope");
        return (Func<ReadOnlyMemory<byte>, bool>)(json =>
        {
            var assignment = JsonSerializer.Deserialize(json.Span, RoleAssignmentJson.Default.ResourceRoleAssignmentProperties)?.Properties;
            return assignment is { PrincipalId: { } id, Scope: { } scope }
                && (who is null || who.Contains(id))
                && (!atScope || ManagementTree.IsWithin(store, path.Id, ResourceId.Parse(scope)));
        });
    }

    internal static string NameOf(string? roleDefinitionId) => roleDefinitionId is null ? "" : roleDefinitionId[(roleDefinitionId.LastIndexOf('/') + 1)..];

    private static ResourceId ScopeOf(string scopeKey) => scopeKey.Length == 0 ? ResourceId.Tenant : ResourceId.Parse(scopeKey);

    private static bool IsRootOwner(Resource<RoleAssignmentProperties> assignment)
        => assignment.Id.Scope.IsTenant && Same(NameOf(assignment.Properties.RoleDefinitionId), BuiltInRoles.Owner);

    private static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
