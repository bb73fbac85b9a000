namespace Lazuli.Live.Tests.Matrix;

/// <summary>Random load balancers in a cloud, and random changes of them.</summary>
internal sealed class DrawingBalancers(Random random)
{
    private const int Most = 3;
    private static readonly int[] Ports = [53, 80, 443];

    /// <summary>Some load balancers in front of a cloud's cards. No address is a member of two public or of two internal ones, nor of one whose SKU isn't that of its public address.</summary>
    public void Draw(Cloud cloud)
    {
        foreach (var (net, isPublic, six) in cloud.Nets.SelectMany(n => new[] { (n, false, false), (n, false, false), (n, true, false), (n, false, true), (n, true, true) }))
        {
            var home = Pick(net.Subnets.FindAll(s => s.Name != "nva"));
            if (Chance(0.55) || (six && home.Prefix6 is null))
            {
                continue;
            }

            var standard = Chance(0.6);
            var members = Free(cloud, net, isPublic, standard, six).Take(random.Next(1, Most + 1)).ToList();
            var number = cloud.Balancers.Count;
            var index = cloud.Nets.IndexOf(net);
            var frontend = (isPublic, six) switch
            {
                (true, true) => $"2001:2::c:{index + 4}",
                (true, false) => $"198.18.12.{index + 4}",
                (_, true) => Drawing.Canonical($"{home.Prefix6?[..^"/64".Length]}{200 + number:x}"),
                _ => $"{home.Prefix[..home.Prefix.LastIndexOf('.')]}.{200 + number}",
            };
            var balancer = new Balancer($"lb{number}", net.Name, standard, isPublic, frontend, [.. members.Select(m => new Member(m, "None"))],
                [], [], isPublic && (!standard || Chance(0.5)) ? Pick(["tcp", "udp", "all"]) : null, []);
            Rewrite(balancer);
            cloud.Balancers.Add(balancer);
            foreach (var card in balancer.Spreads.Exists(s => s.Floating) ? cloud.Cards.Where(c => c.Net == net.Name && c.Addresses.Exists(a => members.Contains(a.Private))) : [])
            {
                card.Loopback.Add(frontend);
            }
        }
    }

    /// <summary>A live edit of one load balancer.</summary>
    public string Change(Cloud cloud)
    {
        var balancer = Pick(cloud.Balancers);
        switch (balancer.IsHops ? 5 : random.Next(6))
        {
            case 0 when balancer.Members.Count > 0:
                balancer.Members.RemoveAt(random.Next(balancer.Members.Count));
                return $"a member leaves {balancer.Name}";
            case 1 when balancer.Members.Count < Most && !balancer.Spreads.Exists(s => s.Floating)
                && Free(cloud, cloud.Nets.First(n => n.Name == balancer.Net), balancer.Public, balancer.Standard, Six.Is(balancer.Frontend)).FirstOrDefault() is { } joins:
                balancer.Members.Add(new(joins, "None"));
                return $"{joins} joins {balancer.Name}";
            case 2 when balancer.Spreads.Count > 0:
                balancer.Spreads.RemoveAt(random.Next(balancer.Spreads.Count));
                return $"a rule less of {balancer.Name}";
            case 3 when balancer.Members.Count > 0:
                var at = random.Next(balancer.Members.Count);
                balancer.Members[at] = balancer.Members[at] with { State = Pick(["None", "Up", "Down"]) };
                return $"{balancer.Members[at]} of {balancer.Name}";
            case 4 when !balancer.Spreads.Exists(s => s.Floating):
                Rewrite(balancer, floating: false);
                return $"other rules of {balancer.Name}";
            default:
                balancer.Down.Clear();
                balancer.Down.AddRange(balancer.Members.Select(m => m.Address).Where(_ => Chance(0.4)));
                return $"probe of {balancer.Name}: down are {string.Join(", ", balancer.Down)}";
        }
    }

    /// <summary>A frontend and one of its ports, mostly.</summary>
    public (string Target, string? Protocol, int Port) Target(Cloud cloud, Card? from)
    {
        var near = cloud.Balancers.FindAll(b => b.Members.Count > 0 && from?.Addresses.Exists(a => a.IsSix == Six.Is(b.Frontend)) != false && (b.Public || b.Net == from?.Net
            || cloud.Peerings.Exists(p => (p.One, p.Two) == (b.Net, from?.Net) || (p.Two, p.One) == (b.Net, from?.Net))));
        var balancer = Pick(near.Count > 0 && Chance(0.9) ? near : cloud.Balancers);
        var doors = balancer.Spreads.Select(s => (s.Protocol, s.Port)).Concat(balancer.Singles.Select(s => (s.Protocol, s.Port))).Where(_ => Chance(0.9)).ToList();
        var (protocol, port) = doors.Count > 0 ? Pick(doors) : ("all", 0);
        return (balancer.Frontend, protocol == "all" ? null : protocol, port == 0 ? Pick(Ports) : port);
    }

    private void Rewrite(Balancer balancer, bool floating = true)
    {
        balancer.Spreads.Clear();
        balancer.Singles.Clear();
        var floats = floating && Chance(0.2);
        foreach (var (protocol, port) in new[] { ("tcp", 80), ("udp", 80), ("tcp", 8000), ("udp", 53) })
        {
            if (Chance(0.6))
            {
                balancer.Spreads.Add(new(protocol, port, floats && port != 8000 ? port : Pick(Ports), Pick(["tuple", "tuple", "source", "protocol"]), floats, Chance(0.5)));
            }
        }

        if (!balancer.Public && balancer.Standard && Chance(0.4))
        {
            balancer.Spreads.Add(new("all", 0, 0, Pick(["tuple", "source", "protocol"]), floats, Chance(0.5)));
        }

        foreach (var (member, i) in balancer.Members.Select((m, i) => (m, i)).Where(_ => Chance(0.5)))
        {
            balancer.Singles.Add(new(Pick(["tcp", "udp"]), 2200 + i, member.Address, Pick(Ports)));
        }
    }

    private IEnumerable<string> Free(Cloud cloud, Net net, bool isPublic, bool standard, bool six)
    {
        var taken = cloud.Balancers.Where(b => b.Public == isPublic && b.Net == net.Name).SelectMany(b => b.Members).Select(m => m.Address).ToHashSet(StringComparer.Ordinal);
        var other = cloud.Balancers.Where(b => b.Public != isPublic && b.Standard != standard && b.Net == net.Name).SelectMany(b => b.Members).Select(m => m.Address).ToHashSet(StringComparer.Ordinal);
        var free = cloud.Cards.Where(c => c.Net == net.Name && !c.Forwards).SelectMany(c => c.Addresses)
            .Where(a => a.IsSix == six && a.Standard == standard && !taken.Contains(a.Private) && !other.Contains(a.Private)).Select(a => a.Private).ToArray();
        random.Shuffle(free);
        return free;
    }

    private bool Chance(double p) => random.NextDouble() < p;

    private T Pick<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
}
