using System.Text;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.DnsZones;
using Lazuli.Providers.Network.PrivateDnsZones.VirtualNetworkLinks;

namespace Lazuli.Providers.Network.PrivateDnsZones;

/// <summary>Microsoft.Network/privateDnsZones: a domain that only the linked networks see.</summary>
public sealed class PrivateDnsZoneType : ZoneType<PrivateDnsZoneProperties>
{
    public const int MostLinks = 1000;
    public const int MostRegistrations = 100;

    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/privateDnsZones");

    internal static readonly ZoneKind Kind = new(TypeName, ["A", "AAAA", "CNAME", "MX", "PTR", "SOA", "SRV", "TXT"], 25_000);

    internal static readonly IReadOnlyList<string> Versions = ["2024-06-01", "2020-06-01", "2020-01-01", "2018-09-01"];

    public override ResourceTypeName Name => TypeName;

    public override IReadOnlyList<string> ApiVersions => Versions;

    public override Type Reconciler => typeof(PrivateDnsZoneReconciler);

    public override JsonSerializerContext Json => PrivateDnsZoneJson.Default;

    /// <summary>Machines of other resources count among its record sets.</summary>
    public override bool PresentsOthers => true;

    public override IReadOnlyList<ResourceAction> Actions { get; } =
        [new ResourceAction<PrivateDnsZoneProperties>("ALL", context => RecordSetLists.All(context, Kind)) { Method = HttpMethod.Get, Writes = false }];

    public override Resource<PrivateDnsZoneProperties> Default(Resource<PrivateDnsZoneProperties> desired, Resource<PrivateDnsZoneProperties>? current, IResourceView view)
    {
        desired.Properties.InternalId ??= Convert.ToBase64String(Encoding.UTF8.GetBytes($"{desired.Name};{Guid.NewGuid()};0"));
        return desired;
    }

    public override IEnumerable<Companion> Companions(Resource<PrivateDnsZoneProperties> after, Resource<PrivateDnsZoneProperties>? before, IResourceView view) => before is not null ? [] :
    [
        Made(after.Id, TypeName.Child("SOA"), new PrivateRecordSetProperties
        {
            Ttl = 3600,
            IsAutoRegistered = false,
            SoaRecord = new()
            {
                Host = "azureprivatedns.net",
                Email = "azureprivatedns-host.microsoft.com",
                SerialNumber = 1,
                RefreshTime = 3600,
                RetryTime = 300,
                ExpireTime = 2_419_200,
                MinimumTtl = 10,
            },
        }),
    ];

    public override IEnumerable<ArmError> AdmitDelete(Resource<PrivateDnsZoneProperties> current, IResourceView view)
        => LinksOf(view, current.Id).Select(l => l.Id.ToString()).ToList() is { Count: > 0 } nested ? [DnsErrors.Nested(current.Id, nested)] : [];

    public override Resource<PrivateDnsZoneProperties> Present(Resource<PrivateDnsZoneProperties> stored, IResourceView view)
    {
        var links = LinksOf(view, stored.Id).ToList();
        return stored with
        {
            Properties = stored.Properties with
            {
                MaxNumberOfRecordSets = Kind.MostSets,
                NumberOfRecordSets = Kind.CountIn(view, stored.Id) + Registration.CountIn(view, stored.Id),
                MaxNumberOfVirtualNetworkLinks = MostLinks,
                NumberOfVirtualNetworkLinks = links.Count,
                MaxNumberOfVirtualNetworkLinksWithRegistration = MostRegistrations,
                NumberOfVirtualNetworkLinksWithRegistration = links.Count(l => l.Properties.RegistrationEnabled == true),
            },
        };
    }

    internal static IEnumerable<Resource<VirtualNetworkLinkProperties>> LinksOf(IResourceView view, ResourceId zone)
        => view.List<VirtualNetworkLinkProperties>(VirtualNetworkLinkType.TypeName, zone);
}

/// <summary>A type of record sets of private zones.</summary>
public abstract class PrivateRecordSetType(string kind) : RecordSetType<PrivateRecordSetProperties>(PrivateDnsZoneType.Kind, kind)
{
    public override IReadOnlyList<string> ApiVersions => PrivateDnsZoneType.Versions;

    public override JsonSerializerContext Json => PrivateRecordSetJson.Default;

    public override IEnumerable<Resource<PrivateRecordSetProperties>> Implied(IResourceView view, ResourceId scope) => Registration.Of(view, scope, Name);

    public override Resource<PrivateRecordSetProperties> Default(Resource<PrivateRecordSetProperties> desired, Resource<PrivateRecordSetProperties>? current, IResourceView view)
    {
        desired.Properties.IsAutoRegistered = false;
        return base.Default(desired, current, view);
    }
}
