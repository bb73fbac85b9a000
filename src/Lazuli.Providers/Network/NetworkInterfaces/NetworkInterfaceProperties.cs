using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.NetworkInterfaces;

public sealed record NetworkInterfaceProperties : IProvisioned
{
    [Computed]
    public ResourceLink? VirtualMachine { get; set; }
    public ResourceLink? NetworkSecurityGroup { get; set; }

    [Computed]
    public ResourceLink? PrivateEndpoint { get; set; }
    public IReadOnlyList<Embedded<NicIpConfiguration>>? IpConfigurations { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? TapConfigurations { get; set; }
    public NicDnsSettings? DnsSettings { get; set; }

    [Computed]
    public string? MacAddress { get; set; }

    [Computed]
    public bool? Primary { get; set; }

    [Computed]
    public bool? VnetEncryptionSupported { get; set; }

    [Computed]
    public bool? DefaultOutboundConnectivityEnabled { get; set; }
    public bool? EnableAcceleratedNetworking { get; set; }
    public bool? DisableTcpStateTracking { get; set; }
    public bool? EnableIPForwarding { get; set; }

    [Computed]
    public IReadOnlyList<string>? HostedWorkloads { get; set; }

    [Computed]
    public ResourceLink? DscpConfiguration { get; set; }

    [Computed]
    public string? ResourceGuid { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
    public string? WorkloadType { get; set; }

    [AllowedValues("Standard", "Elastic")]
    public string? NicType { get; set; }
    public ResourceLink? PrivateLinkService { get; set; }
    public string? MigrationPhase { get; set; }

    [AllowedValues("None", "MaxConnections", "Floating", "AcceleratedConnections")]
    public string? AuxiliaryMode { get; set; }

    [AllowedValues("None", "A1", "A2", "A4", "A8")]
    public string? AuxiliarySku { get; set; }
}

public sealed record NicIpConfiguration
{
    public ResourceLink? GatewayLoadBalancer { get; set; }
    public IReadOnlyList<ResourceLink>? VirtualNetworkTaps { get; set; }
    public IReadOnlyList<ResourceLink>? ApplicationGatewayBackendAddressPools { get; set; }
    public IReadOnlyList<ResourceLink>? LoadBalancerBackendAddressPools { get; set; }
    public IReadOnlyList<ResourceLink>? LoadBalancerInboundNatRules { get; set; }

    public string? PrivateIPAddress { get; set; }

    public int? PrivateIPAddressPrefixLength { get; set; }

    [AllowedValues("Static", "Dynamic")]
    public string? PrivateIPAllocationMethod { get; set; }

    [AllowedValues("IPv4", "IPv6")]
    public string? PrivateIPAddressVersion { get; set; }

    [JsonIgnore]
    public bool IsIpv6 => PrivateIPAddressVersion == "IPv6";
    public ResourceLink? Subnet { get; set; }
    public bool? Primary { get; set; }
    public PublicIPAddressLink? PublicIPAddress { get; set; }
    public IReadOnlyList<ResourceLink>? ApplicationSecurityGroups { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }

    [Computed]
    public NicPrivateLinkConnection? PrivateLinkConnectionProperties { get; set; }
}

/// <summary>What an IP configuration of a private endpoint's NIC stands for.</summary>
public sealed record NicPrivateLinkConnection
{
    public string? GroupId { get; set; }
    public string? RequiredMemberName { get; set; }
    public IReadOnlyList<string>? Fqdns { get; set; }
}

/// <summary>A public address as a NIC refers to it: with what shall become of it when its virtual machine goes.</summary>
public sealed record PublicIPAddressLink
{
    public string? Id { get; set; }
    public PublicIPAddressLinkProperties? Properties { get; set; }
}

public sealed record PublicIPAddressLinkProperties
{
    [AllowedValues("Delete", "Detach")]
    public string? DeleteOption { get; set; }
}

public sealed record NicDnsSettings
{
    public IReadOnlyList<string>? DnsServers { get; set; }

    [Computed]
    public IReadOnlyList<string>? AppliedDnsServers { get; set; }
    public string? InternalDnsNameLabel { get; set; }

    [Computed]
    public string? InternalFqdn { get; set; }

    [Computed]
    public string? InternalDomainNameSuffix { get; set; }
}

[JsonSerializable(typeof(Resource<NetworkInterfaceProperties>))]
[JsonSerializable(typeof(Embedded<NicIpConfiguration>))]
internal sealed partial class NetworkInterfaceJson : JsonSerializerContext;
