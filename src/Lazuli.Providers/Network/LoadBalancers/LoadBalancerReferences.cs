using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.PublicIPAddresses;
using Lazuli.Providers.Network.VirtualNetworks;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>What a load balancer needs of others. Its own parts refer to each other, too; that is for <see cref="LoadBalancerRules"/>.</summary>
internal static class LoadBalancerReferences
{
    private static readonly ResourceTypeName Subnet = ResourceTypeName.Parse("Microsoft.Network/virtualNetworks/subnets");

    public static IEnumerable<ResourceReference> Of(LoadBalancerProperties balancer)
    {
        foreach (var frontend in balancer.FrontendIPConfigurations ?? [])
        {
            var path = $"properties.frontendIPConfigurations.{frontend.Name}.properties";
            if (frontend.Properties?.PublicIPAddress is { } address)
            {
                yield return new(address.Id ?? "", $"{path}.publicIPAddress.id") { Type = PublicIPAddressType.TypeName, LinkedAction = "Microsoft.Network/publicIPAddresses/join/action" };
            }

            if (frontend.Properties?.Subnet is { } subnet)
            {
                yield return ToSubnet(subnet, $"{path}.subnet.id");
            }
        }

        foreach (var pool in balancer.BackendAddressPools ?? [])
        {
            var path = $"properties.backendAddressPools.{pool.Name}.properties";
            if (pool.Properties?.VirtualNetwork is { } network)
            {
                yield return ToNetwork(network, $"{path}.virtualNetwork.id");
            }

            foreach (var entry in pool.Properties?.LoadBalancerBackendAddresses ?? [])
            {
                var at = $"{path}.loadBalancerBackendAddresses.{entry.Name}.properties";
                if (entry.Properties?.VirtualNetwork is { } own)
                {
                    yield return ToNetwork(own, $"{at}.virtualNetwork.id");
                }

                if (entry.Properties?.Subnet is { } subnet)
                {
                    yield return ToSubnet(subnet, $"{at}.subnet.id");
                }

                if (entry.Properties?.LoadBalancerFrontendIPConfiguration is { } frontend)
                {
                    yield return new(frontend.Id ?? "", $"{at}.loadBalancerFrontendIPConfiguration.id")
                    {
                        Type = LoadBalancerLinks.Frontend,
                        LinkedAction = "Microsoft.Network/loadBalancers/frontendIPConfigurations/join/action",
                    };
                }
            }
        }
    }

    private static ResourceReference ToSubnet(ResourceLink link, string path)
        => new(link.Id ?? "", path) { Type = Subnet, LinkedAction = "Microsoft.Network/virtualNetworks/subnets/join/action" };

    private static ResourceReference ToNetwork(ResourceLink link, string path)
        => new(link.Id ?? "", path) { Type = VirtualNetworkType.TypeName, LinkedAction = "Microsoft.Network/virtualNetworks/join/action" };
}
