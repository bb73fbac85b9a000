using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.NetworkWatchers;

public sealed record NetworkWatcherProperties : IProvisioned
{
    [Computed]
    public string? ProvisioningState { get; set; }

    [Computed]
    public int? RunningOperationIds { get; set; }
}

/// <summary>The body of <c>ipFlowVerify</c>.</summary>
internal sealed record IpFlowQuestion
{
    public string? TargetResourceId { get; set; }
    public string? Direction { get; set; }
    public string? Protocol { get; set; }
    public string? LocalPort { get; set; }
    public string? RemotePort { get; set; }
    public string? LocalIPAddress { get; set; }
    public string? RemoteIPAddress { get; set; }
    public string? TargetNicResourceId { get; set; }
}

/// <summary>The body of <c>nextHop</c>.</summary>
internal sealed record NextHopQuestion
{
    public string? TargetResourceId { get; set; }
    public string? SourceIPAddress { get; set; }
    public string? DestinationIPAddress { get; set; }
    public string? TargetNicResourceId { get; set; }
}

/// <summary>The body of <c>securityGroupView</c>.</summary>
internal sealed record SecurityGroupQuestion
{
    public string? TargetResourceId { get; set; }
}

/// <summary>The body of <c>topology</c>: one of the three.</summary>
internal sealed record TopologyQuestion
{
    public string? TargetResourceGroupName { get; set; }
    public ResourceLink? TargetVirtualNetwork { get; set; }
    public ResourceLink? TargetSubnet { get; set; }
}

/// <summary>The body of <c>networkConfigurationDiagnostic</c>.</summary>
internal sealed record DiagnosticQuestion
{
    public string? TargetResourceId { get; set; }
    public string? VerbosityLevel { get; set; }
    public IReadOnlyList<DiagnosticProfile>? Profiles { get; set; }
}

/// <summary>Traffic that a diagnostic asks about: addresses, prefixes, <c>*</c> or service tags.</summary>
internal sealed record DiagnosticProfile
{
    public string? Direction { get; set; }
    public string? Protocol { get; set; }
    public string? Source { get; set; }
    public string? Destination { get; set; }
    public string? DestinationPort { get; set; }
}

/// <summary>The body of <c>connectivityCheck</c>.</summary>
internal sealed record ConnectivityQuestion
{
    public ConnectivityEnd? Source { get; set; }
    public ConnectivityEnd? Destination { get; set; }
    public string? Protocol { get; set; }
    public string? PreferredIPVersion { get; set; }
}

/// <summary>A virtual machine, or (a destination) an address or name.</summary>
public sealed record ConnectivityEnd
{
    public string? ResourceId { get; set; }
    public string? Address { get; set; }
    public int? Port { get; set; }
}

[JsonSerializable(typeof(Resource<NetworkWatcherProperties>))]
[JsonSerializable(typeof(DiagnosticQuestion))]
[JsonSerializable(typeof(ConnectivityQuestion))]
[JsonSerializable(typeof(IpFlowQuestion))]
[JsonSerializable(typeof(NextHopQuestion))]
[JsonSerializable(typeof(SecurityGroupQuestion))]
[JsonSerializable(typeof(TopologyQuestion))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true)]
internal sealed partial class NetworkWatcherJson : JsonSerializerContext;
