using System.Text.Json;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Authorization.RoleAssignments;
using Lazuli.Providers.Authorization.RoleDefinitions;

namespace Lazuli.Providers.Authorization;

/// <summary>The first role assignments, made before there is anybody who could make one.</summary>
public static class OwnerAssignment
{
    /// <summary>The write that makes <paramref name="principalId"/> Owner of everything.</summary>
    public static StoreWrite AtTenant(string principalId, PrincipalKind kind, DateTimeOffset now)
    {
        var name = Guid.NewGuid().ToString();
        var id = ResourceId.Tenant.Resource(RoleAssignmentType.TypeName, name);
        var assignment = new Resource<RoleAssignmentProperties>
        {
            Id = id,
            Name = name,
            Type = RoleAssignmentType.TypeName.ToString(),
            Properties = new()
            {
                RoleDefinitionId = ResourceId.Tenant.Resource(RoleDefinitionType.TypeName, BuiltInRoles.Owner).ToString(),
                PrincipalId = principalId,
                PrincipalType = kind.ToString(),
                Scope = "/",
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
