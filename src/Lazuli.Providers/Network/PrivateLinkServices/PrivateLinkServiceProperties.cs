using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.PrivateLinkServices.PrivateEndpointConnections;

namespace Lazuli.Providers.Network.PrivateLinkServices;

public sealed record PrivateLinkServiceProperties : IProvisioned
{
    public IReadOnlyList<ResourceLink>? LoadBalancerFrontendIpConfigurations { get; set; }

    [MaxLength(8)]
    public IReadOnlyList<Embedded<PrivateLinkServiceIpConfiguration>>? IpConfigurations { get; set; }
    public string? DestinationIPAddress { get; set; }

    [AllowedValues("Default", "Restricted")]
    public string? AccessMode { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? NetworkInterfaces { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }

    [Computed]
    public IReadOnlyList<Embedded<PrivateEndpointConnectionProperties>>? PrivateEndpointConnections { get; set; }
    public SubscriptionSet? Visibility { get; set; }
    public SubscriptionSet? AutoApproval { get; set; }
    public IReadOnlyList<string>? Fqdns { get; set; }

    [Computed]
    public string? Alias { get; set; }
    public bool? EnableProxyProtocol { get; set; }

    [Private]
    public PlatformNic? Nic { get; set; }

    /// <summary>The endpoints that have asked, and what was decided about each.</summary>
    [Private]
    public IReadOnlyList<EndpointLink>? Links { get; set; }
}

/// <summary>Subscriptions; <c>*</c> is all of them.</summary>
public sealed record SubscriptionSet
{
    public IReadOnlyList<string>? Subscriptions { get; set; }

    public bool Has(string? subscription) => (Subscriptions ?? []).Any(s => s == "*" || s.Equals(subscription, StringComparison.OrdinalIgnoreCase));
}

public sealed record PrivateLinkServiceIpConfiguration
{
    public string? PrivateIPAddress { get; set; }

    [AllowedValues("Static", "Dynamic")]
    public string? PrivateIPAllocationMethod { get; set; }
    public ResourceLink? Subnet { get; set; }
    public bool? Primary { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }

    [AllowedValues("IPv4", "IPv6")]
    public string? PrivateIPAddressVersion { get; set; }
}

/// <summary>An endpoint's connection as the service keeps it.</summary>
public sealed record EndpointLink
{
    public string? Id { get; set; }
    public string? Name { get; set; }

    /// <summary>The endpoint's id, and its guid: another endpoint of the same name is another one.</summary>
    public string? Endpoint { get; set; }
    public string? EndpointGuid { get; set; }
    public string? Identifier { get; set; }
    public string? Location { get; set; }
    public ConnectionState State { get; set; } = new();
}

/// <summary>How far a connection has come.</summary>
public sealed record ConnectionState
{
    public const string Pending = "Pending";
    public const string Approved = "Approved";
    public const string Rejected = "Rejected";
    public const string Disconnected = "Disconnected";

    [AllowedValues(Pending, Approved, Rejected, Disconnected)]
    public string? Status { get; set; }
    public string? Description { get; set; }
    public string? ActionsRequired { get; set; }
}

[JsonSerializable(typeof(Resource<PrivateLinkServiceProperties>))]
[JsonSerializable(typeof(Embedded<PrivateEndpointConnectionProperties>))]
internal sealed partial class PrivateLinkServiceJson : JsonSerializerContext;
