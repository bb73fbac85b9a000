using System.Net;
using Lazuli.Engines.Net;

namespace Lazuli.Live.Tests.Matrix;

/// <summary>Random clouds, random changes of them, random attempts. All from one seed.</summary>
internal sealed class Drawing(Random random)
{
    private static readonly int[] Ports = [53, 80, 443];
    private static readonly string[] Protocols = ["tcp", "udp", "icmp"];
    private static readonly string[] Strays = ["10.0.0.99", "10.2.0.99", "10.77.0.4", "192.168.7.7", "198.18.77.77"];
    private static readonly string[] Strays6 = ["fd00:a::99", "fd00:a:2::99", "fd00:a:77::4", "fd00:9::9", "2001:2::77:77"];
    private readonly DrawingBalancers _balancers = new(random);

    /// <summary>Whether changes give networks and cards IPv6, or take it from them.</summary>
    public bool Extends { get; init; } = true;

    /// <summary>A hub with an appliance, two spokes, and a stranger who has the addresses of a spoke and is nobody's peer.</summary>
    public Cloud Cloud()
    {
        List<(string Name, string Space, string Space6)> spaces = [("hub", "10.0.0.0/16", "fd00:a::/48"), ("one", "10.1.0.0/16", "fd00:a:1::/48"), ("two", "10.2.0.0/16", "fd00:a:2::/48"), ("stranger", "10.1.0.0/16", "fd00:a:1::/48")];
        var nets = spaces.Select((s, i) => new Net(s.Name, s.Space, [], Chance(0.5) ? $"198.18.8.{i + 4}" : null) { Space6 = Chance(0.7) ? s.Space6 : null }).ToList();
        List<Gateway> gateways = [new("nat0", ["198.18.9.4"]), new("nat1", ["198.18.9.5", "198.18.9.6"]), new("nat2", [])];
        List<Table> tables = [];
        var free = new Queue<Gateway>(gateways);
        foreach (var net in nets)
        {
            foreach (var name in net.Name == "hub" ? (string[])["a", "b", "nva"] : ["a", "b"])
            {
                var table = name != "nva" && Chance(net.Name == "hub" ? 0.3 : 0.6) ? $"{net.Name}-{name}-routes" : null;
                if (table is not null)
                {
                    tables.Add(new(table, Ways(net)));
                }

                net.Subnets.Add(new(name, Prefix(net, name), null, table, Chance(0.3) && free.Count > 0 ? free.Dequeue().Name : null, Chance(0.3))
                {
                    Prefix6 = net.Space6 is not null && Chance(0.85) ? Prefix6(net, name) : null,
                });
            }
        }

        var appliances = Chance(0.4) ? 2 : 1;
        var cards = (from net in nets
                     from sub in net.Subnets
                     from n in Enumerable.Range(4, sub.Name == "nva" ? appliances : random.Next(1, 3))
                     select Card(net, sub, n)).ToList();
        var cloud = new Cloud
        {
            Nets = nets,
            Cards = cards,
            Tables = tables,
            Gateways = gateways,
            Groups = [],
            Peerings = [],
            Balancers = [],
        };
        foreach (var (one, two, chance) in new[] { ("hub", "one", 0.9), ("hub", "two", 0.9), ("one", "two", 0.25) })
        {
            if (Chance(chance))
            {
                cloud.Peerings.Add(new(one, two, Side(), Side()));
            }
        }

        foreach (var name in new[] { "g0", "g1", "g2", "g3" })
        {
            cloud.Groups.Add(new(name, [.. Enumerable.Range(0, random.Next(6)).Select(_ => Law(cloud)).DistinctBy(l => (l.Priority, l.Inbound))]));
        }

        for (var i = 0; i < 6; i++)
        {
            Regroup(cloud);
        }

        if (appliances > 1)
        {
            Balancer Shared(string name, string frontend, bool six)
                => new(name, "hub", true, false, frontend, [.. cards.Where(c => c.Forwards).Select(c => new Member(c.Addresses.Find(a => a.IsSix == six)?.Private ?? "", "None"))], [new("all", 0, 0, "tuple", false, true)], [], null, []);
            cloud.Balancers.Add(Shared(Balancer.Hops, "10.0.2.200", false));
            if (nets[0].Sub("nva").Prefix6 is not null)
            {
                cloud.Balancers.Add(Shared(Balancer.Hops6, "fd00:a:0:2::c8", true));
            }
        }

        _balancers.Draw(cloud);
        return cloud;
    }

