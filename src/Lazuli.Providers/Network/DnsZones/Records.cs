using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.DnsZones;

/// <summary>A record set as the rules see it: public and private ones differ in what they may hold, and in the names on the wire. What only public ones hold is null where nothing is said.</summary>
public interface IRecordSet
{
    long? Ttl { get; set; }
    string? Fqdn { set; }
    IReadOnlyDictionary<string, string>? Metadata { get; }
    string? Target => null;
    IReadOnlyList<ARecord>? ARecords { get; }
    IReadOnlyList<AaaaRecord>? AaaaRecords { get; }
    IReadOnlyList<MxRecord>? MxRecords { get; }
    IReadOnlyList<NsRecord>? NsRecords => null;
    IReadOnlyList<PtrRecord>? PtrRecords { get; }
    IReadOnlyList<SrvRecord>? SrvRecords { get; }
    IReadOnlyList<TxtRecord>? TxtRecords { get; }
    IReadOnlyList<CaaRecord>? CaaRecords => null;
    CnameRecord? CnameRecord { get; }
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
    long? MinimumTtl { get; set; }
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

    string? IRecordSet.Target => TargetResource?.Id;
    ISoaRecord? IRecordSet.Start => SoaRecord;
}

[JsonSerializable(typeof(Resource<RecordSetProperties>))]
internal sealed partial class RecordSetJson : JsonSerializerContext;
