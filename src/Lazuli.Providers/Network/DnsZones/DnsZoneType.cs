using System.Text.Json.Serialization;
using Lazuli.Engines.Dns;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.DnsZones;

/// <summary>Microsoft.Network/dnsZones: a domain that the machine's name server answers for, to everybody.</summary>
public sealed class DnsZoneType : ZoneType<DnsZoneProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/dnsZones");

    internal static readonly ZoneKind Kind = new(TypeName, ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"], 10_000);

    internal static readonly IReadOnlyList<string> Versions =
        ["2023-07-01-preview", "2018-05-01", "2018-03-01-preview", "2017-10-01", "2017-09-01", "2016-04-01", "2015-05-04-preview"];

    public override ResourceTypeName Name => TypeName;

    public override IReadOnlyList<string> ApiVersions => Versions;

    public override Type Reconciler => typeof(DnsZoneReconciler);

    public override JsonSerializerContext Json => DnsZoneJson.Default;

    public override IReadOnlyList<ResourceAction> Actions { get; } =
    [
        new ResourceAction<DnsZoneProperties>("all", context => RecordSetLists.All(context, Kind)) { Method = HttpMethod.Get, Writes = false },
        new ResourceAction<DnsZoneProperties>("recordsets", context => RecordSetLists.All(context, Kind)) { Method = HttpMethod.Get, Writes = false },
    ];

    public override IEnumerable<ArmError> Validate(Resource<DnsZoneProperties> desired, Resource<DnsZoneProperties>? current)
        => base.Validate(desired, current).Concat(new Refusals()
            .When(desired.Properties.ZoneType == "Private", "properties.zoneType")
            .IfAny(desired.Properties.RegistrationVirtualNetworks, "properties.registrationVirtualNetworks")
            .IfAny(desired.Properties.ResolutionVirtualNetworks, "properties.resolutionVirtualNetworks").Errors);

    public override Resource<DnsZoneProperties> Default(Resource<DnsZoneProperties> desired, Resource<DnsZoneProperties>? current, IResourceView view)
    {
        desired.Properties.ZoneType ??= "Public";
        return desired;
    }

    public override IEnumerable<Companion> Companions(Resource<DnsZoneProperties> after, Resource<DnsZoneProperties>? before, IResourceView view)
    {
        if (before is not null)
        {
            yield break;
        }

        yield return Made(after.Id, TypeName.Child("NS"), new RecordSetProperties
        {
            Ttl = 172_800,
            ProvisioningState = "Succeeded",
            NsRecords = [.. DnsNames.Servers.Select(s => new NsRecord { Nsdname = s + "." })],
        });
        yield return Made(after.Id, TypeName.Child("SOA"), new RecordSetProperties
        {
            Ttl = 3600,
            ProvisioningState = "Succeeded",
            SoaRecord = new()
            {
                Host = DnsNames.Servers[0] + ".",
                Email = "azuredns-hostmaster.microsoft.com",
                SerialNumber = 1,
                RefreshTime = 3600,
                RetryTime = 300,
                ExpireTime = 2_419_200,
                MinimumTtl = 300,
            },
        });
    }

    public override Resource<DnsZoneProperties> Present(Resource<DnsZoneProperties> stored, IResourceView view) => stored with
    {
        Properties = stored.Properties with
        {
            MaxNumberOfRecordSets = Kind.MostSets,
            MaxNumberOfRecordsPerRecordSet = RecordRules.MostRecords,
            NumberOfRecordSets = Kind.CountIn(view, stored.Id),
            NameServers = [.. DnsNames.Servers.Select(s => s + ".")],
        },
    };
}

/// <summary>A type of record sets of public zones.</summary>
public abstract class PublicRecordSetType(string kind) : RecordSetType<RecordSetProperties>(DnsZoneType.Kind, kind)
{
    public override IReadOnlyList<string> ApiVersions => DnsZoneType.Versions;

    public override JsonSerializerContext Json => RecordSetJson.Default;
}
