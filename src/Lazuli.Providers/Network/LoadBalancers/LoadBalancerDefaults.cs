using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers.InboundNatRules;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>What Azure fills in where a client says nothing.</summary>
internal static class LoadBalancerDefaults
{
    private const int IdleMinutes = 4;
    private const int ProbeSeconds = 15;
    private const int Failures = 2;

    /// <summary>Fills the record, which is the caller's own copy.</summary>
    public static void Fill(Resource<LoadBalancerProperties> desired, Resource<LoadBalancerProperties>? current, LoadBalancerChildren children)
    {
        var balancer = desired.Properties;
        balancer.ResourceGuid ??= Guid.NewGuid().ToString();
        balancer.FrontendIPConfigurations ??= [];
        balancer.BackendAddressPools ??= [];
        balancer.LoadBalancingRules ??= [];
        balancer.Probes ??= [];
        balancer.InboundNatRules ??= [];
        balancer.InboundNatPools ??= [];
        balancer.OutboundRules ??= [];
        foreach (var frontend in balancer.FrontendIPConfigurations)
        {
            var own = frontend.Properties ??= new();
            own.PrivateIPAllocationMethod ??= "Dynamic";
            own.PrivateIPAddressVersion ??= own.Subnet is null ? null : "IPv4";
            frontend.Zones ??= children.Frontends.Find(current?.Properties ?? new(), frontend.Name ?? "")?.Zones;
        }

        foreach (var pool in balancer.BackendAddressPools)
        {
            Fill(pool.Properties ??= new());
        }

        foreach (var probe in balancer.Probes)
        {
            var own = probe.Properties ??= new();
            own.IntervalInSeconds ??= ProbeSeconds;
            own.NumberOfProbes ??= Failures;
            own.NoHealthyBackendsBehavior ??= "AllProbedDown";
        }

        foreach (var rule in balancer.LoadBalancingRules)
        {
            var own = rule.Properties ??= new();

            // One thing under two names: a client that read both may change either.
            var before = children.Rules.Find(current?.Properties ?? new(), rule.Name ?? "")?.Properties?.BackendAddressPool?.Id;
            own.BackendAddressPool = own.BackendAddressPools is [var only] && (own.BackendAddressPool is null || !LoadBalancerLinks.Same(only.Id, before)) ? only : own.BackendAddressPool;
            own.BackendAddressPools = own.BackendAddressPool is null ? null : [own.BackendAddressPool];
            own.BackendPort ??= own.FrontendPort;
            own.IdleTimeoutInMinutes ??= IdleMinutes;
            own.LoadDistribution ??= "Default";
            own.EnableFloatingIP ??= false;
            own.EnableTcpReset ??= false;
            own.DisableOutboundSnat ??= false;
        }

        foreach (var rule in balancer.InboundNatRules)
        {
            var own = rule.Properties ??= new();
            own.Protocol ??= "Tcp";
            own.IdleTimeoutInMinutes ??= IdleMinutes;
            own.EnableFloatingIP ??= false;
            own.EnableTcpReset ??= false;
            own.BackendPort ??= own.FrontendPort;
            own.Ports = Kept(own, children.NatRules.Find(current?.Properties ?? new(), rule.Name ?? "")?.Properties);
        }

        foreach (var pool in balancer.InboundNatPools)
        {
            pool.Id = $"{desired.Id}/inboundNatPools/{pool.Name}";
            pool.Type = $"{desired.Type}/inboundNatPools";
            var own = pool.Properties ??= new();
            own.IdleTimeoutInMinutes ??= IdleMinutes;
            own.EnableFloatingIP ??= false;
            own.EnableTcpReset ??= false;
        }

        foreach (var rule in balancer.OutboundRules)
        {
            var own = rule.Properties ??= new();
            own.AllocatedOutboundPorts ??= 0;
            own.IdleTimeoutInMinutes ??= IdleMinutes;
            own.EnableTcpReset ??= false;
        }

        children.Frontends.Adopt(desired, (_, _) => { }, current);
        children.Pools.Adopt(desired, (_, _) => { }, current);
        children.Rules.Adopt(desired, (_, _) => { }, current);
        children.Probes.Adopt(desired, (_, _) => { }, current);
        children.NatRules.Adopt(desired, (_, _) => { }, current);
        children.Outbound.Adopt(desired, (_, _) => { }, current);
    }

    // What a client sends back about members that are NICs says nothing but, perhaps, their administrative state.
    private static void Fill(BackendAddressPools.BackendAddressPool pool)
    {
        pool.LoadBalancerBackendAddresses =
        [
            .. from entry in pool.LoadBalancerBackendAddresses ?? []
               let own = entry.Properties ?? new()
               let address = Cidr.TryAnyAddress(own.IpAddress, out var ip) ? ip.ToString() : own.IpAddress
               where own.IpAddress is not null || own.LoadBalancerFrontendIPConfiguration is not null || own.AdminState is "Up" or "Down"
               select entry with { Properties = own with { IpAddress = address, InboundNatRulesPortMapping = null, NetworkInterfaceIPConfiguration = null } },
        ];
    }

    private static IReadOnlyDictionary<string, int>? Kept(InboundNatRule rule, InboundNatRule? before)
        => before?.Ports is { } ports && LoadBalancerLinks.Same(rule.BackendAddressPool?.Id, before.BackendAddressPool?.Id)
            ? ports.Where(p => p.Value >= rule.FrontendPortRangeStart && p.Value <= rule.FrontendPortRangeEnd).ToDictionary()
            : null;
}
