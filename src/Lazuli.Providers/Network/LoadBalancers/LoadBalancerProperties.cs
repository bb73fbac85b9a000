using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers.BackendAddressPools;
using Lazuli.Providers.Network.LoadBalancers.FrontendIPConfigurations;
using Lazuli.Providers.Network.LoadBalancers.InboundNatRules;
using Lazuli.Providers.Network.LoadBalancers.LoadBalancingRules;
using Lazuli.Providers.Network.LoadBalancers.OutboundRules;
using Lazuli.Providers.Network.LoadBalancers.Probes;

namespace Lazuli.Providers.Network.LoadBalancers;

public sealed record LoadBalancerProperties : IProvisioned
{
    public IReadOnlyList<Embedded<FrontendIPConfiguration>>? FrontendIPConfigurations { get; set; }
    public IReadOnlyList<Embedded<BackendAddressPool>>? BackendAddressPools { get; set; }

    [MaxLength(1500)]
    public IReadOnlyList<Embedded<LoadBalancingRule>>? LoadBalancingRules { get; set; }
    public IReadOnlyList<Embedded<Probe>>? Probes { get; set; }
    public IReadOnlyList<Embedded<InboundNatRule>>? InboundNatRules { get; set; }
    public IReadOnlyList<Embedded<InboundNatPool>>? InboundNatPools { get; set; }

    [MaxLength(600)]
    public IReadOnlyList<Embedded<OutboundRule>>? OutboundRules { get; set; }

    [Computed]
    public string? ResourceGuid { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }

    [AllowedValues("Public", "Private")]
    public string? Scope { get; set; }
    public string? Mode { get; set; }
}

/// <summary>Ports of a frontend for the instances of a scale set.</summary>
public sealed record InboundNatPool
{
    public ResourceLink? FrontendIPConfiguration { get; set; }

    [Required]
    [AllowedValues("Udp", "Tcp", "All", "Quic")]
    public string? Protocol { get; set; }

    [Required]
    [Range(1, 65534)]
    public int? FrontendPortRangeStart { get; set; }

    [Required]
    [Range(1, 65535)]
    public int? FrontendPortRangeEnd { get; set; }

    [Required]
    [Range(1, 65535)]
    public int? BackendPort { get; set; }

    [Range(4, 30)]
    public int? IdleTimeoutInMinutes { get; set; }
    public bool? EnableFloatingIP { get; set; }
    public bool? EnableTcpReset { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}

[JsonSerializable(typeof(Resource<LoadBalancerProperties>))]
[JsonSerializable(typeof(Embedded<FrontendIPConfiguration>))]
[JsonSerializable(typeof(Embedded<BackendAddressPool>))]
[JsonSerializable(typeof(Embedded<LoadBalancingRule>))]
[JsonSerializable(typeof(Embedded<Probe>))]
[JsonSerializable(typeof(Embedded<InboundNatRule>))]
[JsonSerializable(typeof(Embedded<OutboundRule>))]
internal sealed partial class LoadBalancerJson : JsonSerializerContext;
