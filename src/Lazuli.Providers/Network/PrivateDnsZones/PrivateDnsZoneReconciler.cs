using Lazuli.Engines.Dns;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.DnsZones;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.PrivateDnsZones;

/// <summary>Puts a private zone, who sees it, and its record sets on the machine.</summary>
public sealed class PrivateDnsZoneReconciler(IResourceView view, NodeLink link) : NodeReconciler<PrivateDnsZoneProperties>(view, link)
{
    protected override IEnumerable<NodeItem> Project(Resource<PrivateDnsZoneProperties> resource) =>
    [
        new DnsZoneItem
        {
            Key = resource.Id.Key,
            Name = DnsName.Canonical(resource.Name),
            Links = [.. from link in PrivateDnsZoneType.LinksOf(View, resource.Id)
                        let network = link.Properties.VirtualNetwork?.Id?.TrimEnd('/').ToLowerInvariant()
                        where network is not null && View.Store.Get(network) is not null
                        select new DnsZoneLink(network, link.Properties.RegistrationEnabled == true, link.Properties.ResolutionPolicy == "NxDomainRedirect")],
        },
        .. PrivateDnsZoneType.Kind.In<PrivateRecordSetProperties>(View, resource.Id).Select(s => DnsZoneReconciler.ItemOf(s, resource.Id)).OfType<NodeItem>(),
    ];
}
