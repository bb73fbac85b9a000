using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.DnsZones;

public sealed record DnsZoneProperties : IProvisioned
{
    [Computed]
    public long? MaxNumberOfRecordSets { get; set; }

    [Computed]
    public long? MaxNumberOfRecordsPerRecordSet { get; set; }

    [Computed]
    public long? NumberOfRecordSets { get; set; }

    [Computed]
    public IReadOnlyList<string>? NameServers { get; set; }

    [AllowedValues("Public", "Private")]
    public string? ZoneType { get; set; }
    public IReadOnlyList<ResourceLink>? RegistrationVirtualNetworks { get; set; }
    public IReadOnlyList<ResourceLink>? ResolutionVirtualNetworks { get; set; }

    [Private]
    public string? ProvisioningState { get; set; }
}

[JsonSerializable(typeof(Resource<DnsZoneProperties>))]
internal sealed partial class DnsZoneJson : JsonSerializerContext;
