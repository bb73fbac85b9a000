using Lazuli.Engines.Node;

namespace Lazuli.Engines.Net;

/// <summary>Where new connections of a rule go.</summary>
public static class LoadBalancerPlan
{
    /// <summary>
    /// The addresses that get new connections, ordered: all without a probe; else those that answer or are kept up, without those that are kept down; when
    /// none is left and the probe says so, all that aren't kept down.
    /// </summary>
    public static IReadOnlyList<string> Targets(LoadBalancerItem balancer, BalancerRule rule, IReadOnlySet<ProbedMember> up)
    {
        var probe = balancer.Probes.FirstOrDefault(p => p.Name == rule.Probe);
        var isProbed = probe is not null || balancer.VnetKey is null;
        var open = rule.Members.Where(m => !isProbed || m.AdminState != "Down").ToArray();
        var well = open.Where(m => !isProbed || m.AdminState == "Up" || up.Contains(new(rule.Probe ?? "", m.Address))).ToArray();
        return [.. (well.Length == 0 && probe is { AllDownIsUp: true } ? open : well).Select(m => m.Address).Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// Whom established connections may go on with: every member, except that a Basic load balancer whose members are all down ends them.
    /// </summary>
    public static IEnumerable<string> Kept(LoadBalancerItem balancer, BalancerRule rule, IReadOnlySet<ProbedMember> up)
        => !balancer.Standard && rule.Probe is not null && Targets(balancer, rule, up).Count == 0 ? [] : rule.Members.Select(m => m.Address);

    /// <summary>Whether a regional frontend has anybody behind it: what a global load balancer goes by.</summary>
    public static bool IsAlive(LoadBalancerItem balancer, string address, IReadOnlySet<ProbedMember> up)
        => balancer.Frontends.Any(f => f.Address == address && balancer.Rules.Any(r => r.Frontend == f.Name && Targets(balancer, r, up).Count > 0));
}
