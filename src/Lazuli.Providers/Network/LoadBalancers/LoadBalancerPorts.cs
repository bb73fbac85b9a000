using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using static Lazuli.Providers.Network.LoadBalancers.LoadBalancerLinks;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>Which rule has which port at a frontend and at a pool, and which outbound rule which frontend: nobody twice.</summary>
internal static class LoadBalancerPorts
{
    public static IEnumerable<ArmError> Check(ResourceId id, LoadBalancerProperties balancer)
    {
        var taken = Taken(id, balancer).ToArray();
        for (var i = 0; i < taken.Length; i++)
        {
            foreach (var other in taken.Take(i).Where(o => o.Overlaps(taken[i])))
            {
                yield return LoadBalancerErrors.SameFrontendPort(taken[i].Rule, other.Rule, taken[i].Protocol, taken[i].First, taken[i].Frontend);
            }
        }

        foreach (var error in Backends(id, balancer).Concat(Outbound(id, balancer)))
        {
            yield return error;
        }
    }

    private static IEnumerable<Port> Taken(ResourceId id, LoadBalancerProperties balancer)
        => (from rule in balancer.LoadBalancingRules ?? []
            let own = rule.Properties
            let frontend = own?.FrontendIPConfiguration?.Id?.ToLowerInvariant()
            where own is not null && frontend is not null
            select new Port($"{id}/loadBalancingRules/{rule.Name}", frontend, own.Protocol ?? "", own.FrontendPort ?? 0, own.FrontendPort ?? 0))
            .Concat(from rule in balancer.InboundNatRules ?? []
                    let own = rule.Properties
                    let frontend = own?.FrontendIPConfiguration?.Id?.ToLowerInvariant()
                    where own is not null && frontend is not null
                    let range = own.FrontendPort is > 0 ? (First: own.FrontendPort.Value, Last: own.FrontendPort.Value) : (First: own.FrontendPortRangeStart ?? 0, Last: own.FrontendPortRangeEnd ?? 0)
                    select new Port($"{id}/inboundNatRules/{rule.Name}", frontend, own.Protocol ?? "Tcp", range.First, range.Last))
            .Concat(from pool in balancer.InboundNatPools ?? []
                    let own = pool.Properties
                    let frontend = own?.FrontendIPConfiguration?.Id?.ToLowerInvariant()
                    where own is not null && frontend is not null
                    select new Port($"{id}/inboundNatPools/{pool.Name}", frontend, own.Protocol ?? "", own.FrontendPortRangeStart ?? 0, own.FrontendPortRangeEnd ?? 0));

    private static IEnumerable<ArmError> Backends(ResourceId id, LoadBalancerProperties balancer)
    {
        var rules = (balancer.LoadBalancingRules ?? []).Where(r => r.Properties is { EnableFloatingIP: not true }).ToArray();
        for (var i = 0; i < rules.Length; i++)
        {
            var one = rules[i].Properties ?? new();
            foreach (var rule in rules.Take(i))
            {
                var other = rule.Properties ?? new();
                if (PoolOf(one) is { } pool && Same(pool, PoolOf(other)) && one.Protocol == other.Protocol && (one.BackendPort ?? one.FrontendPort) == (other.BackendPort ?? other.FrontendPort))
                {
                    yield return LoadBalancerErrors.SameBackendPort(
                        $"{id}/loadBalancingRules/{rules[i].Name}", $"{id}/loadBalancingRules/{rule.Name}", one.Protocol ?? "", one.BackendPort ?? one.FrontendPort, pool);
                }
            }
        }
    }

    private static IEnumerable<ArmError> Outbound(ResourceId id, LoadBalancerProperties balancer)
    {
        var users = (from rule in balancer.OutboundRules ?? []
                     from link in rule.Properties?.FrontendIPConfigurations ?? []
                     where link.Id is not null
                     select (Rule: $"{id}/outboundRules/{rule.Name}", Frontend: link.Id, Protocol: rule.Properties?.Protocol)).ToLookup(u => u.Frontend, StringComparer.OrdinalIgnoreCase);
        foreach (var frontend in users)
        {
            var all = frontend.ToArray();
            if (all.Length > 1 && (all.Any(a => a.Protocol == "All") || all.Select(a => a.Protocol).Distinct().Count() < all.Length))
            {
                yield return LoadBalancerErrors.TwoOutboundRules(frontend.Key, all.Select(a => a.Rule));
            }
        }

        foreach (var rule in balancer.LoadBalancingRules ?? [])
        {
            if (rule.Properties is { DisableOutboundSnat: not true, FrontendIPConfiguration.Id: { } frontend } && users.Contains(frontend))
            {
                yield return LoadBalancerErrors.SnatMustBeDisabled($"{id}/loadBalancingRules/{rule.Name}", frontend, string.Join(",", users[frontend].Select(u => u.Rule)));
            }
        }
    }

    private static string? PoolOf(LoadBalancingRules.LoadBalancingRule rule) => rule.BackendAddressPool?.Id ?? (rule.BackendAddressPools is [var only] ? only.Id : null);

    private sealed record Port(string Rule, string Frontend, string Protocol, int First, int Last)
    {
        // A rule for every port stands back behind one for a single port; two for every port collide.
        public bool Overlaps(Port other)
            => Frontend == other.Frontend && Protocol == other.Protocol && First <= other.Last && other.First <= Last;
    }
}
