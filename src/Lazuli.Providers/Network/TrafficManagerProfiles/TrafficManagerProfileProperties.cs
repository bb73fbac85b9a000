using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.TrafficManagerProfiles;

public sealed record TrafficManagerProfileProperties : IProvisioned
{
    [AllowedValues("Enabled", "Disabled")]
    public string? ProfileStatus { get; set; }

    [Required]
    [AllowedValues("Performance", "Priority", "Weighted", "Geographic", "MultiValue", "Subnet")]
    public string? TrafficRoutingMethod { get; set; }

    [Required]
    public TrafficManagerDnsConfig? DnsConfig { get; set; }

    [Required]
    public TrafficManagerMonitorConfig? MonitorConfig { get; set; }
    public IReadOnlyList<TrafficManagerEndpoint>? Endpoints { get; set; }

    [AllowedValues("Enabled", "Disabled")]
    public string? TrafficViewEnrollmentStatus { get; set; }
    public IReadOnlyList<string>? AllowedEndpointRecordTypes { get; set; }

    [Range(1, 8)]
    public long? MaxReturn { get; set; }

    [Private]
    public string? ProvisioningState { get; set; }
}

public sealed record TrafficManagerDnsConfig
{
    public string? RelativeName { get; set; }

    [Computed]
    public string? Fqdn { get; set; }

    [Range(0, int.MaxValue)]
    public long? Ttl { get; set; }
}

public sealed record TrafficManagerMonitorConfig
{
    [Computed]
    public string? ProfileMonitorStatus { get; set; }

    [AllowedValues("HTTP", "HTTPS", "TCP")]
    public string? Protocol { get; set; }

    [Range(1, 65535)]
    public int? Port { get; set; }
    public string? Path { get; set; }

    [AllowedValues(10, 30)]
    public int? IntervalInSeconds { get; set; }

    [Range(5, 10)]
    public int? TimeoutInSeconds { get; set; }

    [Range(0, 9)]
    public int? ToleratedNumberOfFailures { get; set; }

    [MaxLength(8)]
    public IReadOnlyList<TrafficManagerHeader>? CustomHeaders { get; set; }

    [MaxLength(8)]
    public IReadOnlyList<TrafficManagerStatusRange>? ExpectedStatusCodeRanges { get; set; }
}

public sealed record TrafficManagerHeader
{
    public string? Name { get; set; }
    public string? Value { get; set; }
}

public sealed record TrafficManagerStatusRange
{
    public int? Min { get; set; }
    public int? Max { get; set; }
}

/// <summary>An endpoint in its profile. Its type says which of three kinds it is, so clients send it.</summary>
public sealed record TrafficManagerEndpoint
{
    public string? Id { get; set; }
    public string? Name { get; set; }
    public string? Type { get; set; }
    public TrafficManagerEndpointProperties? Properties { get; set; }
}

public sealed record TrafficManagerEndpointProperties
{
    public string? TargetResourceId { get; set; }
    public string? Target { get; set; }

    [AllowedValues("Enabled", "Disabled")]
    public string? EndpointStatus { get; set; }

    [Range(1, 1000)]
    public long? Weight { get; set; }

    [Range(1, 1000)]
    public long? Priority { get; set; }
    public string? EndpointLocation { get; set; }

    [Computed]
    public string? EndpointMonitorStatus { get; set; }

    [Range(0, int.MaxValue)]
    public long? MinChildEndpoints { get; set; }
    public long? MinChildEndpointsIPv4 { get; set; }
    public long? MinChildEndpointsIPv6 { get; set; }
    public IReadOnlyList<string>? GeoMapping { get; set; }
    public IReadOnlyList<TrafficManagerSubnet>? Subnets { get; set; }
    public IReadOnlyList<TrafficManagerHeader>? CustomHeaders { get; set; }

    [AllowedValues("Enabled", "Disabled")]
    public string? AlwaysServe { get; set; }
}

public sealed record TrafficManagerSubnet
{
    public string? First { get; set; }
    public string? Last { get; set; }
    public int? Scope { get; set; }
}

[JsonSerializable(typeof(Resource<TrafficManagerProfileProperties>))]
[JsonSerializable(typeof(Embedded<TrafficManagerEndpointProperties>))]
internal sealed partial class TrafficManagerJson : JsonSerializerContext;