    /// <summary>A live edit: one thing is otherwise from here on.</summary>
    public string Change(Cloud cloud)
    {
        switch (random.Next(15))
        {
            case 0:
                var group = random.Next(cloud.Groups.Count);
                cloud.Groups[group] = cloud.Groups[group] with { Laws = [.. Enumerable.Range(0, random.Next(6)).Select(_ => Law(cloud)).DistinctBy(l => (l.Priority, l.Inbound))] };
                return $"new rules of {cloud.Groups[group].Name}";
            case 1:
                Regroup(cloud);
                return "another group";
            case 2 when cloud.Peerings.Count > 0:
                cloud.Peerings.RemoveAt(random.Next(cloud.Peerings.Count));
                return "a peering less";
            case 3:
                var pair = Pick([("hub", "one"), ("hub", "two"), ("one", "two")]);
                cloud.Peerings.RemoveAll(p => (p.One, p.Two) == pair);
                cloud.Peerings.Add(new(pair.Item1, pair.Item2, Side(), Side()));
                return $"{pair} joined anew";
            case 4 when cloud.Tables.Count > 0:
                var table = random.Next(cloud.Tables.Count);
                cloud.Tables[table] = cloud.Tables[table] with { Ways = Ways(cloud.Nets.First(n => cloud.Tables[table].Name.StartsWith(n.Name + "-", StringComparison.Ordinal))) };
                return $"other routes in {cloud.Tables[table].Name}";
            case 5 when (Pick(cloud.Cards).Addresses, Pick(cloud.Cards).Addresses) is var (from, to) && from[0].Standard == to[0].Standard:
                (from[0], to[0]) = (from[0] with { Public = to[0].Public, Standard = to[0].Standard }, to[0] with { Public = from[0].Public, Standard = from[0].Standard });
                return "public addresses moved";
            case 6:
                var member = Pick(cloud.Cards).Addresses;
                member[0] = member[0] with { Applications = Applications() };
                return "another membership";
            case 12 when cloud.Cards.Exists(c => c.Addresses.Exists(a => a.IsSix)):
                var two = cloud.Cards.FindAll(c => c.Addresses.Exists(a => a.IsSix));
                var (one, other) = (Pick(two).Addresses, Pick(two).Addresses);
                var (at1, at2) = (one.FindIndex(a => a.IsSix), other.FindIndex(a => a.IsSix));
                (one[at1], other[at2]) = (one[at1] with { Public = other[at2].Public }, other[at2] with { Public = one[at1].Public });
                return "public IPv6 addresses moved";
            case 13 when Extends:
                return Extend(cloud);
            case > 7 when cloud.Balancers.Count > 0:
                return _balancers.Change(cloud);
            default:
                var net = Pick(cloud.Nets);
                var at = random.Next(net.Subnets.Count);
                net.Subnets[at] = net.Subnets[at] with { Private = !net.Subnets[at].Private };
                return $"{net.Name}/{net.Subnets[at].Name} is {(net.Subnets[at].Private ? "private" : "open")}";
        }
    }

    public IEnumerable<Attempt> Attempts(Cloud cloud, int count, Func<int> port)
    {
        var (outside, outside6) = (new NetOptions().Outside(0).ToString(), new NetOptions().Outside6(0).ToString());
        var strays = cloud.Nets.Exists(n => n.Space6 is not null) ? Strays.Concat(Strays6).ToArray() : Strays;
        for (var i = 0; i < count; i++)
        {
            var from = Chance(0.1) ? null : Pick(cloud.Cards);
            var to = Pick(cloud.Cards);
            var twice = from is null || from.Addresses.Exists(a => a.IsSix);
            var target = Pick(to.Addresses.Exists(a => a.IsSix) && twice && Chance(0.5) ? to.Addresses.FindAll(a => a.IsSix) : to.Addresses) is var a && a.Public is { } shown && (from is null || Chance(0.4)) ? shown : a.Private;
            target = Chance(0.03) ? Pick(strays) : target;
            var (protocol, door) = (Pick(Protocols), Pick(Ports));
            if (cloud.Balancers.Count > 0 && Chance(0.35) && _balancers.Target(cloud, from) is var front)
            {
                (target, protocol, door) = (front.Target, front.Protocol ?? protocol, front.Port);
            }

            protocol = protocol == "icmp" && Six.Is(target) ? "icmpv6" : protocol;
            var sources = from is null ? [Six.Is(target) ? outside6 : outside] : from.Addresses.Where(a => a.IsSix == Six.Is(target)).Select(a => a.Private).ToList();
            var self = from is not null && (from.Loopback.Contains(target) || from.Addresses.Exists(x => x.Private == target || x.Public == target));
            if (!self && sources.Count > 0 && (from is not null || target.StartsWith("198.", StringComparison.Ordinal) || target.StartsWith("2001:2:", StringComparison.Ordinal)))
            {
                yield return new(from?.Name, Pick(sources), target, protocol, port(), protocol.StartsWith("icmp", StringComparison.Ordinal) ? 0 : door);
            }
        }
    }

