using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkSecurityGroups.SecurityRules;

namespace Lazuli.Providers.Network.NetworkSecurityGroups.DefaultSecurityRules;

/// <summary>The six rules that every group ends with.</summary>
internal static class DefaultRules
{
    public static IReadOnlyList<Embedded<SecurityRuleProperties>> Of(ResourceId group, string? etag, string? state) =>
    [
        Rule(group, etag, state, "AllowVnetInBound", "Allow inbound traffic from all VMs in VNET", "VirtualNetwork", "VirtualNetwork", "Allow", 65000, "Inbound"),
        Rule(group, etag, state, "AllowAzureLoadBalancerInBound", "Allow inbound traffic from azure load balancer", "AzureLoadBalancer", "*", "Allow", 65001, "Inbound"),
        Rule(group, etag, state, "DenyAllInBound", "Deny all inbound traffic", "*", "*", "Deny", 65500, "Inbound"),
        Rule(group, etag, state, "AllowVnetOutBound", "Allow outbound traffic from all VMs to all VMs in VNET", "VirtualNetwork", "VirtualNetwork", "Allow", 65000, "Outbound"),
        Rule(group, etag, state, "AllowInternetOutBound", "Allow outbound traffic from all VMs to Internet", "*", "Internet", "Allow", 65001, "Outbound"),
        Rule(group, etag, state, "DenyAllOutBound", "Deny all outbound traffic", "*", "*", "Deny", 65500, "Outbound"),
    ];

    private static Embedded<SecurityRuleProperties> Rule(
        ResourceId group, string? etag, string? state, string name, string description, string source, string destination, string access, int priority, string direction) => new()
        {
            Name = name,
            Id = group.Child("defaultSecurityRules", name).ToString(),
            Etag = etag,
            Type = "Microsoft.Network/networkSecurityGroups/defaultSecurityRules",
            Properties = new()
            {
                ProvisioningState = state,
                Description = description,
                Protocol = "*",
                SourcePortRange = "*",
                DestinationPortRange = "*",
                SourceAddressPrefix = source,
                DestinationAddressPrefix = destination,
                Access = access,
                Priority = priority,
                Direction = direction,
                SourcePortRanges = [],
                DestinationPortRanges = [],
                SourceAddressPrefixes = [],
                DestinationAddressPrefixes = [],
            },
        };
}
