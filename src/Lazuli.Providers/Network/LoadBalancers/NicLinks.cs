using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers.LoadBalancingRules;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.PublicIPAddresses;
using static Lazuli.Providers.Network.LoadBalancers.LoadBalancerLinks;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>The pools and inbound NAT rules that a NIC's IP configurations name. A link whose other end has gone is forgotten.</summary>
internal static class NicLinks
{
    /// <summary>References of one IP configuration. They may dangle for a moment after their load balancer went, so what is new is checked by <see cref="Admit"/>.</summary>
    public static IEnumerable<ResourceReference> References(NicIpConfiguration? configuration, string path)
        => (configuration?.LoadBalancerBackendAddressPools ?? []).Select(l => new ResourceReference(l.Id ?? "", $"{path}.loadBalancerBackendAddressPools.id")
        {
            Type = Pool,
            LinkedAction = "Microsoft.Network/loadBalancers/backendAddressPools/join/action",
            Optional = true,
        }).Concat((configuration?.LoadBalancerInboundNatRules ?? []).Select(l => new ResourceReference(l.Id ?? "", $"{path}.loadBalancerInboundNatRules.id")
        {
            Type = NatRule,
            LinkedAction = "Microsoft.Network/loadBalancers/inboundNatRules/join/action",
            Optional = true,
        }));

