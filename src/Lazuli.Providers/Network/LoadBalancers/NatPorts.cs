using Lazuli.Providers.Network.LoadBalancers.InboundNatRules;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>The ports of an inbound NAT rule's range: one for each member of its pool, the same as long as the member is in it.</summary>
internal static class NatPorts
{
    public static bool IsRange(InboundNatRule? rule) => rule is { BackendAddressPool: not null, FrontendPort: null or 0 };

    /// <summary>Who has which port now: those that had one keep it, newcomers get the lowest free ones. Who finds none left has none.</summary>
    /// <param name="rule">A rule with a range.</param>
    /// <param name="members">The members' keys: addresses of a pool by address, else lower-cased ids of IP configurations.</param>
    public static IReadOnlyDictionary<string, int> Allocate(InboundNatRule rule, IEnumerable<string> members)
    {
        var all = members.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var ports = all.Where(m => rule.Ports?.ContainsKey(m) == true).ToDictionary(m => m, m => rule.Ports?[m] ?? 0, StringComparer.Ordinal);
        var taken = ports.Values.ToHashSet();
        var (next, last) = (rule.FrontendPortRangeStart ?? 1, rule.FrontendPortRangeEnd ?? 0);
        foreach (var member in all.Where(m => !ports.ContainsKey(m)))
        {
            while (next <= last && taken.Contains(next))
            {
                next++;
            }

            if (next > last)
            {
                break;
            }

            ports[member] = next++;
        }

        return ports;
    }

    public static bool AreSame(IReadOnlyDictionary<string, int>? one, IReadOnlyDictionary<string, int> other)
        => one is not null && one.Count == other.Count && one.All(p => other.TryGetValue(p.Key, out var port) && port == p.Value);
}
