using System.Globalization;
using System.Text;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// The part of a network's rules that spreads connections. A packet's frontend, protocol and port choose a chain by one look-up; the chain chooses a member by a
/// hash and translates the destination, once per connection: what follows goes by the connection table. What depends on health are these chains and the set
/// of pairs, so that a change of health replaces those alone (<see cref="RenderHealth"/>).
/// <para>
/// Floating IP: the connection is translated like any other, the packets' destination is put back after routing, and what the guest answers from the frontend's
/// address is made to come from his own before the connection is looked up. Such connections have a zone by frontend, so that those of one client to two frontends don't meet.
/// </para>
/// </summary>
internal sealed class LoadBalancerRenderer
{
    private const string Edge = NftRenderer.EdgeDevice;
    private const int UdpSeconds = 240;

    /// <summary>The connection zone of what goes to a frontend by way of an appliance; those of floating frontends begin with 1.</summary>
    private const int Passing = 65_000;
    private static readonly string[] Protocols = ["tcp", "udp"];
    private readonly IReadOnlyList<BalancerWay> _ways;
    private readonly IReadOnlyList<BalancerWay> _floating;
    private readonly IReadOnlyList<BalancerFrontend> _frontends;
    private readonly IReadOnlyList<NftFamily> _families;

    /// <summary>As what private link services reach a frontend.</summary>
    private readonly ILookup<string, string> _links;
    private readonly IReadOnlyDictionary<string, string> _devices;
    private readonly HashSet<string> _closed;
    private readonly IReadOnlyList<(LoadBalancerItem Balancer, BalancerSnat Snat, SnatShare Share, string Device)> _shares;

    /// <param name="state">Must have passed <see cref="VnetCheck"/>.</param>
    public LoadBalancerRenderer(VnetState state)
    {
        _links = state.LinkServices.ToLookup(s => s.Frontend, s => LinkAddress.OfService(s.Key).ToString(), StringComparer.Ordinal);
        _ways = [.. from balancer in state.Balancers
                    from way in balancer.Rules.Select(r => BalancerWay.Of(balancer, r)).Concat(balancer.NatRules.Select(r => BalancerWay.Of(balancer, r)))
                    select way];
        _floating = [.. _ways.Where(w => w.Rule is { FloatingIp: true })];
        _frontends = [.. state.Balancers.SelectMany(b => b.Frontends)];
        _families = [.. NftFamily.All.Where(f => _frontends.Any(o => f.Has(o.Address)))];
        var devices = (from nic in state.Nics from config in nic.IpConfigs select (config.PrivateAddress, Device: NicDevice.InterfaceOf(nic.Key), Config: config)).ToDictionary(c => c.PrivateAddress, StringComparer.Ordinal);
        _devices = devices.ToDictionary(d => d.Key, d => d.Value.Device, StringComparer.Ordinal);
        var nats = state.Vnet.Subnets.Where(s => s.NatKey is not null).Select(s => s.Key).ToHashSet(StringComparer.Ordinal);
        _shares = [.. from balancer in state.Balancers
                      from snat in balancer.Snat
                      from share in snat.Shares
                      where devices.TryGetValue(share.Address, out var nic) && nic.Config.PublicAddress is null && (nic.Config.IsIpv6 || !nats.Contains(nic.Config.SubnetKey))
                      select (balancer, snat, share, devices[share.Address].Device)];
        var open = _frontends.Where(f => f.Public).Select(f => f.Address).ToHashSet(StringComparer.Ordinal);
        _closed = [.. from way in _ways
                      where way.Balancer.Standard && open.Contains(way.Address)
                      from member in way.Members
                      where devices.ContainsKey(member)
                      select $"\"{devices[member].Device}\" . {member}"];
    }

    /// <summary>Public addresses that lead to the network.</summary>
    public static IEnumerable<string> PublicAddresses(VnetState state) => state.Balancers.SelectMany(b => b.Frontends).Where(f => f.Public).Select(f => f.Address);

