using System.Globalization;
using System.Text;
using Lazuli.Engines.Net;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// Private endpoints and private link services. In the endpoint's network a connection to it is judged like any other, then gets the service's <see cref="LinkAddress"/> as its
/// destination and the network's as its source; the edge leads it to the service's network and gives it one of the service's own addresses as source; there the load balancer knows
/// the service's address as one more of its frontend. Both networks may have the same addresses: no packet shows one's to the other. Only TCP gets through, as on Azure.
/// </summary>
internal sealed class PrivateLinks
{
    private const string Edge = NftRenderer.EdgeDevice;
    private const string Ports = "1024-65535";

    // A connection to an endpoint; load balancers have the marks below.
    private const string Mark = "0x04000000";
    private readonly VnetState _state;
    private readonly IReadOnlyList<(string Address, string Service)> _open;
    private readonly IReadOnlyList<(string Address, string NsgKey)> _guarded;

    public PrivateLinks(VnetState state)
    {
        _state = state;
        _open = [.. from endpoint in state.Endpoints
                    let service = endpoint.ServiceKey
                    where service is not null
                    from address in endpoint.Addresses
                    select (address, LinkAddress.OfService(service).ToString())];
        _guarded = [.. from endpoint in state.Endpoints
                       let nsg = state.Vnet.Subnets.FirstOrDefault(s => s.Key == endpoint.SubnetKey)?.NsgKey
                       where endpoint.Guarded && nsg is not null
                       from address in endpoint.Addresses
                       select (address, nsg)];
    }

    /// <summary>The security groups whose chains are jumped to from here.</summary>
    public IEnumerable<string> Groups => _guarded.Select(g => g.NsgKey);

    /// <summary>What the edge leads to the network because of its endpoints and services.</summary>
    public static IEnumerable<string> EdgeAddresses(VnetState state)
        => state.LinkServices.Select(s => LinkAddress.OfService(s.Key).ToString()).Concat(state.Endpoints.Any(e => e.ServiceKey is not null) ? [LinkAddress.OfNetwork(state.Vnet.Key).ToString()] : []);

    /// <summary>Addresses that lie beyond the edge whatever a route table says: services, and what one's own services are seen as.</summary>
    public static IEnumerable<string> Beyond(VnetState state)
        => state.Endpoints.Select(e => e.ServiceKey).OfType<string>().Select(k => LinkAddress.OfService(k).ToString()).Concat(state.LinkServices.SelectMany(s => s.Sources)).Distinct(StringComparer.Ordinal);

    /// <summary>Sets, maps and chains, where there is something to link; after those of the security groups and of <see cref="PeerWires"/>.</summary>
    public void RenderSets(StringBuilder text)
    {
        if (_state.LinkServices.Count > 0)
        {
            NftRenderer.Set(text, "set link_services { type ipv4_addr;", NftRenderer.Elements(_state.LinkServices.Select(s => LinkAddress.OfService(s.Key).ToString())));
            NftRenderer.Set(text, "set link_sources { type ipv4_addr;", NftRenderer.Elements(_state.LinkServices.SelectMany(s => s.Sources)));
        }

        if (_state.Endpoints.Count == 0)
        {
            return;
        }

        NftRenderer.Set(text, "map endpoints { type ipv4_addr : ipv4_addr;", NftRenderer.Elements(_open.Select(o => $"{o.Address} : {o.Service}")));
        NftRenderer.Set(text, "set endpoint_addresses { type ipv4_addr;", NftRenderer.Elements(_open.Select(o => o.Address)));
        NftRenderer.Set(text, "set endpoint_pairs { type ipv4_addr . ipv4_addr;", NftRenderer.Elements(_open.Select(o => $"{o.Address} . {o.Service}")));
        NftRenderer.Set(text, "map endpoint_in { type ipv4_addr : verdict;", NftRenderer.Elements(_guarded.Select(g => $"{g.Address} : jump {NsgChains.NameOf(g.NsgKey, null, inbound: true)}")));
        text.Append(CultureInfo.InvariantCulture, $$"""
              chain link_first {
                type filter hook prerouting priority mangle + 10; policy accept;
                ct state != new accept
                meta nfproto ipv6 accept
                ip daddr != @endpoint_addresses accept
                meta l4proto != tcp drop
                tcp flags & (fin | syn | rst | ack) != syn drop
                iifname vmap @nic_out
                iifname vmap @subnet_out
                ip daddr vmap @endpoint_in
              }
              chain link_pre {
                type nat hook prerouting priority dstnat - 4; policy accept;
                ip daddr @endpoint_addresses meta l4proto tcp ct mark set {{Mark}} dnat ip to ip daddr map @endpoints
              }
              chain link_forward {
                ct original ip daddr . ct reply ip saddr != @endpoint_pairs drop
                iifname vmap @strict
                accept
              }

            """);
    }

