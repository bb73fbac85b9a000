using Lazuli.Engines.Node;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Node;

/// <summary>
/// A reconciler whose work is done by the node: it puts the resource's items into the document and waits for the reports. It holds no state of its own,
/// so two instances do no harm.
/// </summary>
public abstract class NodeReconciler<T>(IResourceView view, NodeLink link) : Reconciler<T>(view), INodeProjection
    where T : class
{
    /// <summary>A look without a report, in case one was lost.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    protected NodeLink Link { get; } = link;

    /// <summary>
    /// The items that the resource, which shall exist, needs on the machine. Pure in what is stored; keys are the resource's own or below it.
    /// An exception keeps the whole document from being sent at start, for an incomplete one would remove what lacks.
    /// </summary>
    protected abstract IEnumerable<NodeItem> Project(Resource<T> resource);

    /// <summary>The last word on a pass: what else the resource waits for, and what it learns (<see cref="Outcome.Update"/>).</summary>
    /// <param name="resource">The resource as stored.</param>
    /// <param name="items">The items now in the document.</param>
    /// <param name="outcome">What follows from the reports about them.</param>
    protected virtual Outcome Observe(Resource<T> resource, IReadOnlyList<NodeItem> items, Outcome outcome) => outcome;

    /// <summary>The last word when nothing of a resource being deleted is left on the machine.</summary>
    protected virtual Task<Outcome> VanishAsync(Resource<T> resource, CancellationToken cancellationToken) => Task.FromResult<Outcome>(new Outcome.Settled());

    protected override async Task<Outcome> ReconcileAsync(Resource<T> resource, bool deleting, CancellationToken cancellationToken)
    {
        var owner = resource.Id.Key;
        if (!Link.HasHeard(owner))
        {
            return new Outcome.LookAgain(Patience, "The machine has not said yet what it has.");
        }

        if (deleting)
        {
            Link.Set(owner, []);
            return Link.IsGone(owner) ? await VanishAsync(resource, cancellationToken) : new Outcome.LookAgain(Patience, "The machine still has it.");
        }

        var items = Project(resource).ToArray();
        Link.Set(owner, items);
        return Observe(resource, items, Judge(items));
    }

    void INodeProjection.Prime(ResourceId id)
    {
        if (View.Get<T>(id) is { } resource)
        {
            Link.Prime(id.Key, resource.Properties is IProvisioned { ProvisioningState: "Deleting" } ? [] : Project(resource));
        }
    }

    private Outcome Judge(NodeItem[] items)
    {
        foreach (var item in items)
        {
            if (Link.Fault(item.Key) is { } fault)
            {
                return new Outcome.Blocked(new ArmError { Code = fault.Code, Message = fault.Message });
            }
        }

        var waiting = items.Where(i => Link.Report(i.Key) is not { Phase: ItemPhase.Applied }).ToArray();
        return waiting.Length == 0
            ? new Outcome.Settled()
            : new Outcome.LookAgain(Patience, Link.Report(waiting[0].Key)?.Progress ?? $"The machine works on {waiting[0].Key}.");
    }
}

/// <summary>What <see cref="NodeLinkService"/> asks of each <see cref="NodeReconciler{T}"/> at start: the items of one resource, without anything else.</summary>
public interface INodeProjection
{
    void Prime(ResourceId id);
}
