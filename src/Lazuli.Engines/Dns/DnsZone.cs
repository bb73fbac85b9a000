using System.Buffers.Binary;

namespace Lazuli.Engines.Dns;

/// <summary>One zone, built whole from its items and never changed: the look-up of RFC 1034 section 4.3.2 with wildcards (RFC 4592).</summary>
public sealed class DnsZone
{
    private readonly Dictionary<string, Dictionary<ushort, DnsRecordsItem>> _names = new(StringComparer.Ordinal);

    public DnsZone(DnsZoneItem item, IEnumerable<DnsRecordsItem> records)
    {
        Item = item;
        _names[item.Name] = [];
        foreach (var set in records)
        {
            if (!DnsName.IsWithin(set.Name, item.Name))
            {
                continue;
            }

            Node(set.Name)[set.Type] = set;

            // Names in between exist, too, without records of their own.
            for (var up = DnsName.Parent(set.Name); up is not null && up.Length > item.Name.Length; up = DnsName.Parent(up))
            {
                Node(up);
            }
        }
    }

    public DnsZoneItem Item { get; }

    public string Name => Item.Name;

    /// <summary>Of what doesn't exist: kept as long as the SOA says (RFC 2308).</summary>
    public DnsRecord? Negative
    {
        get
        {
            if (!_names[Name].TryGetValue(DnsType.Soa, out var soa) || soa.Data.Count == 0)
            {
                return null;
            }

            var data = soa.Data[0];
            return new(Name, DnsType.Soa, Math.Min(soa.Ttl, BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(data.Length - 4))), data);
        }
    }

    /// <summary>The sets of a name within the zone, or what there is instead.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cut">The name servers of the delegation that the name is below of, or null.</param>
    /// <returns>Null when the name doesn't exist.</returns>
    public IReadOnlyDictionary<ushort, DnsRecordsItem>? Find(string name, out DnsRecordsItem? cut)
    {
        cut = null;
        string? encloser = null;
        for (var at = name; at is not null && at.Length > Name.Length; at = DnsName.Parent(at))
        {
            if (_names.TryGetValue(at, out var node))
            {
                encloser ??= at;
                cut = node.GetValueOrDefault(DnsType.Ns) ?? cut;
            }
        }

        return _names.TryGetValue(name, out var found) ? found : _names.GetValueOrDefault("*." + (encloser ?? Name));
    }

    /// <summary>What stands at exactly this name.</summary>
    public DnsRecordsItem? At(string name, ushort type) => _names.GetValueOrDefault(name)?.GetValueOrDefault(type);

    private Dictionary<ushort, DnsRecordsItem> Node(string name)
    {
        if (!_names.TryGetValue(name, out var node))
        {
            _names[name] = node = [];
        }

        return node;
    }
}
