using System.Text.Json;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Providers.Authorization.RoleDefinitions;

namespace Lazuli.Providers.Authorization.DenyAssignments;

/// <summary>
/// Deny assignments, compiled: they forbid what roles allow (https://learn.microsoft.com/azure/role-based-access-control/deny-assignments). Without any, asking costs nothing.
/// Safe for concurrent use.
/// </summary>
internal sealed class DenyRules(IResourceStore store)
{
    private DenyRule[]? _rules;

    /// <summary>To be called when a deny assignment has changed.</summary>
    public void Forget() => Volatile.Write(ref _rules, null);

    /// <summary>The deny assignment that forbids it; null when none does.</summary>
    public DenyRule? Find(Principal principal, string action, ResourceId scope, bool data)
    {
        var rules = Volatile.Read(ref _rules) ?? Load();
        return rules.Length == 0 ? null : Array.Find(rules, r => r.Concerns(principal) && (r.Denies(action, scope, data) || r.KeepsGroup(action, scope)));
    }

    private DenyRule[] Load()
    {
        var rules = store.ListByType(DenyAssignmentType.TypeName.Key).Select(r => new DenyRule(Read(r))).ToArray();
        Volatile.Write(ref _rules, rules);
        return rules;
    }

    private static Kernel.Types.Resource<DenyAssignmentProperties> Read(StoreRecord record)
        => JsonSerializer.Deserialize(record.Body.Span, DenyAssignmentJson.Default.ResourceDenyAssignmentProperties) ?? throw new InvalidDataException($"The record '{record.Key}' is empty.");
}

/// <summary>One deny assignment.</summary>
internal sealed class DenyRule(Kernel.Types.Resource<DenyAssignmentProperties> assignment)
{
    private readonly DenyAssignmentProperties _properties = assignment.Properties;
    private readonly ResourceId _scope = assignment.Id.Scope;
    private readonly HashSet<string> _principals = Ids(assignment.Properties.Principals);
    private readonly HashSet<string> _excluded = Ids(assignment.Properties.ExcludePrincipals);

    private readonly (ActionPattern[] Actions, ActionPattern[] Not, ActionPattern[] Data, ActionPattern[] NotData)[] _permissions =
        [.. (assignment.Properties.Permissions ?? []).Select(p => (Patterns(p.Actions), Patterns(p.NotActions), Patterns(p.DataActions), Patterns(p.NotDataActions)))];

    public string Name => _properties.DenyAssignmentName ?? assignment.Name;

    public ResourceId Id => assignment.Id;

    public bool Concerns(Principal principal)
        => (_principals.Contains(DenyAssignmentPrincipal.Everyone) || Has(_principals, principal))
            && !Has(_excluded, principal)
            && (_properties.Stack is null || !_properties.Stack.Equals(principal.ActsFor, StringComparison.OrdinalIgnoreCase));

    public bool Denies(string action, ResourceId scope, bool data)
        => (scope.Equals(_scope) || (_properties.DoNotApplyToChildScopes != true && scope.IsWithin(_scope))) && Denies(action, data);

    /// <summary>A group isn't deleted as long as something in it must not be.</summary>
    public bool KeepsGroup(string action, ResourceId scope)
        => scope.IsResourceGroup && action.EndsWith("/delete", StringComparison.OrdinalIgnoreCase) && _scope.IsWithin(scope) && Denies($"{_scope.Type}/delete", data: false);

    private bool Denies(string action, bool data)
        => Array.Exists(_permissions, p => Matches(data ? p.Data : p.Actions, action) && !Matches(data ? p.NotData : p.Not, action));

    private static bool Has(HashSet<string> ids, Principal principal) => ids.Count > 0 && (ids.Contains(principal.ObjectId) || principal.Groups.Any(ids.Contains));

    private static bool Matches(ActionPattern[] patterns, string action) => Array.Exists(patterns, p => p.Matches(action));

    private static ActionPattern[] Patterns(IReadOnlyList<string>? patterns) => [.. (patterns ?? []).Select(p => new ActionPattern(p))];

    private static HashSet<string> Ids(IReadOnlyList<DenyAssignmentPrincipal>? principals) => new((principals ?? []).Select(p => p.Id).OfType<string>(), StringComparer.OrdinalIgnoreCase);
}
