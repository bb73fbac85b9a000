using System.ComponentModel.DataAnnotations;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.LoadBalancers.InboundNatRules;

/// <summary>A port of a frontend for one IP configuration (which names the rule), or a range of ports, one for each member of a pool.</summary>
public sealed record InboundNatRule
{
    public ResourceLink? FrontendIPConfiguration { get; set; }

    [Computed]
    public ResourceLink? BackendIPConfiguration { get; set; }

    [AllowedValues("Udp", "Tcp", "All", "Quic")]
    public string? Protocol { get; set; }

    [Range(0, 65534)]
    public int? FrontendPort { get; set; }

    [Range(1, 65535)]
    public int? BackendPort { get; set; }

    [Range(4, 100)]
    public int? IdleTimeoutInMinutes { get; set; }
    public bool? EnableFloatingIP { get; set; }
    public bool? EnableTcpReset { get; set; }

    [Range(0, 65534)]
    public int? FrontendPortRangeStart { get; set; }

    [Range(0, 65534)]
    public int? FrontendPortRangeEnd { get; set; }
    public ResourceLink? BackendAddressPool { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }

    /// <summary>Of a range: which member has which frontend port, as long as it is in the pool.</summary>
    [Private]
    public IReadOnlyDictionary<string, int>? Ports { get; set; }
}
