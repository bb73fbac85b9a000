using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.PrivateLinkServices;

namespace Lazuli.Providers.Network.PrivateEndpoints;

public sealed record PrivateEndpointProperties : IProvisioned
{
    public ResourceLink? Subnet { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? NetworkInterfaces { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }

    [AllowedValues("IPv4", "IPv6", "DualStack")]
    public string? IpVersionType { get; set; }

    /// <summary>To a resource whose owner has given the caller the right to connect to it.</summary>
    public IReadOnlyList<Embedded<PrivateLinkConnection>>? PrivateLinkServiceConnections { get; set; }

    /// <summary>To a resource whose owner will decide.</summary>
    public IReadOnlyList<Embedded<PrivateLinkConnection>>? ManualPrivateLinkServiceConnections { get; set; }

    /// <summary>The names of what the endpoint leads to, and its addresses.</summary>
    [Computed]
    public IReadOnlyList<CustomDnsConfig>? CustomDnsConfigs { get; set; }
    public IReadOnlyList<ResourceLink>? ApplicationSecurityGroups { get; set; }
    public IReadOnlyList<Embedded<EndpointIpConfiguration>>? IpConfigurations { get; set; }

    [Immutable]
    public string? CustomNetworkInterfaceName { get; set; }

    [AllowedValues("PayAsYouGo", "Fixed")]
    public string? BillingSku { get; set; }

    [Private]
    public string? ResourceGuid { get; set; }

    [Private]
    public PlatformNic? Nic { get; set; }

    /// <summary>The resource that the connection leads to, also where the client named it by its alias.</summary>
    [Private]
    public string? Target { get; set; }

    /// <summary>What the other side said last.</summary>
    [Private]
    public EndpointOutcome? Outcome { get; set; }

    [JsonIgnore]
    public bool IsManual => ManualPrivateLinkServiceConnections is { Count: > 0 };

    /// <summary>The one connection.</summary>
    [JsonIgnore]
    public PrivateLinkConnection? Connection => (PrivateLinkServiceConnections ?? []).Concat(ManualPrivateLinkServiceConnections ?? []).Select(c => c.Properties).FirstOrDefault();
}

public sealed record PrivateLinkConnection
{
    [Computed]
    public string? ProvisioningState { get; set; }

    /// <summary>An id, or a private link service's alias.</summary>
    public string? PrivateLinkServiceId { get; set; }
    public IReadOnlyList<string>? GroupIds { get; set; }

    [MaxLength(140)]
    public string? RequestMessage { get; set; }

    [Computed]
    public ConnectionState? PrivateLinkServiceConnectionState { get; set; }
}

public sealed record CustomDnsConfig
{
    public string? Fqdn { get; set; }
    public IReadOnlyList<string>? IpAddresses { get; set; }
}

public sealed record EndpointIpConfiguration
{
    public string? GroupId { get; set; }
    public string? MemberName { get; set; }

    public string? PrivateIPAddress { get; set; }
}

/// <summary>What an endpoint knows of the other side.</summary>
public sealed record EndpointOutcome
{
    public ConnectionState State { get; set; } = new();

    /// <summary>The names that lead to it.</summary>
    public IReadOnlyList<string> Fqdns { get; set; } = [];

    public bool Equals(EndpointOutcome? other) => other is not null && State == other.State && Fqdns.SequenceEqual(other.Fqdns);

    public override int GetHashCode() => State.GetHashCode();
}

[JsonSerializable(typeof(Resource<PrivateEndpointProperties>))]
internal sealed partial class PrivateEndpointJson : JsonSerializerContext;
