using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.VirtualNetworks.Subnets;

public sealed record SubnetProperties
{
    public string? AddressPrefix { get; set; }
    public IReadOnlyList<string>? AddressPrefixes { get; set; }
    public ResourceLink? NetworkSecurityGroup { get; set; }
    public ResourceLink? RouteTable { get; set; }
    public ResourceLink? NatGateway { get; set; }
    public IReadOnlyList<ServiceEndpoint>? ServiceEndpoints { get; set; }
    public IReadOnlyList<ResourceLink>? ServiceEndpointPolicies { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? PrivateEndpoints { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? IpConfigurations { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? IpConfigurationProfiles { get; set; }
    public IReadOnlyList<ResourceLink>? IpAllocations { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? ResourceNavigationLinks { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? ServiceAssociationLinks { get; set; }
    public IReadOnlyList<Embedded<DelegationProperties>>? Delegations { get; set; }

    [Computed]
    public string? Purpose { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }

    [AllowedValues("Enabled", "Disabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled")]
    public string? PrivateEndpointNetworkPolicies { get; set; }

    [AllowedValues("Enabled", "Disabled")]
    public string? PrivateLinkServiceNetworkPolicies { get; set; }
    public IReadOnlyList<ResourceLink>? ApplicationGatewayIPConfigurations { get; set; }
    public string? SharingScope { get; set; }
    public bool? DefaultOutboundAccess { get; set; }
    public IReadOnlyList<IpamPoolPrefixAllocation>? IpamPoolPrefixAllocations { get; set; }
    public ResourceLink? ServiceGateway { get; set; }

    /// <summary>The prefixes, from whichever of the two properties holds them.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Prefixes => AddressPrefixes is { Count: > 0 } many ? many : AddressPrefix is { } one ? [one] : [];
}

public sealed record ServiceEndpoint
{
    public string? Service { get; set; }
    public ResourceLink? NetworkIdentifier { get; set; }
    public IReadOnlyList<string>? Locations { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}

public sealed record DelegationProperties
{
    public string? ServiceName { get; set; }

    [Computed]
    public IReadOnlyList<string>? Actions { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}
