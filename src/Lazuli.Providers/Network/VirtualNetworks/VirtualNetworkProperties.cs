using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.VirtualNetworks.Subnets;
using Lazuli.Providers.Network.VirtualNetworks.VirtualNetworkPeerings;

namespace Lazuli.Providers.Network.VirtualNetworks;

public sealed record VirtualNetworkProperties : IProvisioned
{
    public AddressSpace? AddressSpace { get; set; }
    public DhcpOptions? DhcpOptions { get; set; }

    [Range(4, 30)]
    public int? FlowTimeoutInMinutes { get; set; }

    /// <summary>Absent in a PUT: the subnets stay as they are.</summary>
    [MaxLength(3000)]
    public IReadOnlyList<Embedded<SubnetProperties>>? Subnets { get; set; }

    /// <summary>Absent in a PUT: the peerings stay as they are.</summary>
    [MaxLength(500)]
    public IReadOnlyList<Embedded<PeeringProperties>>? VirtualNetworkPeerings { get; set; }

    /// <summary>The public address of default outbound access, set aside as long as the network lives.</summary>
    [Private]
    public string? OutboundAddress { get; set; }

    [Computed]
    public string? ResourceGuid { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
    public bool? EnableDdosProtection { get; set; }
    public bool? EnableVmProtection { get; set; }
    public ResourceLink? DdosProtectionPlan { get; set; }
    public BgpCommunities? BgpCommunities { get; set; }
    public VirtualNetworkEncryption? Encryption { get; set; }
    public IReadOnlyList<ResourceLink>? IpAllocations { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? FlowLogs { get; set; }

    [AllowedValues("Disabled", "Basic")]
    public string? PrivateEndpointVNetPolicies { get; set; }

    [Computed]
    public ResourceLink? DefaultPublicNatGateway { get; set; }
    public AddressSpace? SummarizedGatewayPrefixes { get; set; }
}

public sealed record AddressSpace
{
    [MaxLength(1000)]
    public IReadOnlyList<string>? AddressPrefixes { get; set; }
    public IReadOnlyList<IpamPoolPrefixAllocation>? IpamPoolPrefixAllocations { get; set; }
}

public sealed record IpamPoolPrefixAllocation
{
    public ResourceLink? Pool { get; set; }
    public string? NumberOfIpAddresses { get; set; }

    [Computed]
    public IReadOnlyList<string>? AllocatedAddressPrefixes { get; set; }
}

public sealed record DhcpOptions
{
    public IReadOnlyList<string>? DnsServers { get; set; }
}

public sealed record BgpCommunities
{
    public string? VirtualNetworkCommunity { get; set; }

    [Computed]
    public string? RegionalCommunity { get; set; }
}

public sealed record VirtualNetworkEncryption
{
    public bool? Enabled { get; set; }

    [AllowedValues("DropUnencrypted", "AllowUnencrypted")]
    public string? Enforcement { get; set; }
}

[JsonSerializable(typeof(Resource<VirtualNetworkProperties>))]
[JsonSerializable(typeof(Embedded<SubnetProperties>))]
[JsonSerializable(typeof(Embedded<PeeringProperties>))]
internal sealed partial class VirtualNetworkJson : JsonSerializerContext;
