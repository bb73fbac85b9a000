using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Kernel.Reconcile;

/// <summary>
/// Makes reality follow one resource. Gets an id, never an event: it reads all it needs, acts idempotently, and says how far it came.
/// It is called after each change of the resource, of what it refers to or what refers to it, when somebody pokes it, and by a slow full pass;
/// never twice at once for the same id. An exception means: again, later, with growing pauses.
/// </summary>
public interface IReconciler
{
    Task<Outcome> ReconcileAsync(ResourceId id, CancellationToken cancellationToken);
}

/// <summary>How a pass ended.</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>Reality is as the resource says. A resource being deleted is now gone.</summary>
    public sealed record Settled : Outcome;

    /// <summary>Not yet; look again after a pause at the latest.</summary>
    public sealed record LookAgain(TimeSpan After, string Reason) : Outcome;

    /// <summary>It can't be done as it stands: the resource and its operation end as Failed with this error. A later change starts anew.</summary>
    public sealed record Blocked(ArmError Error) : Outcome;

    /// <summary>What the pass learnt, to be stored with the resource (a <see cref="Resource{T}"/> of the reconciler's own type).</summary>
    public object? Update { get; init; }
}

/// <summary>A reconciler of one type's resources.</summary>
public abstract class Reconciler<T>(IResourceView view) : IReconciler
    where T : class
{
    protected IResourceView View { get; } = view;

    /// <param name="resource">The resource as stored now.</param>
    /// <param name="deleting">True when it shall vanish.</param>
    protected abstract Task<Outcome> ReconcileAsync(Resource<T> resource, bool deleting, CancellationToken cancellationToken);

    public Task<Outcome> ReconcileAsync(ResourceId id, CancellationToken cancellationToken)
        => View.Get<T>(id) is not { } resource
            ? Task.FromResult<Outcome>(new Outcome.Settled())
            : ReconcileAsync(resource, resource.Properties is IProvisioned { ProvisioningState: "Deleting" }, cancellationToken);
}
