using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Lazuli.Engines.Dns;

/// <summary>
/// Everything that the machine's name servers know, at one moment; pure. The zone with the longest name that holds a question answers it: of a guest's network's
/// private zones first, then of the public ones. Aliases are followed as far as they are known here.
/// </summary>
public sealed class DnsWorld
{
    private const int LongestChain = 16;
    private readonly Dictionary<string, DnsZone> _public = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(DnsZone Zone, DnsZoneLink Link)>> _private = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DnsItem> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _reverse = new(StringComparer.Ordinal);
    private readonly ImmutableDictionary<string, DnsItem> _items;
    private readonly TrafficJudge _judge;

    internal DnsWorld(ImmutableDictionary<string, DnsItem> items, IEnumerable<DnsZone> zones, IEnumerable<DnsItem> named, ImmutableDictionary<string, TrafficStatus> found)
    {
        _items = items;
        _judge = new(key => items.GetValueOrDefault(key) as TrafficItem, found.GetValueOrDefault);
        foreach (var zone in zones.OrderBy(z => z.Item.Key, StringComparer.Ordinal))
        {
            if (zone.Item.Links is not { } links)
            {
                // Azure gives zones of one name different servers; here the first of them is served.
                _public.TryAdd(zone.Name, zone);
                continue;
            }

            foreach (var link in links)
            {
                if (!_private.TryGetValue(link.VnetKey, out var seen))
                {
                    _private[link.VnetKey] = seen = [];
                }

                seen.Add((zone, link));
            }
        }

        foreach (var item in named.OrderBy(n => n.Key, StringComparer.Ordinal))
        {
            if (item is DnsHostItem { Address: { } text, Reverse: { } reverse } && IPAddress.TryParse(text, out var address))
            {
                _reverse.TryAdd(DnsName.Reverse(address), reverse);
            }

            if (item is DnsHostItem { Name: { } host })
            {
                _names.TryAdd(host, item);
            }
            else if (item is TrafficItem traffic)
            {
                _names.TryAdd(traffic.Name, item);
            }
        }
    }

    /// <summary>The private zones that a network registers its machines in.</summary>
    public IEnumerable<string> RegistrationZones(string vnetKey)
        => _private.GetValueOrDefault(vnetKey)?.Where(z => z.Link.Registers).Select(z => z.Zone.Name) ?? [];

    /// <summary>Whether a private zone that the network is linked to holds the name.</summary>
    public bool IsPrivate(string vnetKey, string name) => PrivateZone(vnetKey, name) is not null;

    /// <summary>The answer to a question; null when nothing here is responsible for the name.</summary>
    public DnsAnswer? Answer(DnsQuestion question)
    {
        var answer = new DnsAnswer { Authoritative = true };
        return Walk(question, answer, 0) ? answer : null;
    }

    private (DnsZone Zone, DnsZoneLink Link)? PrivateZone(string? vnetKey, string name)
    {
        (DnsZone Zone, DnsZoneLink Link)? best = null;
        foreach (var seen in (vnetKey is null ? null : _private.GetValueOrDefault(vnetKey)) ?? [])
        {
            if (DnsName.IsWithin(name, seen.Zone.Name) && (best is not { } other || other.Zone.Name.Length < seen.Zone.Name.Length))
            {
                best = seen;
            }
        }

        return best;
    }

    private DnsZone? PublicZone(string name)
    {
        for (var at = name; at is not null; at = DnsName.Parent(at))
        {
            if (_public.TryGetValue(at, out var zone))
            {
                return zone;
            }
        }

        return null;
    }

    // False when nobody here knows the name.
    private bool Walk(DnsQuestion question, DnsAnswer answer, int depth)
    {
        if (depth > LongestChain)
        {
            answer.Code = DnsCode.ServerFailure;
            return true;
        }

        if (PrivateZone(question.VnetKey, question.Name) is { } seen)
        {
            if (!seen.Link.Redirects || seen.Zone.Find(question.Name, out _) is not null || !(PublicZone(question.Name) is not null || _names.ContainsKey(question.Name)))
            {
                InZone(seen.Zone, question, answer, depth);
                return true;
            }
        }

        if (_names.TryGetValue(question.Name, out var named))
        {
            Named(named, question, answer, depth);
            return true;
        }

        if (PublicZone(question.Name) is { } zone)
        {
            InZone(zone, question, answer, depth);
            return true;
        }

        if (_reverse.TryGetValue(question.Name, out var reverse))
        {
            if (question.Type is DnsType.Ptr or DnsType.Any)
            {
                answer.Answers.Add(new(question.Name, DnsType.Ptr, DnsNames.HostTtl, DnsData.Name(reverse)));
            }
            else
            {
                answer.Authorities.Add(DnsNames.Authority(DnsName.Parent(question.Name) ?? ""));
            }

            return true;
        }

        if (DnsName.IsWithin(question.Name, DnsNames.TrafficSuffix))
        {
            answer.Code = question.Name == DnsNames.TrafficSuffix ? DnsCode.NoError : DnsCode.NameError;
            answer.Authorities.Add(DnsNames.Authority(DnsNames.TrafficSuffix));
            return true;
        }

        return false;
    }

