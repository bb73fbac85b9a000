using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.NetworkWatchers.FlowLogs;

public sealed record FlowLogProperties : IProvisioned
{
    [Required]
    public string? TargetResourceId { get; set; }

    [Computed]
    public string? TargetResourceGuid { get; set; }

    [Required]
    public string? StorageId { get; set; }
    public string? EnabledFilteringCriteria { get; set; }
    public string? RecordTypes { get; set; }
    public bool? Enabled { get; set; }
    public FlowLogRetention? RetentionPolicy { get; set; }
    public FlowLogFormat? Format { get; set; }
    public FlowAnalytics? FlowAnalyticsConfiguration { get; set; }

    /// <summary>Names the log in what it writes.</summary>
    [Private]
    public string? Guid { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}

public sealed record FlowLogRetention
{
    [Range(0, 365)]
    public int? Days { get; set; }
    public bool? Enabled { get; set; }
}

public sealed record FlowLogFormat
{
    [AllowedValues("JSON")]
    public string? Type { get; set; }

    [Range(0, 2)]
    public int? Version { get; set; }
}

public sealed record FlowAnalytics
{
    public FlowAnalyticsConfiguration? NetworkWatcherFlowAnalyticsConfiguration { get; set; }
}

public sealed record FlowAnalyticsConfiguration
{
    public bool? Enabled { get; set; }
    public string? WorkspaceId { get; set; }
    public string? WorkspaceRegion { get; set; }
    public string? WorkspaceResourceId { get; set; }
    public int? TrafficAnalyticsInterval { get; set; }
}

[JsonSerializable(typeof(Resource<FlowLogProperties>))]
internal sealed partial class FlowLogJson : JsonSerializerContext;
