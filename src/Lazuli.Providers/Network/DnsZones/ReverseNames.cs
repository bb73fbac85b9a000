using Lazuli.Engines.Dns;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.PublicIPAddresses;

namespace Lazuli.Providers.Network.DnsZones;

/// <summary>
/// Who may be the reverse name of a public address: its own name or that of another address of its subscription, or a name in a public zone here that leads to one of them, by address, alias or CNAME
/// (https://learn.microsoft.com/azure/dns/dns-reverse-dns-for-azure-services).
/// </summary>
internal static class ReverseNames
{
    private const int LongestChain = 16;

    public static bool MayBe(IResourceView view, ResourceId address, PublicIPAddressProperties properties, string reverse)
    {
        var all = view.List<PublicIPAddressProperties>(PublicIPAddressType.TypeName, ResourceId.Parse($"/subscriptions/{address.SubscriptionId}")).Where(a => !a.Id.Equals(address)).ToList();
        var names = all.Select(a => a.Properties.DnsSettings?.Fqdn).Append(properties.DnsSettings?.Fqdn).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        var addresses = all.Select(a => a.Properties.Allocated).Append(properties.Allocated).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var ids = all.Select(a => a.Id.Key).Append(address.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var name = DnsName.Canonical(reverse);
        for (var i = 0; i < LongestChain; i++)
        {
            if (names.Contains(name) || SetsAt(view, name, "A").Any(s => (s.ARecords ?? []).Any(r => addresses.Contains(r.Ipv4Address ?? "")) || ids.Contains(s.TargetResource?.Id ?? "")))
            {
                return true;
            }

            if (SetsAt(view, name, "CNAME").Select(s => s.CnameRecord?.Cname).FirstOrDefault(c => c is not null) is not { } next)
            {
                return false;
            }

            name = DnsName.Canonical(next);
        }

        return false;
    }

    private static IEnumerable<RecordSetProperties> SetsAt(IResourceView view, string name, string kind)
        => view.List<RecordSetProperties>(DnsZoneType.TypeName.Child(kind), ResourceId.Tenant).Where(s => DnsName.Canonical(RecordSetLists.FullNameOf(s.Id)) == name).Select(s => s.Properties);
}
