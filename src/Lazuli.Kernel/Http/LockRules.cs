using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Http;

/// <summary>Management locks (Microsoft.Authorization/locks) at a resource's scope or above it: ReadOnly forbids every change, CanNotDelete deletion.</summary>
public static class LockRules
{
    public const string Type = "microsoft.authorization/locks";

    /// <param name="verb"><c>write</c>, <c>delete</c> or <c>action</c>.</param>
    public static ArmError? Check(IResourceStore store, ResourceId id, string verb)
    {
        List<string>? scopes = null;
        foreach (var record in store.ListByType(Type))
        {
            var at = record.Key[..record.Key.LastIndexOf("/providers/", StringComparison.Ordinal)];
            var scope = at.Length == 0 ? ResourceId.Tenant : ResourceId.Parse(at);

            // A lock inside a group keeps the group from being deleted, too; a lock can itself always be managed.
            var concerns = id.IsWithin(scope) || (verb == "delete" && scope.IsWithin(id));
            if (concerns && id.Type.Key != Type && (verb == "delete" || LevelOf(record) == "ReadOnly"))
            {
                (scopes ??= []).Add(at);
            }
        }

        return scopes is null ? null : ArmErrors.ScopeLocked(id, verb, scopes.Distinct());
    }

    private static string? LevelOf(StoreRecord record)
    {
        using var document = JsonDocument.Parse(record.Body);
        return document.RootElement.GetProperty("properties").GetProperty("level").GetString();
    }
}
