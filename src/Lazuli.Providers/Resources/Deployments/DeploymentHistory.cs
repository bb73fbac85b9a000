using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>
/// The deployments of one scope: at most 800. When a new one comes close to that, the oldest that have ended go, as on Azure, down to 750; not where a lock forbids
/// their deletion (https://learn.microsoft.com/azure/azure-resource-manager/templates/deployment-history-deletions).
/// </summary>
internal static class DeploymentHistory
{
    public const int Quota = 800;
    private const int Full = 775;
    private const int Cleaned = 750;
    private static readonly StoreWrite[] Nothing = [];

    /// <summary>The deployments made at exactly this scope, in the order of their names.</summary>
    public static IEnumerable<StoreRecord> List(IResourceStore store, ResourceId scope, string? after = null)
        => store.ListByType(DeploymentsType.TypeName.Key, $"{(scope.IsTenant ? "" : scope.Key)}/providers/{DeploymentsType.TypeName.Key}", after);

    /// <summary>What has to be written so that there is room for <paramref name="id"/>: nothing when it only takes its own place again.</summary>
    public static Result<StoreWrite[]> MakeRoom(IResourceStore store, ResourceId id, bool exists)
    {
        var count = exists ? 0 : List(store, id.Scope).Count();
        if (count < Full)
        {
            return Nothing;
        }

        if (LockRules.Check(store, id, "delete") is not null)
        {
            return count < Quota ? Nothing : DeploymentErrors.QuotaExceeded(id, Quota, count);
        }

        var old = List(store, id.Scope).Where(r => DeploymentDocument.Read(r).IsTerminal).OrderBy(r => DeploymentDocument.Read(r).Ended).Take(count - Cleaned).ToList();
        return count - old.Count >= Quota
            ? DeploymentErrors.QuotaExceeded(id, Quota, count)
            : old.SelectMany(r => DeploymentStep.Removal(store, DeploymentDocument.Read(r).RunId).Prepend(new StoreWrite(r.Key, null) { ExpectedVersion = r.Version })).ToArray();
    }

    /// <summary>The deployment that <paramref name="onError"/> means, for the deployment <paramref name="id"/>: one that has succeeded, and not itself.</summary>
    public static Result<OnErrorDeployment> FindSuccessful(IResourceStore store, ResourceId id, OnErrorDeployment onError)
    {
        var wanted = onError.DeploymentName;
        var found = List(store, id.Scope).Select(DeploymentDocument.Read)
            .Where(d => !d.ResourceId.Equals(id) && (wanted is null || d.ResourceId.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase)))
            .Where(d => d.State == DeploymentState.Succeeded)
            .MaxBy(d => d.Ended);
        return found is null ? DeploymentErrors.NothingToRollBackTo(id, wanted) : onError with { DeploymentName = found.ResourceId.Name };
    }
}
