using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.NatGateways;

public sealed record NatGatewayProperties : IProvisioned
{
    [Range(4, 120)]
    public int? IdleTimeoutInMinutes { get; set; }

    [MaxLength(16)]
    public IReadOnlyList<ResourceLink>? PublicIpAddresses { get; set; }
    public IReadOnlyList<ResourceLink>? PublicIpAddressesV6 { get; set; }
    public IReadOnlyList<ResourceLink>? PublicIpPrefixes { get; set; }
    public IReadOnlyList<ResourceLink>? PublicIpPrefixesV6 { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? Subnets { get; set; }
    public ResourceLink? SourceVirtualNetwork { get; set; }
    public ResourceLink? ServiceGateway { get; set; }

    [AllowedValues("None", "Enabled", "Disabled")]
    public string? Nat64 { get; set; }

    [Computed]
    public string? ResourceGuid { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}

[JsonSerializable(typeof(Resource<NatGatewayProperties>))]
internal sealed partial class NatGatewayJson : JsonSerializerContext;
