using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers.FrontendIPConfigurations;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.PublicIPAddresses;
using static Lazuli.Providers.Network.LoadBalancers.LoadBalancerLinks;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>Families of addresses: a load balancer translates within one, so frontends and members of a rule are of the same.</summary>
internal static class LoadBalancerVersions
{
    public static bool IsIpv6(IResourceView view, FrontendIPConfiguration? frontend) => frontend?.PublicIPAddress?.Id is { } address
        ? view.Get<PublicIPAddressProperties>(address)?.Properties.PublicIPAddressVersion == "IPv6"
        : frontend?.PrivateIPAddressVersion == "IPv6";

    public static IEnumerable<ArmError> Check(Resource<LoadBalancerProperties> desired, IResourceView view)
    {
        var frontends = desired.Properties.FrontendIPConfigurations ?? [];
        if (frontends.Count > 0 && frontends.All(f => IsIpv6(view, f.Properties)))
        {
            yield return LoadBalancerErrors.NoIpv4Frontend(desired.Id.ToString());
        }

        foreach (var pool in desired.Properties.BackendAddressPools ?? [])
        {
            var members = PoolMembers.Of(view, desired, pool.Id).Where(m => m.Address.Length > 0).ToArray();
            if (members.FirstOrDefault(m => Cidr.IsIpv6(m.Address) != Cidr.IsIpv6(members[0].Address)) is { } other)
            {
                yield return LoadBalancerErrors.MixedPool(pool.Id ?? "", members[0].Address, other.Address);
            }
        }

        foreach (var (rule, pool, links) in Rules(desired.Properties))
        {
            var versions = links.Select(l => Find(desired.Id, frontends, "frontendIPConfigurations", l?.Id)).Where(f => f is not null).Select(f => IsIpv6(view, f?.Properties)).Distinct().ToArray();
            var members = pool is not null ? PoolMembers.Of(view, desired, pool).Select(m => m.Address) : UsersOf(view, rule).Select(m => m.Address);
            if (versions.Length > 1)
            {
                yield return LoadBalancerErrors.MixedFrontends(rule);
            }
            else if (versions is [var version] && members.FirstOrDefault(m => m.Length > 0 && Cidr.IsIpv6(m) != version) is { } member)
            {
                yield return LoadBalancerErrors.VersionsDiffer(rule, version, member, rule);
            }
        }
    }

    /// <summary>Whether an IP configuration may be in a pool, or behind an inbound NAT rule (<paramref name="link"/>).</summary>
    public static IEnumerable<ArmError> Admit(ResourceId nic, Embedded<NicIpConfiguration> configuration, Resource<LoadBalancerProperties> balancer, string link, IResourceView view)
    {
        var own = configuration.Properties ?? new();
        if (MembersOf(view, link).FirstOrDefault(m => !m.Nic.Id.Equals(nic) && m.Configuration.Properties?.IsIpv6 != own.IsIpv6) is { } other)
        {
            yield return LoadBalancerErrors.MixedPool(link, other.Address, own.PrivateIPAddress ?? "") with { Target = configuration.Id };
        }

        foreach (var (rule, _, links) in Rules(balancer.Properties).Where(r => Same(r.Pool, link) || Same(r.Rule, link)))
        {
            foreach (var frontend in links.Select(l => Find(balancer.Id, balancer.Properties.FrontendIPConfigurations, "frontendIPConfigurations", l?.Id)).Where(f => f is not null))
            {
                if (IsIpv6(view, frontend?.Properties) is var version && version != own.IsIpv6)
                {
                    yield return LoadBalancerErrors.VersionsDiffer(rule, version, own.PrivateIPAddress ?? "", configuration.Id ?? "");
                }
            }
        }
    }

    private static IEnumerable<(string Rule, string? Pool, IEnumerable<ResourceLink?> Frontends)> Rules(LoadBalancerProperties balancer)
        => (balancer.LoadBalancingRules ?? []).Where(r => r.Properties?.BackendAddressPool is not null)
            .Select(r => (r.Id ?? "", r.Properties?.BackendAddressPool?.Id, (IEnumerable<ResourceLink?>)[r.Properties?.FrontendIPConfiguration]))
            .Concat((balancer.InboundNatRules ?? []).Select(r => (r.Id ?? "", r.Properties?.BackendAddressPool?.Id, (IEnumerable<ResourceLink?>)[r.Properties?.FrontendIPConfiguration])))
            .Concat((balancer.OutboundRules ?? []).Select(r => (r.Id ?? "", r.Properties?.BackendAddressPool?.Id, r.Properties?.FrontendIPConfigurations ?? (IEnumerable<ResourceLink?>)[])));
}