    /// <summary>Members of Standard load balancers with public frontends, as elements by device and address: closed to the outside without a security group.</summary>
    /// <param name="open">Devices without any group.</param>
    /// <param name="family">Of the members.</param>
    public IEnumerable<string> Closed(IReadOnlySet<string> open, NftFamily family)
        => from element in _closed
           where open.Contains(element[1..element.IndexOf('"', 1)]) && family.Has(element[element.LastIndexOf(' ')..])
           select element;

    /// <summary>Addresses that don't fall back to default outbound access.</summary>
    public static IReadOnlySet<string> Sources(VnetState state)
        => state.Balancers.SelectMany(b => b.Snat.SelectMany(s => s.Shares).Select(s => s.Address).Concat(b.Enclosed)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Sets, maps and chains; before the base chains that use them, after those of the security groups.</summary>
    public void RenderSets(StringBuilder text, Func<string, IReadOnlySet<ProbedMember>> health)
    {
        foreach (var family in NftFamily.All)
        {
            var (type, suffix, own) = (family.Type, family.Suffix, _frontends.Where(f => family.Has(f.Address)).ToArray());
            NftRenderer.Set(text, $"set lb_public{suffix} {{ type {type};", NftRenderer.Elements(own.Where(f => f.Public).Select(f => f.Address).Concat(own.SelectMany(f => _links[f.Address]))));
            NftRenderer.Set(text, $"set lb_internal{suffix} {{ type {type};", NftRenderer.Elements(own.Where(f => !f.Public).Select(f => f.Address)));
            NftRenderer.Set(text, $"set lb_pairs{suffix} {{ type {type} . {type};", NftRenderer.Elements(Pairs(health, family)));
            NftRenderer.Set(text, $"set lb_out{suffix} {{ type ifname . {type};",
                NftRenderer.Elements(_shares.Where(s => family.Has(s.Share.Address)).Select(s => $"\"{s.Device}\" . {s.Share.Address}").Distinct(StringComparer.Ordinal)));
        }

        if (_families.Count == 0)
        {
            return;
        }

        // Of a timeout's family the kernel takes no notice.
        foreach (var minutes in _ways.Select(w => w.IdleMinutes).Concat(_shares.Select(s => s.Snat.IdleMinutes)).Distinct().Order())
        {
            text.Append(CultureInfo.InvariantCulture, $"  ct timeout {Timeout(minutes)} {{\n    protocol tcp\n    l3proto ip\n    policy = {{ established : {minutes * 60} }}\n  }}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"  ct timeout lb_udp {{\n    protocol udp\n    l3proto ip\n    policy = {{ unreplied : {UdpSeconds}, replied : {UdpSeconds} }}\n  }}\n");
        foreach (var way in _ways)
        {
            text.Append(CultureInfo.InvariantCulture, $"  chain {way.Chain} {{\n");
            Lines(way, health).ForEach(l => text.Append("    ").Append(l).Append('\n'));
            text.Append("  }\n");
        }

        foreach (var family in _families)
        {
            RenderDoors(text, family);
            RenderShares(text, family);
        }

        RenderZones(text);
        RenderFloating(text);

        // The sender's routes lead to the frontend; when they lead to an appliance instead, that one's packet comes to it. From there on the way is the load balancer's.
        // Connections begin with a SYN: what belongs to one that is forgotten is told so, or dropped. From inside, the sender's groups see the frontend.
        text.Append("  chain lb_first {\n    type filter hook prerouting priority mangle + 10; policy accept;\n    ct state != new accept\n");
        RenderOthers(text);
        text.Append("""
                iifname vmap @nic_out
                iifname vmap @subnet_out
                meta l4proto tcp tcp flags & (fin | syn | rst | ack) != syn jump lb_forgotten
              }
              chain lb_forgotten {

            """);
        foreach (var family in _families)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {family.Ip} daddr . tcp dport @lb_reset{family.Suffix} reject with tcp reset\n    {family.Ip} daddr @lb_reset_all{family.Suffix} reject with tcp reset\n");
        }

        text.Append("    drop\n  }\n  chain lb_pre {\n    type nat hook prerouting priority dstnat - 5; policy accept;\n");
        RenderOthers(text);
        text.Append(CultureInfo.InvariantCulture, $"    iifname != \"{Edge}\" fib daddr . mark oifname != \"{NftRenderer.VoidDevice}\" accept\n");
        foreach (var family in _families)
        {
            text.Append(CultureInfo.InvariantCulture, $"    meta l4proto {{ tcp, udp }} {family.Ip} daddr . meta l4proto . th dport vmap @lb_ports{family.Suffix}\n");
            text.Append(CultureInfo.InvariantCulture, $"    meta l4proto {{ tcp, udp }} {family.Ip} daddr vmap @lb_all{family.Suffix}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $$"""
              }
              chain lb_way {
                type filter hook prerouting priority dstnat + 10; policy accept;
                ct direction original ct status dnat ct mark & {{BalancerMarks.Balanced}} == {{BalancerMarks.Balanced}} meta mark set 0
              }

            """);
    }

    /// <summary>Rules of the forward chain for members' packets to the edge.</summary>
    public void RenderForward(StringBuilder text)
    {
        foreach (var (ip, suffix, protocol) in from family in _families
                                               from protocol in Protocols
                                               where _shares.Any(s => family.Has(s.Share.Address) && (s.Snat.Protocol == protocol || s.Snat.Protocol == "all"))
                                               select (family.Ip, family.Suffix, protocol))
        {
            text.Append(CultureInfo.InvariantCulture, $"    iifname . {ip} saddr @lb_out{suffix} oifname \"{Edge}\" {ip} saddr @lb_{protocol}_out{suffix} meta l4proto {protocol} accept\n");
        }
    }

    /// <summary>The first rules of the chain that translates sources of packets to the edge.</summary>
    public void RenderSources(StringBuilder text)
    {
        foreach (var family in _families.Where(f => _shares.Any(s => f.Has(s.Share.Address))))
        {
            text.Append(CultureInfo.InvariantCulture, $"    oifname \"{Edge}\" meta l4proto {{ tcp, udp }} {family.Ip} saddr . meta l4proto vmap @lb_snat{family.Suffix}\n");
        }
    }

    /// <summary>What makes a change of health true, as one transaction, and leaves all else alone.</summary>
    public string RenderHealth(Func<string, IReadOnlySet<ProbedMember>> health)
    {
        var text = new StringBuilder();
        foreach (var family in NftFamily.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"flush set inet lazuli lb_pairs{family.Suffix}\n");
            if (string.Join(", ", Pairs(health, family)) is { Length: > 0 } pairs)
            {
                text.Append(CultureInfo.InvariantCulture, $"add element inet lazuli lb_pairs{family.Suffix} {{ {pairs} }}\n");
            }
        }

        foreach (var way in _ways.Where(w => w.Rule is not null))
        {
            text.Append(CultureInfo.InvariantCulture, $"flush chain inet lazuli {way.Chain}\n");
            Lines(way, health).ForEach(l => text.Append(CultureInfo.InvariantCulture, $"add rule inet lazuli {way.Chain} {l}\n"));
        }

        return text.ToString();
    }

    // Packets that are for no frontend.
    private void RenderOthers(StringBuilder text)
    {
        foreach (var family in NftFamily.All)
        {
            text.Append(_families.Contains(family) ? $$"""
                    iifname "{{Edge}}" {{family.Ip}} daddr != @lb_public{{family.Suffix}} accept
                    iifname != "{{Edge}}" {{family.Ip}} daddr != @lb_internal{{family.Suffix}} accept

                """ : $"    meta nfproto {family.Type[..4]} accept\n");
        }
    }

    // Which frontend's which ports lead to which chain, and which of them are told of connections that are forgotten.
    private void RenderDoors(StringBuilder text, NftFamily family)
    {
        var (type, suffix) = (family.Type, family.Suffix);
        NftRenderer.Set(text, $"map lb_ports{suffix} {{ type {type} . inet_proto . inet_service : verdict;",
            NftRenderer.Elements(Reached(w => w.Family == family && w.Protocol != "all").Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Address} . {r.Way.Protocol} . {r.Way.Port} : goto {r.Way.Chain}"))));
        NftRenderer.Set(text, $"map lb_all{suffix} {{ type {type} : verdict;", NftRenderer.Elements(Reached(w => w.Family == family && w.Protocol == "all").Select(r => $"{r.Address} : goto {r.Way.Chain}")));
        NftRenderer.Set(text, $"set lb_reset{suffix} {{ type {type} . inet_service;",
            NftRenderer.Elements(Reached(w => w.Family == family && w is { TcpReset: true, Protocol: "tcp" }).Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Address} . {r.Way.Port}"))));
        NftRenderer.Set(text, $"set lb_reset_all{suffix} {{ type {type};", NftRenderer.Elements(Reached(w => w.Family == family && w is { TcpReset: true, Protocol: "all" }).Select(r => r.Address)));
    }

    // What goes to a frontend by way of an appliance passes here twice: the first time it is another connection, whose answers come from the frontend.
    private void RenderZones(StringBuilder text)
    {
        if (_frontends.Any(f => !f.Public))
        {
            text.Append("  chain lb_zones {\n    type filter hook prerouting priority raw + 10; policy accept;\n");
            foreach (var family in _families)
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"    iifname != \"{Edge}\" {family.Ip} daddr @lb_internal{family.Suffix} fib daddr . mark oifname != \"{NftRenderer.VoidDevice}\" ct original zone set {Passing}\n");
            }

            text.Append("  }\n");
        }
    }

    private void RenderFloating(StringBuilder text)
    {
        if (_floating.Count == 0)
        {
            return;
        }

        var zones = _floating.Select(w => w.Address).Distinct(StringComparer.Ordinal).Select((a, i) => (Address: a, Zone: i + 1)).ToDictionary(z => z.Address, z => z.Zone, StringComparer.Ordinal);
        var answers = (from way in _floating
                       from member in way.Members
                       where _devices.ContainsKey(member)
                       select (Key: $"\"{_devices[member]}\" . {way.Address}", Member: Face(way, member), way.Address)).DistinctBy(a => a.Key).ToLookup(a => NftFamily.Of(a.Address));
        if (answers.Count > 0)
        {
            text.Append("  chain lb_float_answers {\n    type filter hook prerouting priority raw - 10; policy accept;\n");
            foreach (var own in answers)
            {
                text.Append(CultureInfo.InvariantCulture, $"    ct zone set iifname . {own.Key.Ip} saddr map {{ {string.Join(", ", own.Select(a => $"{a.Key} : {zones[a.Address]}"))} }}\n");
                text.Append(CultureInfo.InvariantCulture, $"    {own.Key.Ip} saddr set iifname . {own.Key.Ip} saddr map {{ {string.Join(", ", own.Select(a => $"{a.Key} : {a.Member}"))} }}\n");
            }

            text.Append("  }\n");
        }

        text.Append("  chain lb_float_zones {\n    type filter hook prerouting priority raw + 20; policy accept;\n");
        foreach (var group in _ways.Where(w => zones.ContainsKey(w.Address)).ToLookup(w => (w.Family, Public: _frontends.Any(f => f.Public && f.Address == w.Address))))
        {
            // The first that sets a zone wins: ports of rules that don't float have none of their own.
            var (from, ip) = (group.Key.Public ? "iifname" : "iifname !=", group.Key.Family.Ip);
            if (string.Join(", ", group.Where(w => w.Protocol != "all").Select(w =>
                string.Create(CultureInfo.InvariantCulture, $"{w.Address} . {w.Protocol} . {w.Port} : {(w.Rule is { FloatingIp: true } ? zones[w.Address] : 0)}"))) is { Length: > 0 } ports)
            {
                text.Append(CultureInfo.InvariantCulture, $"    {from} \"{Edge}\" meta l4proto {{ tcp, udp }} ct zone set {ip} daddr . meta l4proto . th dport map {{ {ports} }}\n");
            }

            // Ports that no rule has may be those that members go out by.
            foreach (var (match, some) in new[] { ("", group.Where(w => w is { Protocol: "all", Rule.FloatingIp: true })), ("meta l4proto != { tcp, udp } ", group) })
            {
                var addresses = string.Join(", ", some.Select(w => $"{w.Address} : {zones[w.Address]}").Distinct(StringComparer.Ordinal));
                text.Append(addresses.Length == 0 ? "" : $"    {from} \"{Edge}\" {match}ct zone set {ip} daddr map {{ {addresses} }}\n");
            }
        }

        text.Append("  }\n  chain lb_float {\n    type filter hook postrouting priority srcnat + 10; policy accept;\n");
        foreach (var ip in _floating.Select(w => w.Family.Ip).Distinct())
        {
            text.Append(CultureInfo.InvariantCulture, $"    ct mark & {BalancerMarks.Floating} == {BalancerMarks.Floating} ct direction original {ip} daddr set ct original {ip} daddr\n");
        }

        text.Append("  }\n");
    }

    private void RenderShares(StringBuilder text, NftFamily family)
    {
        var shares = _shares.Where(s => family.Has(s.Share.Address)).ToArray();
        if (shares.Length == 0)
        {
            return;
        }

        var verdicts = new List<string>();
        foreach (var (balancer, snat, share, _) in shares)
        {
            var chain = $"{BalancerMarks.NameOf(balancer, snat.Name, 'o')}_{share.Address.Replace('.', '_').Replace(':', '_')}";
            var addresses = snat.Frontends.Select(f => balancer.Frontends.First(o => o.Name == f).Address).Where(family.Has).ToArray();
            var ports = string.Create(CultureInfo.InvariantCulture, $"{share.FirstPort}-{share.FirstPort + snat.Ports - 1}");
            text.Append(CultureInfo.InvariantCulture, $"  chain {chain} {{\n    ct mark set {BalancerMarks.Of(balancer, snat.Name, 'o')}\n    meta l4proto tcp ct timeout set \"{Timeout(snat.IdleMinutes)}\"\n    meta l4proto udp ct timeout set \"lb_udp\"\n");
            text.Append(CultureInfo.InvariantCulture, $"    meta l4proto {{ tcp, udp }} snat {family.Ip} to {Choice(addresses, ports, family)}\n  }}\n");
            verdicts.AddRange((snat.Protocol == "all" ? ["tcp", "udp"] : new[] { snat.Protocol }).Select(p => $"{share.Address} . {p} : goto {chain}"));
        }

        // Of two rules that a member comes under, an outbound rule stands first in the document.
        NftRenderer.Set(text, $"map lb_snat{family.Suffix} {{ type {family.Type} . inet_proto : verdict;", NftRenderer.Elements(verdicts.DistinctBy(v => v[..v.IndexOf(" : ", StringComparison.Ordinal)])));
        foreach (var protocol in Protocols)
        {
            NftRenderer.Set(text, $"set lb_{protocol}_out{family.Suffix} {{ type {family.Type};",
                NftRenderer.Elements(shares.Where(s => s.Snat.Protocol == protocol || s.Snat.Protocol == "all").Select(s => s.Share.Address).Distinct(StringComparer.Ordinal)));
        }
    }

    /// <summary>The statement that chooses one of these members; none of them means that the connection doesn't come about.</summary>
    public static string Translate(BalancerRule rule, IReadOnlyList<string> targets) => Translate(rule, targets, rule.Protocol, rule.BackendPort);

    // What floats keeps its destination: no link leads there.
    private IEnumerable<(BalancerWay Way, string Address)> Reached(Func<BalancerWay, bool> which)
        => _ways.Where(which).SelectMany(w => (w.Rule is { FloatingIp: true } ? [] : _links[w.Address]).Prepend(w.Address).Select(a => (w, a)));

    private IEnumerable<string> Pairs(Func<string, IReadOnlySet<ProbedMember>> health, NftFamily family)
        => (from reached in Reached(w => w.Family == family)
            let way = reached.Way
            from member in way.Rule is { } rule ? LoadBalancerPlan.Kept(way.Balancer, rule, health(way.Balancer.Key)) : way.Members
            select $"{reached.Address} . {member}")
            .Concat(from share in _shares
                    where family.Has(share.Share.Address)
                    from frontend in share.Snat.Frontends
                    let address = share.Balancer.Frontends.First(f => f.Name == frontend).Address
                    where family.Has(address)
                    select $"{address} . {share.Share.Address}")
            .Distinct(StringComparer.Ordinal);

    /// <summary>A floating frontend doesn't tell the addresses of one NIC apart: the first stands for all.</summary>
    private string Face(BalancerWay way, string member)
        => way.Rule is { FloatingIp: true } && _devices.GetValueOrDefault(member) is { } device ? way.Members.First(m => _devices.GetValueOrDefault(m) == device) : member;

    private List<string> Lines(BalancerWay way, Func<string, IReadOnlySet<ProbedMember>> health)
    {
        string[] targets = [.. (way.Rule is { } rule ? LoadBalancerPlan.Targets(way.Balancer, rule, health(way.Balancer.Key)) : way.Members).Select(m => Face(way, m)).Distinct(StringComparer.Ordinal)];
        if (targets.Length == 0)
        {
            return ["drop"];
        }

        List<string> lines = [string.Create(CultureInfo.InvariantCulture, $"ct mark set {way.Mark}")];
        if (way.Protocol != "udp")
        {
            lines.Add($"meta l4proto tcp ct timeout set \"{Timeout(way.IdleMinutes)}\"");
        }

        if (way.Protocol != "tcp")
        {
            lines.Add("meta l4proto udp ct timeout set \"lb_udp\"");
        }

        lines.Add(Translate(way.Rule, targets, way.Protocol, way.BackendPort));
        return lines;
    }

    private static string Translate(BalancerRule? rule, IReadOnlyList<string> targets, string protocol, int backendPort)
    {
        var match = protocol == "all" ? "meta l4proto { tcp, udp }" : $"meta l4proto {protocol}";
        var port = protocol == "all" ? "" : backendPort.ToString(CultureInfo.InvariantCulture);
        var family = NftFamily.Of(targets.Count == 0 ? "" : targets[0]);
        var key = rule?.Affinity switch
        {
            BalancerAffinity.Source => $"{family.Ip} saddr",
            BalancerAffinity.SourceAndProtocol => $"{family.Ip} saddr . meta l4proto",
            _ => $"{family.Ip} saddr . th sport . {family.Ip} daddr . th dport",
        };
        return targets.Count == 0 ? "drop"
            : targets is [var only] ? $"{match} dnat {family.Ip} to {family.At(only, port)}"
            : string.Create(CultureInfo.InvariantCulture, $"{match} dnat {family.Ip} to jhash {key} mod {targets.Count} seed {Seed} map {{ {string.Join(", ", targets.Select((t, i) =>
                string.Create(CultureInfo.InvariantCulture, $"{i} : {t}{(port.Length == 0 ? "" : $" . {port}")}")))} }}");
    }

    // The same for all, so that one client finds the same member by whichever rule with the same members.
    private const string Seed = "0x1a2b3c4d";

    private static string Choice(string[] addresses, string ports, NftFamily family) => addresses is [var one]
        ? family.At(one, ports)
        : $"jhash {family.Ip} saddr . {family.Ip} daddr . th dport mod {addresses.Length} seed {Seed} map {{ {string.Join(", ", addresses.Select((a, i) => $"{i} : {a}"))} }}:{ports}";

    private static string Timeout(int minutes) => string.Create(CultureInfo.InvariantCulture, $"lb_tcp_{minutes}");
}