    public static IEnumerable<ArmError> Admit(Resource<NetworkInterfaceProperties> desired, Resource<NetworkInterfaceProperties>? current, IResourceView view)
    {
        var known = (current?.Properties.IpConfigurations ?? []).SelectMany(c => (c.Properties?.LoadBalancerBackendAddressPools ?? []).Concat(c.Properties?.LoadBalancerInboundNatRules ?? []))
            .Select(l => l.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var errors = new List<ArmError>();
        foreach (var configuration in desired.Properties.IpConfigurations ?? [])
        {
            var own = configuration.Properties ?? new();
            var balancers = new Dictionary<string, Resource<LoadBalancerProperties>>(StringComparer.Ordinal);
            foreach (var link in own.LoadBalancerBackendAddressPools ?? [])
            {
                if (PoolOf(view, link.Id) is var (balancer, pool))
                {
                    balancers[balancer.Id.Key] = balancer;
                    errors.AddRange(LoadBalancerVersions.Admit(desired.Id, configuration, balancer, link.Id ?? "", view));
                    if (IsByAddress(pool.Properties))
                    {
                        errors.Add(LoadBalancerErrors.Invalid($"The backend address pool {link.Id} holds addresses, so no IP configuration can be in it.", configuration.Id ?? ""));
                    }
                }
                else if (!known.Contains(link.Id))
                {
                    errors.Add(ArmErrors.InvalidReference(link.Id ?? "", desired.Id));
                }
            }

            foreach (var link in own.LoadBalancerInboundNatRules ?? [])
            {
                if (NatRuleOf(view, link.Id) is var (balancer, rule))
                {
                    balancers[balancer.Id.Key] = balancer;
                    errors.AddRange(LoadBalancerVersions.Admit(desired.Id, configuration, balancer, link.Id ?? "", view));
                    if (NatPorts.IsRange(rule.Properties) || UsersOf(view, rule.Id ?? "").Any(u => !Same(u.Id, configuration.Id)))
                    {
                        errors.Add(LoadBalancerErrors.Invalid($"The inbound NAT rule {link.Id} is in use already, or belongs to a backend address pool.", configuration.Id ?? ""));
                    }
                }
                else if (!known.Contains(link.Id))
                {
                    errors.Add(ArmErrors.InvalidReference(link.Id ?? "", desired.Id));
                }
            }

            CheckBalancers(desired, configuration, balancers.Values, view, errors);
            errors.AddRange(SamePorts(configuration, own, view));
        }

        return errors;
    }

    /// <summary>The NIC without links whose other end has gone; null when all are there.</summary>
    public static Resource<NetworkInterfaceProperties>? Pruned(Resource<NetworkInterfaceProperties> nic, IResourceView view)
    {
        bool PoolGone(ResourceLink l) => PoolOf(view, l.Id) is not var (_, pool) || IsByAddress(pool.Properties);
        bool RuleGone(ResourceLink l) => NatRuleOf(view, l.Id) is not var (_, rule) || NatPorts.IsRange(rule.Properties);
        return !(nic.Properties.IpConfigurations ?? []).Any(c => (c.Properties?.LoadBalancerBackendAddressPools ?? []).Any(PoolGone) || (c.Properties?.LoadBalancerInboundNatRules ?? []).Any(RuleGone))
            ? null
            : nic with
            {
                Properties = nic.Properties with
                {
                    IpConfigurations = [.. (nic.Properties.IpConfigurations ?? []).Select(c => c with
                    {
                        Properties = (c.Properties ?? new()) with
                        {
                            LoadBalancerBackendAddressPools = Without(c.Properties?.LoadBalancerBackendAddressPools, PoolGone),
                            LoadBalancerInboundNatRules = Without(c.Properties?.LoadBalancerInboundNatRules, RuleGone),
                        },
                    })],
                },
            };
    }

    private static IReadOnlyList<ResourceLink>? Without(IReadOnlyList<ResourceLink>? links, Func<ResourceLink, bool> gone)
        => links?.Where(l => !gone(l)).ToArray() is { Length: > 0 } left ? left : null;

    private static void CheckBalancers(
        Resource<NetworkInterfaceProperties> nic, Embedded<NicIpConfiguration> configuration, IReadOnlyCollection<Resource<LoadBalancerProperties>> balancers, IResourceView view, List<ArmError> errors)
    {
        var address = view.Get<PublicIPAddressProperties>(configuration.Properties?.PublicIPAddress?.Id);
        if (address is not null && FrontendWith(view, address.Id) is { } frontend)
        {
            errors.Add(NetworkErrors.PublicAddressInUse(configuration.Id ?? "", address.Id.ToString(), frontend));
        }

        if (address is not null && IsGlobal(address))
        {
            errors.Add(LoadBalancerErrors.Invalid($"The public IP address {address.Id} is of the Global tier: only load balancers of that tier can have it.", configuration.Id ?? ""));
        }

        foreach (var balancer in balancers)
        {
            if (balancer.Location != nic.Location || !Same(balancer.Id.SubscriptionId, nic.Id.SubscriptionId))
            {
                errors.Add(ArmErrors.InvalidReference(balancer.Id.ToString(), nic.Id));
            }
            else if (IsGlobal(balancer))
            {
                errors.Add(LoadBalancerErrors.Invalid($"Load balancer {balancer.Id} is of the Global tier: only frontends of regional load balancers can be in its pools.", configuration.Id ?? ""));
            }
            else if (NetworkInterfaceRules.NetworkOf(nic.Properties) is { } own && NetworksOf(view, WithoutNics(balancer)).Concat(Others(balancer, nic, view)).Any(n => !n.Equals(own)))
            {
                errors.Add(LoadBalancerErrors.OtherNetwork(nic.Id.ToString(), balancer.Id.ToString()));
            }

            if (address is not null && !Same(address.Sku?.Name, balancer.Sku?.Name))
            {
                errors.Add(LoadBalancerErrors.SkusOfNicDiffer(balancer.Id.ToString(), address.Id.ToString()));
            }

            if (balancers.FirstOrDefault(b => string.CompareOrdinal(b.Id.Key, balancer.Id.Key) < 0 && IsPublic(b.Properties) == IsPublic(balancer.Properties)) is { } other)
            {
                errors.Add(IsPublic(balancer.Properties)
                    ? LoadBalancerErrors.AnotherPublic(configuration.Id ?? "", other.Id.ToString())
                    : LoadBalancerErrors.AnotherInternal(configuration.Id ?? "", other.Id.ToString()));
            }
        }
    }

    // The networks that frontends and addresses fix, members left aside.
    private static Resource<LoadBalancerProperties> WithoutNics(Resource<LoadBalancerProperties> balancer) => balancer with
    {
        Properties = balancer.Properties with
        {
            InboundNatRules = [],
            BackendAddressPools = [.. (balancer.Properties.BackendAddressPools ?? []).Select(p => p with { Id = null })],
        },
    };

    private static IEnumerable<Kernel.Ids.ResourceId> Others(Resource<LoadBalancerProperties> balancer, Resource<NetworkInterfaceProperties> nic, IResourceView view)
        => (balancer.Properties.BackendAddressPools ?? []).SelectMany(p => MembersOf(view, p.Id ?? ""))
            .Concat((balancer.Properties.InboundNatRules ?? []).SelectMany(r => UsersOf(view, r.Id ?? "")))
            .Where(m => !m.Nic.Id.Equals(nic.Id)).Select(m => NetworkInterfaceRules.NetworkOf(m.Nic.Properties)).OfType<Kernel.Ids.ResourceId>();

    // A port of the guest belongs to one rule, unless floating IP keeps them apart.
    private static IEnumerable<ArmError> SamePorts(Embedded<NicIpConfiguration> configuration, NicIpConfiguration own, IResourceView view)
    {
        var taken = new Dictionary<(string? Protocol, int? Port), string>();
        var rules = (own.LoadBalancerInboundNatRules ?? []).Select(l => NatRuleOf(view, l.Id)?.Rule)
            .Select(r => (r?.Id, r?.Properties?.Protocol, Port: r?.Properties?.BackendPort))
            .Concat(from link in own.LoadBalancerBackendAddressPools ?? []
                    let found = PoolOf(view, link.Id)
                    where found is not null
                    from rule in found.Value.Balancer.Properties.LoadBalancingRules ?? []
                    let given = rule.Properties ?? new LoadBalancingRule()
                    where given.EnableFloatingIP != true && Same(given.BackendAddressPool?.Id, link.Id)
                    select (rule.Id, given.Protocol, Port: given.BackendPort));
        foreach (var (id, protocol, port) in rules.Where(r => r.Id is not null).DistinctBy(r => r.Id))
        {
            if (!taken.TryAdd((protocol, port), id ?? ""))
            {
                yield return LoadBalancerErrors.SameBackendOfNic(id ?? "", taken[(protocol, port)], protocol ?? "", port, configuration.Id ?? "");
            }
        }
    }
}
