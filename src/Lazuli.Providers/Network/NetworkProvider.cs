using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.NetworkInterfaces.IpConfigurations;
using Lazuli.Providers.Network.NetworkSecurityGroups;
using Lazuli.Providers.Network.NetworkSecurityGroups.DefaultSecurityRules;
using Lazuli.Providers.Network.NetworkSecurityGroups.SecurityRules;
using Lazuli.Providers.Network.PublicIPAddresses;
using Lazuli.Providers.Network.VirtualNetworks;
using Lazuli.Providers.Network.VirtualNetworks.Subnets;

namespace Lazuli.Providers.Network;

/// <summary>Microsoft.Network.</summary>
public sealed class NetworkProvider : Provider
{
    public NetworkProvider(NetworkOptions options)
    {
        var (subnets, rules, addresses) = (new SubnetType(), new SecurityRuleType(), new PublicIPAddressType(options));
        var balancers = new LoadBalancerChildren();
        Types =
        [
            new VirtualNetworkType(subnets),
            subnets,
            new NetworkSecurityGroupType(rules),
            rules,
            new DefaultSecurityRuleType(),
            addresses,
            new NetworkInterfaceType(options),
            new IpConfigurationType(),
            new LoadBalancerType(balancers),
            .. balancers.All,
        ];
        Operations = [.. NetworkOperations.All(addresses), .. new LoadBalancerOperations(options.Health).All];
    }

    public override string Namespace => "Microsoft.Network";

    public override IReadOnlyList<ResourceType> Types { get; }

    public override IReadOnlyList<ProviderOperation> Operations { get; }
}
