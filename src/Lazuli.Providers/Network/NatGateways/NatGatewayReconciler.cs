using Lazuli.Engines.Node;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.PublicIPAddresses;
using Lazuli.Providers.Network.PublicIPPrefixes;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.NatGateways;

/// <summary>Puts the gateway's addresses on the machine.</summary>
public sealed class NatGatewayReconciler(IResourceView view, NodeLink link) : NodeReconciler<NatGatewayProperties>(view, link)
{
    public static NatItem ItemOf(Resource<NatGatewayProperties> gateway, IResourceView view) => new()
    {
        Key = gateway.Id.Key,
        IdleTimeoutMinutes = gateway.Properties.IdleTimeoutInMinutes ?? 4,
        Addresses = [.. (from link in gateway.Properties.PublicIpAddresses ?? []
                         select view.Get<PublicIPAddressProperties>(link.Id)?.Properties.Allocated).OfType<string>(),
                     .. from link in gateway.Properties.PublicIpPrefixes ?? []
                        where Cidr.TryParse(view.Get<PublicIPPrefixProperties>(link.Id)?.Properties.IpPrefix, out _)
                        from address in PublicPool.AddressesOf(Cidr.Parse(view.Get<PublicIPPrefixProperties>(link.Id)?.Properties.IpPrefix ?? ""))
                        select Cidr.Text(address)],
    };

    protected override IEnumerable<NodeItem> Project(Resource<NatGatewayProperties> resource) => [ItemOf(resource, View)];
}
