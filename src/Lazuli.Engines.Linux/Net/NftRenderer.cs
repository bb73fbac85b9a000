using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Lazuli.Engines.Net;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// Writes whole rulesets. A ruleset replaces its predecessor in one transaction and leaves the connection table alone, so
/// established connections live on. All lookups by NIC are sets and maps: cost does not grow with the number of NICs.
/// </summary>
public static class NftRenderer
{
    /// <summary>The device of a network's namespace that leads to the edge.</summary>
    public const string EdgeDevice = "edge";

    /// <summary>The device that swallows packets to addresses of the network that nobody has.</summary>
    public const string VoidDevice = "void";

    // What NICs without any group go through whose flows are watched.
    private const string Alone = "alone";

    /// <summary>
    /// The rules of one network's namespace. <c>antispoof</c> lets in a NIC's own MAC and addresses only; <c>input</c> lets guests
    /// reach the platform's services and nothing else; <c>forward</c> asks the security groups of both ends, then whether there is a way: to a NIC, to a peer, out (<see cref="Outbound"/>).
    /// </summary>
    /// <param name="state">Must have passed <see cref="VnetCheck"/>.</param>
    /// <param name="health">Which members of a load balancer answer; without it nobody does.</param>
    public static string Render(VnetState state, Func<string, IReadOnlySet<ProbedMember>>? health = null)
    {
        var configs = (from nic in state.Nics from config in nic.IpConfigs where !config.IsIpv6 select (Device: NicDevice.Of(nic), Nic: nic, Config: config)).ToList();
        var publics = configs.Where(c => c.Config.PublicAddress is not null).ToList();
        var model = new SecurityModel(state);
        var groups = state.Nics.Select(n => new Groups(NicDevice.InterfaceOf(n.Key), n.NsgKey, model.SubnetOf(n)?.NsgKey, model.VariantOf(n))).ToList();
        var open = groups.Where(g => g.Nic is null && g.Subnet is null).Select(g => g.Device).ToHashSet(StringComparer.Ordinal);
        var outbound = new Outbound(state);
        var balancing = new LoadBalancerRenderer(state);
        var links = new PrivateLinks(state);
        var own = configs.Select(c => $"\"{c.Device.Interface}\" . {c.Device.MacAddress} . {c.Config.PrivateAddress}").ToList();

        var text = new StringBuilder();
        Begin(text, "inet");
        Set(text, "set nic_source { type ifname . ether_addr . ipv4_addr;", Elements(own));
        Set(text, "set forwarder { type ifname . ether_addr;",
            Elements(state.Nics.Where(n => n.IpForwarding).Select(NicDevice.Of).Select(d => $"\"{d.Interface}\" . {d.MacAddress}")));
        Set(text, "set mac { type ifname . ether_addr;", Elements(state.Nics.Select(NicDevice.Of).Select(d => $"\"{d.Interface}\" . {d.MacAddress}")));
        Set(text, "set public_source { type ifname . ipv4_addr;", Elements(publics.Select(c => $"\"{c.Device.Interface}\" . {c.Config.PrivateAddress}")));
        Set(text, "set closed { type ifname . ipv4_addr;", Elements(publics
            .Where(c => c.Config.PublicSecureByDefault && open.Contains(c.Device.Interface))
            .Select(c => $"\"{c.Device.Interface}\" . {c.Config.PrivateAddress}").Union(balancing.Closed(open, NftFamily.All[0]))));
        Set(text, "set pairs { type ipv4_addr . ipv4_addr;", Elements(publics.Select(c => $"{c.Config.PublicAddress} . {c.Config.PrivateAddress}")));
        Set(text, "map to_private { type ipv4_addr : ipv4_addr;", Elements(publics.Select(c => $"{c.Config.PublicAddress} : {c.Config.PrivateAddress}")));
        Set(text, "map to_public { type ipv4_addr : ipv4_addr;", Elements(publics.Select(c => $"{c.Config.PrivateAddress} : {c.Config.PublicAddress}")));

        var tables = state.Vnet.Subnets.ToDictionary(s => s.Key, s => s.RouteTableKey, StringComparer.Ordinal);
        Set(text, "map routes { type ifname : mark;", Elements(from nic in state.Nics
                                                               let table = tables[nic.IpConfigs[0].SubnetKey]
                                                               where table is not null
                                                               select string.Create(CultureInfo.InvariantCulture, $"\"{NicDevice.InterfaceOf(nic.Key)}\" : {RouteMarks.OfTable(table)}")));
        PeerWires.RenderSets(text, state);
        Ipv6Rules.RenderSets(text, state, open, balancing);
        outbound.RenderSets(text, state);

        var watched = FlowLogs.Of(state);
        var used = groups.SelectMany(g => new[] { (Key: g.Nic, g.Variant), (Key: g.Subnet, g.Variant) }).Concat(links.Groups.Select(g => (Key: (string?)g, Variant: (string?)null))).Distinct().ToLookup(u => u.Key, u => u.Variant, StringComparer.Ordinal);
        foreach (var (nsg, variant) in state.Nsgs.SelectMany(n => used[n.Key].Select(v => (n, v))))
        {
            NsgChains.Render(text, model, nsg, variant, watched.Groups.Contains(nsg.Key), state.Vnet.IsDualStack);
        }

        var alone = state.Nics.Where(n => watched.Nics.Contains(n.Key)).Select(n => NicDevice.InterfaceOf(n.Key)).ToHashSet(StringComparer.Ordinal);
        if (watched.Groups.Count + alone.Count > 0)
        {
            LinuxFlowWatching.RenderCounting(text);
            text.Append(CultureInfo.InvariantCulture, $"  chain {Alone}_in {{\n    {LinuxFlowWatching.Log(null, "", inbound: true, allow: true)}\n  }}\n");
            text.Append(CultureInfo.InvariantCulture, $"  chain {Alone}_out {{\n    {LinuxFlowWatching.Log(null, "", inbound: false, allow: true)}\n  }}\n");
        }

        Set(text, "map nic_out { type ifname : verdict;", Elements(groups.Select(g => Jump(g, g.Nic, inbound: false)).Concat(alone.Select(d => $"\"{d}\" : jump {Alone}_out"))));
        Set(text, "map subnet_out { type ifname : verdict;", Elements(groups.Select(g => Jump(g, g.Subnet, inbound: false))));
        Set(text, "map subnet_in { type ifname : verdict;", Elements(groups.Select(g => Jump(g, g.Subnet, inbound: true))));
        Set(text, "map nic_in { type ifname : verdict;", Elements(groups.Select(g => Jump(g, g.Nic, inbound: true)).Concat(alone.Select(d => $"\"{d}\" : jump {Alone}_in"))));
        balancing.RenderSets(text, health ?? (_ => FrozenSet<ProbedMember>.Empty));
        links.RenderSets(text);
        text.Append(CultureInfo.InvariantCulture, $$"""
              chain antispoof {
                type filter hook prerouting priority raw; policy drop;
                iifname { "lo", "{{EdgeDevice}}" } meta nfproto { ipv4, ipv6 } accept
                iifname @wires goto from_wires
                iifname . ether saddr . ip saddr @nic_source accept
                iifname . ether saddr @mac ip saddr 0.0.0.0 ip daddr 255.255.255.255 udp sport 68 udp dport 67 accept
                ip saddr { 0.0.0.0/8, 127.0.0.0/8, {{WellKnown.Platform}}, 169.254.0.0/16, 224.0.0.0/3 } drop
                iifname . ether saddr @forwarder meta nfproto ipv4 accept
                meta nfproto ipv6 jump antispoof6
              }
              chain routes {
                type filter hook prerouting priority raw + 5; policy accept;
                meta mark set iifname map @routes
              }
              chain to_private {
                type nat hook prerouting priority dstnat; policy accept;
                iifname "{{EdgeDevice}}" dnat ip to ip daddr map @to_private
                iifname "{{EdgeDevice}}" dnat ip6 to ip6 daddr map @to_private6
              }
              chain input {
                type filter hook input priority filter; policy drop;
                iifname "lo" accept
                iifname . ether saddr @mac ip saddr 0.0.0.0 udp dport 67 accept
                iifname . ether saddr . ip saddr @nic_source jump platform
                meta nfproto ipv6 iifname . ether saddr @mac jump gateway6
              }
              set busy { type ifname . ipv4_addr; flags dynamic,timeout; timeout 1m; }
              chain platform {
                meta l4proto udp update @busy { iifname . ip saddr limit rate over 1200/second burst 1200 packets } drop
                tcp flags & (fin | syn | rst | ack) == syn update @busy { iifname . ip saddr limit rate over 1200/second burst 1200 packets } drop
                ct state established,related accept
                ip daddr {{WellKnown.Platform}} tcp dport { 53, 80, 32526 } accept
                ip daddr {{WellKnown.Platform}} udp dport { 53, 67 } accept
                ip daddr {{WellKnown.Metadata}} tcp dport 80 accept
              }
              chain output {
                type filter hook output priority filter; policy accept;
                icmpv6 type { nd-redirect, mld2-listener-report } drop
                oifname "{{EdgeDevice}}" ct state established,related accept
                oifname "{{EdgeDevice}}" drop
                oifname "lzt*" ip saddr {{WellKnown.Platform}} meta l4proto tcp ct state new jump probes
                oifname "lzt*" ip6 saddr {{WellKnown.Gateway6}} meta l4proto tcp ct state new jump probes
              }
              chain probes {
                oifname vmap @subnet_in
                oifname vmap @nic_in
              }
              chain translated {
                meta nfproto ipv6 goto translated6
                ct status dnat ct original ip daddr . ct reply ip saddr != @pairs ct original ip daddr . ct reply ip saddr != @lb_pairs drop comment "the public address has left"
                ct status snat ct reply ip daddr != @shared ct reply ip daddr . ct original ip saddr != @pairs ct reply ip daddr . ct original ip saddr != @lb_pairs drop
                ct status dnat ct direction reply ct original ip daddr . ct reply ip saddr @pairs oifname != "{{EdgeDevice}}" drop comment "an answer to the Internet goes there"
                ct status dnat ct direction reply ct original ip daddr @lb_public oifname != "{{EdgeDevice}}" drop
              }
              chain forward {
                type filter hook forward priority filter; policy drop;
                oifname "{{VoidDevice}}" drop

            """);
        links.RenderForward(text);
        text.Append(CultureInfo.InvariantCulture, $$"""
                iifname @wires oifname != "lzt*" drop
                ct status snat,dnat jump translated
                ct state established,related accept
                iifname "{{EdgeDevice}}" ct state invalid drop
                oifname "{{EdgeDevice}}" ct state invalid drop
                iifname vmap @strict
                ct mark 0 iifname vmap @nic_out
                ct mark 0 iifname vmap @subnet_out
                oifname vmap @subnet_in
                oifname vmap @nic_in

            """);
        links.RenderMembers(text);
        text.Append(CultureInfo.InvariantCulture, $$"""
                iifname "{{EdgeDevice}}" oifname . ip daddr @closed drop
                iifname "{{EdgeDevice}}" oifname . ip6 daddr @closed6 drop
                iifname "{{EdgeDevice}}" oifname "lzt*" ct status dnat accept
                iifname "{{EdgeDevice}}" drop
                oifname "lzt*" accept
                oifname @wires accept

            """);
        balancing.RenderForward(text);
        outbound.RenderForward(text, EdgeDevice);
        text.Append("""
                reject with icmpx no-route
              }
              chain to_public {
                type nat hook postrouting priority srcnat; policy accept;

            """);
        links.RenderSources(text);
        balancing.RenderSources(text);
        outbound.RenderSources(text, EdgeDevice);
        text.Append("  }\n}\n");

        // A guest may ask who has an address, as itself (or as a frontend that floats to it); nothing else that it says by ARP is heard.
        Begin(text, "arp");
        Set(text, "set nic_source { type ifname . ether_addr . ipv4_addr;", Elements(own.Concat(FloatingFrontends.Neighbours(state).Select(f => $"\"{f.Key.Device}\" . {f.Value} . {Ipv4.Address(f.Key.Address)}"))));
        text.Append("""
              chain input {
                type filter hook input priority filter; policy drop;
                iifname . arp saddr ether . arp saddr ip @nic_source arp operation request accept
              }
            }

            """);
        return text.ToString();
    }

