using System.Globalization;
using System.Text;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// How NICs get out: TCP and UDP of a subnet with a NAT gateway by the gateway, whatever else there is; then by the NIC's own public address; then, where
/// default outbound access is left, by the network's shared address. IPv6 goes out by an own public address alone. Ports 1024 to 65535 of each address are given away: 64,512.
/// </summary>
internal sealed class Outbound
{
    private const string Ports = "1024-65535";
    private readonly IReadOnlyList<(NatItem Nat, string[] Sources)> _nats;
    private readonly IReadOnlyList<string> _others;
    private readonly string? _shared;

    /// <summary>The NICs' addresses as elements of sets by device and address.</summary>
    public Outbound(VnetState state)
    {
        var subnets = state.Vnet.Subnets.ToDictionary(s => s.Key, StringComparer.Ordinal);
        var configs = (from nic in state.Nics from config in nic.IpConfigs where !config.IsIpv6 select (Device: NicDevice.InterfaceOf(nic.Key), Config: config, Subnet: subnets[config.SubnetKey])).ToList();
        _nats = [.. from nat in state.Nats
                    let own = configs.Where(c => c.Subnet.NatKey == nat.Key).Select(c => Element(c.Device, c.Config)).ToArray()
                    where own.Length > 0 && nat.Addresses.Count > 0
                    select (nat, own)];
        _shared = state.Vnet.OutboundAddress;
        var balanced = LoadBalancerRenderer.Sources(state);
        _others = _shared is null ? [] : [.. from config in configs
                                             where config.Config.PublicAddress is null && !balanced.Contains(config.Config.PrivateAddress) && config.Subnet is { NatKey: null, DefaultOutbound: true }
                                             select Element(config.Device, config.Config)];
    }

    /// <summary>The public addresses that many NICs go out by.</summary>
    public static IEnumerable<string> SharedAddresses(VnetState state)
        => state.Nats.Where(n => state.Vnet.Subnets.Any(s => s.NatKey == n.Key)).SelectMany(n => n.Addresses).Concat(state.Vnet.OutboundAddress is { } address ? [address] : []);

    public void RenderSets(StringBuilder text, VnetState state)
    {
        NftRenderer.Set(text, "set shared { type ipv4_addr;", NftRenderer.Elements(SharedAddresses(state)));
        foreach (var (nat, sources) in _nats)
        {
            NftRenderer.Set(text, $"set {NameOf(nat)} {{ type ifname . ipv4_addr;", NftRenderer.Elements(sources));
            NftRenderer.Set(text, $"set {NameOf(nat)}_a {{ type ipv4_addr;", NftRenderer.Elements(sources.Select(s => s[(s.LastIndexOf(' ') + 1)..])));
            text.Append(CultureInfo.InvariantCulture, $"  ct timeout {NameOf(nat)}_t {{\n    protocol tcp\n    l3proto ip\n    policy = {{ established : {nat.IdleTimeoutMinutes * 60} }}\n  }}\n");
        }

        NftRenderer.Set(text, "set default_out { type ifname . ipv4_addr;", NftRenderer.Elements(_others));
        NftRenderer.Set(text, "set default_out_a { type ipv4_addr;", NftRenderer.Elements(_others.Select(s => s[(s.LastIndexOf(' ') + 1)..])));
    }

    /// <summary>Rules of the forward chain for packets to the edge; those that none accepts have no way out.</summary>
    public void RenderForward(StringBuilder text, string edge)
    {
        foreach (var (nat, _) in _nats)
        {
            // A connection that the gateway has forgotten is told so.
            text.Append(CultureInfo.InvariantCulture, $"    oifname \"{edge}\" iifname . ip saddr @{NameOf(nat)} tcp flags & (fin | syn | rst | ack) != syn reject with tcp reset\n");
            text.Append(CultureInfo.InvariantCulture, $"    oifname \"{edge}\" iifname . ip saddr @{NameOf(nat)} meta l4proto tcp ct timeout set \"{NameOf(nat)}_t\" accept\n");
            text.Append(CultureInfo.InvariantCulture, $"    oifname \"{edge}\" iifname . ip saddr @{NameOf(nat)} meta l4proto udp accept\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"    iifname . ip saddr @public_source oifname \"{edge}\" accept\n");
        text.Append(CultureInfo.InvariantCulture, $"    iifname . ip6 saddr @public_source6 oifname \"{edge}\" accept\n");
        text.Append(CultureInfo.InvariantCulture, $"    iifname . ip saddr @default_out oifname \"{edge}\" accept\n");
    }

    /// <summary>Rules of the chain that translates sources of packets to the edge.</summary>
    public void RenderSources(StringBuilder text, string edge)
    {
        foreach (var (nat, _) in _nats)
        {
            text.Append(CultureInfo.InvariantCulture, $"    oifname \"{edge}\" ip saddr @{NameOf(nat)}_a meta l4proto {{ tcp, udp }} snat ip to {Choice(nat.Addresses)}:{Ports}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"    oifname \"{edge}\" snat ip to ip saddr map @to_public\n");
        text.Append(CultureInfo.InvariantCulture, $"    oifname \"{edge}\" snat ip6 to ip6 saddr map @to_public6\n");
        if (_shared is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"    oifname \"{edge}\" ip saddr @default_out_a meta l4proto {{ tcp, udp }} snat ip to {_shared}:{Ports}\n");
            text.Append(CultureInfo.InvariantCulture, $"    oifname \"{edge}\" ip saddr @default_out_a snat ip to {_shared}\n");
        }
    }

    private static string Choice(IReadOnlyList<string> addresses) => addresses is [var one]
        ? one
        : $"jhash ip saddr . ip daddr . th dport mod {addresses.Count} map {{ {string.Join(", ", addresses.Select((a, i) => $"{i} : {a}"))} }}";

    private static string NameOf(NatItem nat) => MachineName.Of("nat", nat.Key);

    private static string Element(string device, IpConfigSpec config) => $"\"{device}\" . {config.PrivateAddress}";
}
