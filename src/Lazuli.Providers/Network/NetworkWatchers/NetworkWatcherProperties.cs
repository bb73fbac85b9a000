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

[JsonSerializable(typeof(Resource<NetworkWatcherProperties>))]
[JsonSerializable(typeof(IpFlowQuestion))]
[JsonSerializable(typeof(NextHopQuestion))]
[JsonSerializable(typeof(SecurityGroupQuestion))]
[JsonSerializable(typeof(TopologyQuestion))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true)]
internal sealed partial class NetworkWatcherJson : JsonSerializerContext;
