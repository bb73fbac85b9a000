using System.Runtime.CompilerServices;
using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Http;

/// <summary>Management locks (Microsoft.Authorization/locks) at a resource's scope or above it: ReadOnly forbids every change, CanNotDelete deletion.</summary>
public static class LockRules
{
    public const string Type = "microsoft.authorization/locks";
    private static readonly ConditionalWeakTable<StoreRecord, Lock> Known = [];

    /// <param name="verb"><c>write</c>, <c>delete</c> or <c>action</c>.</param>
    public static ArmError? Check(IResourceStore store, ResourceId id, string verb)
    {
        List<string>? scopes = null;
        foreach (var record in store.ListByType(Type))
        {
            var held = Known.GetValue(record, Lock.Of);

            // A lock inside a group keeps the group from being deleted, too; a lock can itself always be managed.
            var concerns = id.IsWithin(held.Scope) || (verb == "delete" && held.Scope.IsWithin(id));
            if (concerns && id.Type.Key != Type && (verb == "delete" || held.IsReadOnly))
            {
                (scopes ??= []).Add(held.At);
            }
        }

        return scopes is null ? null : ArmErrors.ScopeLocked(id, verb, scopes.Distinct());
    }

    /// <summary>A lock's record, read once: every change asks all locks.</summary>
    private sealed record Lock(string At, ResourceId Scope, bool IsReadOnly)
    {
        public static Lock Of(StoreRecord record)
        {
            var at = record.Key[..record.Key.LastIndexOf("/providers/", StringComparison.Ordinal)];
            using var document = JsonDocument.Parse(record.Body);
            return new(at, at.Length == 0 ? ResourceId.Tenant : ResourceId.Parse(at), document.RootElement.GetProperty("properties").GetProperty("level").GetString() == "ReadOnly");
        }
    }
}
