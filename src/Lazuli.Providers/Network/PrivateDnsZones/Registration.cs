using System.Net;
using System.Net.Sockets;
using Lazuli.Engines.Dns;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.PrivateDnsZones;

/// <summary>
/// The machines of networks that register in a zone, as its record sets: the primary NIC's primary address of each family, under the machine's host name. The node answers by them on its own
/// account; here they are shown. They come and go with the machine.
/// </summary>
internal static class Registration
{
    private static readonly string[] Kinds = ["A", "AAAA"];

    /// <summary>Of the zones at or above or below a scope; the record sets of one type.</summary>
    public static IEnumerable<Resource<PrivateRecordSetProperties>> Of(IResourceView view, ResourceId scope, ResourceTypeName type)
    {
        var kind = type.TypePath[(type.TypePath.LastIndexOf('/') + 1)..];
        if (!Kinds.Contains(kind))
        {
            return [];
        }

        var family = kind == "A" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        var zones = scope.Parent is { } above && scope.Type.Equals(type) ? [above] : view.List<PrivateDnsZoneProperties>(PrivateDnsZoneType.TypeName, scope).Select(z => z.Id);
        return from zone in zones
               where view.Store.Get(zone.Key) is not null
               from machine in MachinesOf(view, zone, family)
               select new Resource<PrivateRecordSetProperties>
               {
                   Id = zone.Child(kind, machine.Name),
                   Name = machine.Name,
                   Type = type.ToString(),
                   Version = machine.Version,
                   Properties = new()
                   {
                       Ttl = DnsNames.HostTtl,
                       Fqdn = $"{machine.Name}.{zone.Name}.",
                       IsAutoRegistered = true,
                       ARecords = kind == "A" ? [new() { Ipv4Address = machine.Address }] : null,
                       AaaaRecords = kind == "AAAA" ? [new() { Ipv6Address = machine.Address }] : null,
                   },
               };
    }

    /// <summary>How many record sets of a zone aren't stored.</summary>
    public static int CountIn(IResourceView view, ResourceId zone)
        => Kinds.Sum(kind => Of(view, zone, PrivateDnsZoneType.TypeName.Child(kind)).Count(r => view.Store.Get(r.Id.Key) is null));

    private static IEnumerable<(string Name, string Address, long Version)> MachinesOf(IResourceView view, ResourceId zone, AddressFamily family)
        => (from link in PrivateDnsZoneType.LinksOf(view, zone)
            where link.Properties.RegistrationEnabled == true && ResourceId.TryParse(link.Properties.VirtualNetwork?.Id, out _)
            from nic in view.Referrers<NetworkInterfaceProperties>(ResourceId.Parse(link.Properties.VirtualNetwork?.Id ?? ""))
            where AttachedVm.OfNic(view, nic.Id) is { IsPrimary: true }
            let item = NetworkInterfaceReconciler.ItemOf(nic, view)
            let address = item.IpConfigs.OrderBy(c => c.Primary ? 0 : 1).Select(c => c.PrivateAddress).FirstOrDefault(a => IPAddress.TryParse(a, out var parsed) && parsed.AddressFamily == family)
            where address is not null && item.HostName is { Length: > 0 }
            orderby nic.Id.Key
            select ((item.HostName ?? "").ToLowerInvariant(), address, nic.Version)).DistinctBy(m => m.Item1);
}