    /// <summary>
    /// The rules of the edge: from anywhere to networks; back out only what belongs to a connection from there. The edge itself answers nobody.
    /// </summary>
    public static string RenderEdge()
    {
        var text = new StringBuilder();
        Begin(text, "inet");
        text.Append("""
              chain input {
                type filter hook input priority filter; policy drop;
              }
              chain forward {
                type filter hook forward priority filter; policy drop;
                ct state established,related accept
                ct state invalid drop
                ip daddr 240.0.0.0/4 ip saddr != 240.0.0.0/4 drop comment "between networks"
                oifname "lzv*" accept
                reject with icmpx no-route
              }
            }

            """);
        PrivateLinks.RenderEdge(text);
        return text.ToString();
    }

    /// <summary>The rules of a place outside (the node's own namespace, the host's): what comes from the data centre must belong to a connection to it.</summary>
    /// <param name="device">The device that leads to the edge.</param>
    public static string RenderOutside(string device)
    {
        var text = new StringBuilder();
        Begin(text, "inet");
        text.Append(CultureInfo.InvariantCulture, $$"""
              chain input {
                type filter hook input priority filter - 10; policy accept;
                iifname "{{device}}" ct state established,related accept
                iifname "{{device}}" drop
              }
              chain forward {
                type filter hook forward priority filter - 10; policy accept;
                iifname "{{device}}" drop
                oifname "{{device}}" drop
              }
            }

            """);
        return text.ToString();
    }

    private static void Begin(StringBuilder text, string family)
        => text.Append(CultureInfo.InvariantCulture, $"table {family} lazuli\ndelete table {family} lazuli\ntable {family} lazuli {{\n");

    internal static void Set(StringBuilder text, string declaration, string elements)
        => text.Append(CultureInfo.InvariantCulture, $"  {declaration}{elements} }}\n");

    internal static string Elements(IEnumerable<string?> elements)
    {
        var list = string.Join(", ", elements.OfType<string>());
        return list.Length == 0 ? "" : $" elements = {{ {list} }};";
    }

    private static string? Jump(Groups groups, string? nsgKey, bool inbound)
        => nsgKey is null ? null : $"\"{groups.Device}\" : jump {NsgChains.NameOf(nsgKey, groups.Variant, inbound)}";

    private sealed record Groups(string Device, string? Nic, string? Subnet, string? Variant);
}
