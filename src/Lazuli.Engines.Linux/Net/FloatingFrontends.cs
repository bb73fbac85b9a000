using System.Net;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;

namespace Lazuli.Engines.Linux.Net;

/// <summary>Frontends whose packets reach guests with the frontend's own address.</summary>
internal static class FloatingFrontends
{
    /// <summary>Behind which devices frontends with floating IP are, and the guests' link-layer addresses: the kernel looks neighbours up by the packet's own destination.</summary>
    public static IEnumerable<(string Device, string Frontend, string Mac)> Of(VnetState state)
        => (from balancer in state.Balancers
            from rule in balancer.Rules
            where rule.FloatingIp
            let frontend = balancer.Frontends.First(f => f.Name == rule.Frontend).Address
            from nic in state.Nics
            where nic.IpConfigs.Any(c => rule.Members.Any(m => m.Address == c.PrivateAddress))
            select (Device: NicDevice.InterfaceOf(nic.Key), frontend, NicDevice.Of(nic).MacAddress)).DistinctBy(n => (n.Device, n.frontend));

    /// <summary>Those of IPv4.</summary>
    public static IReadOnlyDictionary<DeviceNeighbour, string> Neighbours(VnetState state)
        => Of(state).Where(f => !Ipv6.Is(f.Frontend)).ToDictionary(f => new DeviceNeighbour(f.Device, Ipv4.Number(IPAddress.Parse(f.Frontend))), f => f.Mac);
}
