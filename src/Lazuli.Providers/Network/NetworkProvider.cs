using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.ApplicationSecurityGroups;
using Lazuli.Providers.Network.DnsZones;
using Lazuli.Providers.Network.LoadBalancers;
using Lazuli.Providers.Network.NatGateways;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.NetworkInterfaces.IpConfigurations;
using Lazuli.Providers.Network.NetworkSecurityGroups;
using Lazuli.Providers.Network.NetworkSecurityGroups.DefaultSecurityRules;
using Lazuli.Providers.Network.NetworkSecurityGroups.SecurityRules;
using Lazuli.Providers.Network.NetworkWatchers;
using Lazuli.Providers.Network.NetworkWatchers.ConnectionMonitors;
using Lazuli.Providers.Network.NetworkWatchers.FlowLogs;
using Lazuli.Providers.Network.NetworkWatchers.PacketCaptures;
using Lazuli.Providers.Network.PrivateDnsZones;
using Lazuli.Providers.Network.PrivateDnsZones.VirtualNetworkLinks;
using Lazuli.Providers.Network.PrivateEndpoints;
using Lazuli.Providers.Network.PrivateEndpoints.PrivateDnsZoneGroups;
using Lazuli.Providers.Network.PrivateLinkServices;
using Lazuli.Providers.Network.PrivateLinkServices.PrivateEndpointConnections;
using Lazuli.Providers.Network.PublicIPAddresses;
using Lazuli.Providers.Network.PublicIPPrefixes;
using Lazuli.Providers.Network.RouteTables;
using Lazuli.Providers.Network.RouteTables.Routes;
using Lazuli.Providers.Network.ServiceEndpointPolicies;
using Lazuli.Providers.Network.ServiceEndpointPolicies.ServiceEndpointPolicyDefinitions;
using Lazuli.Providers.Network.TrafficManagerProfiles;
using Lazuli.Providers.Network.TrafficManagerProfiles.AzureEndpoints;
using Lazuli.Providers.Network.TrafficManagerProfiles.ExternalEndpoints;
using Lazuli.Providers.Network.TrafficManagerProfiles.NestedEndpoints;
using Lazuli.Providers.Network.VirtualNetworks;
using Lazuli.Providers.Network.VirtualNetworks.Subnets;
using Lazuli.Providers.Network.VirtualNetworks.VirtualNetworkPeerings;

namespace Lazuli.Providers.Network;

/// <summary>Microsoft.Network.</summary>
public sealed class NetworkProvider : Provider
{
    public NetworkProvider(NetworkOptions options)
    {
        var pool = new PublicPool(options);
        var (subnets, rules, routes, peerings, addresses) = (new SubnetType(), new SecurityRuleType(), new RouteType(), new PeeringType(), new PublicIPAddressType(options, pool));
        var balancers = new LoadBalancerChildren();
        var (definitions, connections) = (new PolicyDefinitionType(), new PrivateEndpointConnectionType());
        EndpointType[] endpoints = [new AzureEndpointType(), new ExternalEndpointType(), new NestedEndpointType()];
        Types =
        [
            new VirtualNetworkType(subnets, peerings, pool),
            subnets,
            peerings,
            new RouteTableType(routes),
            routes,
            new NatGatewayType(),
            new PublicIPPrefixType(pool),
            new ApplicationSecurityGroupType(),
            new NetworkWatcherType(options),
            new PacketCaptureType(options),
            new FlowLogType(),
            new ConnectionMonitorType(options),
            new ServiceEndpointPolicyType(definitions),
            definitions,
            new NetworkSecurityGroupType(rules),
            rules,
            new DefaultSecurityRuleType(),
            addresses,
            new NetworkInterfaceType(options),
            new IpConfigurationType(),
            new LoadBalancerType(balancers),
            .. balancers.All,
            new PrivateLinkServiceType(connections, options),
            connections,
            new PrivateEndpointType(options),
            new PrivateDnsZoneGroupType(),
            new DnsZoneType(),
            new DnsZones.A.AType(),
            new DnsZones.AAAA.AaaaType(),
            new DnsZones.CAA.CaaType(),
            new DnsZones.CNAME.CnameType(),
            new DnsZones.MX.MxType(),
            new DnsZones.NS.NsType(),
            new DnsZones.PTR.PtrType(),
            new DnsZones.SOA.SoaType(),
            new DnsZones.SRV.SrvType(),
            new DnsZones.TXT.TxtType(),
            new TrafficManagerProfileType(endpoints, options.Traffic),
            .. endpoints,
            new PrivateDnsZoneType(),
            new VirtualNetworkLinkType(),
            new PrivateDnsZones.A.AType(),
            new PrivateDnsZones.AAAA.AaaaType(),
            new PrivateDnsZones.CNAME.CnameType(),
            new PrivateDnsZones.MX.MxType(),
            new PrivateDnsZones.PTR.PtrType(),
            new PrivateDnsZones.SOA.SoaType(),
            new PrivateDnsZones.SRV.SrvType(),
            new PrivateDnsZones.TXT.TxtType(),
        ];
        Operations = [.. NetworkOperations.All(addresses), .. new LoadBalancerOperations(options.Health).All, .. TrafficManagerOperations.All, .. PrivateLinkOperations.All, .. SubnetServices.All];
    }

    public override string Namespace => "Microsoft.Network";

    public override IReadOnlyList<ResourceType> Types { get; }

    public override IReadOnlyList<ProviderOperation> Operations { get; }
}
