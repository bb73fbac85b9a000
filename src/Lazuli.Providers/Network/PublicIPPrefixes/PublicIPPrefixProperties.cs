using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.PublicIPAddresses;

namespace Lazuli.Providers.Network.PublicIPPrefixes;

public sealed record PublicIPPrefixProperties : IProvisioned
{
    [AllowedValues("IPv4", "IPv6")]
    [Immutable]
    public string? PublicIPAddressVersion { get; set; }
    public IReadOnlyList<IpTag>? IpTags { get; set; }

    [Range(21, 127)]
    [Immutable]
    public int? PrefixLength { get; set; }

    [Computed]
    public string? IpPrefix { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? PublicIPAddresses { get; set; }

    [Computed]
    public ResourceLink? LoadBalancerFrontendIpConfiguration { get; set; }
    public ResourceLink? CustomIPPrefix { get; set; }

    [Computed]
    public string? ResourceGuid { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }

    [Computed]
    public ResourceLink? NatGateway { get; set; }

    [Computed]
    public bool? UpgradedToV2 { get; set; }
}

[JsonSerializable(typeof(Resource<PublicIPPrefixProperties>))]
internal sealed partial class PublicIPPrefixJson : JsonSerializerContext;
