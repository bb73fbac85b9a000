using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// Wires between the namespaces of networks that are peers, like those to the edge: two ends with one MAC and no ARP. Each side's rules decide what
/// comes in; a side that doesn't know the other drops everything. A wire is made by whoever comes second, and goes with either side.
/// </summary>
internal static class PeerWires
{
    private const string Prefix = "lzw";

    /// <summary>The device that leads to a peer.</summary>
    public static string DeviceOf(string peerKey) => MachineName.Of(Prefix, peerKey);

    public static bool IsWire(string device) => device.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Lines for <c>ip -batch</c> in the network's namespace that make the wires which can be made and cut those that shall not be.</summary>
    public static StringBuilder Changes(VnetState state, KernelView view)
    {
        var lines = new StringBuilder();
        var wanted = state.Vnet.Peers.Select(p => DeviceOf(p.VnetKey)).ToHashSet(StringComparer.Ordinal);
        foreach (var device in view.Devices.Keys.Where(d => IsWire(d) && !wanted.Contains(d)))
        {
            lines.Append(CultureInfo.InvariantCulture, $"link del {device}\n");
        }

        var own = DeviceOf(state.Vnet.Key);
        foreach (var peer in state.Vnet.Peers)
        {
            var (device, there) = (DeviceOf(peer.VnetKey), NicDevice.NamespaceOf(peer.VnetKey));
            if (!view.Devices.ContainsKey(device) && File.Exists(NetNamespace.PathOf(there)))
            {
                lines.Append(CultureInfo.InvariantCulture, $"link add {device} address {EdgeNamespace.WireMac} type veth peer name {own} address {EdgeNamespace.WireMac} netns {there}\n");
            }
        }

        return lines;
    }

    /// <summary>Sets, maps and chains about peers: which wires there are, what packets from them meet first, what may come from each, and what a packet's link-layer destination says.</summary>
    public static void RenderSets(StringBuilder text, VnetState state)
    {
        var peers = state.Vnet.Peers;
        NftRenderer.Set(text, "set wires { type ifname;", NftRenderer.Elements(peers.Select(p => $"\"{DeviceOf(p.VnetKey)}\"")));
        NftRenderer.Set(text, "map hops { type ether_addr : mark;", NftRenderer.Elements(peers.Count == 0 ? [] : RouteMarks.Hops(state, _ => FrozenSet<ProbedMember>.Empty).Keys
            .Select(a => string.Create(CultureInfo.InvariantCulture, $"{RouteMarks.MacOf(a)} : {RouteMarks.OfAppliance(a)}"))));
        // Who is named as a next hop gets what is for himself, at whichever of his addresses.
        var direct = (from nic in peers.Count > 0 ? state.Nics : []
                      from hop in nic.IpConfigs
                      from own in nic.IpConfigs
                      where hop.IsIpv6 == own.IsIpv6
                      select (Hop: hop.PrivateAddress, Own: own.PrivateAddress))
            .Concat(from frontend in state.Balancers.SelectMany(b => b.Frontends)
                    where peers.Count > 0 && !frontend.Public
                    select (Hop: frontend.Address, Own: frontend.Address)).ToLookup(d => Ipv6.Is(d.Own), d => $"{RouteMarks.MacOf(IPAddress.Parse(d.Hop))} . {d.Own}");
        NftRenderer.Set(text, "set direct { type ether_addr . ipv4_addr;", NftRenderer.Elements(direct[false]));
        NftRenderer.Set(text, "set direct6 { type ether_addr . ipv6_addr;", NftRenderer.Elements(direct[true]));
        text.Append("""
              chain from_wires {
                ether daddr . ip daddr @direct meta pkttype set host accept
                ether daddr . ip6 daddr @direct6 meta pkttype set host accept
                ether daddr @hops meta pkttype set host meta mark set ether daddr map @hops accept
                meta pkttype != host drop
                meta nfproto { ipv4, ipv6 } accept
              }

            """);
        foreach (var peer in peers.Where(p => !p.Forwarded))
        {
            text.Append(CultureInfo.InvariantCulture, $"  chain from_{DeviceOf(peer.VnetKey)} {{\n");
            foreach (var match in NsgChains.Addresses("saddr", AddressRanges.Of(peer.AddressPrefixes)))
            {
                text.Append(CultureInfo.InvariantCulture, $"    {match}return\n");
            }

            text.Append("    drop\n  }\n");
        }

        NftRenderer.Set(text, "map strict { type ifname : verdict;", NftRenderer.Elements(peers.Where(p => !p.Forwarded).Select(p => DeviceOf(p.VnetKey)).Select(d => $"\"{d}\" : jump from_{d}")));
    }
}
