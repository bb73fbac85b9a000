using System.Collections.Frozen;
using System.Text.Json;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Authorization.RoleDefinitions;

/// <summary>Azure's built-in roles, with Azure's ids and actions; descriptions are our own. Read once, from <c>BuiltInRoles.json</c> in the assembly.</summary>
public static class BuiltInRoles
{
    public const string Owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    public const string Contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c";
    public const string Reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

    private static readonly Lazy<FrozenDictionary<string, RoleDefinitionProperties>> Roles = new(Load);

    /// <summary>Properties by lower-cased role id (a GUID).</summary>
    public static IReadOnlyDictionary<string, RoleDefinitionProperties> All => Roles.Value;

    /// <summary>A built-in role as it is seen from a scope.</summary>
    public static Resource<RoleDefinitionProperties> At(ResourceId scope, string roleId, RoleDefinitionProperties role)
    {
        var id = scope.Resource(RoleDefinitionType.TypeName, roleId);
        return new() { Id = id, Name = roleId, Type = RoleDefinitionType.TypeName.ToString(), Properties = role };
    }

    private static FrozenDictionary<string, RoleDefinitionProperties> Load()
    {
        using var stream = typeof(BuiltInRoles).Assembly.GetManifestResourceStream("BuiltInRoles.json") ?? throw new InvalidOperationException("BuiltInRoles.json is not in the assembly.");
        var data = JsonSerializer.Deserialize(stream, RoleDefinitionJson.Default.BuiltInRoleDataArray) ?? [];
        return data.ToFrozenDictionary(r => r.Id, r => new RoleDefinitionProperties
        {
            RoleName = r.RoleName,
            Type = "BuiltInRole",
            Description = r.Description,
            AssignableScopes = ["/"],
            Permissions = [new() { Actions = r.Actions, NotActions = r.NotActions, DataActions = r.DataActions, NotDataActions = r.NotDataActions }],
        });
    }
}
