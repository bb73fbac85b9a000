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

    ISoaRecord? IRecordSet.Start => SoaRecord;
}

[JsonSerializable(typeof(Resource<PrivateRecordSetProperties>))]
internal sealed partial class PrivateRecordSetJson : JsonSerializerContext;
