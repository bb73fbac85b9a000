using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.NetworkWatchers.ConnectionMonitors;

public sealed record ConnectionMonitorProperties : IProvisioned
{
    public ConnectivityEnd? Source { get; set; }
    public ConnectivityEnd? Destination { get; set; }
    public bool? AutoStart { get; set; }
    public int? MonitoringIntervalInSeconds { get; set; }
    public IReadOnlyList<MonitorEndpoint>? Endpoints { get; set; }
    public IReadOnlyList<MonitorConfiguration>? TestConfigurations { get; set; }
    public IReadOnlyList<MonitorTestGroup>? TestGroups { get; set; }
    public IReadOnlyList<MonitorOutput>? Outputs { get; set; }
    public string? Notes { get; set; }

    [Computed]
    public DateTimeOffset? StartTime { get; set; }

    /// <summary><c>NotStarted</c>, <c>Running</c> or <c>Stopped</c>.</summary>
    [Computed]
    public string? MonitoringStatus { get; set; }

    [Computed]
    public string? ConnectionMonitorType { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}

public sealed record MonitorEndpoint
{
    public string? Name { get; set; }

    [AllowedValues("AzureVM", "AzureVNet", "AzureSubnet", "ExternalAddress", "MMAWorkspaceMachine", "MMAWorkspaceNetwork", "AzureArcVM", "AzureVMSS", "AzureArcNetwork")]
    public string? Type { get; set; }
    public string? ResourceId { get; set; }
    public string? Address { get; set; }
    public MonitorFilter? Filter { get; set; }
    public MonitorScope? Scope { get; set; }
    public string? CoverageLevel { get; set; }
}

public sealed record MonitorFilter
{
    public string? Type { get; set; }
    public IReadOnlyList<MonitorScopeItem>? Items { get; set; }
}

public sealed record MonitorScope
{
    public IReadOnlyList<MonitorScopeItem>? Include { get; set; }
    public IReadOnlyList<MonitorScopeItem>? Exclude { get; set; }
}

public sealed record MonitorScopeItem
{
    public string? Type { get; set; }
    public string? Address { get; set; }
}

public sealed record MonitorConfiguration
{
    public string? Name { get; set; }

    [Range(30, 1800)]
    public int? TestFrequencySec { get; set; }

    [AllowedValues("Tcp", "Http", "Icmp")]
    public string? Protocol { get; set; }

    [AllowedValues("IPv4", "IPv6")]
    public string? PreferredIPVersion { get; set; }
    public MonitorHttp? HttpConfiguration { get; set; }
    public MonitorTcp? TcpConfiguration { get; set; }
    public MonitorIcmp? IcmpConfiguration { get; set; }
    public MonitorThreshold? SuccessThreshold { get; set; }
}

public sealed record MonitorHttp
{
    public int? Port { get; set; }
    public string? Method { get; set; }
    public string? Path { get; set; }
    public IReadOnlyList<MonitorHeader>? RequestHeaders { get; set; }
    public IReadOnlyList<string>? ValidStatusCodeRanges { get; set; }
    public bool? PreferHTTPS { get; set; }
}

public sealed record MonitorHeader
{
    public string? Name { get; set; }
    public string? Value { get; set; }
}

public sealed record MonitorTcp
{
    [Range(0, 65535)]
    public int? Port { get; set; }
    public bool? DisableTraceRoute { get; set; }

    [AllowedValues("None", "ListenIfAvailable")]
    public string? DestinationPortBehavior { get; set; }
}

public sealed record MonitorIcmp
{
    public bool? DisableTraceRoute { get; set; }
}

public sealed record MonitorThreshold
{
    [Range(0, 100)]
    public int? ChecksFailedPercent { get; set; }
    public double? RoundTripTimeMs { get; set; }
}

public sealed record MonitorTestGroup
{
    public string? Name { get; set; }
    public bool? Disable { get; set; }
    public IReadOnlyList<string>? TestConfigurations { get; set; }
    public IReadOnlyList<string>? Sources { get; set; }
    public IReadOnlyList<string>? Destinations { get; set; }
}

public sealed record MonitorOutput
{
    public string? Type { get; set; }
    public MonitorWorkspace? WorkspaceSettings { get; set; }
}

public sealed record MonitorWorkspace
{
    public string? WorkspaceResourceId { get; set; }
}

[JsonSerializable(typeof(Resource<ConnectionMonitorProperties>))]
internal sealed partial class ConnectionMonitorJson : JsonSerializerContext;
