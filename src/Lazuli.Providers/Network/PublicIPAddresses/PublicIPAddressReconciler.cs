using Lazuli.Engines.Dns;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.PublicIPAddresses;

/// <summary>Tells the machine's name servers the address and its name; packets are its users' matter.</summary>
public sealed class PublicIPAddressReconciler(IResourceView view, NodeLink link) : NodeReconciler<PublicIPAddressProperties>(view, link)
{
    protected override IEnumerable<NodeItem> Project(Resource<PublicIPAddressProperties> resource) =>
    [
        new DnsHostItem
        {
            Key = resource.Id.Key,
            Name = resource.Properties.DnsSettings?.Fqdn?.ToLowerInvariant(),
            Reverse = resource.Properties.DnsSettings?.ReverseFqdn is { Length: > 0 } reverse ? DnsName.Canonical(reverse) : null,
            Address = resource.Properties.PublicIPAllocationMethod == "Static" || PublicIPAddressType.UserOf(View, resource.Id) is not null ? resource.Properties.Allocated : null,
        },
    ];
}
