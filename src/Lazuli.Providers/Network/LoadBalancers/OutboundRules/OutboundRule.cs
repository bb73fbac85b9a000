using System.ComponentModel.DataAnnotations;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.LoadBalancers.OutboundRules;

public sealed record OutboundRule
{
    /// <summary>Source ports of each member at each frontend; 0 leaves it to the size of the pool.</summary>
    [Range(0, 2147483647)]
    public int? AllocatedOutboundPorts { get; set; }
    public IReadOnlyList<ResourceLink>? FrontendIPConfigurations { get; set; }
    public ResourceLink? BackendAddressPool { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }

    [Required]
    [AllowedValues("Tcp", "Udp", "All")]
    public string? Protocol { get; set; }
    public bool? EnableTcpReset { get; set; }

    [Range(4, 100)]
    public int? IdleTimeoutInMinutes { get; set; }
}
