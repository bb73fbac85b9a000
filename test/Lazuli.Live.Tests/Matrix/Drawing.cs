namespace Lazuli.Live.Tests.Matrix;

/// <summary>Random clouds, random changes of them, random attempts. All from one seed.</summary>
internal sealed class Drawing(Random random)
{
    private static readonly int[] Ports = [53, 80, 443];
    private static readonly string[] Protocols = ["tcp", "udp", "icmp"];
    private readonly DrawingBalancers _balancers = new(random);

    /// <summary>A hub with an appliance, two spokes, and a stranger who has the addresses of a spoke and is nobody's peer.</summary>
    public Cloud Cloud()
    {
        List<(string Name, string Space)> spaces = [("hub", "10.0.0.0/16"), ("one", "10.1.0.0/16"), ("two", "10.2.0.0/16"), ("stranger", "10.1.0.0/16")];
        var nets = spaces.Select((s, i) => new Net(s.Name, s.Space, [], Chance(0.5) ? $"198.18.8.{i + 4}" : null)).ToList();
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

                net.Subnets.Add(new(name, Prefix(net, name), null, table, Chance(0.3) && free.Count > 0 ? free.Dequeue().Name : null, Chance(0.3)));
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
            cloud.Balancers.Add(new(Balancer.Hops, "hub", true, false, "10.0.2.200", [.. cards.Where(c => c.Forwards).Select(c => new Member(c.Addresses[0].Private, "None"))], [new("all", 0, 0, "tuple", false, true)], [], null, []));
        }

        _balancers.Draw(cloud);
        return cloud;
    }

    /// <summary>A live edit: one thing is otherwise from here on.</summary>
    public string Change(Cloud cloud)
    {
        switch (random.Next(12))
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
            case > 7 when cloud.Balancers.Count > 0:
                return _balancers.Change(cloud);
            default:
                var net = Pick(cloud.Nets);
                var at = random.Next(net.Subnets.Count);
                net.Subnets[at] = net.Subnets[at] with { Private = !net.Subnets[at].Private };
                return $"{net.Name}/{net.Subnets[at].Name} is {(net.Subnets[at].Private ? "private" : "open")}";
        }
    }

    public IEnumerable<Attempt> Attempts(Cloud cloud, string outside, int count, Func<int> port)
    {
        for (var i = 0; i < count; i++)
        {
            var from = Chance(0.1) ? null : Pick(cloud.Cards);
            var to = Pick(cloud.Cards);
            var target = Pick(to.Addresses) is var a && a.Public is { } shown && (from is null || Chance(0.4)) ? shown : a.Private;
            target = Chance(0.03) ? Pick(["10.0.0.99", "10.2.0.99", "10.77.0.4", "192.168.7.7", "198.18.77.77"]) : target;
            var (protocol, door) = (Pick(Protocols), Pick(Ports));
            if (cloud.Balancers.Count > 0 && Chance(0.35) && _balancers.Target(cloud, from) is var front)
            {
                (target, protocol, door) = (front.Target, front.Protocol ?? protocol, front.Port);
            }

            var self = from is not null && (from.Loopback.Contains(target) || from.Addresses.Exists(x => x.Private == target || x.Public == target));
            if (!self && (from is not null || target.StartsWith("198.", StringComparison.Ordinal)))
            {
                yield return new(from?.Name, from is null ? outside : Pick(from.Addresses).Private, target, protocol, port(), protocol == "icmp" ? 0 : door);
            }
        }
    }

    private Card Card(Net net, Sub sub, int number)
    {
        var index = (net.Name, sub.Name) switch { ("hub", _) => 0, ("one", _) => 1, ("two", _) => 2, _ => 3 };
        var third = sub.Prefix.Split('.')[2];
        var stem = sub.Prefix[..sub.Prefix.LastIndexOf('.')];
        List<Address> addresses = [new($"{stem}.{number}", Chance(0.4) ? $"198.18.{(index * 4) + 16}.{(int.Parse(third, null) * 16) + number}" : null, Chance(0.5), Applications())];
        if (Chance(0.25))
        {
            addresses.Add(new($"{stem}.{number + 100}", Chance(0.4) ? $"198.18.{(index * 4) + 17}.{(int.Parse(third, null) * 16) + number}" : null, Chance(0.5), Applications()));
        }

        return new($"{net.Name}/{sub.Name}{number}", net.Name, sub.Name, addresses, null, sub.Name == "nva");
    }

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

        List<Way> ways = [];
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