    private Card Card(Net net, Sub sub, int number)
    {
        var index = IndexOf(net);
        var third = sub.Prefix.Split('.')[2];
        var stem = sub.Prefix[..sub.Prefix.LastIndexOf('.')];
        List<Address> addresses = [new($"{stem}.{number}", Chance(0.4) ? $"198.18.{(index * 4) + 16}.{(int.Parse(third, null) * 16) + number}" : null, Chance(0.5), Applications())];
        if (Chance(0.25))
        {
            addresses.Add(new($"{stem}.{number + 100}", Chance(0.4) ? $"198.18.{(index * 4) + 17}.{(int.Parse(third, null) * 16) + number}" : null, Chance(0.5), Applications()));
        }

        if (sub.Prefix6 is not null && (sub.Name == "nva" || Chance(0.8)))
        {
            addresses.Add(Address6(net, sub, number, addresses[0].Standard));
        }

        return new($"{net.Name}/{sub.Name}{number}", net.Name, sub.Name, addresses, null, sub.Name == "nva");
    }

    private Address Address6(Net net, Sub sub, int number, bool standard)
    {
        var stem = sub.Prefix6?[..^"/64".Length] ?? throw new ArgumentException("The subnet is IPv4.", nameof(sub));
        var third = int.Parse(sub.Prefix.Split('.')[2], null);
        return new(Canonical($"{stem}{number:x}"), Chance(0.4) ? Canonical($"2001:2::{(IndexOf(net) * 4) + 16:x}:{(third * 16) + number:x}") : null, standard, Applications());
    }

    /// <summary>A network gets IPv6 or loses it, or one of its cards does.</summary>
    private string Extend(Cloud cloud)
    {
        var net = Pick(cloud.Nets);
        var cards = cloud.Cards.FindAll(c => c.Net == net.Name);
        bool Spreads(Card card) => cloud.Balancers.Exists(b => b.Net == net.Name && b.Members.Exists(m => card.Addresses.Exists(a => a.IsSix && a.Private == m.Address)));
        if (net.Space6 is null)
        {
            cloud.Nets[cloud.Nets.IndexOf(net)] = net with { Space6 = $"fd00:a:{net.Space.Split('.')[1]}::/48".Replace(":0:", ":", StringComparison.Ordinal) };
            for (var i = 0; i < net.Subnets.Count; i++)
            {
                net.Subnets[i] = net.Subnets[i] with { Prefix6 = Prefix6(net, net.Subnets[i].Name) };
            }

            cards.Where(_ => Chance(0.7)).ToList().ForEach(c => c.Addresses.Add(Address6(net, net.Sub(c.Sub), int.Parse(c.Addresses[0].Private.Split('.')[3], null), c.Addresses[0].Standard)));
            return $"{net.Name} gets IPv6";
        }

        if (Chance(0.3) && !cards.Exists(Spreads) && !cloud.Balancers.Exists(b => b.Net == net.Name && Six.Is(b.Frontend)))
        {
            cards.ForEach(c => c.Addresses.RemoveAll(a => a.IsSix));
            cloud.Nets[cloud.Nets.IndexOf(net)] = net with { Space6 = null };
            for (var i = 0; i < net.Subnets.Count; i++)
            {
                net.Subnets[i] = net.Subnets[i] with { Prefix6 = null };
            }

            return $"{net.Name} loses IPv6";
        }

        var card = Pick(cards);
        if (card.Addresses.Exists(a => a.IsSix) && !Spreads(card))
        {
            card.Addresses.RemoveAll(a => a.IsSix);
            return $"{card.Name} loses IPv6";
        }

        if (net.Sub(card.Sub).Prefix6 is not null && !card.Addresses.Exists(a => a.IsSix))
        {
            card.Addresses.Add(Address6(net, net.Sub(card.Sub), int.Parse(card.Addresses[0].Private.Split('.')[3], null), card.Addresses[0].Standard));
            return $"{card.Name} gets IPv6";
        }

        return "nothing";
    }

    private static int IndexOf(Net net) => net.Name switch { "hub" => 0, "one" => 1, "two" => 2, _ => 3 };

