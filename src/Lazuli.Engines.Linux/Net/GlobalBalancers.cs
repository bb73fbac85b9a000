using System.Globalization;
using System.Text;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// Global load balancers: in the edge a connection to one of their frontends is led to a regional frontend that has somebody behind it. The client's address
/// stays. A table beside the edge's own, written whole.
/// </summary>
internal static class GlobalBalancers
{
    /// <param name="balancers">The global ones.</param>
    /// <param name="isAlive">Whether a regional frontend's address has somebody behind it.</param>
    public static string Render(IReadOnlyList<LoadBalancerItem> balancers, Func<string, bool> isAlive)
    {
        var text = new StringBuilder("table inet lazuli_global\ndelete table inet lazuli_global\n");
        var ways = (from balancer in balancers
                    from rule in balancer.Rules
                    let address = balancer.Frontends.First(f => f.Name == rule.Frontend).Address
                    select (Balancer: balancer, Rule: rule, Address: address, Chain: BalancerMarks.NameOf(balancer, rule.Name, 'g'))).ToArray();
        if (ways.Length == 0)
        {
            return text.ToString();
        }

        text.Append("table inet lazuli_global {\n");
        NftRenderer.Set(text, "set pairs { type ipv4_addr . ipv4_addr;", NftRenderer.Elements(ways.SelectMany(w => w.Rule.Members.Select(m => $"{w.Address} . {m.Address}")).Distinct(StringComparer.Ordinal)));
        foreach (var (balancer, rule, _, chain) in ways)
        {
            var targets = LoadBalancerPlan.Targets(balancer, rule, rule.Members.Where(m => isAlive(m.Address)).Select(m => new ProbedMember("", m.Address)).ToHashSet());
            text.Append(CultureInfo.InvariantCulture, $"  chain {chain} {{\n    {LoadBalancerRenderer.Translate(rule, targets)}\n  }}\n");
        }

        NftRenderer.Set(text, "map ports { type ipv4_addr . inet_proto . inet_service : verdict;",
            NftRenderer.Elements(ways.Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Address} . {w.Rule.Protocol} . {w.Rule.FrontendPort} : goto {w.Chain}"))));
        return text.Append("""
              chain pre {
                type nat hook prerouting priority dstnat; policy accept;
                meta l4proto { tcp, udp } ip daddr . meta l4proto . th dport vmap @ports
              }
              chain forward {
                type filter hook forward priority filter - 5; policy accept;
                ct status dnat ct original ip daddr . ct reply ip saddr != @pairs drop
              }
            }

            """).ToString();
    }
}
