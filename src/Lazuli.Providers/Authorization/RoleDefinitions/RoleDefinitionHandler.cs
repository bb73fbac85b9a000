using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Management;

namespace Lazuli.Providers.Authorization.RoleDefinitions;

/// <summary>Requests for roles: built-in ones come from the assembly, custom ones from the tenant's record; both are shown as the caller's scope sees them.</summary>
internal sealed class RoleDefinitionHandler(RoleDefinitionType type, ResourceHandler<RoleDefinitionProperties> inner, IResourceStore store)
    : IResourceHandler, IResourceModels<RoleDefinitionProperties>
{
    /// <summary>A role by its GUID.</summary>
    public static RoleDefinitionProperties? Find(IResourceStore store, string name)
        => BuiltInRoles.All.TryGetValue(name.ToLowerInvariant(), out var builtIn) ? builtIn
            : store.Get(AtTenant(name).Key) is { } record ? Read(record).Properties
            : null;

    public static Resource<RoleDefinitionProperties> Read(StoreRecord record)
        => JsonSerializer.Deserialize(record.Body.Span, RoleDefinitionJson.Default.ResourceRoleDefinitionProperties)
            ?? throw new InvalidDataException($"The record '{record.Key}' is empty.");

    Resource<RoleDefinitionProperties> IResourceModels<RoleDefinitionProperties>.Read(StoreRecord record) => inner.Read(record);

    public Task<Result<ArmResponse>> GetAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(
            Find(store, id.Name) is { } role ? ArmResponse.Json(Render(id.Scope, id.Name.ToLowerInvariant(), role)) : AuthorizationErrors.RoleDefinitionDoesNotExist(id.Name));

    public async Task<Result<ArmResponse>> PutAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => IsBuiltIn(id) ? AuthorizationErrors.BuiltInRole(id.Name)
            : !(await inner.PutAsync(request, AtTenant(id.Name), cancellationToken)).Ok(out var answer, out var error) ? error
            : Find(store, id.Name) is { } role ? answer with { Status = 201, Body = Render(id.Scope, id.Name.ToLowerInvariant(), role) }
            : answer;

    public Task<Result<ArmResponse>> PatchAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(ArmErrors.MethodNotAllowed("PATCH", id.ToString()));

    public async Task<Result<ArmResponse>> DeleteAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
    {
        if (IsBuiltIn(id))
        {
            return AuthorizationErrors.BuiltInRole(id.Name);
        }

        var role = Find(store, id.Name);
        return !(await inner.DeleteAsync(request, AtTenant(id.Name), cancellationToken)).Ok(out var answer, out var error) ? error
            : role is not null && answer.Status == 200 ? answer with { Body = Render(id.Scope, id.Name.ToLowerInvariant(), role) }
            : answer;
    }

    public Task<Result<ArmResponse>> ActAsync(ArmRequest request, ResourceId id, ResourceAction action, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(ArmErrors.MethodNotAllowed(request.Method.Method, id.ToString()));

    public IReadOnlyList<ArmError> CheckPut(ArmRequest request, ResourceId id)
        => IsBuiltIn(id) ? [AuthorizationErrors.BuiltInRole(id.Name)] : inner.CheckPut(request, AtTenant(id.Name));

    /// <summary>Roles that may be assigned at the scope, in the order of their GUIDs.</summary>
    public IEnumerable<ResourceSlice> List(ResourceId scope, string? after)
    {
        var custom = store.ListByType(type.Name.Key).Select(Read)
            .Where(r => (r.Properties.AssignableScopes ?? []).Any(s => ResourceId.TryParse(s, out var assignable) && (ManagementTree.IsWithin(store, scope, assignable) || ManagementTree.IsWithin(store, assignable, scope))))
            .Select(r => (r.Name, Role: r.Properties));
        return from role in BuiltInRoles.All.Select(r => (Name: r.Key, Role: r.Value)).Concat(custom)
               let key = scope.Resource(RoleDefinitionType.TypeName, role.Name).Key
               orderby key
               where after is null || string.CompareOrdinal(key, after) > 0
               select new ResourceSlice(key, Render(scope, role.Name, role.Role));
    }

    public ReadOnlyMemory<byte> Render(StoreRecord record) => inner.Render(record);

    private static ReadOnlyMemory<byte> Render(ResourceId scope, string name, RoleDefinitionProperties role)
        => JsonSerializer.SerializeToUtf8Bytes(
            BuiltInRoles.At(ScopeOf(scope), name, role), RoleDefinitionJson.Default.ResourceRoleDefinitionProperties);

    // Seen from a subscription, whose id has one casing however the caller wrote it.
    private static ResourceId ScopeOf(ResourceId scope) => scope.SubscriptionId is { } subscription ? ResourceId.Subscription(subscription.ToLowerInvariant()) : ResourceId.Tenant;

    private static bool IsBuiltIn(ResourceId id) => BuiltInRoles.All.ContainsKey(id.Name.ToLowerInvariant());

    private static ResourceId AtTenant(string name) => ResourceId.Tenant.Resource(RoleDefinitionType.TypeName, name);
}
