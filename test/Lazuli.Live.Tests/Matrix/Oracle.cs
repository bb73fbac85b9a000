using System.Net;

namespace Lazuli.Live.Tests.Matrix;

/// <summary>
/// Where Azure sends a packet, read from its documentation with no thought of speed: every list is searched from the beginning, every prefix parsed each time.
/// Where a load balancer chooses, <paramref name="choice"/> says whom.
/// </summary>
internal sealed class Oracle(Cloud cloud, int choice = 0)
{
    private const string Platform = "168.63.129.16";
    private const int MostHops = 8;

    // Whoever chooses among one, two or three has chosen everybody after six tries.
    private const int Choices = 6;
    private static readonly string[] Nowhere = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];
    private readonly List<Step> _steps = [];
    private bool _doubt;
    private Balancer? _by;

    /// <summary>What a reply finds: NICs that have a flow record of the connection, and the networks that they are in.</summary>
    private sealed record Memory(HashSet<string> Cards, HashSet<string> Nets);

    /// <summary>Who got a packet, what it looked like then, and the load balancer that led it there.</summary>
    private sealed record Arrival(Card? Receiver, IReadOnlyList<string> Seen, bool Abroad)
    {
        public static Arrival Nowhere { get; } = new(null, [], false);

        public Balancer? By { get; init; }
        public string? Choice { get; init; }

        /// <summary>The receiver's own address, and the port there; none where it is who asked, too.</summary>
        public string Own { get; init; } = "";
        public int Port { get; init; }
    }

    /// <summary>What may come of an attempt: one thing, or one for each member that may be chosen.</summary>
    public static IReadOnlyList<Fate> Ask(Cloud cloud, Attempt attempt)
        => [.. Enumerable.Range(0, cloud.Balancers.Exists(b => b.IsHops) ? Choices * Choices : Choices).Select(c => new Oracle(cloud, c).Ask(attempt)).DistinctBy(f => (f.Receiver, string.Join(' ', f.Seen), f.Answered))];

    private Fate Ask(Attempt attempt)
    {
        var memory = new Memory([], []);
        var packet = new Packet(attempt.Source, attempt.Target, attempt.Protocol, attempt.SourcePort, attempt.TargetPort);
        var there = attempt.Card is null ? FromInternet([attempt.Source], packet, memory) : Send(CardOf(attempt.Card), packet, memory, null, 0);
        if (there.Receiver is not { } receiver)
        {
            return new(null, [], false) { Steps = _steps };
        }

        // The answer is the connection's: whoever has seen the request lets it pass. A load balancer gives it its frontend's address before anybody else sees it.
        _by = there.By;
        var back = new Packet(there.By?.Frontend ?? there.Own, there.Seen[0], attempt.Protocol, attempt.TargetPort, attempt.SourcePort);
        var answered = there.Own.Length > 0 && (there.Abroad ? RouteOf(receiver, back.Target).Hop == "Internet"
            : Send(receiver, back, new Memory([], []), memory, 0).Receiver?.Name == attempt.Card);
        return new(receiver.Name, there.Seen, _doubt ? null : answered) { Steps = _steps, Choice = there.Choice };
    }

    /// <summary>Whether the groups of a NIC let a new connection pass.</summary>
    public bool Allows(Card card, Packet packet, bool inbound)
    {
        var subnet = SubOf(card);
        var allowed = new[] { card.Group, subnet.Group }.All(g => g is null || Verdict(card, cloud.Groups.First(x => x.Name == g), packet, inbound));
        _steps.Add(new(card, packet, inbound, allowed, null, null));
        return allowed;
    }

    /// <summary>The next hop of a packet that a NIC sends: its kind, and the appliance or peer.</summary>
    public (string Hop, string? To) RouteOf(Card card, string target)
    {
        var net = NetOf(card.Net);
        var ways = new List<(string Prefix, string Hop, string? To, bool User)> { ("0.0.0.0/0", "Internet", null, false), ("::/0", "Internet", null, false) };
        ways.AddRange(net.Spaces.Select(s => (s, "VnetLocal", (string?)null, false)));
        ways.AddRange(from peer in Peers(net) from space in peer.Other.Spaces select (space, "Peering", (string?)peer.Other.Name, false));
        ways.AddRange(Nowhere.Where(n => ways.TrueForAll(w => w.Prefix != n)).ToList().Select(n => (n, "None", (string?)null, false)));
        if (SubOf(card).Table is { } table)
        {
            ways.AddRange(cloud.Tables.First(t => t.Name == table).Ways.Select(w => (w.Prefix, w.Hop, w.Appliance, true)));
        }

        var best = ways.Where(w => IsIn(target, w.Prefix)).OrderByDescending(w => IPNetwork.Parse(w.Prefix).PrefixLength).ThenByDescending(w => w.User).First();
        _steps.Add(new(card, new("", target, "", 0, 0), null, true, best.Hop, best.To));
        return (best.Hop, best.To);
    }

    private Arrival Send(Card card, Packet packet, Memory memory, Memory? reply, int hops)
    {
        var own = card.Addresses.Exists(a => a.Private == packet.Source) || _by?.Frontend == packet.Source;
        if (hops > MostHops || (!card.Forwards && !own) || !Passes(card, packet, false, memory, reply))
        {
            return Arrival.Nowhere;
        }

        var net = NetOf(card.Net);
        var (hop, to) = RouteOf(card, packet.Target);
        switch (hop)
        {
            case "VnetLocal":
                return IsAmong(packet.Target, net.Spaces) ? ArriveIn(net, card, packet, memory, reply, hops) : Arrival.Nowhere;
            case "Peering":
                return ArriveIn(NetOf(to ?? ""), card, packet, memory, reply, hops);
            case "VirtualAppliance":
                if (cloud.Balancers.Find(b => !b.Public && b.Frontend == to && (b.Net == net.Name || Peers(net).Exists(p => p.Other.Name == b.Net)) && b.Spreads.Exists(s => s.Protocol == "all")) is { } shared)
                {
                    // A load balancer of appliances: any protocol, and the same one both ways.
                    var well = Well(shared, shared.Spreads.First(s => s.Protocol == "all"));
                    return packet.Target == to ? ArriveIn(NetOf(shared.Net), card, packet, memory, reply, hops)
                        : well.Count == 0 ? Arrival.Nowhere
                        : Arrive(Find(NetOf(shared.Net), well[choice / Choices % well.Count].Address), card, packet, memory, reply, hops);
                }

                var appliance = Find(net, to ?? "") ?? Peers(net).Select(p => Find(p.Other, to ?? "")).FirstOrDefault(c => c is not null);

                return appliance is not null && (appliance.Forwards || appliance.Addresses.Exists(a => a.Private == packet.Target)) ? Arrive(appliance, card, packet, memory, reply, hops) : Arrival.Nowhere;
            case "Internet" when reply is null:
                return Out(card, packet, memory);
            default:
                return Arrival.Nowhere;
        }
    }

    private Arrival ArriveIn(Net net, Card from, Packet packet, Memory memory, Memory? reply, int hops)
    {
        var balancer = cloud.Balancers.Find(b => !b.Public && b.Net == net.Name && b.Frontend == packet.Target);
        if (balancer is null || Choose(balancer, packet) is not { } chosen)
        {
            return balancer is null ? Arrive(Find(net, packet.Target), from, packet, memory, reply, hops) : Arrival.Nowhere;
        }

        // Whom the load balancer sends his own connection would answer himself, not the frontend; hosts that get their own IPv4 address for a source don't even hear it.
        var member = Find(net, chosen.Address);
        var own = member?.Addresses.Exists(a => a.Private == packet.Source) == true;
        return own && !Six.Is(packet.Source) ? Arrival.Nowhere
            : Arrive(member, from, packet with { Target = chosen.Address, TargetPort = chosen.Port }, memory, reply, hops) with { By = balancer, Choice = chosen.By, Own = own ? "" : chosen.Address };
    }

    private Arrival Arrive(Card? at, Card from, Packet packet, Memory memory, Memory? reply, int hops)
    {
        if (at is null)
        {
            return Arrival.Nowhere;
        }

        // Who hears a balanced connection's answer by way of an appliance hears it from the frontend; Lazuli's network knows the answer by its member.
        _doubt |= reply is not null && _by?.Net == at.Net && (hops > 0 || at.Addresses.TrueForAll(a => a.Private != packet.Target));
        if (at.Net != from.Net)
        {
            // Who gets a packet from a peer asks whether it began there.
            var side = Peers(NetOf(at.Net)).First(p => p.Other.Name == from.Net).Own;
            var known = reply is not null && reply.Nets.Contains(at.Net);
            if (!known && !side.Forwarded && !IsAmong(packet.Source, NetOf(from.Net).Spaces))
            {
                return Arrival.Nowhere;
            }
        }

        if (!Passes(at, packet, true, memory, reply))
        {
            return Arrival.Nowhere;
        }

        return at.Addresses.Exists(a => a.Private == packet.Target) ? new(at, [packet.Source], false) { Own = packet.Target, Port = packet.TargetPort }
            : at.Forwards ? Send(at, packet, memory, reply, hops + 1)
            : Arrival.Nowhere;
    }

    /// <summary>
    /// Out of the data centre, in this order: the subnet's NAT gateway (TCP and UDP), the NIC's own public address, the load balancer that it is behind, default outbound
    /// access, which members of a Standard load balancer don't have. IPv6 has neither NAT gateways nor default outbound access.
    /// </summary>
    private Arrival Out(Card card, Packet packet, Memory memory)
    {
        var (subnet, address) = (SubOf(card), card.Addresses.FirstOrDefault(a => a.Private == packet.Source));
        if (address is null)
        {
            return Arrival.Nowhere;
        }

        var gateway = address.IsSix ? null : cloud.Gateways.FirstOrDefault(g => g.Name == subnet.Gateway);
        var pools = cloud.Balancers.FindAll(b => b.Net == card.Net && b.Members.Exists(m => m.Address == address.Private));
        var front = pools.Find(b => b.Outbound is not null);
        IReadOnlyList<string> seen = gateway is { Addresses.Count: > 0 } && packet.Protocol is "tcp" or "udp" ? gateway.Addresses
            : address.Public is { } own ? [own]
            : gateway is not null ? []
            : front is not null ? front.Outbound == "all" && packet.Protocol is "tcp" or "udp" || front.Outbound == packet.Protocol ? [front.Frontend] : []
            : pools.Exists(b => b.Standard) ? []
            : !address.IsSix && !subnet.Private && NetOf(card.Net).Outbound is { } shared ? [shared]
            : [];
        return seen.Count == 0 ? Arrival.Nowhere : FromInternet(seen, packet, memory);
    }

    private Arrival FromInternet(IReadOnlyList<string> seen, Packet packet, Memory memory)
    {
        foreach (var card in cloud.Cards)
        {
            foreach (var address in card.Addresses.Where(a => a.Public == packet.Target))
            {
                return Enter(card, address.Standard, seen, packet with { Target = address.Private }, memory);
            }
        }

        foreach (var balancer in cloud.Balancers.Where(b => b.Public && b.Frontend == packet.Target))
        {
            return Choose(balancer, packet with { Source = seen[0] }) is { } chosen && Find(NetOf(balancer.Net), chosen.Address) is { } member
                ? Enter(member, balancer.Standard, seen, packet with { Target = chosen.Address, TargetPort = chosen.Port }, memory) with { By = balancer, Choice = seen.Count == 1 ? chosen.By : null }
                : Arrival.Nowhere;
        }

        return Arrival.Nowhere;
    }

    private Arrival Enter(Card card, bool standard, IReadOnlyList<string> seen, Packet inside, Memory memory)
    {
        memory.Nets.Add(card.Net);
        var closed = standard && card.Group is null && SubOf(card).Group is null;
        var verdicts = seen.Select(s => Allows(card, inside with { Source = s }, true)).Distinct().ToList();
        _doubt |= verdicts.Count > 1;
        return closed || !verdicts[0] ? Arrival.Nowhere : new(card, seen, true) { Own = inside.Target, Port = inside.TargetPort };
    }

    /// <summary>The member that gets a new connection; inbound NAT rules and rules for one port go before those for all ports.</summary>
    private (string Address, int Port, bool Floating, string? By)? Choose(Balancer balancer, Packet packet)
    {
        if (balancer.Singles.Find(s => s.Protocol == packet.Protocol && s.Port == packet.TargetPort) is { } single)
        {
            return (single.Address, single.Inner, false, null);
        }

        var spread = balancer.Spreads.Find(s => s.Protocol == packet.Protocol && s.Port == packet.TargetPort)
            ?? (packet.Protocol is "tcp" or "udp" ? balancer.Spreads.Find(s => s.Protocol == "all") : null);
        var members = spread is null ? [] : Well(balancer, spread);
        return spread is null || members.Count == 0 ? null
            : (members[choice % members.Count].Address, spread.Protocol == "all" ? packet.TargetPort : spread.Inner, spread.Floating, spread.Affinity switch
            {
                "source" => $"{balancer.Name} {spread.Name} {packet.Source}",
                "protocol" => $"{balancer.Name} {spread.Name} {packet.Source} {packet.Protocol}",
                _ => null,
            });
    }

    private static List<Member> Well(Balancer balancer, Spread spread)
        => balancer.Members.FindAll(m => !spread.Probed || m.State == "Up" || (m.State == "None" && !balancer.Down.Contains(m.Address)));

    private bool Passes(Card card, Packet packet, bool inbound, Memory memory, Memory? reply)
    {
        memory.Cards.Add(card.Name);
        memory.Nets.Add(card.Net);
        if (reply is null)
        {
            return Allows(card, packet, inbound);
        }

        if (reply.Cards.Contains(card.Name))
        {
            return true;
        }

        var allowed = Allows(card, packet, inbound);
        _doubt |= !allowed && reply.Nets.Contains(card.Net);
        return allowed;
    }

    private bool Verdict(Card card, Group group, Packet packet, bool inbound)
    {
        foreach (var law in group.Laws.Where(l => l.Inbound == inbound).OrderBy(l => l.Priority))
        {
            if (Matches(card, law, packet))
            {
                return law.Allow;
            }
        }

        var (from, to) = (Is(card, "VirtualNetwork", packet.Source), Is(card, "VirtualNetwork", packet.Target));
        return (from && to) || (inbound ? packet.Source == Platform : Is(card, "Internet", packet.Target));
    }

    private bool Matches(Card card, Law law, Packet packet)
    {
        var ports = packet.Protocol is "tcp" or "udp"
            ? IsPort(law.SourcePorts, packet.SourcePort) && IsPort(law.DestinationPorts, packet.TargetPort)
            : law.Protocol != "*" || (law.SourcePorts == "*" && law.DestinationPorts == "*");
        return (law.Protocol == "*" || law.Protocol == packet.Protocol) && ports
            && law.Sources.Exists(s => Is(card, s, packet.Source)) && law.Destinations.Exists(d => Is(card, d, packet.Target));
    }

    private bool Is(Card card, string what, string address)
    {
        var net = NetOf(card.Net);
        var within = IsAmong(address, net.Spaces) || address == Platform || Peers(net).Exists(p => p.Own.Access && IsAmong(address, p.Other.Spaces));
        if (what.StartsWith("asg:", StringComparison.Ordinal))
        {
            return cloud.Cards.Exists(c => (c.Net == card.Net || Peers(net).Exists(p => p.Other.Name == c.Net))
                && c.Addresses.Exists(a => a.Private == address && a.Applications.Contains(what[4..])));
        }

        return what switch
        {
            "*" => true,
            "Internet" => !within,
            "AzureLoadBalancer" => address == Platform,
            "VirtualNetwork" => within || (SubOf(card).Table is { } table
                && cloud.Tables.First(t => t.Name == table).Ways.Exists(w => w.Hop is "VirtualAppliance" or "VirtualNetworkGateway" && IsIn(address, w.Prefix))),
            _ => IsIn(address, what),
        };
    }

    private List<(Net Other, Side Own)> Peers(Net net)
        => [.. from peering in cloud.Peerings
               where peering.One == net.Name || peering.Two == net.Name
               select peering.One == net.Name ? (NetOf(peering.Two), peering.OfOne) : (NetOf(peering.One), peering.OfTwo)];

    private Card? Find(Net net, string address) => cloud.Cards.FirstOrDefault(c => c.Net == net.Name && c.Addresses.Exists(a => a.Private == address));

    private Card CardOf(string name) => cloud.Cards.First(c => c.Name == name);

    private Net NetOf(string name) => cloud.Nets.First(n => n.Name == name);

    private Sub SubOf(Card card) => NetOf(card.Net).Sub(card.Sub);

    private static bool IsPort(string ports, int port) => ports == "*"
        || (ports.Split('-') is var ends && int.Parse(ends[0], null) <= port && port <= int.Parse(ends[^1], null));

    private static bool IsAmong(string address, IEnumerable<string> prefixes) => prefixes.Any(p => IsIn(address, p));

    private static bool IsIn(string address, string prefix)
        => prefix.Contains('/', StringComparison.Ordinal) ? IPNetwork.Parse(prefix).Contains(IPAddress.Parse(address)) : prefix == address;
}
