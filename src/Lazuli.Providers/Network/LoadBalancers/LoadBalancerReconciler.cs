using Lazuli.Engines.Node;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers.LoadBalancingRules;
using Lazuli.Providers.Network.PublicIPAddresses;
using Lazuli.Providers.Node;
using static Lazuli.Providers.Network.LoadBalancers.LoadBalancerLinks;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>Puts the load balancer on the machine, and writes down which member has which port of a range.</summary>
public sealed class LoadBalancerReconciler(IResourceView view, NodeLink link, NetworkOptions options) : NodeReconciler<LoadBalancerProperties>(view, link)
{
    private const int FirstSnatPort = 1024;

    protected override IEnumerable<NodeItem> Project(Resource<LoadBalancerProperties> resource)
    {
        var (id, balancer) = (resource.Id, resource.Properties);
        var frontends = (balancer.FrontendIPConfigurations ?? []).Select(f => new BalancerFrontend(
            Lower(f.Name),
            f.Properties?.PublicIPAddress?.Id is { } address ? View.Get<PublicIPAddressProperties>(address)?.Properties.Allocated ?? "" : f.Properties?.PrivateIPAddress ?? "",
            f.Properties?.PublicIPAddress is not null)).Where(f => f.Address.Length > 0).ToArray();
        var known = frontends.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        var rules = (balancer.LoadBalancingRules ?? []).Where(r => r.Properties is not null && known.Contains(NameOf(r.Properties.FrontendIPConfiguration))).ToArray();
        yield return new LoadBalancerItem
        {
            Key = id.Key,
            VnetKey = IsGlobal(resource) ? null : NetworkOf(View, resource)?.Key,
            Standard = IsStandard(resource),
            Frontends = frontends,
            Probes = [.. (balancer.Probes ?? []).Select(Probe)],
            Rules = [.. rules.Select(r => Rule(resource, Lower(r.Name), r.Properties ?? new()))],
            NatRules = [.. (balancer.InboundNatRules ?? []).SelectMany(r => NatRules(resource, r)).Where(r => known.Contains(r.Frontend))],
            Snat = [.. Snat(resource, rules, frontends)],
            Enclosed = [.. Enclosed(resource)],
            Regional =
            [
                .. (from pool in balancer.BackendAddressPools ?? []
                    from entry in pool.Properties?.LoadBalancerBackendAddresses ?? []
                    let regional = FrontendOf(View, entry.Properties?.LoadBalancerFrontendIPConfiguration?.Id)
                    where regional is not null
                    select regional.Value.Balancer.Id.Key).Distinct().Order(StringComparer.Ordinal),
            ],
        };
    }

    protected override Outcome Observe(Resource<LoadBalancerProperties> resource, IReadOnlyList<NodeItem> items, Outcome outcome)
    {
        options.Health.Set(resource.Id, Link.Report(resource.Id.Key)?.LoadBalancer);
        var ranges = (resource.Properties.InboundNatRules ?? []).Where(r => NatPorts.IsRange(r.Properties)).ToDictionary(
            r => Lower(r.Name), r => NatPorts.Allocate(r.Properties ?? new(), MembersOf(resource, r.Properties?.BackendAddressPool).Select(m => m.Key)), StringComparer.Ordinal);
        return ranges.Count == 0 || (resource.Properties.InboundNatRules ?? []).All(r => !ranges.TryGetValue(Lower(r.Name), out var ports) || NatPorts.AreSame(r.Properties?.Ports, ports))
            ? outcome
            : outcome with
            {
                Update = resource with
                {
                    Properties = resource.Properties with
                    {
                        InboundNatRules =
                        [
                            .. (resource.Properties.InboundNatRules ?? []).Select(r => ranges.TryGetValue(Lower(r.Name), out var ports)
                                ? r with { Properties = (r.Properties ?? new()) with { Ports = ports } } : r),
                        ],
                    },
                },
            };
    }

    protected override Task<Outcome> VanishAsync(Resource<LoadBalancerProperties> resource, CancellationToken cancellationToken)
    {
        options.Health.Set(resource.Id, null);
        return base.VanishAsync(resource, cancellationToken);
    }

    private IReadOnlyList<PoolMember> MembersOf(Resource<LoadBalancerProperties> balancer, ResourceLink? pool) => PoolMembers.Of(View, balancer, pool?.Id);

    private static BalancerProbe Probe(Embedded<Probes.Probe> probe)
    {
        var own = probe.Properties ?? new();
        return new()
        {
            Name = Lower(probe.Name),
            Protocol = Lower(own.Protocol),
            Port = own.Port ?? 0,
            Path = own.RequestPath is { Length: > 0 } path ? path.StartsWith('/') ? path : "/" + path : "/",
            IntervalSeconds = own.IntervalInSeconds ?? 15,
            DownAfter = own.ProbeThreshold ?? own.NumberOfProbes ?? 1,
            UpAfter = own.ProbeThreshold ?? 1,
            AllDownIsUp = own.NoHealthyBackendsBehavior == "AllProbedUp",
        };
    }