    public static string Canonical(string address) => IPAddress.Parse(address).ToString();

    private static string Prefix6(Net net, string name) => Canonical($"fd00:a:{net.Space.Split('.')[1]}:{(name switch { "a" => 0, "b" => 1, _ => 2 })}::") + "/64";

    private static string Prefix(Net net, string name) => net.Space.Replace(".0.0/16", name switch { "a" => ".0.0/24", "b" => ".1.0/24", _ => ".2.0/24" }, StringComparison.Ordinal);

    private List<Way> Ways(Net net)
    {
        (string Hop, string? Appliance) Hop() => random.Next(10) switch
        {
            < 3 => ("VirtualAppliance", "10.0.2.4"),
            < 6 => ("VirtualAppliance", Pick(["10.0.2.4", "10.0.2.200"])),
            6 => ("VirtualAppliance", Pick(["10.0.0.4", "10.2.0.4", "10.9.9.9"])),
            7 => ("None", null),
            8 => (Pick(["Internet", "VirtualNetworkGateway"]), null),
            _ => ("VnetLocal", null),
        };

        (string Hop, string? Appliance) Hop6() => random.Next(10) switch
        {
            < 6 => ("VirtualAppliance", Pick(["fd00:a:0:2::4", "fd00:a:0:2::4", "fd00:a:0:2::c8"])),
            6 => ("VirtualAppliance", Pick(["fd00:a::4", "fd00:a:2::4", "fd00:9::9"])),
            7 => ("None", null),
            8 => (Pick(["Internet", "VirtualNetworkGateway"]), null),
            _ => ("VnetLocal", null),
        };

        List<Way> ways = [];
        foreach (var prefix in new[] { "::/0", "fd00:a::/32", "fd00:a:1::/48", "fd00:a:2::/48", "fd00:a::/64", "fd00:a:2::4/128", "fd00:a:1:1::/64", net.Space6 ?? "fd00:a::/48", "2001:2::/48", "2001:2::10:0/112" }.Distinct())
        {
            if (Chance(prefix == "::/0" ? 0.15 : 0.25))
            {
                var (hop, appliance) = Hop6();
                ways.Add(new(prefix, hop, appliance));
            }
        }

        foreach (var prefix in new[] { "0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16", "10.0.0.0/24", "10.2.0.4/32", "10.1.1.0/24", net.Space, "198.18.0.0/16", "198.18.16.0/24" }.Distinct())
        {
            if (Chance(prefix == "0.0.0.0/0" ? 0.15 : 0.25))
            {
                var (hop, appliance) = Hop();
                ways.Add(new(prefix, hop, appliance));
            }
        }

        return ways;
    }

    private Law Law(Cloud cloud)
    {
        List<string> Some() => [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => random.Next(4) switch
        {
            0 => Pick(["*", "VirtualNetwork", "Internet", "AzureLoadBalancer"]),
            1 => "asg:" + Pick(["web", "db"]),
            2 => Pick(Pick(cloud.Cards).Addresses).Private,
            _ when Chance(0.4) => Pick(["fd00:a::/48", "fd00:a:1::/48", "fd00:a:2:1::/64", "fd00:a::/32", "2001:2::/48", "2001:2::10:4", "::/0", "fd00:a:1::4/127"]),
            _ => Pick(["10.0.0.0/16", "10.1.0.0/16", "10.2.1.0/24", "10.0.0.0/8", "198.18.0.0/16", "198.18.9.4", "0.0.0.0/0", "10.1.0.4/31"]),
        }).Distinct()];
        return new(random.Next(100, 4097), Chance(0.6), Chance(0.6), Pick(["*", "*", "tcp", "udp", "icmp"]), Some(), Chance(0.1) ? "20000-40000" : "*", Some(),
            Pick(["*", "*", "80", "50-60", "53", "60-500"]));
    }

    private void Regroup(Cloud cloud)
    {
        var group = Chance(0.25) ? null : Pick(cloud.Groups).Name;
        if (Chance(0.5))
        {
            var at = random.Next(cloud.Cards.Count);
            cloud.Cards[at] = cloud.Cards[at] with { Group = group };
        }
        else
        {
            var net = Pick(cloud.Nets);
            var at = random.Next(net.Subnets.Count);
            net.Subnets[at] = net.Subnets[at] with { Group = group };
        }
    }

    private List<string> Applications() => [.. new[] { "web", "db" }.Where(_ => Chance(0.3))];

    private Side Side() => new(Chance(0.8), Chance(0.6));

    private bool Chance(double p) => random.NextDouble() < p;

    private T Pick<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
}
