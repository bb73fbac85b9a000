using System.Collections.Concurrent;
using Lazuli.Kernel.Store;

namespace Lazuli.Providers.Authorization.RoleDefinitions;

/// <summary>A role made ready for decisions.</summary>
internal sealed class CompiledRole
{
    private static readonly ConcurrentDictionary<string, CompiledRole> BuiltIn = new(StringComparer.OrdinalIgnoreCase);
    private readonly Rules[] _actions;
    private readonly Rules[] _dataActions;

    private CompiledRole(RoleDefinitionProperties role)
    {
        Permissions = role.Permissions ?? [];
        _actions = [.. Permissions.Select(p => new Rules(Compile(p.Actions), Compile(p.NotActions)))];
        _dataActions = [.. Permissions.Select(p => new Rules(Compile(p.DataActions), Compile(p.NotDataActions)))];
    }

    public IReadOnlyList<RolePermission> Permissions { get; }

    /// <summary>The role that an id names, whatever scope the id is written with; null when there is none.</summary>
    public static CompiledRole? Find(IResourceStore store, string roleDefinitionId)
    {
        var name = roleDefinitionId[(roleDefinitionId.LastIndexOf('/') + 1)..];
        if (BuiltInRoles.All.TryGetValue(name.ToLowerInvariant(), out var builtIn))
        {
            return BuiltIn.GetOrAdd(name, _ => new CompiledRole(builtIn));
        }

        return RoleDefinitionHandler.Find(store, name) is { } custom ? new CompiledRole(custom) : null;
    }

    public bool Allows(ReadOnlySpan<char> action, bool data)
    {
        foreach (var rules in data ? _dataActions : _actions)
        {
            if (AnyMatches(rules.Yes, action) && !AnyMatches(rules.No, action))
            {
                return true;
            }
        }

        return false;
    }

    private static bool AnyMatches(ActionPattern[] patterns, ReadOnlySpan<char> action)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Matches(action))
            {
                return true;
            }
        }

        return false;
    }

    private static ActionPattern[] Compile(IReadOnlyList<string>? actions) => [.. (actions ?? []).Select(a => new ActionPattern(a))];

    private readonly record struct Rules(ActionPattern[] Yes, ActionPattern[] No);
}
