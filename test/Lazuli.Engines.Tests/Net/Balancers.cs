using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Tests.Net;

/// <summary>Small load balancers for tests: one frontend named f, rules and members by hand.</summary>
internal static class Balancers
{
    public static LoadBalancerItem Internal(string vnet, string frontend, params IReadOnlyList<BalancerRule> rules) => new()
    {
        Key = $"{vnet}/lb/{frontend}",
        VnetKey = vnet,
        Standard = true,
        Frontends = [new("f", frontend, false)],
        Rules = rules,
    };

    public static LoadBalancerItem Public(string vnet, string frontend, params IReadOnlyList<BalancerRule> rules)
        => Internal(vnet, frontend, rules) with { Frontends = [new("f", frontend, true)] };

    public static BalancerRule Rule(int port, int backendPort, params IReadOnlyList<NicItem> members) => new()
    {
        Name = $"r{port}",
        Frontend = "f",
        Protocol = port == 0 ? "all" : "tcp",
        FrontendPort = port,
        BackendPort = backendPort,
        Members = [.. members.Select(m => new BalancerMember(m.IpConfigs[0].PrivateAddress))],
    };

    public static BalancerProbe Probe(int port, string protocol = "tcp") => new() { Name = "p", Protocol = protocol, Port = port, Path = "/health", IntervalSeconds = 5 };

    /// <summary>Who is well, by the probe p.</summary>
    public static HashSet<ProbedMember> Well(params IEnumerable<NicItem> members) => [.. members.Select(m => new ProbedMember("p", m.IpConfigs[0].PrivateAddress))];

    public static VnetState With(this VnetState state, params IReadOnlyList<LoadBalancerItem> balancers) => state with { Balancers = balancers };
}
