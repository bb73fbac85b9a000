using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.DnsZones;

namespace Lazuli.Providers.Network.PrivateDnsZones;

public sealed record PrivateSoaRecord : ISoaRecord
{
    public string? Host { get; set; }
    public string? Email { get; set; }
    public long? SerialNumber { get; set; }
    public long? RefreshTime { get; set; }
    public long? RetryTime { get; set; }
    public long? ExpireTime { get; set; }
    public long? MinimumTtl { get; set; }

    long? ISoaRecord.Minimum { get => MinimumTtl; set => MinimumTtl = value; }
}

/// <summary>A record set of a private zone.</summary>
public sealed record PrivateRecordSetProperties : IRecordSet
{
    public IReadOnlyDictionary<string, string>? Metadata { get; set; }
    public long? Ttl { get; set; }

    [Computed]
    public string? Fqdn { get; set; }

    [Computed]
    public bool? IsAutoRegistered { get; set; }
    public IReadOnlyList<ARecord>? ARecords { get; set; }
    public IReadOnlyList<AaaaRecord>? AaaaRecords { get; set; }
    public CnameRecord? CnameRecord { get; set; }
    public IReadOnlyList<MxRecord>? MxRecords { get; set; }
    public IReadOnlyList<PtrRecord>? PtrRecords { get; set; }
    public PrivateSoaRecord? SoaRecord { get; set; }
    public IReadOnlyList<SrvRecord>? SrvRecords { get; set; }
    public IReadOnlyList<TxtRecord>? TxtRecords { get; set; }

    long? IRecordSet.Seconds { get => Ttl; set => Ttl = value; }
    string? IRecordSet.FullName { set => Fqdn = value; }
    IReadOnlyDictionary<string, string>? IRecordSet.Notes => Metadata;
    string? IRecordSet.Target => null;
    IReadOnlyList<ARecord>? IRecordSet.Addresses => ARecords;
    IReadOnlyList<AaaaRecord>? IRecordSet.Addresses6 => AaaaRecords;
    IReadOnlyList<MxRecord>? IRecordSet.Exchanges => MxRecords;
    IReadOnlyList<NsRecord>? IRecordSet.Servers => null;
    IReadOnlyList<PtrRecord>? IRecordSet.Pointers => PtrRecords;
    IReadOnlyList<SrvRecord>? IRecordSet.Services => SrvRecords;
    IReadOnlyList<TxtRecord>? IRecordSet.Texts => TxtRecords;
    IReadOnlyList<CaaRecord>? IRecordSet.Authorities => null;
    CnameRecord? IRecordSet.Alias => CnameRecord;
    ISoaRecord? IRecordSet.Start => SoaRecord;
}

[JsonSerializable(typeof(Resource<PrivateRecordSetProperties>))]
internal sealed partial class PrivateRecordSetJson : JsonSerializerContext;
