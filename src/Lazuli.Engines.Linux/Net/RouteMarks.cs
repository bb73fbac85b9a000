using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// Numbers that packets are marked with and that routing tables are named by; they follow from keys and addresses alone. A route table's are above
/// 224.0.0.0, where no NIC's address is, and an IPv6 appliance's above those; an IPv4 appliance's is its address.
/// </summary>
internal static class RouteMarks
{
    private const uint Tables = 0xE000_0000;
    private const uint Appliances6 = 0xF000_0000;

    /// <summary>The mark and the routing table of a route table.</summary>
    public static uint OfTable(string key) => Tables | Digest(Encoding.UTF8.GetBytes(key));

    /// <summary>The mark and the routing table that lead to an appliance, whatever the destination is.</summary>
    public static uint OfAppliance(IPAddress address)
        => address.AddressFamily == AddressFamily.InterNetwork ? Ipv4.Number(address) : Appliances6 | Digest(address.GetAddressBytes());

    /// <summary>
    /// The link-layer destination by which a peer says to which appliance a packet goes next. It is a group address, so that no device refuses it.
    /// </summary>
    public static string MacOf(IPAddress appliance)
    {
        var mark = OfAppliance(appliance);
        return string.Create(CultureInfo.InvariantCulture, $"03:01:{mark >> 24:x2}:{(mark >> 16) & 255:x2}:{(mark >> 8) & 255:x2}:{mark & 255:x2}");
    }

    /// <summary>Whether a routing table of the kernel is one of ours.</summary>
    public static bool IsOurs(uint table) => table >= 0x0100_0000;

    /// <summary>
    /// The addresses that may be next hops, each with the NICs that a packet may go to: a NIC with IP forwarding, or an internal frontend with all its ports, whose
    /// members that answer and forward share the flows. None of them is left: packets are lost.
    /// </summary>
    public static IReadOnlyDictionary<IPAddress, IReadOnlyList<ApplianceHop>> Hops(VnetState state, Func<string, IReadOnlySet<ProbedMember>> health)
    {
        var nics = (from nic in state.Nics where nic.IpForwarding from config in nic.IpConfigs select new ApplianceHop(config.PrivateAddress, NicDevice.InterfaceOf(nic.Key))).ToDictionary(h => h.Address, StringComparer.Ordinal);
        var hops = nics.ToDictionary(n => IPAddress.Parse(n.Key), n => (IReadOnlyList<ApplianceHop>)[n.Value]);
        foreach (var (balancer, rule) in state.Balancers.SelectMany(b => b.Rules.Where(r => r.Protocol == "all").Select(r => (b, r))))
        {
            var frontend = balancer.Frontends.First(f => f.Name == rule.Frontend);
            if (!frontend.Public)
            {
                hops[IPAddress.Parse(frontend.Address)] = [.. LoadBalancerPlan.Targets(balancer, rule, health(balancer.Key)).Where(nics.ContainsKey).Select(t => nics[t]).DistinctBy(h => h.Device)];
            }
        }

        return hops;
    }

    /// <summary>The route tables that the network's subnets refer to.</summary>
    public static IEnumerable<RouteTableItem> TablesOf(VnetState state)
        => state.RouteTables.Where(t => state.Vnet.Subnets.Any(s => s.RouteTableKey == t.Key));

    private static uint Digest(byte[] bytes) => BitConverter.ToUInt32(SHA256.HashData(bytes)) & 0x0FFF_FFFF;
}

/// <summary>A NIC that packets go to on their way.</summary>
internal readonly record struct ApplianceHop(string Address, string Device);
