using System.Text.Json;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Authorization.RoleAssignments;
using Lazuli.Providers.Authorization.RoleDefinitions;

namespace Lazuli.Providers.Authorization;

/// <summary>The first role assignments of a tenant or subscription, made before there is anybody who could make one.</summary>
public static class OwnerAssignment
{
    /// <summary>The write that makes <paramref name="principalId"/> Owner of everything.</summary>
    public static StoreWrite AtTenant(string principalId, PrincipalKind kind, DateTimeOffset now) => At(ResourceId.Tenant, principalId, kind, now);

    /// <summary>The write that makes <paramref name="principalId"/> Owner of a scope and all below it.</summary>
    public static StoreWrite At(ResourceId scope, string principalId, PrincipalKind kind, DateTimeOffset now)
    {
        var name = Guid.NewGuid().ToString();
        var id = scope.Resource(RoleAssignmentType.TypeName, name);
        var assignment = new Resource<RoleAssignmentProperties>
        {
            Id = id,
            Name = name,
            Type = RoleAssignmentType.TypeName.ToString(),
            Properties = new()
            {
                RoleDefinitionId = scope.Resource(RoleDefinitionType.TypeName, BuiltInRoles.Owner).ToString(),
                PrincipalId = principalId,
                PrincipalType = kind.ToString(),
                Scope = scope.ToString(),
                CreatedOn = now,
                UpdatedOn = now,
                CreatedBy = "",
                UpdatedBy = "",
            },
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(assignment, RoleAssignmentJson.Default.ResourceRoleAssignmentProperties);
        return new(id.Key, new StoreRecord { Key = id.Key, Type = RoleAssignmentType.TypeName.Key, Body = body });
    }
}
