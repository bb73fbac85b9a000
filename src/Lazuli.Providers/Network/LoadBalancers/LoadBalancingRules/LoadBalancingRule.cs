using System.ComponentModel.DataAnnotations;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.LoadBalancers.LoadBalancingRules;

public sealed record LoadBalancingRule
{
    public ResourceLink? FrontendIPConfiguration { get; set; }
    public ResourceLink? BackendAddressPool { get; set; }
    public IReadOnlyList<ResourceLink>? BackendAddressPools { get; set; }
    public ResourceLink? Probe { get; set; }

    [Required]
    [AllowedValues("Udp", "Tcp", "All", "Quic")]
    public string? Protocol { get; set; }

    [AllowedValues("Default", "SourceIP", "SourceIPProtocol")]
    public string? LoadDistribution { get; set; }

    /// <summary>0 with protocol All: every port.</summary>
    [Required]
    [Range(0, 65534)]
    public int? FrontendPort { get; set; }

    [Range(0, 65535)]
    public int? BackendPort { get; set; }

    [Range(4, 100)]
    public int? IdleTimeoutInMinutes { get; set; }
    public bool? EnableFloatingIP { get; set; }
    public bool? EnableTcpReset { get; set; }
    public bool? DisableOutboundSnat { get; set; }
    public bool? EnableConnectionTracking { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}
