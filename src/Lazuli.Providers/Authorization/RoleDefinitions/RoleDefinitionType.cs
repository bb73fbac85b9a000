using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Authorization.RoleAssignments;

namespace Lazuli.Providers.Authorization.RoleDefinitions;

/// <summary>
/// Microsoft.Authorization/roleDefinitions: built-in roles, and custom ones. A role belongs to the tenant and is seen from every scope that it may be
/// assigned at; custom ones are stored at the tenant, whatever scope they are written through.
/// </summary>
public sealed class RoleDefinitionType(TimeProvider time) : ResourceType<RoleDefinitionProperties>
{
    public static ResourceTypeName TypeName { get; } = ResourceTypeName.Parse("Microsoft.Authorization/roleDefinitions");

    public override ResourceTypeName Name => TypeName;

    public override IReadOnlyList<string> ApiVersions { get; } = ["2022-05-01-preview", "2022-04-01", "2018-01-01-preview", "2015-07-01"];

    public override ResourceScopes Scopes => ResourceScopes.Extension;

    public override bool IsTracked => false;

    public override bool CanPatch => false;

    public override string NamePattern => "^.+$";

    public override JsonSerializerContext Json => RoleDefinitionJson.Default;

    public override IResourceHandler CreateHandler(KernelServices kernel) => new RoleDefinitionHandler(this, new ResourceHandler<RoleDefinitionProperties>(this, kernel), kernel);

    public override Resource<RoleDefinitionProperties> Default(Resource<RoleDefinitionProperties> desired, Resource<RoleDefinitionProperties>? current, IResourceView view)
    {
        var properties = desired.Properties;
        properties.Type = "CustomRole";
        properties.Description ??= "";
        properties.CreatedOn = current?.Properties.CreatedOn ?? time.GetUtcNow();
        properties.UpdatedOn = time.GetUtcNow();
        foreach (var permission in properties.Permissions ?? [])
        {
            permission.Actions ??= [];
            permission.NotActions ??= [];
            permission.DataActions ??= [];
            permission.NotDataActions ??= [];
        }

        return desired;
    }

    public override void Sign(Resource<RoleDefinitionProperties> desired, Resource<RoleDefinitionProperties>? current, Principal caller)
        => (desired.Properties.CreatedBy, desired.Properties.UpdatedBy) = (current is null ? caller.ObjectId : current.Properties.CreatedBy, caller.ObjectId);

    public override IEnumerable<ArmError> Validate(Resource<RoleDefinitionProperties> desired, Resource<RoleDefinitionProperties>? current)
    {
        var properties = desired.Properties;
        if (!Guid.TryParse(desired.Name, out _))
        {
            yield return AuthorizationErrors.InvalidRoleDefinitionId(desired.Name);
        }

        if (string.IsNullOrWhiteSpace(properties.RoleName) || properties.RoleName.Length > 512)
        {
            yield return ArmErrors.InvalidParameter("properties.roleName", "A role needs a name of 1 to 512 characters.");
        }

        if (properties.Permissions is not { Count: > 0 })
        {
            yield return ArmErrors.InvalidParameter("properties.permissions", "A role needs at least one permission.");
        }

        if ((properties.Permissions ?? []).Any(p => p.Condition is { Length: > 0 }))
        {
            yield return ArmErrors.NotSupported("A condition in a role's permissions") with { Target = "properties.permissions" };
        }

        if (properties.AssignableScopes is not { Count: > 0 })
        {
            yield return ArmErrors.InvalidParameter("properties.assignableScopes", "A role needs at least one assignable scope.");
        }

        if ((properties.AssignableScopes ?? []).Count(s => ResourceId.TryParse(s, out var id) && id.IsManagementGroup) > 1)
        {
            yield return ArmErrors.InvalidParameter("properties.assignableScopes", "A custom role can name one management group only.");
        }

        foreach (var scope in properties.AssignableScopes ?? [])
        {
            if (!ResourceId.TryParse(scope, out var id) || id.IsTenant)
            {
                yield return ArmErrors.InvalidParameter("properties.assignableScopes", $"'{scope}' is not a scope that a custom role may be assigned at.");
            }
        }
    }

    public override IEnumerable<ArmError> Admit(Resource<RoleDefinitionProperties> desired, Resource<RoleDefinitionProperties>? current, IResourceView view)
    {
        var name = desired.Properties.RoleName ?? "";
        var taken = BuiltInRoles.All.Any(r => name.Equals(r.Value.RoleName, StringComparison.OrdinalIgnoreCase))
            || view.Store.ListByType(Name.Key).Any(r => r.Key != desired.Id.Key && name.Equals(RoleDefinitionHandler.Read(r).Properties.RoleName, StringComparison.OrdinalIgnoreCase));
        if (taken)
        {
            yield return AuthorizationErrors.RoleDefinitionWithSameNameExists(name);
        }
    }

    public override IEnumerable<ArmError> AdmitDelete(Resource<RoleDefinitionProperties> current, IResourceView view)
    {
        var inUse = view.List<RoleAssignmentProperties>(RoleAssignmentType.TypeName, ResourceId.Tenant)
            .Any(a => RoleAssignmentType.NameOf(a.Properties.RoleDefinitionId).Equals(current.Name, StringComparison.OrdinalIgnoreCase));
        if (inUse)
        {
            yield return AuthorizationErrors.RoleDefinitionHasAssignments();
        }
    }

    public override Result<Func<ReadOnlyMemory<byte>, bool>> Filter(string filter, ArmRequest request, IResourceStore store)
    {
        if (!ODataFilter.TryParse(filter, out var parsed) || !parsed.UsesOnly("roleName", "type", "atScopeAndBelow"))
        {
            return base.Filter(filter, request, store);
        }

        return (Func<ReadOnlyMemory<byte>, bool>)(json =>
            JsonSerializer.Deserialize(json.Span, RoleDefinitionJson.Default.ResourceRoleDefinitionProperties)?.Properties is { } role
            && (!parsed.Equal.TryGetValue("roleName", out var name) || name.Equals(role.RoleName, StringComparison.OrdinalIgnoreCase))
            && (!parsed.Equal.TryGetValue("type", out var type) || type.Equals(role.Type, StringComparison.OrdinalIgnoreCase)));
    }
}
