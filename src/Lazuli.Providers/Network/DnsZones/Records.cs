using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.DnsZones;

/// <summary>A record set as the rules see it: public and private ones differ in the names of their properties.</summary>
public interface IRecordSet
{
    long? Seconds { get; set; }
    string? FullName { set; }
    IReadOnlyDictionary<string, string>? Notes { get; }
    string? Target { get; }
    IReadOnlyList<ARecord>? Addresses { get; }
    IReadOnlyList<AaaaRecord>? Addresses6 { get; }
    IReadOnlyList<MxRecord>? Exchanges { get; }
    IReadOnlyList<NsRecord>? Servers { get; }
    IReadOnlyList<PtrRecord>? Pointers { get; }
    IReadOnlyList<SrvRecord>? Services { get; }
    IReadOnlyList<TxtRecord>? Texts { get; }
    IReadOnlyList<CaaRecord>? Authorities { get; }
    CnameRecord? Alias { get; }
    ISoaRecord? Start { get; }
}

public interface ISoaRecord
{
    string? Host { get; set; }
    string? Email { get; set; }
    long? SerialNumber { get; set; }
    long? RefreshTime { get; set; }
    long? RetryTime { get; set; }
    long? ExpireTime { get; set; }
    long? Minimum { get; set; }
}

public sealed record ARecord
{
    public string? Ipv4Address { get; set; }
}

public sealed record AaaaRecord
{
    public string? Ipv6Address { get; set; }
}

public sealed record MxRecord
{
    public int? Preference { get; set; }
    public string? Exchange { get; set; }
}

public sealed record NsRecord
{
    public string? Nsdname { get; set; }
}

public sealed record PtrRecord
{
    public string? Ptrdname { get; set; }
}

public sealed record SrvRecord
{
    public int? Priority { get; set; }
    public int? Weight { get; set; }
    public int? Port { get; set; }
    public string? Target { get; set; }
}

public sealed record TxtRecord
{
    public IReadOnlyList<string>? Value { get; set; }
}

public sealed record CaaRecord
{
    public int? Flags { get; set; }
    public string? Tag { get; set; }
    public string? Value { get; set; }
}

public sealed record CnameRecord
{
    public string? Cname { get; set; }
}

public sealed record SoaRecord : ISoaRecord
{
    public string? Host { get; set; }
    public string? Email { get; set; }
    public long? SerialNumber { get; set; }
    public long? RefreshTime { get; set; }
    public long? RetryTime { get; set; }
    public long? ExpireTime { get; set; }

    [JsonPropertyName("minimumTTL")]
    public long? MinimumTtl { get; set; }

    long? ISoaRecord.Minimum { get => MinimumTtl; set => MinimumTtl = value; }
}

/// <summary>A record set of a public zone.</summary>
public sealed record RecordSetProperties : IRecordSet, IProvisioned
{
    public IReadOnlyDictionary<string, string>? Metadata { get; set; }

    [JsonPropertyName("TTL")]
    public long? Ttl { get; set; }

    [Computed]
    public string? Fqdn { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
    public ResourceLink? TargetResource { get; set; }

    [JsonPropertyName("ARecords")]
    public IReadOnlyList<ARecord>? ARecords { get; set; }

    [JsonPropertyName("AAAARecords")]
    public IReadOnlyList<AaaaRecord>? AaaaRecords { get; set; }

    [JsonPropertyName("MXRecords")]
    public IReadOnlyList<MxRecord>? MxRecords { get; set; }

    [JsonPropertyName("NSRecords")]
    public IReadOnlyList<NsRecord>? NsRecords { get; set; }

    [JsonPropertyName("PTRRecords")]
    public IReadOnlyList<PtrRecord>? PtrRecords { get; set; }

    [JsonPropertyName("SRVRecords")]
    public IReadOnlyList<SrvRecord>? SrvRecords { get; set; }

    [JsonPropertyName("TXTRecords")]
    public IReadOnlyList<TxtRecord>? TxtRecords { get; set; }

    [JsonPropertyName("CNAMERecord")]
    public CnameRecord? CnameRecord { get; set; }

    [JsonPropertyName("SOARecord")]
    public SoaRecord? SoaRecord { get; set; }
    public IReadOnlyList<CaaRecord>? CaaRecords { get; set; }

    long? IRecordSet.Seconds { get => Ttl; set => Ttl = value; }
    string? IRecordSet.FullName { set => Fqdn = value; }
    IReadOnlyDictionary<string, string>? IRecordSet.Notes => Metadata;
    string? IRecordSet.Target => TargetResource?.Id;
    IReadOnlyList<ARecord>? IRecordSet.Addresses => ARecords;
    IReadOnlyList<AaaaRecord>? IRecordSet.Addresses6 => AaaaRecords;
    IReadOnlyList<MxRecord>? IRecordSet.Exchanges => MxRecords;
    IReadOnlyList<NsRecord>? IRecordSet.Servers => NsRecords;
    IReadOnlyList<PtrRecord>? IRecordSet.Pointers => PtrRecords;
    IReadOnlyList<SrvRecord>? IRecordSet.Services => SrvRecords;
    IReadOnlyList<TxtRecord>? IRecordSet.Texts => TxtRecords;
    IReadOnlyList<CaaRecord>? IRecordSet.Authorities => CaaRecords;
    CnameRecord? IRecordSet.Alias => CnameRecord;
    ISoaRecord? IRecordSet.Start => SoaRecord;
}

[JsonSerializable(typeof(Resource<RecordSetProperties>))]
internal sealed partial class RecordSetJson : JsonSerializerContext;
