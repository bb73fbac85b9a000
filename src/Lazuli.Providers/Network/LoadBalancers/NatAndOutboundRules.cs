using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Types;
using static Lazuli.Providers.Network.LoadBalancers.LoadBalancerLinks;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>What makes inbound NAT rules, inbound NAT pools and outbound rules valid in themselves.</summary>
internal static class NatAndOutboundRules
{
    public static void CheckNat(Resource<LoadBalancerProperties> desired, List<ArmError> errors)
    {
        var balancer = desired.Properties;
        foreach (var rule in balancer.InboundNatRules ?? [])
        {
            var (path, own, id) = ($"properties.inboundNatRules.{rule.Name}.properties", rule.Properties ?? new(), $"{desired.Id}/inboundNatRules/{rule.Name}");
            LoadBalancerRules.Refers(desired.Id, id, balancer.FrontendIPConfigurations, "frontendIPConfigurations", own.FrontendIPConfiguration, required: true, $"{path}.frontendIPConfiguration", errors);
            LoadBalancerRules.Refers(desired.Id, id, balancer.BackendAddressPools, "backendAddressPools", own.BackendAddressPool, required: false, $"{path}.backendAddressPool", errors);
            var (start, end) = (own.FrontendPortRangeStart ?? 0, own.FrontendPortRangeEnd ?? 0);
            if (own.FrontendPort > 0 && (start > 0 || end > 0))
            {
                errors.Add(LoadBalancerErrors.PortAndRange(own.FrontendPort) with { Target = id });
            }
            else if (own.FrontendPort is null or 0 && (start == 0 || end == 0))
            {
                errors.Add(own.BackendAddressPool is null ? LoadBalancerErrors.Invalid($"The inbound NAT rule {rule.Name} has no frontendPort.", $"{path}.frontendPort") : LoadBalancerErrors.NoRange() with { Target = id });
            }
            else if (start > end)
            {
                errors.Add(LoadBalancerErrors.Invalid($"The frontend port range {start}-{end} of {rule.Name} ends before it starts.", $"{path}.frontendPortRangeEnd"));
            }
            else if (own.FrontendPort is null or 0 && own.BackendAddressPool is null)
            {
                errors.Add(LoadBalancerErrors.Invalid($"The inbound NAT rule {rule.Name} has a range of ports and no backend address pool.", $"{path}.backendAddressPool"));
            }
            else if (own.FrontendPort is null or 0 && own.BackendPort is null)
            {
                errors.Add(LoadBalancerErrors.Invalid($"The inbound NAT rule {rule.Name} has no backendPort.", $"{path}.backendPort"));
            }

            if (own.BackendAddressPool is not null && LoadBalancerRules.SkuOf(desired) == "Basic")
            {
                errors.Add(LoadBalancerErrors.Invalid("Inbound NAT rules for a backend address pool need a load balancer of the Standard sku.", $"{path}.backendAddressPool"));
            }

            if (IsGlobal(desired))
            {
                errors.Add(LoadBalancerErrors.Invalid("A load balancer of the Global tier has no inbound NAT rules.", path));
            }

            LoadBalancerRules.CheckIdle(desired, own.IdleTimeoutInMinutes, path, errors);
            errors.AddRange(new Refusals().When(own.Protocol is "Quic" or "All", $"{path}.protocol").When(own.EnableFloatingIP == true, $"{path}.enableFloatingIP").Errors);
        }

        foreach (var pool in balancer.InboundNatPools ?? [])
        {
            var (path, own) = ($"properties.inboundNatPools.{pool.Name}.properties", pool.Properties ?? new());
            LoadBalancerRules.Refers(desired.Id, $"{desired.Id}/inboundNatPools/{pool.Name}", balancer.FrontendIPConfigurations, "frontendIPConfigurations", own.FrontendIPConfiguration, required: true,
                $"{path}.frontendIPConfiguration", errors);
            if (own.FrontendPortRangeStart > own.FrontendPortRangeEnd)
            {
                errors.Add(LoadBalancerErrors.Invalid($"The frontend port range of {pool.Name} ends before it starts.", $"{path}.frontendPortRangeEnd"));
            }

            errors.AddRange(new Refusals().When(own.Protocol is "Quic" or "All", $"{path}.protocol").Errors);
        }
    }

    public static void CheckOutbound(Resource<LoadBalancerProperties> desired, List<ArmError> errors)
    {
        var balancer = desired.Properties;
        foreach (var rule in balancer.OutboundRules ?? [])
        {
            var (path, own, id) = ($"properties.outboundRules.{rule.Name}.properties", rule.Properties ?? new(), $"{desired.Id}/outboundRules/{rule.Name}");
            LoadBalancerRules.Refers(desired.Id, id, balancer.BackendAddressPools, "backendAddressPools", own.BackendAddressPool, required: true, $"{path}.backendAddressPool", errors);
            foreach (var link in own.FrontendIPConfigurations ?? [])
            {
                LoadBalancerRules.Refers(desired.Id, id, balancer.FrontendIPConfigurations, "frontendIPConfigurations", link, required: true, $"{path}.frontendIPConfigurations", errors);
                if (Find(desired.Id, balancer.FrontendIPConfigurations, "frontendIPConfigurations", link.Id) is { Properties.Subnet: not null })
                {
                    errors.Add(LoadBalancerErrors.Invalid($"The outbound rule {rule.Name} names a frontend without a public address.", $"{path}.frontendIPConfigurations"));
                }
            }

            if (own.FrontendIPConfigurations is not { Count: > 0 })
            {
                errors.Add(LoadBalancerErrors.Invalid($"The outbound rule {rule.Name} has no frontend IP configuration.", $"{path}.frontendIPConfigurations"));
            }

            if (LoadBalancerRules.SkuOf(desired) == "Basic" || IsGlobal(desired))
            {
                errors.Add(LoadBalancerErrors.Invalid("Outbound rules need a regional load balancer of the Standard sku.", path));
            }

            var allowed = SnatPorts.PerAddress * Math.Max(own.FrontendIPConfigurations?.Count ?? 0, 1);
            if (own.AllocatedOutboundPorts is { } ports && ports % SnatPorts.Block != 0)
            {
                errors.Add(LoadBalancerErrors.PortsNotOfEight(ports, id));
            }
            else if (own.AllocatedOutboundPorts > allowed)
            {
                errors.Add(LoadBalancerErrors.TooManyPorts(own.AllocatedOutboundPorts.Value, id, allowed));
            }
        }
    }
}