    private void InZone(DnsZone zone, DnsQuestion question, DnsAnswer answer, int depth)
    {
        var sets = zone.Find(question.Name, out var cut);
        if (cut is not null)
        {
            Refer(zone, cut, answer, depth);
            return;
        }

        if (sets is null)
        {
            answer.Code = DnsCode.NameError;
            Deny(zone, answer);
            return;
        }

        var before = answer.Answers.Count;
        if (question.Type == DnsType.Any)
        {
            foreach (var set in sets.Values)
            {
                Put(set, question, answer, depth);
            }
        }
        else if (sets.TryGetValue(question.Type, out var set))
        {
            Put(set, question, answer, depth);
        }
        else if (sets.TryGetValue(DnsType.Cname, out var alias))
        {
            Put(alias, question with { Type = DnsType.Cname }, answer, depth);
            if (answer.Answers.Count > before)
            {
                Follow(DnsName.Decode(answer.Answers[^1].Data), question, answer, depth);
                return;
            }
        }

        if (answer.Answers.Count == before && answer.Code == DnsCode.NoError)
        {
            Deny(zone, answer);
        }
    }

    private void Follow(string target, DnsQuestion question, DnsAnswer answer, int depth)
    {
        if (!Walk(question with { Name = target }, answer, depth + 1))
        {
            answer.Open = target;
        }
    }

    private static void Deny(DnsZone zone, DnsAnswer answer)
    {
        if (zone.Negative is { } soa)
        {
            answer.Authorities.Add(soa);
        }
    }

    // Somebody else is responsible below: their names, and the addresses of those that this zone knows.
    private static void Refer(DnsZone zone, DnsRecordsItem cut, DnsAnswer answer, int depth)
    {
        answer.Authoritative = depth > 0 && answer.Authoritative;
        foreach (var data in cut.Data)
        {
            answer.Authorities.Add(new(cut.Name, DnsType.Ns, cut.Ttl, data));
            foreach (var type in (ushort[])[DnsType.A, DnsType.Aaaa])
            {
                var server = DnsName.Decode(data);
                if (zone.At(server, type) is { } glue)
                {
                    answer.Additional.AddRange(glue.Data.Select(d => new DnsRecord(server, type, glue.Ttl, d)));
                }
            }
        }

        answer.Open = cut.Name;
    }

    private void Put(DnsRecordsItem set, DnsQuestion question, DnsAnswer answer, int depth)
    {
        if (set.AliasKey is not { } alias)
        {
            answer.Answers.AddRange(set.Data.Select(d => new DnsRecord(question.Name, set.Type, set.Ttl, d)));
            return;
        }

        switch (_items.GetValueOrDefault(alias))
        {
            case DnsRecordsItem other when other.Key != set.Key && depth < LongestChain && other.Type == set.Type:
                var inner = new DnsAnswer();
                Put(other, question, inner, depth + 1);
                answer.Answers.AddRange(inner.Answers.Select(r => r with { Ttl = set.Ttl }));
                answer.Varies |= inner.Varies;
                break;
            case DnsHostItem { Address: { } text } when IPAddress.TryParse(text, out var address) && set.Type == TypeOf(address):
                answer.Answers.Add(new(question.Name, set.Type, set.Ttl, DnsData.Address(address)));
                break;
            case TrafficItem traffic when set.Type == DnsType.Cname:
                answer.Answers.Add(new(question.Name, set.Type, set.Ttl, DnsData.Name(traffic.Name)));
                break;
            case TrafficItem traffic:
                // An apex can't be a CNAME: the addresses stand under its own name.
                var found = new DnsAnswer();
                Named(traffic, question with { Name = traffic.Name, Type = set.Type }, found, depth + 1);
                answer.Answers.AddRange(found.Answers.Where(r => r.Type == set.Type).Select(r => r with { Owner = question.Name }));
                answer.Varies = true;
                break;
            default:
                break;
        }
    }

    private void Named(DnsItem item, DnsQuestion question, DnsAnswer answer, int depth)
    {
        if (item is DnsHostItem { Address: { } text } && IPAddress.TryParse(text, out var address))
        {
            Addresses([address], DnsNames.HostTtl, question, answer);
        }
        else if (item is TrafficItem traffic)
        {
            answer.Varies = true;
            var targets = TrafficChoice.Targets(traffic, _judge, question).ToList();
            var addresses = targets.Select(t => IPAddress.TryParse(t, out var parsed) ? parsed : null).OfType<IPAddress>().ToList();
            if (addresses.Count > 0)
            {
                Addresses(addresses, traffic.Ttl, question, answer);
                return;
            }

            if (targets.Count > 0)
            {
                answer.Answers.Add(new(question.Name, DnsType.Cname, traffic.Ttl, DnsData.Name(targets[0])));
                if (question.Type != DnsType.Cname)
                {
                    Follow(targets[0], question, answer, depth);
                }

                return;
            }
        }

        if (answer.Answers.Count == 0 || answer.Answers[^1].Owner != question.Name)
        {
            answer.Authorities.Add(DnsNames.Authority(item is TrafficItem ? DnsNames.TrafficSuffix : DnsName.Parent(question.Name) ?? ""));
        }
    }

    private static void Addresses(IEnumerable<IPAddress> addresses, uint ttl, DnsQuestion question, DnsAnswer answer)
        => answer.Answers.AddRange(from address in addresses
                                   let type = TypeOf(address)
                                   where question.Type == type || question.Type == DnsType.Any
                                   select new DnsRecord(question.Name, type, ttl, DnsData.Address(address)));

    private static ushort TypeOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.Aaaa;
}
