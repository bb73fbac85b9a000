using System.Collections.Concurrent;
using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Providers.Authorization.DenyAssignments;
using Lazuli.Providers.Authorization.RoleAssignments;
using Lazuli.Providers.Authorization.RoleDefinitions;
using Lazuli.Providers.Management;

namespace Lazuli.Providers.Authorization;

/// <summary>
/// Azure RBAC over what is stored: an action is allowed when a role assigned to the caller, or to a group it is in, at the scope or above it (management groups
/// included) has the action among its actions and not among its notActions, and no deny assignment forbids it. A change of assignments, custom roles or the hierarchy holds from the next decision on.
/// Decisions are made from compiled roles, kept per principal. Safe for concurrent use.
/// </summary>
public sealed class Authorizer : IAuthorizer, IDisposable
{
    private const int MaxPrincipals = 4096;
    private readonly IResourceStore _store;
    private readonly ConcurrentDictionary<string, Access> _access = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Above> _above = new(StringComparer.Ordinal);
    private readonly DenyRules _denies;
    private int _generation;

    public Authorizer(IResourceStore store)
    {
        _store = store;
        _denies = new DenyRules(store);
        store.Committed += OnCommitted;
    }

    public bool IsAllowed(Principal principal, string action, ResourceId scope) => Decide(principal, action, scope, data: false);

    public bool IsDataAllowed(Principal principal, string dataAction, ResourceId scope) => Decide(principal, dataAction, scope, data: true);

    public ArmError? Refusal(Principal principal, string action, ResourceId scope)
        => _denies.Find(principal, action, scope, data: false) is { } deny && AccessOf(principal).Grants.Any(g => g.Role.Allows(action, false) && Covers(g, scope))
            ? AuthorizationErrors.Denied(principal, action, scope, deny) : null;

    /// <summary>The permissions of all roles that <paramref name="principal"/> has at <paramref name="scope"/> or above it.</summary>
    public IEnumerable<RolePermission> PermissionsAt(Principal principal, ResourceId scope)
        => AccessOf(principal).Grants.Where(g => Covers(g, scope)).SelectMany(g => g.Role.Permissions);

    public void Dispose() => _store.Committed -= OnCommitted;

    private bool Decide(Principal principal, string action, ResourceId scope, bool data)
    {
        foreach (var grant in AccessOf(principal).Grants)
        {
            if (grant.Role.Allows(action, data) && Covers(grant, scope))
            {
                return _denies.Find(principal, action, scope, data) is null;
            }
        }

        return false;
    }

    private bool Covers(Grant grant, ResourceId scope) => grant.Covers(scope.Key) || (grant.IsOfGroup && GroupsAbove(scope).Contains(grant.ScopeKey));

    private string[] GroupsAbove(ResourceId scope)
    {
        if ((scope.SubscriptionScope ?? scope.ManagementGroupId) is not { } known)
        {
            return [];
        }

        var generation = Volatile.Read(ref _generation);
        if (_above.TryGetValue(known.Key, out var above) && above.Generation == generation)
        {
            return above.Keys;
        }

        if (_above.Count >= MaxPrincipals)
        {
            _above.Clear();
        }

        var keys = ManagementTree.Above(_store, known).Select(g => g.Key).ToArray();
        _above[known.Key] = new Above(generation, keys);
        return keys;
    }

    private Access AccessOf(Principal principal)
    {
        var generation = Volatile.Read(ref _generation);
        if (_access.TryGetValue(principal.ObjectId, out var known)
            && known.Generation == generation
            && (ReferenceEquals(known.Groups, principal.Groups) || known.Groups.SequenceEqual(principal.Groups)))
        {
            return known;
        }

        var built = new Access(generation, principal.Groups, [.. GrantsOf(principal)]);
        if (_access.Count >= MaxPrincipals)
        {
            _access.Clear();
        }

        _access[principal.ObjectId] = built;
        return built;
    }

    private IEnumerable<Grant> GrantsOf(Principal principal)
    {
        var who = new HashSet<string>([principal.ObjectId, .. principal.Groups], StringComparer.OrdinalIgnoreCase);
        foreach (var record in _store.ListByType(RoleAssignmentType.TypeName.Key))
        {
            var assignment = JsonSerializer.Deserialize(record.Body.Span, RoleAssignmentJson.Default.ResourceRoleAssignmentProperties)?.Properties;
            if (assignment?.PrincipalId is { } assignee && who.Contains(assignee) && assignment.RoleDefinitionId is { } roleId && CompiledRole.Find(_store, roleId) is { } role)
            {
                yield return new Grant(RoleAssignmentType.ScopeKey(record.Key), role);
            }
        }
    }

    private void OnCommitted(IReadOnlyList<StoreChange> changes)
    {
        foreach (var change in changes)
        {
            var type = (change.After ?? change.Before)?.Type;
            if (type == DenyAssignmentType.TypeName.Key)
            {
                _denies.Forget();
            }
            if (type == RoleAssignmentType.TypeName.Key || type == RoleDefinitionType.TypeName.Key || type == ResourceTypeName.ManagementGroup.Key || type == ResourceTypeName.Subscription.Key)
            {
                Interlocked.Increment(ref _generation);
                return;
            }
        }
    }

    private sealed record Access(int Generation, IReadOnlyList<string> Groups, Grant[] Grants);

    private sealed record Above(int Generation, string[] Keys);

    /// <summary>A role at a scope (a lower-cased id; empty is the tenant).</summary>
    private sealed record Grant(string ScopeKey, CompiledRole Role)
    {
        private const string GroupPrefix = "/providers/microsoft.management/managementgroups/";

        /// <summary>Given at a management group: it holds for what the hierarchy places below.</summary>
        public bool IsOfGroup { get; } = ScopeKey.StartsWith(GroupPrefix, StringComparison.Ordinal) && ScopeKey.AsSpan().Count('/') == 4;

        public bool Covers(string key)
            => ScopeKey.Length == 0 || (key.StartsWith(ScopeKey, StringComparison.Ordinal) && (key.Length == ScopeKey.Length || key[ScopeKey.Length] == '/'));
    }
}
