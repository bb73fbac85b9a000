using System.Collections.Immutable;
using System.Net;

namespace Lazuli.Engines.Dns;

/// <summary>A machine's name in its network, for private zones that register it.</summary>
public sealed record DnsHost(string Name, IPAddress Address);

/// <summary>What the machine's name servers know, changed item by item and read whole. Thread-safe; a zone is built anew at the first question after a change.</summary>
public sealed class DnsCatalogue
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, DnsRecordsItem>> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<DnsHost>> _hosts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DnsZone> _built = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DnsItem> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DnsZoneItem> _zones = new(StringComparer.Ordinal);
    private ImmutableDictionary<string, DnsItem> _items = ImmutableDictionary.Create<string, DnsItem>(StringComparer.Ordinal);
    private ImmutableDictionary<string, TrafficStatus> _traffic = ImmutableDictionary.Create<string, TrafficStatus>(StringComparer.Ordinal);
    private volatile DnsWorld? _world;

    /// <summary>All that is known now.</summary>
    public DnsWorld World => _world ?? Build();

    public void Set(DnsItem item)
    {
        lock (_gate)
        {
            Drop(item.Key);
            _items = _items.SetItem(item.Key, item);
            switch (item)
            {
                case DnsZoneItem zone:
                    _zones[zone.Key] = zone;
                    break;
                case DnsRecordsItem set:
                    if (!_records.TryGetValue(set.ZoneKey, out var sets))
                    {
                        _records[set.ZoneKey] = sets = new(StringComparer.Ordinal);
                    }

                    sets[set.Key] = set;
                    _built.Remove(set.ZoneKey);
                    break;
                default:
                    _named[item.Key] = item;
                    break;
            }

            _world = null;
        }
    }

    public void Remove(string key)
    {
        lock (_gate)
        {
            Drop(key);
            _world = null;
        }
    }

    /// <summary>Replaces the machines of a network, which the zones that it registers in have, too.</summary>
    public void SetHosts(string vnetKey, IReadOnlyList<DnsHost> hosts)
    {
        lock (_gate)
        {
            if ((_hosts.GetValueOrDefault(vnetKey) ?? []).SequenceEqual(hosts))
            {
                return;
            }

            _hosts[vnetKey] = hosts;
            foreach (var zone in _zones.Values.Where(z => z.Links?.Any(l => l.Registers && l.VnetKey == vnetKey) == true))
            {
                _built.Remove(zone.Key);
            }

            _world = null;
        }
    }

    /// <summary>What the checks of a profile's endpoints have found out; null when nobody checks them.</summary>
    public void SetTraffic(string profileKey, TrafficStatus? status)
    {
        lock (_gate)
        {
            if (!Equals(_traffic.GetValueOrDefault(profileKey), status))
            {
                _traffic = status is null ? _traffic.Remove(profileKey) : _traffic.SetItem(profileKey, status);
                _world = null;
            }
        }
    }

    private void Drop(string key)
    {
        if (!_items.TryGetValue(key, out var item))
        {
            return;
        }

        _items = _items.Remove(key);
        _zones.Remove(key);
        _named.Remove(key);
        _built.Remove(key);
        if (item is DnsRecordsItem set)
        {
            _built.Remove(set.ZoneKey);
            if (_records.TryGetValue(set.ZoneKey, out var sets) && sets.Remove(key) && sets.Count == 0)
            {
                _records.Remove(set.ZoneKey);
            }
        }
    }

    private DnsWorld Build()
    {
        lock (_gate)
        {
            if (_world is { } world)
            {
                return world;
            }

            foreach (var zone in _zones.Values.Where(z => !_built.ContainsKey(z.Key)))
            {
                _built[zone.Key] = new(zone, Registered(zone).Concat(_records.GetValueOrDefault(zone.Key)?.Values ?? Enumerable.Empty<DnsRecordsItem>()));
            }

            return _world = new(_items, _built.Values, _named.Values, _traffic);
        }
    }

    // What people wrote comes later, and so replaces what a machine brought.
    private IEnumerable<DnsRecordsItem> Registered(DnsZoneItem zone)
        => from link in zone.Links ?? []
           where link.Registers
           from host in _hosts.GetValueOrDefault(link.VnetKey) ?? []
           group host by (Name: DnsName.Canonical(host.Name), Type: host.Address.GetAddressBytes().Length == 4 ? DnsType.A : DnsType.Aaaa) into named
           select new DnsRecordsItem
           {
               Key = $"{zone.Key}/auto/{named.Key.Name}/{named.Key.Type}",
               ZoneKey = zone.Key,
               Name = $"{named.Key.Name}.{zone.Name}",
               Type = named.Key.Type,
               Ttl = DnsNames.HostTtl,
               Data = [.. named.Select(h => DnsData.Address(h.Address)).Take(1)],
           };
}
