using Lazuli.Engines.Node;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.TrafficManagerProfiles;

/// <summary>Tells the machine's name servers the profile and those of its endpoints that may be chosen, and hears how they are.</summary>
public sealed class TrafficManagerReconciler(IResourceView view, NodeLink link, NetworkOptions options) : NodeReconciler<TrafficManagerProfileProperties>(view, link)
{
    protected override IEnumerable<NodeItem> Project(Resource<TrafficManagerProfileProperties> resource) => [TrafficProjection.Of(resource, View)];

    protected override Outcome Observe(Resource<TrafficManagerProfileProperties> resource, IReadOnlyList<NodeItem> items, Outcome outcome)
    {
        options.Traffic.Set(resource.Id, Link.Latest(resource.Id.Key)?.Traffic);
        return outcome;
    }

    protected override Task<Outcome> VanishAsync(Resource<TrafficManagerProfileProperties> resource, CancellationToken cancellationToken)
    {
        options.Traffic.Set(resource.Id, null);
        return base.VanishAsync(resource, cancellationToken);
    }
}
