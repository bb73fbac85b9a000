using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Providers.Authorization.DenyAssignments;

namespace Lazuli.Providers.Authorization;

/// <summary>Errors of Microsoft.Authorization, with Azure's codes.</summary>
public static class AuthorizationErrors
{
    public static ArmError RoleDefinitionDoesNotExist(string id) => new()
    {
        Code = "RoleDefinitionDoesNotExist",
        Message = $"The specified role definition with ID '{id}' does not exist.",
        Status = 404,
    };

    public static ArmError RoleDefinitionWithSameNameExists(string name) => new()
    {
        Code = "RoleDefinitionWithSameNameExists",
        Message = $"A custom role with the name '{name}' already exists in this directory. Use a different name.",
        Status = 409,
    };

    public static ArmError RoleDefinitionHasAssignments() => new()
    {
        Code = "RoleDefinitionHasAssignments",
        Message = "There are existing role assignments referencing role (code: RoleDefinitionHasAssignments).",
    };

    public static ArmError BuiltInRole(string name) => new()
    {
        Code = "RoleDefinitionUpdateNotPermitted",
        Message = $"The role '{name}' is a built-in role: it can be neither changed nor deleted.",
        Status = 403,
    };

    public static ArmError InvalidRoleDefinitionId(string name) => new()
    {
        Code = "InvalidRoleDefinitionId",
        Message = $"The role definition ID '{name}' is not valid. The role definition ID must be a GUID.",
    };

    public static ArmError InvalidRoleAssignmentId(string name) => new()
    {
        Code = "InvalidRoleAssignmentId",
        Message = $"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID.",
    };

    public static ArmError RoleAssignmentExists(string name) => new()
    {
        Code = "RoleAssignmentExists",
        Message = $"The role assignment already exists. The ID of the existing role assignment is {name.Replace("-", "", StringComparison.Ordinal)}.",
        Status = 409,
    };

    public static ArmError RoleAssignmentUpdateNotPermitted() => new()
    {
        Code = "RoleAssignmentUpdateNotPermitted",
        Message = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    };

    public static ArmError PrincipalNotFound(string principalId, string tenantId) => new()
    {
        Code = "PrincipalNotFound",
        Message = $"Principal {principalId.Replace("-", "", StringComparison.Ordinal)} does not exist in the directory {tenantId}. Check that you have the correct principal ID.",
    };

    public static ArmError UnmatchedPrincipalType(string principalId, string actual, string given) => new()
    {
        Code = "UnmatchedPrincipalType",
        Message = $"The PrincipalId '{principalId}' has type '{actual}', which is different from specified PrincipalType '{given}'.",
    };

    public static ArmError ScopeNotAssignable(string scope, string roleId) => new()
    {
        Code = "RoleAssignmentScopeNotAssignableToRoleDefinition",
        Message = $"The role assignment scope '{scope}' is not assignable to role definition '{roleId}'.",
    };

    public static ArmError SystemProtected(string name) => new()
    {
        Code = "DenyAssignmentIsSystemProtected",
        Message = $"The deny assignment '{name}' is system protected: only what made it (a deployment stack) can change or delete it.",
        Status = 403,
    };

    /// <summary>A role allows it, a deny assignment does not.</summary>
    internal static ArmError Denied(Principal principal, string action, ResourceId scope, DenyRule deny) => new()
    {
        Code = "DenyAssignmentAuthorizationFailed",
        Message = $"The client '{principal.Name}' with object id '{principal.ObjectId}' has permission to perform action '{action}' on scope '{scope}'; however, the access is denied "
            + $"because of the deny assignment with name '{deny.Name}' and Id '{deny.Id.Name}' at scope '{deny.Id.Scope}'.",
        Status = 403,
    };

    public static ArmError LastOwner() => new()
    {
        Code = "CannotDeleteLastRbacAdminAssignment",
        Message = "The last Owner of the tenant's root can't be removed: nobody could give access again.",
    };
}
