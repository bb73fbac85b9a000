using System.ComponentModel.DataAnnotations;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.NetworkSecurityGroups.SecurityRules;

public sealed record SecurityRuleProperties
{
    [MaxLength(140)]
    public string? Description { get; set; }

    [Required]
    [AllowedValues("Tcp", "Udp", "Icmp", "Esp", "*", "Ah")]
    public string? Protocol { get; set; }
    public string? SourcePortRange { get; set; }
    public string? DestinationPortRange { get; set; }
    public string? SourceAddressPrefix { get; set; }
    public IReadOnlyList<string>? SourceAddressPrefixes { get; set; }
    public IReadOnlyList<ResourceLink>? SourceApplicationSecurityGroups { get; set; }
    public string? DestinationAddressPrefix { get; set; }
    public IReadOnlyList<string>? DestinationAddressPrefixes { get; set; }
    public IReadOnlyList<ResourceLink>? DestinationApplicationSecurityGroups { get; set; }
    public IReadOnlyList<string>? SourcePortRanges { get; set; }
    public IReadOnlyList<string>? DestinationPortRanges { get; set; }

    [Required]
    [AllowedValues("Allow", "Deny")]
    public string? Access { get; set; }

    [Required]
    public int? Priority { get; set; }

    [Required]
    [AllowedValues("Inbound", "Outbound")]
    public string? Direction { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}
