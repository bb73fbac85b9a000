using Lazuli.Engines.Linux.Host;

namespace Lazuli.Engines.Linux.Net;

/// <summary>Kernel settings of a namespace; devices made afterwards inherit the defaults.</summary>
internal static class Sysctl
{
    private static readonly (string Name, string Value)[] Router =
    [
        ("ipv6/conf/all/disable_ipv6", "1"),
        ("ipv6/conf/default/disable_ipv6", "1"),
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
        ("ipv4/ip_forward", "1"),
    ];

    /// <exception cref="IOException">The kernel refused.</exception>
    public static void MakeRouter(string networkNamespace, bool proxyArp)
        => NetNamespace.Run(networkNamespace, () =>
        {
            foreach (var (name, value) in Router.Append(("ipv4/conf/default/proxy_arp", proxyArp ? "1" : "0")))
            {
                // Without IPv6 in the kernel there is nothing to turn off.
                if (File.Exists("/proc/sys/net/" + name))
                {
                    File.WriteAllText("/proc/sys/net/" + name, value);
                }
            }

            return true;
        });
}
