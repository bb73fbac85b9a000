using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers.BackendAddressPools;
using Lazuli.Providers.Network.LoadBalancers.FrontendIPConfigurations;
using Lazuli.Providers.Network.LoadBalancers.InboundNatRules;
using Lazuli.Providers.Network.NetworkInterfaces;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>An IP configuration of a NIC, as a load balancer knows it.</summary>
internal sealed record NicMember(Resource<NetworkInterfaceProperties> Nic, Embedded<NicIpConfiguration> Configuration)
{
    public string Id => Configuration.Id ?? "";

    public string Address => Configuration.Properties?.PrivateIPAddress ?? "";

    /// <summary>The name of its entry in the pool's addresses: group, NIC and configuration.</summary>
    public string EntryName => $"{Nic.Id.ResourceGroup}_{Nic.Name}{Configuration.Name}";
}

/// <summary>Who refers to whom between load balancers, NICs and public addresses.</summary>
internal static class LoadBalancerLinks
{
    public static readonly ResourceTypeName Pool = ResourceTypeName.Parse("Microsoft.Network/loadBalancers/backendAddressPools");
    public static readonly ResourceTypeName NatRule = ResourceTypeName.Parse("Microsoft.Network/loadBalancers/inboundNatRules");
    public static readonly ResourceTypeName Frontend = ResourceTypeName.Parse("Microsoft.Network/loadBalancers/frontendIPConfigurations");

    public static bool Same(string? one, string? other) => one is not null && one.Equals(other, StringComparison.OrdinalIgnoreCase);

    public static bool IsStandard<T>(Resource<T> balancer)
        where T : class
        => Same(balancer.Sku?.Name, "Standard");

    public static bool IsGlobal<T>(Resource<T> balancer)
        where T : class
        => Same(balancer.Sku?.Tier, "Global");

    public static bool IsPublic(LoadBalancerProperties balancer) => (balancer.FrontendIPConfigurations ?? []).Any(f => f.Properties?.PublicIPAddress is not null);

    /// <summary>The child of a list that an id names, as long as the id is this load balancer's own.</summary>
    public static Embedded<T>? Find<T>(ResourceId balancer, IReadOnlyList<Embedded<T>>? children, string collection, string? id)
        where T : class
        => (children ?? []).FirstOrDefault(c => Same($"{balancer}/{collection}/{c.Name}", id));

    /// <summary>The load balancer whose pool an id names, and the pool; null when either isn't there, or the load balancer is on its way out.</summary>
    public static (Resource<LoadBalancerProperties> Balancer, Embedded<BackendAddressPool> Pool)? PoolOf(IResourceView view, string? id)
        => Owner(view, id) is { } balancer && Find(balancer.Id, balancer.Properties.BackendAddressPools, "backendAddressPools", id) is { } pool ? (balancer, pool) : null;

    public static (Resource<LoadBalancerProperties> Balancer, Embedded<InboundNatRule> Rule)? NatRuleOf(IResourceView view, string? id)
        => Owner(view, id) is { } balancer && Find(balancer.Id, balancer.Properties.InboundNatRules, "inboundNatRules", id) is { } rule ? (balancer, rule) : null;

    public static (Resource<LoadBalancerProperties> Balancer, Embedded<FrontendIPConfiguration> Frontend)? FrontendOf(IResourceView view, string? id)
        => Owner(view, id) is { } balancer && Find(balancer.Id, balancer.Properties.FrontendIPConfigurations, "frontendIPConfigurations", id) is { } frontend ? (balancer, frontend) : null;

    /// <summary>Whether a pool holds addresses of its own, so that no NIC can be in it.</summary>
    public static bool IsByAddress(BackendAddressPool? pool)
        => (pool?.LoadBalancerBackendAddresses ?? []).Any(a => a.Properties?.IpAddress is not null || a.Properties?.LoadBalancerFrontendIPConfiguration is not null);

    /// <summary>The IP configurations that name a pool, ordered by id.</summary>
    public static IReadOnlyList<NicMember> MembersOf(IResourceView view, string poolId)
        => Members(view, poolId, c => c.LoadBalancerBackendAddressPools);