    private BalancerRule Rule(Resource<LoadBalancerProperties> balancer, string name, LoadBalancingRule rule) => new()
    {
        Name = name,
        Frontend = NameOf(rule.FrontendIPConfiguration),
        Protocol = Lower(rule.Protocol),
        FrontendPort = rule.FrontendPort ?? 0,
        BackendPort = rule.BackendPort ?? rule.FrontendPort ?? 0,
        Members = [.. MembersOf(balancer, rule.BackendAddressPool).Where(m => m.Address.Length > 0).DistinctBy(m => m.Address).Select(m => new BalancerMember(m.Address, m.AdminState))],
        Probe = rule.Probe is null ? null : NameOf(rule.Probe),
        Affinity = rule.LoadDistribution switch
        {
            "SourceIP" => BalancerAffinity.Source,
            "SourceIPProtocol" => BalancerAffinity.SourceAndProtocol,
            _ => BalancerAffinity.FiveTuple,
        },
        FloatingIp = rule.EnableFloatingIP == true,
        IdleMinutes = rule.IdleTimeoutInMinutes ?? 4,
        TcpReset = rule.EnableTcpReset == true,
    };

    private IEnumerable<BalancerNatRule> NatRules(Resource<LoadBalancerProperties> balancer, Embedded<InboundNatRules.InboundNatRule> rule)
    {
        var own = rule.Properties ?? new();
        var made = new BalancerNatRule
        {
            Name = Lower(rule.Name),
            Frontend = NameOf(own.FrontendIPConfiguration),
            Protocol = Lower(own.Protocol ?? "Tcp"),
            FrontendPort = own.FrontendPort ?? 0,
            BackendPort = own.BackendPort ?? own.FrontendPort ?? 0,
            Address = "",
            IdleMinutes = own.IdleTimeoutInMinutes ?? 4,
            TcpReset = own.EnableTcpReset == true,
        };
        if (!NatPorts.IsRange(own))
        {
            return UsersOf(View, rule.Id ?? "").Take(1).Select(m => made with { Address = m.Address }).Where(r => r.Address.Length > 0);
        }

        var members = MembersOf(balancer, own.BackendAddressPool);
        var ports = NatPorts.Allocate(own, members.Select(m => m.Key));
        return from member in members
               where member.Address.Length > 0 && ports.ContainsKey(member.Key)
               orderby ports[member.Key]
               select made with { FrontendPort = ports[member.Key], Address = member.Address };
    }

    private IEnumerable<BalancerSnat> Snat(Resource<LoadBalancerProperties> balancer, Embedded<LoadBalancingRule>[] rules, BalancerFrontend[] frontends)
    {
        var open = frontends.Where(f => f.Public).Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var rule in balancer.Properties.OutboundRules ?? [])
        {
            var own = rule.Properties ?? new();
            var members = Sources(balancer, own.BackendAddressPool);
            var names = (own.FrontendIPConfigurations ?? []).Select(NameOf).Where(open.Contains).ToArray();
            var each = own.AllocatedOutboundPorts is > 0 and var given ? Math.Max(given / Math.Max(names.Length, 1) / SnatPorts.Block, 1) * SnatPorts.Block : SnatPorts.ByPoolSize(members.Length);
            if (names.Length > 0 && members.Length > 0)
            {
                yield return Shared(Lower(rule.Name), names, Lower(own.Protocol), members, each) with { IdleMinutes = own.IdleTimeoutInMinutes ?? 4, TcpReset = own.EnableTcpReset == true };
            }
        }

        // Without outbound rules a rule's frontend is what its members are seen as. Pools of addresses have no such thing.
        var explicitly = (balancer.Properties.OutboundRules ?? []).Select(r => NameOf(r.Properties?.BackendAddressPool)).ToHashSet(StringComparer.Ordinal);
        foreach (var group in rules
            .Where(r => r.Properties is { DisableOutboundSnat: not true, BackendAddressPool: not null } own && open.Contains(NameOf(own.FrontendIPConfiguration)) && !explicitly.Contains(NameOf(own.BackendAddressPool)))
            .GroupBy(r => (Pool: NameOf(r.Properties?.BackendAddressPool), Protocol: Lower(r.Properties?.Protocol))))
        {
            var link = group.First().Properties?.BackendAddressPool;
            var members = IsByAddress(Find(balancer.Id, balancer.Properties.BackendAddressPools, "backendAddressPools", link?.Id)?.Properties) ? [] : Sources(balancer, link);
            if (members.Length > 0)
            {
                string[] names = [.. group.Select(r => NameOf(r.Properties?.FrontendIPConfiguration)).Distinct(StringComparer.Ordinal)];
                yield return Shared(Lower(group.First().Name), names, group.Key.Protocol, members, SnatPorts.ByPoolSize(members.Length));
            }
        }
    }

    // Standard is closed both ways for those whose NIC names the pool; a pool of addresses leaves its members' default outbound access alone.
    private IEnumerable<string> Enclosed(Resource<LoadBalancerProperties> balancer)
        => IsStandard(balancer) && !IsGlobal(balancer)
            ? (from pool in balancer.Properties.BackendAddressPools ?? []
               where !IsByAddress(pool.Properties)
               from member in PoolMembers.Of(View, balancer, pool.Id)
               where member.Address.Length > 0
               select member.Address).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            : [];

    private string[] Sources(Resource<LoadBalancerProperties> balancer, ResourceLink? pool)
        => [.. MembersOf(balancer, pool).Where(m => !m.HasPublicAddress).Select(m => m.Address).Where(a => a.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static BalancerSnat Shared(string name, string[] frontends, string protocol, string[] members, int ports) => new()
    {
        Name = name,
        Frontends = frontends,
        Protocol = protocol,
        Ports = ports,
        Shares = [.. members.Select((m, i) => new SnatShare(m, FirstSnatPort + i * ports)).Where(s => s.FirstPort + ports <= FirstSnatPort + SnatPorts.PerAddress)],
    };

    private static string NameOf(ResourceLink? link) => ResourceId.TryParse(link?.Id, out var id) ? Lower(id.Name) : "";

    private static string Lower(string? text) => (text ?? "").ToLowerInvariant();
}
