using System.Net;

namespace Lazuli.Live.Tests.Matrix;

/// <summary>
/// Where Azure sends a packet, read from its documentation with no thought of speed: every list is searched from the beginning, every prefix parsed each time.
/// </summary>
internal sealed class Oracle(Cloud cloud)
{
    private const string Platform = "168.63.129.16";
    private const int MostHops = 8;
    private static readonly string[] Nowhere = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

    /// <summary>What a reply finds: NICs that have a flow record of the connection, and the networks that they are in.</summary>
    private sealed record Memory(HashSet<string> Cards, HashSet<string> Nets)
    {
        public bool Doubt { get; set; }
    }

    public Fate Ask(Attempt attempt)
    {
        var memory = new Memory([], []);
        var packet = new Packet(attempt.Source, attempt.Target, attempt.Protocol, attempt.SourcePort, attempt.TargetPort);
        var (receiver, seen, abroad) = attempt.Card is null ? FromInternet([attempt.Source], packet, memory) : Send(CardOf(attempt.Card), packet, memory, null, 0);
        if (receiver is null)
        {
            return Fate.Lost;
        }

        // The answer is the connection's: whoever has seen the request lets it pass.
        var own = abroad ? receiver.Addresses.First(a => a.Public == attempt.Target).Private : attempt.Target;
        var back = new Packet(own, seen[0], attempt.Protocol, attempt.TargetPort, attempt.SourcePort);
        var answered = abroad ? RouteOf(receiver, back.Target).Hop == "Internet"
            : Send(receiver, back, new Memory([], []), memory, 0).Receiver?.Name == attempt.Card;
        return new(receiver.Name, seen, memory.Doubt ? null : answered);
    }

    /// <summary>Whether the groups of a NIC let a new connection pass.</summary>
    public bool Allows(Card card, Packet packet, bool inbound)
    {
        var subnet = SubOf(card);
        return new[] { card.Group, subnet.Group }.All(g => g is null || Verdict(card, cloud.Groups.First(x => x.Name == g), packet, inbound));
    }

    /// <summary>The next hop of a packet that a NIC sends: its kind, and the appliance or peer.</summary>
    public (string Hop, string? To) RouteOf(Card card, string target)
    {
        var net = NetOf(card.Net);
        var ways = new List<(string Prefix, string Hop, string? To, bool User)> { (net.Space, "VnetLocal", null, false), ("0.0.0.0/0", "Internet", null, false) };
        ways.AddRange(Peers(net).Select(p => (p.Other.Space, "Peering", (string?)p.Other.Name, false)));
        ways.AddRange(Nowhere.Where(n => ways.TrueForAll(w => w.Prefix != n)).ToList().Select(n => (n, "None", (string?)null, false)));
        if (SubOf(card).Table is { } table)
        {
            ways.AddRange(cloud.Tables.First(t => t.Name == table).Ways.Select(w => (w.Prefix, w.Hop, w.Appliance, true)));
        }

        var best = ways.Where(w => IsIn(target, w.Prefix)).OrderByDescending(w => IPNetwork.Parse(w.Prefix).PrefixLength).ThenByDescending(w => w.User).First();
        return (best.Hop, best.To);
    }

    private (Card? Receiver, IReadOnlyList<string> Seen, bool Abroad) Send(Card card, Packet packet, Memory memory, Memory? reply, int hops)
    {
        if (hops > MostHops || (!card.Forwards && card.Addresses.TrueForAll(a => a.Private != packet.Source)) || !Passes(card, packet, false, memory, reply))
        {
            return (null, [], false);
        }

        var net = NetOf(card.Net);
        var (hop, to) = RouteOf(card, packet.Target);
        switch (hop)
        {
            case "VnetLocal":
                return IsIn(packet.Target, net.Space) ? Arrive(Find(net, packet.Target), card, packet, memory, reply, hops) : (null, [], false);
            case "Peering":
                return Arrive(Find(NetOf(to ?? ""), packet.Target), card, packet, memory, reply, hops);
            case "VirtualAppliance":
                var appliance = Find(net, to ?? "") ?? Peers(net).Select(p => Find(p.Other, to ?? "")).FirstOrDefault(c => c is not null);
                return appliance is { Forwards: true } ? Arrive(appliance, card, packet, memory, reply, hops) : (null, [], false);
            case "Internet" when reply is null:
                return Out(card, packet, memory);
            default:
                return (null, [], false);
        }
    }

