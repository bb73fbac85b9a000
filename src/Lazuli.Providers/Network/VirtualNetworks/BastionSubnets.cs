using Lazuli.Engines.Net;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkSecurityGroups;
using Lazuli.Providers.Network.NetworkSecurityGroups.SecurityRules;
using Lazuli.Providers.Network.VirtualNetworks.Subnets;

namespace Lazuli.Providers.Network.VirtualNetworks;

/// <summary>The subnet AzureBastionSubnet: a security group there must let through what a bastion needs (learn.microsoft.com, "Working with NSG access and Azure Bastion").</summary>
internal static class BastionSubnets
{
    private const string Name = "AzureBastionSubnet";

    private static readonly (bool Inbound, int Port, string Other, bool ByDefault)[] Needs =
    [
        (true, 443, "Internet", false),
        (true, 443, "GatewayManager", false),
        (true, 443, "AzureLoadBalancer", true),
        (true, 8080, "VirtualNetwork", true),
        (true, 5701, "VirtualNetwork", true),
        (false, 22, "VirtualNetwork", true),
        (false, 3389, "VirtualNetwork", true),
        (false, 443, "AzureCloud", true),
        (false, 80, "Internet", true),
        (false, 8080, "VirtualNetwork", true),
        (false, 5701, "VirtualNetwork", true),
    ];

    public static IEnumerable<ArmError> Admit(IEnumerable<Embedded<SubnetProperties>> subnets, IResourceView view)
        => from subnet in subnets
           where Name.Equals(subnet.Name, StringComparison.OrdinalIgnoreCase)
           let nsg = view.Get<NetworkSecurityGroupProperties>(subnet.Properties?.NetworkSecurityGroup?.Id)
           where nsg is not null && !Needs.All(n => Allows(nsg.Properties, n.Inbound, n.Port, n.Other) ?? n.ByDefault)
           select ArmErrors.BadRequest(
               "NetworkSecurityGroupNotCompliantForAzureBastionSubnet", $"Network security group {nsg.Name} does not have necessary rules for Azure Bastion Subnet {subnet.Name}.", nsg.Id.ToString());

    // Null when no rule of the group's own speaks of it.
    private static bool? Allows(NetworkSecurityGroupProperties nsg, bool inbound, int port, string other)
        => (from rule in (nsg.SecurityRules ?? []).Select(r => r.Properties ?? new SecurityRuleProperties())
            where rule.Direction == (inbound ? "Inbound" : "Outbound") && rule.Protocol is "Tcp" or "*"
            let ports = PortRanges.Union(rule.DestinationPortRanges is { Count: > 0 } many ? many : [rule.DestinationPortRange ?? "*"])
            where ports.Any(p => p.First <= port && port <= p.Last)
            let sides = inbound ? rule.SourceAddressPrefixes is { Count: > 0 } sources ? sources : [rule.SourceAddressPrefix ?? "*"]
                : rule.DestinationAddressPrefixes is { Count: > 0 } targets ? targets : [rule.DestinationAddressPrefix ?? "*"]
            where sides.Any(s => s is "*" or "0.0.0.0/0" || s.Equals(other, StringComparison.OrdinalIgnoreCase) || (other == "AzureCloud" && s.Equals("Internet", StringComparison.OrdinalIgnoreCase)))
            orderby rule.Priority
            select (bool?)(rule.Access == "Allow")).FirstOrDefault();
}