    /// <summary>The first rules of the forward chain: connections to endpoints have been judged; nobody reaches the addresses between networks in another way.</summary>
    public void RenderForward(StringBuilder text)
    {
        if (_state.Endpoints.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"    ct mark & {Mark} == {Mark} jump link_forward\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"    oifname \"{Edge}\" ip daddr {LinkAddress.Range} reject with icmp net-unreachable\n");
        if (_state.LinkServices.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"    oifname \"{Edge}\" ip daddr @link_sources ct state new drop\n");
        }
    }

    /// <summary>What comes for a service doesn't come from the Internet: members without a security group are open to it.</summary>
    public void RenderMembers(StringBuilder text)
    {
        if (_state.LinkServices.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"    iifname \"{Edge}\" ct original ip daddr @link_services oifname \"lzt*\" ct status dnat accept\n");
        }
    }

    /// <summary>The first rule of the chain that translates sources of packets to the edge.</summary>
    public void RenderSources(StringBuilder text)
    {
        if (_open.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"    oifname \"{Edge}\" ct mark & {Mark} == {Mark} meta l4proto tcp snat ip to {LinkAddress.OfNetwork(_state.Vnet.Key)}:{Ports}\n");
        }
    }

    /// <summary>The edge's own table, empty: which addresses services are seen as is added network by network.</summary>
    public static void RenderEdge(StringBuilder text)
        => text.Append("""
            table inet lazuli_links
            delete table inet lazuli_links
            table inet lazuli_links {
              map services { type ifname : verdict; }
              chain post {
                type nat hook postrouting priority srcnat; policy accept;
                oifname vmap @services
              }
            }

            """);

    /// <summary>Lines for <c>nft -f</c> in the edge that make exactly a network's services true there.</summary>
    public static string EdgeChanges(string vnetNamespace, VnetState? state)
    {
        var text = new StringBuilder($"add chain inet lazuli_links {vnetNamespace}\nflush chain inet lazuli_links {vnetNamespace}\n")
            .Append($"add element inet lazuli_links services {{ \"{vnetNamespace}\" : jump {vnetNamespace} }}\n");
        foreach (var service in state?.LinkServices ?? [])
        {
            var sources = service.Sources is [var one] ? one
                : string.Create(CultureInfo.InvariantCulture, $"jhash ip saddr . th sport mod {service.Sources.Count} map {{ {string.Join(", ", service.Sources.Select((s, i) => string.Create(CultureInfo.InvariantCulture, $"{i} : {s}")))} }}");
            text.Append(CultureInfo.InvariantCulture, $"add rule inet lazuli_links {vnetNamespace} meta l4proto tcp ip daddr {LinkAddress.OfService(service.Key)} snat ip to {sources}:{Ports}\n");
        }

        return state is { LinkServices.Count: > 0 }
            ? text.ToString()
            : text.Append(CultureInfo.InvariantCulture, $"delete element inet lazuli_links services {{ \"{vnetNamespace}\" }}\ndelete chain inet lazuli_links {vnetNamespace}\n").ToString();
    }
}
