using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.PrivateDnsZones;

public sealed record PrivateDnsZoneProperties : IProvisioned
{
    [Computed]
    public long? MaxNumberOfRecordSets { get; set; }

    [Computed]
    public long? NumberOfRecordSets { get; set; }

    [Computed]
    public long? MaxNumberOfVirtualNetworkLinks { get; set; }

    [Computed]
    public long? NumberOfVirtualNetworkLinks { get; set; }

    [Computed]
    public long? MaxNumberOfVirtualNetworkLinksWithRegistration { get; set; }

    [Computed]
    public long? NumberOfVirtualNetworkLinksWithRegistration { get; set; }

    [Computed]
    public string? InternalId { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}

[JsonSerializable(typeof(Resource<PrivateDnsZoneProperties>))]
internal sealed partial class PrivateDnsZoneJson : JsonSerializerContext;
