using System.Globalization;
using System.Text;
using Lazuli.Engines.Net;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// The parts of a network's ruleset that IPv6 has for itself. <c>antispoof6</c> lets in a NIC's own addresses, and from link-local ones only what speaks to its gateway: a guest is alone on its
/// link, so what it advertises reaches nobody else, and the gateway hears solicitations and advertisements of neighbours alone. A guest has few link-local addresses: new ones are let in
/// slowly, since each takes a place in the kernel's one table of neighbours.
/// </summary>
internal static class Ipv6Rules
{
    public static void RenderSets(StringBuilder text, VnetState state, IReadOnlySet<string> open, LoadBalancerRenderer balancing)
    {
        var configs = (from nic in state.Nics from config in nic.IpConfigs where config.IsIpv6 select (Device: NicDevice.Of(nic), Config: config)).ToList();
        var publics = configs.Where(c => c.Config.PublicAddress is not null).ToList();
        NftRenderer.Set(text, "set nic_source6 { type ifname . ether_addr . ipv6_addr;", NftRenderer.Elements(configs.Select(c => $"\"{c.Device.Interface}\" . {c.Device.MacAddress} . {c.Config.PrivateAddress}")));
        NftRenderer.Set(text, "set public_source6 { type ifname . ipv6_addr;", NftRenderer.Elements(publics.Select(c => $"\"{c.Device.Interface}\" . {c.Config.PrivateAddress}")));
        NftRenderer.Set(text, "set closed6 { type ifname . ipv6_addr;", NftRenderer.Elements(publics.Where(c => c.Config.PublicSecureByDefault && open.Contains(c.Device.Interface))
            .Select(c => $"\"{c.Device.Interface}\" . {c.Config.PrivateAddress}").Union(balancing.Closed(open, NftFamily.All[1]))));
        NftRenderer.Set(text, "set pairs6 { type ipv6_addr . ipv6_addr;", NftRenderer.Elements(publics.Select(c => $"{c.Config.PublicAddress} . {c.Config.PrivateAddress}")));
        NftRenderer.Set(text, "map to_private6 { type ipv6_addr : ipv6_addr;", NftRenderer.Elements(publics.Select(c => $"{c.Config.PublicAddress} : {c.Config.PrivateAddress}")));
        NftRenderer.Set(text, "map to_public6 { type ipv6_addr : ipv6_addr;", NftRenderer.Elements(publics.Select(c => $"{c.Config.PrivateAddress} : {c.Config.PublicAddress}")));
        text.Append(CultureInfo.InvariantCulture, $$"""
              set link_local { type ifname . ipv6_addr; flags dynamic,timeout; timeout 5m; }
              set new_link_local { type ifname; flags dynamic,timeout; timeout 1m; }
              set busy6 { type ifname; flags dynamic,timeout; timeout 1m; }
              chain antispoof6 {
                iifname . ether saddr . ip6 saddr @nic_source6 accept
                iifname . ether saddr @mac ip6 saddr :: ip6 daddr ff02::/16 icmpv6 type { nd-router-solicit, nd-neighbor-solicit } accept
                iifname . ether saddr @mac ip6 saddr fe80::/10 ip6 saddr != {{WellKnown.Gateway6}} ip6 daddr { fe80::/10, ff02::/16 } goto link_local6
                ip6 saddr { ::/127, fe80::/10, ff00::/8 } drop
                iifname . ether saddr @forwarder accept
              }
              chain link_local6 {
                iifname . ip6 saddr @link_local update @link_local { iifname . ip6 saddr } accept
                update @new_link_local { iifname limit rate over 6/minute burst 6 packets } drop
                add @link_local { iifname . ip6 saddr } accept
              }
              chain gateway6 {
                ip6 daddr {{WellKnown.Gateway6}} meta l4proto tcp ct state established accept comment "answers to probes"
                update @busy6 { iifname limit rate over 200/second burst 200 packets } drop
                ip6 hoplimit 255 icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept
                ip6 saddr fe80::/10 udp sport 546 udp dport 547 accept
              }
              chain translated6 {
                ct status dnat ct original ip6 daddr . ct reply ip6 saddr != @pairs6 ct original ip6 daddr . ct reply ip6 saddr != @lb_pairs6 drop comment "the public address has left"
                ct status snat ct reply ip6 daddr . ct original ip6 saddr != @pairs6 ct reply ip6 daddr . ct original ip6 saddr != @lb_pairs6 drop
                ct status dnat ct direction reply ct original ip6 daddr . ct reply ip6 saddr @pairs6 oifname != "{{NftRenderer.EdgeDevice}}" drop comment "an answer to the Internet goes there"
                ct status dnat ct direction reply ct original ip6 daddr @lb_public6 oifname != "{{NftRenderer.EdgeDevice}}" drop
              }

            """);
    }
}
