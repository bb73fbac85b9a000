using System.Globalization;
using Lazuli.Engines.Linux.Host;

namespace Lazuli.Engines.Linux.Net;

/// <summary>Kernel settings of a namespace; devices made afterwards inherit the defaults.</summary>
internal static class Sysctl
{
    private static readonly (string Name, string Value)[] Router =
    [
        ("ipv4/conf/all/rp_filter", "0"),
        ("ipv4/conf/default/rp_filter", "0"),
        ("ipv4/conf/all/send_redirects", "0"),
        ("ipv4/conf/default/send_redirects", "0"),
        ("ipv4/conf/all/accept_redirects", "0"),
        ("ipv4/conf/default/accept_redirects", "0"),
        ("ipv4/conf/all/accept_source_route", "0"),
        ("ipv4/conf/all/route_localnet", "0"),
        ("ipv4/conf/all/arp_ignore", "0"),
        ("ipv4/conf/default/arp_ignore", "0"),

        // Flows over several appliances part by their five-tuple, the same both ways.
        ("ipv4/fib_multipath_hash_policy", "1"),
        ("ipv4/ip_forward", "1"),
    ];

    private static readonly (string Name, string Value)[] NoIpv6 = [("ipv6/conf/all/disable_ipv6", "1"), ("ipv6/conf/default/disable_ipv6", "1")];

    // Devices make no addresses of their own; what a guest is told comes from the guest services.
    private static readonly (string Name, string Value)[] Ipv6Router =
    [
        ("ipv6/fib_multipath_hash_policy", "1"),
        .. from place in new[] { "all", "default" }
           from setting in new[] { ("addr_gen_mode", "1"), ("accept_ra", "0"), ("accept_redirects", "0"), ("accept_source_route", "0"), ("autoconf", "0"), ("forwarding", "1"), ("disable_ipv6", "0") }
           select ($"ipv6/conf/{place}/{setting.Item1}", setting.Item2),
    ];

    /// <summary>Whether a process's network has IPv6.</summary>
    public static bool HasIpv6(int pid)
    {
        var addresses = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/net/if_inet6");
        return File.Exists(addresses) && File.ReadLines(addresses).Any();
    }

    /// <exception cref="IOException">The kernel refused.</exception>
    public static void MakeRouter(string networkNamespace, bool proxyArp, bool ipv6)
        => NetNamespace.Run(networkNamespace, () =>
        {
            foreach (var (name, value) in Router.Append(("ipv4/conf/default/proxy_arp", proxyArp ? "1" : "0")).Concat(ipv6 ? Ipv6Router : NoIpv6))
            {
                // Without IPv6 in the kernel there is nothing to turn on or off.
                if (File.Exists("/proc/sys/net/" + name))
                {
                    File.WriteAllText("/proc/sys/net/" + name, value);
                }
            }

            return true;
        });
}
