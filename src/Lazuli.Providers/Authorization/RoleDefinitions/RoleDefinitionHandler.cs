using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Management;

namespace Lazuli.Providers.Authorization.RoleDefinitions;

/// <summary>Requests for roles: built-in ones come from the assembly, custom ones from the tenant's record; both are shown as the caller's scope sees them.</summary>
internal sealed class RoleDefinitionHandler(RoleDefinitionType type, ResourceHandler<RoleDefinitionProperties> inner, KernelServices kernel)
    : IResourceHandler, IResourceModels<RoleDefinitionProperties>
{
    private readonly IResourceStore _store = kernel.Store;

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
            Find(_store, id.Name) is { } role ? ArmResponse.Json(Render(id.Scope, id.Name.ToLowerInvariant(), role)) : AuthorizationErrors.RoleDefinitionDoesNotExist(id.Name));

    public async Task<Result<ArmResponse>> PutAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => IsBuiltIn(id) ? AuthorizationErrors.BuiltInRole(id.Name)
            : Refusal(request, id, "write") is { } refused ? refused
            : !(await inner.PutAsync(request, AtTenant(id.Name), cancellationToken)).Ok(out var answer, out var error) ? error
            : Find(_store, id.Name) is { } role ? answer with { Status = 201, Body = Render(id.Scope, id.Name.ToLowerInvariant(), role) }
            : answer;

    public Task<Result<ArmResponse>> PatchAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(ArmErrors.MethodNotAllowed("PATCH", id.ToString()));

    public async Task<Result<ArmResponse>> DeleteAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
    {
        if (IsBuiltIn(id))
        {
            return AuthorizationErrors.BuiltInRole(id.Name);
        }

        if (Refusal(request, id, "delete") is { } refused)
        {
            return refused;
        }

        var role = Find(_store, id.Name);
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
        var custom = _store.ListByType(type.Name.Key).Select(Read)
            .Where(r => (r.Properties.AssignableScopes ?? []).Any(s => ResourceId.TryParse(s, out var assignable) && (ManagementTree.IsWithin(_store, scope, assignable) || ManagementTree.IsWithin(_store, assignable, scope))))
            .Select(r => (r.Name, Role: r.Properties));
        return from role in BuiltInRoles.All.Select(r => (Name: r.Key, Role: r.Value)).Concat(custom)
               let key = scope.Resource(RoleDefinitionType.TypeName, role.Name).Key
               orderby key
               where after is null || string.CompareOrdinal(key, after) > 0
               select new ResourceSlice(key, Render(scope, role.Name, role.Role));
    }

    public ReadOnlyMemory<byte> Render(StoreRecord record) => inner.Render(record);

    // A custom role is one for the whole tenant: who changes it needs the right at every scope that it may be, or could so far be, assigned at.
    private ArmError? Refusal(ArmRequest request, ResourceId id, string verb)
    {
        var scopes = (Find(_store, id.Name)?.AssignableScopes ?? []).Concat(Asked(request.Body));
        var (caller, action) = (request.Principal, $"{type.Name}/{verb}");
        return scopes.Select(s => ResourceId.TryParse(s, out var scope) ? scope : null).OfType<ResourceId>().FirstOrDefault(s => !kernel.Authorizer.IsAllowed(caller, action, s)) is { } denied
            ? ArmErrors.AuthorizationFailed(caller.Name, caller.ObjectId, action, denied.ToString())
            : null;
    }

    // Every assignable scope that a body could be read to name, in whatever casing; what is wrong with the body is said by whoever reads it.
    private static List<string> Asked(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return
            [
                .. from properties in Named(document.RootElement, "properties")
                   from scopes in Named(properties, "assignableScopes")
                   where scopes.ValueKind == JsonValueKind.Array
                   from scope in scopes.EnumerateArray()
                   where scope.ValueKind == JsonValueKind.String
                   select scope.GetString(),
            ];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static IEnumerable<JsonElement> Named(JsonElement element, string name)
        => element.ValueKind != JsonValueKind.Object ? [] : element.EnumerateObject().Where(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(p => p.Value);

    private static ReadOnlyMemory<byte> Render(ResourceId scope, string name, RoleDefinitionProperties role)
        => JsonSerializer.SerializeToUtf8Bytes(
            BuiltInRoles.At(ScopeOf(scope), name, role), RoleDefinitionJson.Default.ResourceRoleDefinitionProperties);

    // Seen from a subscription, whose id has one casing however the caller wrote it.
    private static ResourceId ScopeOf(ResourceId scope) => scope.SubscriptionId is { } subscription ? ResourceId.Subscription(subscription.ToLowerInvariant()) : ResourceId.Tenant;

    private static bool IsBuiltIn(ResourceId id) => BuiltInRoles.All.ContainsKey(id.Name.ToLowerInvariant());

    private static ResourceId AtTenant(string name) => ResourceId.Tenant.Resource(RoleDefinitionType.TypeName, name);
}
