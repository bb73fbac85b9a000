using Lazuli.Engines.Dns;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.DnsZones;

/// <summary>Puts a public zone and its record sets on the machine, each as an item of its own.</summary>
public sealed class DnsZoneReconciler(IResourceView view, NodeLink link) : NodeReconciler<DnsZoneProperties>(view, link)
{
    /// <summary>A record set as the machine gets it; null when it has nothing to say.</summary>
    internal static DnsRecordsItem? ItemOf<T>(Resource<T> set, ResourceId zone)
        where T : class, IRecordSet
    {
        var (data, target) = (RecordRules.Data(set.Properties), set.Properties.Target is { Length: > 0 } id ? id.TrimEnd('/').ToLowerInvariant() : null);
        return data.Count == 0 && target is null ? null : new()
        {
            Key = set.Id.Key,
            ZoneKey = zone.Key,
            Name = DnsName.Canonical(RecordSetLists.FullNameOf(set.Id)),
            Type = RecordRules.TypeOf(set.Type[(set.Type.LastIndexOf('/') + 1)..]),
            Ttl = (uint)(set.Properties.Ttl ?? 3600),
            Data = data,
            AliasKey = target,
        };
    }

    protected override IEnumerable<NodeItem> Project(Resource<DnsZoneProperties> resource) =>
    [
        new DnsZoneItem { Key = resource.Id.Key, Name = DnsName.Canonical(resource.Name) },
        .. DnsZoneType.Kind.In<RecordSetProperties>(View, resource.Id).Select(s => ItemOf(s, resource.Id)).OfType<NodeItem>(),
    ];
}
