using System.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Net;

/// <summary>As <see cref="VnetCheck"/>, of load balancers: what the API has checked before keeps a damaged document from opening anything.</summary>
public static class LoadBalancerCheck
{
    /// <param name="balancers">Of one network, or the global ones.</param>
    /// <param name="publics">Public addresses that others have; those of frontends are added.</param>
    /// <param name="privates">As <paramref name="publics"/>, of the network.</param>
    /// <exception cref="NetException">Names the first item at fault.</exception>
    public static void Check(IReadOnlyList<LoadBalancerItem> balancers, NetOptions options, HashSet<string> publics, HashSet<string> privates)
    {
        foreach (var balancer in balancers)
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var frontend in balancer.Frontends)
            {
                Require(IsAddress(frontend.Address, out var address) && (!frontend.Public || (options.PublicPool.Contains(address) && !options.Reserved.Contains(address)) || (options.PublicPool6.Contains(address) && !options.Reserved6.Contains(address))),
                    balancer, "InvalidIPAddress", $"The frontend '{frontend.Name}' has the address '{frontend.Address}'.");
                Require(names.Add(frontend.Name), balancer, "DuplicateResourceName", $"Two frontends are named '{frontend.Name}'.");
                Require((frontend.Public ? publics : privates).Add(frontend.Address), balancer, frontend.Public ? "PublicIPAddressInUse" : "PrivateIPAddressInUse",
                    $"The address {frontend.Address} is used twice.");
            }

            foreach (var rule in balancer.Rules)
            {
                Require(names.Contains(rule.Frontend) && rule.Protocol is "tcp" or "udp" or "all" && IsPort(rule.FrontendPort) && IsPort(rule.BackendPort)
                    && rule.Protocol == "all" == (rule.FrontendPort == 0), balancer, "InvalidRequestFormat", $"The rule '{rule.Name}' is damaged.");
                Require(rule.Members.All(m => IsAddress(m.Address, out _)), balancer, "InvalidIPAddress", $"A member of the rule '{rule.Name}' has no address.");
                Require(rule.Members.All(m => Ipv6.Is(m.Address) == Ipv6.Is(balancer.Frontends.First(f => f.Name == rule.Frontend).Address)), balancer, "UnsupportedIPVersion",
                    $"The rule '{rule.Name}' has a frontend and a member that aren't of one family.");
                Require(rule.Probe is null || balancer.Probes.Any(p => p.Name == rule.Probe), balancer, "InvalidResourceReference", $"The probe of the rule '{rule.Name}' is missing.");
            }

            foreach (var rule in balancer.NatRules)
            {
                Require(names.Contains(rule.Frontend) && rule.Protocol is "tcp" or "udp" && rule.FrontendPort > 0 && rule.BackendPort > 0 && IsPort(rule.FrontendPort)
                    && IsPort(rule.BackendPort) && IsAddress(rule.Address, out _)
                    && Ipv6.Is(rule.Address) == Ipv6.Is(balancer.Frontends.First(f => f.Name == rule.Frontend).Address), balancer, "InvalidRequestFormat", $"The inbound NAT rule '{rule.Name}' is damaged.");
            }

            foreach (var snat in balancer.Snat)
            {
                Require(snat.Frontends.Count > 0 && snat.Frontends.All(f => balancer.Frontends.Any(o => o.Name == f && o.Public)) && snat.Protocol is "tcp" or "udp" or "all" && snat.Ports > 0
                    && snat.Shares.All(s => IsAddress(s.Address, out _) && snat.Frontends.All(f => Ipv6.Is(balancer.Frontends.First(o => o.Name == f).Address) == Ipv6.Is(s.Address)) && s.FirstPort > 0 && IsPort(s.FirstPort + snat.Ports - 1)),
                    balancer, "InvalidRequestFormat", $"The outbound rule '{snat.Name}' is damaged.");
            }
        }
    }

    private static bool IsPort(int port) => port is >= 0 and <= ushort.MaxValue;

    private static bool IsAddress(string text, out IPAddress address)
        => IPAddress.TryParse(text, out address!) && address.ToString() == text;

    private static void Require(bool condition, NodeItem item, string code, string message)
    {
        if (!condition)
        {
            throw new NetException(item.Key, new ItemError(code, message));
        }
    }
}
