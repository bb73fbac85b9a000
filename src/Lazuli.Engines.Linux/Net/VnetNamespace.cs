using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Linux.Net;

/// <summary>What a network's namespace lacks, or has too much, of what its state says.</summary>
internal static class VnetNamespace
{
    /// <summary>Whether a device is a NIC's.</summary>
    public static bool IsNic(string device) => device.StartsWith("lzt", StringComparison.Ordinal);

    public static IReadOnlySet<IPAddress> PublicAddresses(VnetState state)
        => (from nic in state.Nics
            from config in nic.IpConfigs
            let address = config.PublicAddress
            where address is not null
            select address).Concat(Outbound.SharedAddresses(state)).Concat(LoadBalancerRenderer.PublicAddresses(state)).Concat(PrivateLinks.EdgeAddresses(state)).Select(IPAddress.Parse).ToHashSet();

    /// <summary>Lines for <c>ip -batch</c> about what <see cref="KernelView"/> doesn't show.</summary>
    public static string Unseen(VnetState state)
    {
        var lines = new StringBuilder();
        Line(lines, $"link set lo up");
        Line(lines, $"addr replace {WellKnown.Platform}/32 dev lo");
        Line(lines, $"addr replace {WellKnown.Metadata}/32 dev lo");
        Line(lines, $"link set {NftRenderer.VoidDevice} up");
        Line(lines, $"link set {NftRenderer.EdgeDevice} arp off up");
        foreach (var nowhere in RouteModel.System(state.Vnet).Where(r => r.NextHop == NextHop.None))
        {
            Line(lines, $"route replace blackhole {nowhere.Prefix}");
        }

        return lines.ToString();
    }

