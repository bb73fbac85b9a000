using System.ComponentModel.DataAnnotations;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.LoadBalancers.FrontendIPConfigurations;

public sealed record FrontendIPConfiguration
{
    [Computed]
    public IReadOnlyList<ResourceLink>? InboundNatRules { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? InboundNatPools { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? OutboundRules { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? LoadBalancingRules { get; set; }
    public string? PrivateIPAddress { get; set; }

    [AllowedValues("Static", "Dynamic")]
    public string? PrivateIPAllocationMethod { get; set; }

    [AllowedValues("IPv4", "IPv6")]
    public string? PrivateIPAddressVersion { get; set; }
    public ResourceLink? Subnet { get; set; }
    public ResourceLink? PublicIPAddress { get; set; }
    public ResourceLink? PublicIPPrefix { get; set; }
    public ResourceLink? GatewayLoadBalancer { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
    public FrontendDdosSettings? DdosSettings { get; set; }
    public bool? EnableConnectionTracking { get; set; }
}

public sealed record FrontendDdosSettings
{
    public ResourceLink? DdosCustomPolicy { get; set; }
}
