using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// The IPv6 part of <see cref="VnetNamespace"/>: each NIC's device has the gateway's link-local address, a route to each address of its guest and a permanent neighbour, which
/// nothing that a guest says changes. Nothing is on one link with a guest but its gateway.
/// </summary>
internal sealed class Ipv6Changes
{
    private readonly KernelView _view;
    private readonly bool _dual;
    private readonly ILookup<string, DeviceRoute6> _addresses;
    private readonly HashSet<DeviceRoute6> _own;
    private readonly HashSet<DeviceRoute6> _prefixes;

    public Ipv6Changes(VnetState state, KernelView view)
    {
        _view = view;
        _dual = state.Vnet.IsDualStack;
        _own = [.. from nic in state.Nics
                   from config in nic.IpConfigs
                   where config.IsIpv6
                   select new DeviceRoute6(NicDevice.InterfaceOf(nic.Key), new(IPAddress.Parse(config.PrivateAddress), 128))];
        _addresses = _own.ToLookup(a => a.Device);
        _prefixes = [.. from route in RouteModel.System(state.Vnet)
                        let device = VnetNamespace.DeviceOf(route)
                        where device is not null && route.Prefix.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6
                        select new DeviceRoute6(device, route.Prefix)];
        if (_dual)
        {
            _prefixes.Add(new(NftRenderer.EdgeDevice, IPNetwork.Parse("::/0")));
        }
    }

    /// <summary>What is too much; devices that go take theirs with them.</summary>
    public void AppendRemovals(StringBuilder lines, IEnumerable<string> kept)
    {
        var nics = kept.ToHashSet(StringComparer.Ordinal);
        foreach (var route in _view.Routes6.Where(r => nics.Contains(r.Device) ? !_own.Contains(r) : IsWay(r.Device) && !_prefixes.Contains(r)))
        {
            Line(lines, $"route del {route.Prefix} dev {route.Device}");
        }
    }

    /// <summary>The ways that lead to no NIC; with <paramref name="all"/> also those that seem to be there.</summary>
    public void AppendWays(StringBuilder lines, bool all)
    {
        foreach (var prefix in _prefixes.Where(p => (all || !_view.Routes6.Contains(p)) && (p.Device is NftRenderer.VoidDevice or NftRenderer.EdgeDevice || _view.Devices.ContainsKey(p.Device))))
        {
            Line(lines, $"route replace {prefix.Prefix} dev {prefix.Device}");
        }
    }

    /// <summary>Whether a NIC's device has all its routes, which come last.</summary>
    public bool IsComplete(string device) => _addresses[device].All(_view.Routes6.Contains);

    public void AppendNeighbours(StringBuilder lines, string device, string mac)
    {
        if (_dual)
        {
            Line(lines, $"addr replace {WellKnown.Gateway6}/64 dev {device} nodad");
        }

        foreach (var address in _addresses[device])
        {
            Line(lines, $"neigh replace {address.Prefix.BaseAddress} lladdr {mac} dev {device} nud permanent");
        }
    }

    public void AppendRoutes(StringBuilder lines, string device)
    {
        foreach (var address in _addresses[device])
        {
            Line(lines, $"route replace {address.Prefix.BaseAddress} dev {device}");
        }
    }

    private static bool IsWay(string device) => device == NftRenderer.VoidDevice || PeerWires.IsWire(device);

    private static void Line(StringBuilder lines, FormattableString line) => lines.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
