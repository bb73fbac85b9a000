using System.Security.Cryptography;
using System.Text;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.VirtualNetworks.VirtualNetworkPeerings;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.VirtualNetworks;

/// <summary>Puts the network and its subnets on the machine.</summary>
public sealed class VirtualNetworkReconciler(IResourceView view, NodeLink link, NetworkOptions options) : NodeReconciler<VirtualNetworkProperties>(view, link)
{
    /// <summary>The network's DNS suffix: another one for each life of a network, the same as long as it lives.</summary>
    public static string DnsSuffixOf(Resource<VirtualNetworkProperties> network, NetworkOptions options)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(network.Properties.ResourceGuid ?? network.Id.Key)));
        return $"{digest[..24]}.{network.Location}.{options.InternalDnsSuffix}";
    }

    /// <summary>The network as the machine gets it.</summary>
    public static VnetItem ItemOf(Resource<VirtualNetworkProperties> resource, NetworkOptions options, IResourceView view) => new()
    {
        Key = resource.Id.Key,
        AddressPrefixes = resource.Properties.AddressSpace?.AddressPrefixes ?? [],
        DnsServers = resource.Properties.DhcpOptions?.DnsServers ?? [],
        DnsSuffix = DnsSuffixOf(resource, options),
        Subnets = [.. from subnet in resource.Properties.Subnets ?? []
                      select new SubnetSpec
                      {
                          Key = resource.Id.Child("subnets", subnet.Name ?? "").Key,
                          AddressPrefixes = subnet.Properties?.Prefixes ?? [],
                          NsgKey = subnet.Properties?.NetworkSecurityGroup?.Id?.ToLowerInvariant(),
                          RouteTableKey = subnet.Properties?.RouteTable?.Id?.ToLowerInvariant(),
                          NatKey = subnet.Properties?.NatGateway?.Id?.ToLowerInvariant(),
                          DefaultOutbound = subnet.Properties?.DefaultOutboundAccess != false,
                      }],
        Peers = [.. Peerings.Specs(resource, view)],
        OutboundAddress = resource.Properties.OutboundAddress,
    };

    protected override IEnumerable<NodeItem> Project(Resource<VirtualNetworkProperties> resource) => [ItemOf(resource, options, View)];

    protected override Outcome Observe(Resource<VirtualNetworkProperties> resource, IReadOnlyList<NodeItem> items, Outcome outcome)
        => Peerings.Meet(resource, View) is { } met ? outcome with { Update = met } : outcome;
}
