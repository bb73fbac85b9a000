using System.Globalization;
using System.Net;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NatGateways;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.NetworkSecurityGroups;
using Lazuli.Providers.Network.RouteTables;
using Lazuli.Providers.Network.VirtualNetworks;

namespace Lazuli.Providers.Network.NetworkWatchers;

/// <summary>
/// What a NIC's packets meet, from what is stored: by the same items, the same model of rules and the same model of routes as the machine's own, so that an answer
/// here and a packet there can't differ.
/// </summary>
internal sealed class NetworkModel
{
    private NetworkModel(VnetState state, NicItem nic, Resource<NetworkInterfaceProperties> resource)
        => (State, Nic, Resource, Security) = (state, nic, resource, new(state));

    public VnetState State { get; }

    public NicItem Nic { get; }

    public Resource<NetworkInterfaceProperties> Resource { get; }

    public SecurityModel Security { get; }

    public string? RouteTableKey => Security.SubnetOf(Nic)?.RouteTableKey;

    public RouteModel Routes => RouteModel.Of(State.Vnet, State.RouteTables.FirstOrDefault(t => t.Key == RouteTableKey));

    public static NetworkModel? Of(ResourceId nic, IResourceView view)
    {
        if (view.Get<NetworkInterfaceProperties>(nic) is not { } resource || NetworkInterfaceRules.NetworkOf(resource.Properties) is not { } network
            || StateOf(network, view) is not { } state)
        {
            return null;
        }

        return new(state, state.Nics.First(n => n.Key == resource.Id.Key), resource);
    }

    /// <summary>The next hop of a packet; null where the network has none (a NIC that is no appliance, a gateway that isn't there).</summary>
    public EffectiveRoute Route(IPAddress destination) => Routes.Find(destination);

    /// <summary>A rule as a client wrote it, with Azure's words for protocol and ports.</summary>
    public static (string Protocol, string[] SourcePorts, string[] DestinationPorts) Words(EffectiveRule rule)
        => (rule.Protocol == "*" ? "All" : CultureInfo.InvariantCulture.TextInfo.ToTitleCase(rule.Protocol), Ports(rule.SourcePorts), Ports(rule.DestinationPorts));

    public static string NameOf(EffectiveRule rule) => (rule.IsDefault ? "defaultSecurityRules/" : "securityRules/") + rule.Name;

    private static VnetState? StateOf(ResourceId network, IResourceView view)
    {
        if (view.Get<VirtualNetworkProperties>(network) is not { } resource)
        {
            return null;
        }

        var vnet = VirtualNetworkReconciler.ItemOf(resource, new NetworkOptions(), view);
        var nics = NicsOf(network, view);
        return new()
        {
            Vnet = vnet,
            Nics = nics,
            Nsgs = [.. vnet.Subnets.Select(s => s.NsgKey).Concat(nics.Select(n => n.NsgKey)).OfType<string>().Distinct(StringComparer.Ordinal)
                .Select(k => view.Get<NetworkSecurityGroupProperties>(k)).OfType<Resource<NetworkSecurityGroupProperties>>().Select(NetworkSecurityGroupReconciler.ItemOf)],
            RouteTables = [.. vnet.Subnets.Select(s => s.RouteTableKey).OfType<string>().Distinct(StringComparer.Ordinal)
                .Select(k => view.Get<RouteTableProperties>(k)).OfType<Resource<RouteTableProperties>>().Select(RouteTableReconciler.ItemOf)],
            Nats = [.. vnet.Subnets.Select(s => s.NatKey).OfType<string>().Distinct(StringComparer.Ordinal)
                .Select(k => view.Get<NatGatewayProperties>(k)).OfType<Resource<NatGatewayProperties>>().Select(n => NatGatewayReconciler.ItemOf(n, view))],
            Neighbours = [.. vnet.Peers.SelectMany(p => NicsOf(ResourceId.Parse(p.VnetKey), view)).Where(n => n.IpConfigs.Any(c => c.GroupKeys.Count > 0))],
        };
    }

    public static NicItem[] NicsOf(ResourceId network, IResourceView view)
        => [.. view.Referrers<NetworkInterfaceProperties>(network).Where(n => n.Properties.ProvisioningState != "Deleting").Select(n => NetworkInterfaceReconciler.ItemOf(n, view))];

    private static string[] Ports(IReadOnlyList<(ushort First, ushort Last)> ranges)
        => [.. ranges.Select(r => r.First == r.Last ? string.Create(CultureInfo.InvariantCulture, $"{r.First}-{r.First}") : string.Create(CultureInfo.InvariantCulture, $"{r.First}-{r.Last}"))];
}
