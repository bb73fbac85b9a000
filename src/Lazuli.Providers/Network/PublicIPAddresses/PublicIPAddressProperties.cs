using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.PublicIPAddresses;

public sealed record PublicIPAddressProperties : IProvisioned
{
    [AllowedValues("Static", "Dynamic")]
    public string? PublicIPAllocationMethod { get; set; }

    [AllowedValues("IPv4", "IPv6")]
    [Immutable]
    public string? PublicIPAddressVersion { get; set; }

    [Computed]
    public ResourceLink? IpConfiguration { get; set; }
    public PublicIPAddressDnsSettings? DnsSettings { get; set; }
    public DdosSettings? DdosSettings { get; set; }
    public IReadOnlyList<IpTag>? IpTags { get; set; }

    /// <summary>Shown when it can be used: always for a static address, while attached for a dynamic one.</summary>
    [Computed]
    public string? IpAddress { get; set; }

    /// <summary>The address that is set aside for this resource as long as it lives.</summary>
    [Private]
    public string? Allocated { get; set; }
    public ResourceLink? PublicIPPrefix { get; set; }

    [Range(4, 30)]
    public int? IdleTimeoutInMinutes { get; set; }

    [Computed]
    public string? ResourceGuid { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
    public ResourceLink? ServicePublicIPAddress { get; set; }

    [Computed]
    public ResourceLink? NatGateway { get; set; }
    public string? MigrationPhase { get; set; }
    public ResourceLink? LinkedPublicIPAddress { get; set; }

    [AllowedValues("Delete", "Detach")]
    public string? DeleteOption { get; set; }

    [Computed]
    public bool? UpgradedToV2 { get; set; }
}

public sealed record PublicIPAddressDnsSettings
{
    public string? DomainNameLabel { get; set; }
    public string? DomainNameLabelScope { get; set; }

    [Computed]
    public string? Fqdn { get; set; }
    public string? ReverseFqdn { get; set; }
}

public sealed record DdosSettings
{
    [AllowedValues("VirtualNetworkInherited", "Enabled", "Disabled")]
    public string? ProtectionMode { get; set; }
    public ResourceLink? DdosCustomPolicy { get; set; }
    public ResourceLink? DdosProtectionPlan { get; set; }
}

public sealed record IpTag
{
    public string? IpTagType { get; set; }
    public string? Tag { get; set; }
    public string? FirstPartyServiceTagId { get; set; }
}

[JsonSerializable(typeof(Resource<PublicIPAddressProperties>))]
internal sealed partial class PublicIPAddressJson : JsonSerializerContext;