    /// <summary>The IP configurations that name an inbound NAT rule; no more than one.</summary>
    public static IReadOnlyList<NicMember> UsersOf(IResourceView view, string ruleId)
        => Members(view, ruleId, c => c.LoadBalancerInboundNatRules);

    /// <summary>The frontend that has a public address, or null.</summary>
    public static string? FrontendWith(IResourceView view, ResourceId address)
        => (from balancer in view.Referrers<LoadBalancerProperties>(address)
            from frontend in balancer.Properties.FrontendIPConfigurations ?? []
            where Same(address.Key, frontend.Properties?.PublicIPAddress?.Id)
            select frontend.Id).FirstOrDefault();

    /// <summary>Private addresses of frontends in a network or subnet.</summary>
    public static IEnumerable<PrivateAddresses.User> FrontendsIn(IResourceView view, ResourceId scope)
        => from balancer in view.Referrers<LoadBalancerProperties>(scope)
           from frontend in balancer.Properties.FrontendIPConfigurations ?? []
           let subnet = frontend.Properties?.Subnet?.Id?.ToLowerInvariant() ?? ""
           where subnet == scope.Key || subnet.StartsWith(scope.Key + "/", StringComparison.Ordinal)
           select new PrivateAddresses.User(balancer.Id, frontend.Id ?? "", subnet, frontend.Properties?.PrivateIPAddress ?? "");

    /// <summary>
    /// The one virtual network of a load balancer: of its frontends, its addresses or the NICs in its pools and behind its NAT rules; null when it has none yet.
    /// </summary>
    public static ResourceId? NetworkOf(IResourceView view, Resource<LoadBalancerProperties> balancer) => NetworksOf(view, balancer).FirstOrDefault();

    /// <summary>As <see cref="NetworkOf"/>, all of them: more than one is a fault.</summary>
    public static IEnumerable<ResourceId> NetworksOf(IResourceView view, Resource<LoadBalancerProperties> balancer)
    {
        var pools = balancer.Properties.BackendAddressPools ?? [];
        var named = (balancer.Properties.FrontendIPConfigurations ?? []).Select(f => Parent(f.Properties?.Subnet?.Id))
            .Concat(pools.Select(p => Parse(p.Properties?.VirtualNetwork?.Id)))
            .Concat(pools.SelectMany(p => p.Properties?.LoadBalancerBackendAddresses ?? []).Select(a => Parse(a.Properties?.VirtualNetwork?.Id) ?? Parent(a.Properties?.Subnet?.Id)));
        var nics = pools.SelectMany(p => MembersOf(view, p.Id ?? "")).Concat((balancer.Properties.InboundNatRules ?? []).SelectMany(r => UsersOf(view, r.Id ?? "")))
            .Select(m => NetworkInterfaceRules.NetworkOf(m.Nic.Properties));
        return named.Concat(nics).OfType<ResourceId>().DistinctBy(n => n.Key);
    }

    private static NicMember[] Members(IResourceView view, string id, Func<NicIpConfiguration, IReadOnlyList<ResourceLink>?> links)
        => !ResourceId.TryParse(id, out var target) ? [] :
        [
            .. from nic in view.Referrers<NetworkInterfaceProperties>(target)
               where nic.Properties.ProvisioningState != "Deleting"
               from configuration in nic.Properties.IpConfigurations ?? []
               where configuration.Properties is { } own && (links(own) ?? []).Any(l => Same(l.Id, id))
               orderby configuration.Id
               select new NicMember(nic, configuration),
        ];

    private static Resource<LoadBalancerProperties>? Owner(IResourceView view, string? child)
        => Parse(child)?.Root is { } root && view.Get<LoadBalancerProperties>(root) is { Properties.ProvisioningState: not "Deleting" } balancer ? balancer : null;

    private static ResourceId? Parse(string? id) => ResourceId.TryParse(id, out var parsed) ? parsed : null;

    private static ResourceId? Parent(string? id) => Parse(id)?.Parent;
}
