using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NatGateways;
using Lazuli.Providers.Network.NetworkSecurityGroups;
using Lazuli.Providers.Network.RouteTables;
using Lazuli.Providers.Network.ServiceEndpointPolicies;

namespace Lazuli.Providers.Network.VirtualNetworks;

/// <summary>What a network and its subnets refer to.</summary>
internal static class VirtualNetworkReferences
{
    public static IEnumerable<ResourceReference> Of(VirtualNetworkProperties network)
    {
        foreach (var (name, subnet) in (network.Subnets ?? []).Select(s => (s.Name, s.Properties ?? new())))
        {
            foreach (var (link, kind, type) in new[]
            {
                (subnet.NetworkSecurityGroup, "networkSecurityGroup", NetworkSecurityGroupType.TypeName),
                (subnet.RouteTable, "routeTable", RouteTableType.TypeName),
                (subnet.NatGateway, "natGateway", NatGatewayType.TypeName),
            })
            {
                if (link is not null)
                {
                    yield return new(link.Id ?? "", $"properties.subnets.{name}.properties.{kind}.id") { Type = type, LinkedAction = $"{type}/join/action" };
                }
            }
        }

        foreach (var (name, link) in (network.Subnets ?? []).SelectMany(s => (s.Properties?.ServiceEndpointPolicies ?? []).Select(p => (s.Name, p))))
        {
            yield return new(link.Id ?? "", $"properties.subnets.{name}.properties.serviceEndpointPolicies.id")
            {
                Type = ServiceEndpointPolicyType.TypeName,
                LinkedAction = "Microsoft.Network/serviceEndpointPolicies/join/action",
            };
        }

        // The other network may go: the peering stays, disconnected.
        foreach (var peering in network.VirtualNetworkPeerings ?? [])
        {
            if (peering.Properties?.RemoteVirtualNetwork?.Id is { } remote)
            {
                yield return new(remote, $"properties.virtualNetworkPeerings.{peering.Name}.properties.remoteVirtualNetwork.id")
                {
                    Type = VirtualNetworkType.TypeName,
                    LinkedAction = "Microsoft.Network/virtualNetworks/peer/action",
                    Optional = true,
                };
            }
        }
    }

    public static IEnumerable<ArmError> Admit(Resource<VirtualNetworkProperties> desired, IResourceView view)
    {
        foreach (var reference in Of(desired.Properties).Where(r => !VirtualNetworkType.TypeName.Equals(r.Type)))
        {
            if (!ResourceId.TryParse(reference.Target, out var target))
            {
                continue;
            }

            var location = view.Get<NetworkSecurityGroupProperties>(target)?.Location ?? view.Get<RouteTableProperties>(target)?.Location ?? view.Get<NatGatewayProperties>(target)?.Location
                ?? view.Get<ServiceEndpointPolicyProperties>(target)?.Location;
            if (location != desired.Location || !string.Equals(target.SubscriptionId, desired.Id.SubscriptionId, StringComparison.OrdinalIgnoreCase))
            {
                yield return ArmErrors.InvalidReference(reference.Target, desired.Id);
            }
            else if (NatGatewayType.TypeName.Equals(reference.Type)
                && SubnetLinks.Users(view, target, s => s.NatGateway).FirstOrDefault(s => !IsIn(desired.Id, s.Id)) is { } other)
            {
                yield return NetworkErrors.NatGatewayInAnotherNetwork(reference.Target, desired.Id.ToString(), other.Id ?? "");
            }
        }
    }

    private static bool IsIn(ResourceId network, string? subnet) => ResourceId.TryParse(subnet, out var id) && network.Equals(id.Parent);
}