    private (Card? Receiver, IReadOnlyList<string> Seen, bool Abroad) Arrive(Card? at, Card from, Packet packet, Memory memory, Memory? reply, int hops)
    {
        if (at is null)
        {
            return (null, [], false);
        }

        if (at.Net != from.Net)
        {
            // Who gets a packet from a peer asks whether it began there.
            var side = Peers(NetOf(at.Net)).First(p => p.Other.Name == from.Net).Own;
            var known = reply is not null && reply.Nets.Contains(at.Net);
            if (!known && !side.Forwarded && !IsIn(packet.Source, NetOf(from.Net).Space))
            {
                return (null, [], false);
            }
        }

        if (!Passes(at, packet, true, memory, reply))
        {
            return (null, [], false);
        }

        return at.Addresses.Exists(a => a.Private == packet.Target) ? (at, [packet.Source], false)
            : at.Forwards ? Send(at, packet, memory, reply, hops + 1)
            : (null, [], false);
    }

    /// <summary>Out of the data centre, in this order: the subnet's NAT gateway (TCP and UDP), the NIC's own public address, default outbound access.</summary>
    private (Card? Receiver, IReadOnlyList<string> Seen, bool Abroad) Out(Card card, Packet packet, Memory memory)
    {
        var (subnet, address) = (SubOf(card), card.Addresses.FirstOrDefault(a => a.Private == packet.Source));
        if (address is null)
        {
            return (null, [], false);
        }

        var gateway = cloud.Gateways.FirstOrDefault(g => g.Name == subnet.Gateway);
        IReadOnlyList<string> seen = gateway is { Addresses.Count: > 0 } && packet.Protocol is "tcp" or "udp" && gateway is { Addresses.Count: > 0 } ? gateway.Addresses
            : address.Public is { } own ? [own]
            : subnet is { Gateway: null, Private: false } && NetOf(card.Net).Outbound is { } shared ? [shared]
            : [];
        return seen.Count == 0 ? (null, [], false) : FromInternet(seen, packet, memory);
    }

    private (Card? Receiver, IReadOnlyList<string> Seen, bool Abroad) FromInternet(IReadOnlyList<string> seen, Packet packet, Memory memory)
    {
        foreach (var card in cloud.Cards)
        {
            foreach (var address in card.Addresses.Where(a => a.Public == packet.Target))
            {
                var inside = packet with { Target = address.Private };
                var closed = address.Standard && card.Group is null && SubOf(card).Group is null;
                var verdicts = seen.Select(s => Allows(card, inside with { Source = s }, true)).Distinct().ToList();
                memory.Doubt |= verdicts.Count > 1;
                return closed || !verdicts[0] ? (null, [], true) : (card, seen, true);
            }
        }

        return (null, [], true);
    }

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
        reply.Doubt |= !allowed && reply.Nets.Contains(card.Net);
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
        var within = IsIn(address, net.Space) || address == Platform || Peers(net).Exists(p => p.Own.Access && IsIn(address, p.Other.Space));
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

    private static bool IsIn(string address, string prefix)
        => prefix.Contains('/', StringComparison.Ordinal) ? IPNetwork.Parse(prefix).Contains(IPAddress.Parse(address)) : prefix == address;
}

internal sealed record Packet(string Source, string Target, string Protocol, int SourcePort, int TargetPort);
