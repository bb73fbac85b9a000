using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Management.ManagementGroups;

/// <summary>Nothing has to be done for a group to go: it is here so that deletion is the long-running operation that clients expect.</summary>
public sealed class ManagementGroupReconciler(IResourceView view) : Reconciler<ManagementGroupProperties>(view)
{
    protected override Task<Outcome> ReconcileAsync(Resource<ManagementGroupProperties> resource, bool deleting, CancellationToken cancellationToken)
        => Task.FromResult<Outcome>(new Outcome.Settled());
}