    /// <summary>Lines for <c>ip -batch</c>. A NIC's routes come last, so that a NIC with all its routes is complete.</summary>
    /// <param name="name">The namespace.</param>
    /// <param name="state">As it shall be.</param>
    /// <param name="view">As it is.</param>
    /// <param name="options">Who may open devices.</param>
    /// <param name="all">With <see cref="Unseen"/>, and whatever else may be amiss though it seems to be there.</param>
    public static StringBuilder Changes(string name, VnetState state, KernelView view, NetOptions options, bool all)
    {
        var wanted = state.Nics.ToDictionary(n => NicDevice.InterfaceOf(n.Key), StringComparer.Ordinal);
        var addresses = (from nic in state.Nics
                         from config in nic.IpConfigs
                         where !config.IsIpv6
                         select new DeviceRoute(NicDevice.InterfaceOf(nic.Key), Ipv4.Number(IPAddress.Parse(config.PrivateAddress)), 32)).ToHashSet();
        var system = RouteModel.System(state.Vnet).ToList();
        var prefixes = (from route in system
                        let device = DeviceOf(route)
                        where device is not null && route.Prefix.BaseAddress.AddressFamily == AddressFamily.InterNetwork
                        select new DeviceRoute(device, Ipv4.First(route.Prefix), route.Prefix.PrefixLength))
            .Concat(state.LinkServices.SelectMany(s => s.Sources).Select(a => new DeviceRoute(NftRenderer.EdgeDevice, Ipv4.Number(IPAddress.Parse(a)), 32))).ToHashSet();
        var ipv6 = new Ipv6Changes(state, view);
        var floating = FloatingFrontends.Neighbours(state);
        var nicAddresses = addresses.ToLookup(a => a.Device, StringComparer.Ordinal);
        var lines = new StringBuilder();

        foreach (var device in view.Devices.Keys.Where(d => IsNic(d) && !wanted.ContainsKey(d)))
        {
            Line(lines, $"link del {device}");
        }

        foreach (var route in view.Routes.Where(r => wanted.ContainsKey(r.Device) && !addresses.Contains(r)))
        {
            Line(lines, $"route del {Ipv4.Address(route.Address)}/32 dev {route.Device}");
        }

        foreach (var neighbour in view.Neighbours.Keys.Where(n => wanted.ContainsKey(n.Device) && !addresses.Contains(new DeviceRoute(n.Device, n.Address, 32)) && !floating.ContainsKey(n)))
        {
            Line(lines, $"neigh del {Ipv4.Address(neighbour.Address)} dev {neighbour.Device}");
        }

        foreach (var route in view.Routes.Where(r => (r.Device == NftRenderer.VoidDevice || PeerWires.IsWire(r.Device) || r is { Device: NftRenderer.EdgeDevice, PrefixLength: 32 }) && !prefixes.Contains(r)))
        {
            Line(lines, $"route del {Ipv4.Address(route.Address)}/{route.PrefixLength} dev {route.Device}");
        }

        ipv6.AppendRemovals(lines, wanted.Keys);
        AppendFixed(lines, name, state, view, all);
        foreach (var wire in view.Devices.Keys.Where(d => PeerWires.IsWire(d) && (all || !view.Routes.Any(r => r.Device == d))))
        {
            Line(lines, $"link set {wire} arp off up");
        }

        foreach (var prefix in prefixes.Where(p => (all || !view.Routes.Contains(p)) && (view.Devices.ContainsKey(p.Device) || p.Device is NftRenderer.VoidDevice or NftRenderer.EdgeDevice)))
        {
            Line(lines, $"route replace {Ipv4.Address(prefix.Address)}/{prefix.PrefixLength} dev {prefix.Device}");
        }

        ipv6.AppendWays(lines, all);
        foreach (var (device, nic) in wanted)
        {
            var mac = NicDevice.Of(nic).MacAddress;
            var own = nicAddresses[device].ToList();
            if (own.All(a => view.Routes.Contains(a) && view.Neighbours.GetValueOrDefault(new DeviceNeighbour(device, a.Address)) == mac) && ipv6.IsComplete(device))
            {
                continue;
            }

            if (!view.Devices.ContainsKey(device))
            {
                Line(lines, $"tuntap add dev {device} mode tap{(options.TapOwner is { } owner ? $" user {owner}" : "")}");
            }

            Line(lines, $"link set {device} address {WellKnown.NeighbourMac} mtu {NicDevice.Mtu} up");

            // The guest's questions for addresses are answered at once, not after a random wait.
            Line(lines, $"ntable change name arp_cache dev {device} proxy_delay 0");
            own.ForEach(a => Line(lines, $"neigh replace {Ipv4.Address(a.Address)} lladdr {mac} dev {device} nud permanent"));
            ipv6.AppendNeighbours(lines, device, mac);
            own.ForEach(a => Line(lines, $"route replace {Ipv4.Address(a.Address)}/32 dev {device}"));
            ipv6.AppendRoutes(lines, device);
        }

        foreach (var (neighbour, mac) in floating.Where(f => view.Neighbours.GetValueOrDefault(f.Key) != f.Value))
        {
            Line(lines, $"neigh replace {Ipv4.Address(neighbour.Address)} lladdr {mac} dev {neighbour.Device} nud permanent");
        }

        foreach (var (device, frontend, mac) in FloatingFrontends.Of(state).Where(f => Ipv6.Is(f.Frontend)))
        {
            Line(lines, $"neigh replace {frontend} lladdr {mac} dev {device} nud permanent");
        }

        return lines;
    }

    /// <summary>The device that one of the system's routes leads to, or null.</summary>
    public static string? DeviceOf(EffectiveRoute route)
        => route.NextHop is NextHop.VnetLocal ? NftRenderer.VoidDevice : route.Peer is { } peer ? PeerWires.DeviceOf(peer.VnetKey) : null;

    private static void AppendFixed(StringBuilder lines, string name, VnetState state, KernelView view, bool all)
    {
        var (noVoid, noEdge) = (!view.Devices.ContainsKey(NftRenderer.VoidDevice), !view.Devices.ContainsKey(NftRenderer.EdgeDevice));
        if (noVoid)
        {
            Line(lines, $"tuntap add dev {NftRenderer.VoidDevice} mode tap");
        }

        if (noEdge)
        {
            Line(lines, $"link add {NftRenderer.EdgeDevice} address {EdgeNamespace.WireMac} type veth peer name {EdgeNamespace.WireOf(name)} address {EdgeNamespace.WireMac} netns {EdgeNamespace.Name}");
        }

        if (all || noVoid || noEdge || !view.Routes.Contains(new(NftRenderer.EdgeDevice, 0, 0)))
        {
            lines.Append(Unseen(state));
            Line(lines, $"route replace default dev {NftRenderer.EdgeDevice}");
        }
    }

    private static void Line(StringBuilder lines, FormattableString line) => lines.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
