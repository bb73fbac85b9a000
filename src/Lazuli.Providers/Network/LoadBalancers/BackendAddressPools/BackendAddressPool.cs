using System.ComponentModel.DataAnnotations;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.LoadBalancers.BackendAddressPools;

/// <summary>Who gets what a rule forwards: IP configurations that name the pool, or addresses, or (of a global load balancer) frontends of regional ones.</summary>
public sealed record BackendAddressPool
{
    public string? Location { get; set; }
    public IReadOnlyList<TunnelInterface>? TunnelInterfaces { get; set; }

    /// <summary>
    /// Addresses. An entry without an address belongs to an IP configuration of its name that is in the pool, and says no more than its
    /// administrative state.
    /// </summary>
    public IReadOnlyList<BackendAddress>? LoadBalancerBackendAddresses { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? BackendIPConfigurations { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? LoadBalancingRules { get; set; }

    [Computed]
    public ResourceLink? OutboundRule { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? OutboundRules { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? InboundNatRules { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }

    [Range(0, 3600)]
    public int? DrainPeriodInSeconds { get; set; }
    public ResourceLink? VirtualNetwork { get; set; }

    [AllowedValues("Automatic", "Manual")]
    public string? SyncMode { get; set; }
}

public sealed record TunnelInterface
{
    public int? Port { get; set; }
    public int? Identifier { get; set; }
    public string? Protocol { get; set; }
    public string? Type { get; set; }
}

public sealed record BackendAddress
{
    public string? Name { get; set; }

    [Computed]
    public string? Id { get; set; }

    [Computed]
    public string? Etag { get; set; }

    [Computed]
    public string? Type { get; set; }
    public BackendAddressDetails? Properties { get; set; }
}

public sealed record BackendAddressDetails
{
    public ResourceLink? VirtualNetwork { get; set; }
    public ResourceLink? Subnet { get; set; }
    public string? IpAddress { get; set; }

    [Computed]
    public ResourceLink? NetworkInterfaceIPConfiguration { get; set; }
    public ResourceLink? LoadBalancerFrontendIPConfiguration { get; set; }

    [Computed]
    public IReadOnlyList<NatPortMapping>? InboundNatRulesPortMapping { get; set; }

    [AllowedValues("None", "Up", "Down")]
    public string? AdminState { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}

public sealed record NatPortMapping
{
    public string? InboundNatRuleName { get; set; }
    public int? FrontendPort { get; set; }
    public int? BackendPort { get; set; }
}
