using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.PrivateEndpoints.PrivateDnsZoneGroups;

public sealed record PrivateDnsZoneGroupProperties : IProvisioned
{
    [Computed]
    public string? ProvisioningState { get; set; }

    [MaxLength(5)]
    public IReadOnlyList<PrivateDnsZoneConfig>? PrivateDnsZoneConfigs { get; set; }

    /// <summary>What has been written to zones, whether or not they are still in the group.</summary>
    [Private]
    public IReadOnlyList<ZoneRecords>? Written { get; set; }
}

public sealed record PrivateDnsZoneConfig
{
    public string? Name { get; set; }
    public PrivateDnsZoneConfigProperties? Properties { get; set; }
}

public sealed record PrivateDnsZoneConfigProperties
{
    public string? PrivateDnsZoneId { get; set; }

    [Computed]
    public IReadOnlyList<ZoneRecordSet>? RecordSets { get; set; }
}

/// <summary>The record sets in one zone.</summary>
public sealed record ZoneRecords
{
    public string? Zone { get; set; }
    public IReadOnlyList<ZoneRecordSet>? RecordSets { get; set; }
}

public sealed record ZoneRecordSet
{
    public string? RecordType { get; set; }
    public string? RecordSetName { get; set; }
    public string? Fqdn { get; set; }
    public string? ProvisioningState { get; set; }
    public int? Ttl { get; set; }
    public IReadOnlyList<string>? IpAddresses { get; set; }

    public bool IsSame(ZoneRecordSet other) => RecordSetName == other.RecordSetName && (IpAddresses ?? []).SequenceEqual(other.IpAddresses ?? []);
}

[JsonSerializable(typeof(Resource<PrivateDnsZoneGroupProperties>))]
internal sealed partial class PrivateDnsZoneGroupJson : JsonSerializerContext;
