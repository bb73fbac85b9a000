using System.Text.RegularExpressions;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using static Lazuli.Providers.Network.LoadBalancers.LoadBalancerLinks;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>What makes a load balancer valid in itself; who has which port is for <see cref="LoadBalancerPorts"/>.</summary>
internal static class LoadBalancerRules
{
    private const string NamePattern = "^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$";
    private const int BasicIdleMinutes = 30;

    /// <summary>The SKU in Azure's casing, or null when there is no such.</summary>
    public static string? SkuOf(Resource<LoadBalancerProperties> balancer) => balancer.Sku?.Name?.ToUpperInvariant() switch
    {
        null or "BASIC" => "Basic",
        "STANDARD" => "Standard",
        _ => null,
    };

    public static IEnumerable<ArmError> Check(Resource<LoadBalancerProperties> desired, Resource<LoadBalancerProperties>? current)
    {
        var (balancer, errors) = (desired.Properties, new List<ArmError>());
        CheckSku(desired, current, errors);
        Names(desired.Id, "frontendIPConfigurations", balancer.FrontendIPConfigurations, errors);
        Names(desired.Id, "backendAddressPools", balancer.BackendAddressPools, errors);
        Names(desired.Id, "loadBalancingRules", balancer.LoadBalancingRules, errors);
        Names(desired.Id, "probes", balancer.Probes, errors);
        Names(desired.Id, "inboundNatRules", balancer.InboundNatRules, errors);
        Names(desired.Id, "inboundNatPools", balancer.InboundNatPools, errors);
        Names(desired.Id, "outboundRules", balancer.OutboundRules, errors);
        if (balancer.FrontendIPConfigurations is not { Count: > 0 }
            && (Any(balancer.LoadBalancingRules) || Any(balancer.Probes) || Any(balancer.InboundNatRules) || Any(balancer.InboundNatPools) || Any(balancer.OutboundRules)))
        {
            errors.Add(LoadBalancerErrors.NoFrontend(desired.Id.ToString()));
        }

        CheckFrontends(desired, current, errors);
        CheckPools(desired, errors);
        CheckProbes(desired, errors);
        CheckRules(desired, errors);
        NatAndOutboundRules.CheckNat(desired, errors);
        NatAndOutboundRules.CheckOutbound(desired, errors);
        return errors.Concat(new Refusals()
            .IfSet(desired.ExtendedLocation, "extendedLocation")
            .When(balancer.Scope == "Private", "properties.scope")
            .IfSet(balancer.Mode, "properties.mode").Errors);
    }

    private static void CheckSku(Resource<LoadBalancerProperties> desired, Resource<LoadBalancerProperties>? current, List<ArmError> errors)
    {
        var sku = SkuOf(desired);
        if (sku is null)
        {
            errors.Add(desired.Sku?.Name?.ToUpperInvariant() is "GATEWAY" or "SERVICE"
                ? ArmErrors.NotSupported($"The SKU '{desired.Sku.Name}' of load balancers")
                : ArmErrors.InvalidParameter("sku.name", $"The value '{desired.Sku?.Name}' of parameter 'sku.name' is not allowed. Allowed values are: Basic, Standard, Gateway."));
        }
        else if (current is not null && sku != SkuOf(current))
        {
            errors.Add(ArmErrors.ImmutableProperty("sku.name"));
        }

        if (desired.Sku?.Tier is { } tier && !Same(tier, "Regional") && !Same(tier, "Global"))
        {
            errors.Add(ArmErrors.InvalidParameter("sku.tier", $"The value '{tier}' of parameter 'sku.tier' is not allowed. Allowed values are: Regional, Global."));
        }
        else if (IsGlobal(desired) && sku == "Basic")
        {
            errors.Add(LoadBalancerErrors.Invalid("A load balancer of the Global tier must have the Standard sku.", "sku"));
        }
        else if (current is not null && IsGlobal(desired) != IsGlobal(current))
        {
            errors.Add(ArmErrors.ImmutableProperty("sku.tier"));
        }
    }

    private static void CheckFrontends(Resource<LoadBalancerProperties> desired, Resource<LoadBalancerProperties>? current, List<ArmError> errors)
    {
        var frontends = desired.Properties.FrontendIPConfigurations ?? [];
        foreach (var frontend in frontends)
        {
            var (own, id) = (frontend.Properties ?? new(), $"{desired.Id}/frontendIPConfigurations/{frontend.Name}");
            var (path, zones) = ($"properties.frontendIPConfigurations.{frontend.Name}.properties", frontend.Zones ?? []);
            if (own.Subnet is not null && own.PublicIPAddress is not null)
            {
                errors.Add(LoadBalancerErrors.SubnetAndPublic(id));
            }
            else if (own.Subnet is null && own.PublicIPAddress is null && own.PublicIPPrefix is null)
            {
                errors.Add(LoadBalancerErrors.NeitherSubnetNorPublic(id));
            }
            else if (own.Subnet is not null && IsGlobal(desired))
            {
                errors.Add(LoadBalancerErrors.Invalid($"Frontend IP Configuration {id} of a load balancer of the Global tier must reference a Public IP Address.", $"{path}.subnet"));
            }

            if (own.Subnet is not null && own.PrivateIPAllocationMethod == "Static" && (!Cidr.TryAnyAddress(own.PrivateIPAddress, out _) || Cidr.IsIpv6(own.PrivateIPAddress) != (own.PrivateIPAddressVersion == "IPv6")))
            {
                errors.Add(NetworkErrors.InvalidAddress(own.PrivateIPAddress ?? "", $"{path}.privateIPAddress"));
            }

            if (zones.Count > 0 && SkuOf(desired) == "Basic")
            {
                errors.Add(NetworkErrors.ZonesNotAllowedInBasic(id));
            }
            else if (zones.Count > 0 && own.PublicIPAddress is not null)
            {
                errors.Add(LoadBalancerErrors.Invalid($"Frontend IP Configuration {id} references a Public IP Address, so its zones are those of the address.", $"{path}.zones"));
            }
            else if (zones.Any(z => z is not ("1" or "2" or "3")) || zones.Distinct().Count() < zones.Count)
            {
                errors.Add(NetworkErrors.InvalidZones(string.Join(",", zones)));
            }
            else if (frontend.Zones is not null && current?.Properties.FrontendIPConfigurations?.FirstOrDefault(f => Same(f.Name, frontend.Name)) is { } before
                && !zones.ToHashSet().SetEquals(before.Zones ?? []))
            {
                errors.Add(NetworkErrors.ZonesCannotBeModified(id));
            }

            errors.AddRange(new Refusals()
                .IfSet(own.PublicIPPrefix, $"{path}.publicIPPrefix")
                .IfSet(own.GatewayLoadBalancer, $"{path}.gatewayLoadBalancer")
                .IfSet(own.DdosSettings?.DdosCustomPolicy, $"{path}.ddosSettings")
                .When(own.EnableConnectionTracking == true, $"{path}.enableConnectionTracking").Errors);
        }

        if (frontends.Any(f => f.Properties?.Subnet is not null) && frontends.Any(f => f.Properties?.PublicIPAddress is not null))
        {
            errors.Add(LoadBalancerErrors.Invalid($"Load balancer {desired.Id} has public and private frontend IP configurations. All must be of one kind.", "properties.frontendIPConfigurations"));
        }

        foreach (var twice in frontends.Select(f => f.Properties?.PublicIPAddress?.Id).OfType<string>().GroupBy(a => a, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            errors.Add(NetworkErrors.PublicAddressInUse(desired.Id.ToString(), twice.Key, desired.Id.ToString()));
        }
    }

    private static void CheckPools(Resource<LoadBalancerProperties> desired, List<ArmError> errors)
    {
        foreach (var pool in desired.Properties.BackendAddressPools ?? [])
        {
            var (path, own) = ($"properties.backendAddressPools.{pool.Name}.properties", pool.Properties ?? new());
            var entries = own.LoadBalancerBackendAddresses ?? [];
            foreach (var twice in entries.GroupBy(e => e.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            {
                errors.Add(NetworkErrors.DuplicateName($"{desired.Id}/backendAddressPools/{pool.Name}", twice.Key ?? ""));
            }

            foreach (var twice in entries.Where(e => e.Properties?.IpAddress is not null).GroupBy(e => e.Properties?.IpAddress).Where(g => g.Count() > 1))
            {
                errors.Add(LoadBalancerErrors.Invalid($"The address {twice.Key} is twice in the backend address pool {pool.Name}.", path));
            }

            foreach (var entry in entries)
            {
                var (at, given) = ($"{path}.loadBalancerBackendAddresses.{entry.Name}", entry.Properties ?? new());
                if (entry.Name is not { Length: > 0 })
                {
                    errors.Add(LoadBalancerErrors.Invalid("A backend address has no name.", $"{path}.loadBalancerBackendAddresses"));
                }

                if (given.LoadBalancerFrontendIPConfiguration is not null != IsGlobal(desired) && (given.LoadBalancerFrontendIPConfiguration ?? (object?)given.IpAddress) is not null)
                {
                    errors.Add(LoadBalancerErrors.Invalid(
                        "Frontends of other load balancers, and nothing else, are in the pools of a load balancer of the Global tier.", $"{at}.loadBalancerFrontendIPConfiguration"));
                }
                else if (given.IpAddress is { } address)
                {
                    if (!Cidr.TryAnyAddress(address, out _))
                    {
                        errors.Add(NetworkErrors.InvalidAddress(address, $"{at}.ipAddress"));
                    }

                    if (given.VirtualNetwork is null && given.Subnet is null && own.VirtualNetwork is null)
                    {
                        errors.Add(LoadBalancerErrors.Invalid($"The backend address {entry.Name} has neither a virtual network nor a subnet.", $"{at}.virtualNetwork"));
                    }

                    if (SkuOf(desired) == "Basic")
                    {
                        errors.Add(LoadBalancerErrors.Invalid("Addresses in backend address pools need a load balancer of the Standard sku.", at));
                    }
                }
            }

            errors.AddRange(new Refusals()
                .IfAny(own.TunnelInterfaces, $"{path}.tunnelInterfaces")
                .When(own.DrainPeriodInSeconds > 0, $"{path}.drainPeriodInSeconds").Errors);
        }
    }

    private static void CheckProbes(Resource<LoadBalancerProperties> desired, List<ArmError> errors)
    {
        foreach (var probe in desired.Properties.Probes ?? [])
        {
            var (path, own) = ($"properties.probes.{probe.Name}.properties", probe.Properties ?? new());
            if (own.Protocol is "Http" or "Https" && own.RequestPath is not { Length: > 0 })
            {
                errors.Add(LoadBalancerErrors.Invalid($"The probe {probe.Name} speaks {own.Protocol} and has no requestPath.", $"{path}.requestPath"));
            }
            else if (own.Protocol == "Tcp" && own.RequestPath is { Length: > 0 })
            {
                errors.Add(LoadBalancerErrors.Invalid($"The probe {probe.Name} speaks Tcp, so it must not have a requestPath.", $"{path}.requestPath"));
            }

            if (own.Protocol == "Https" && SkuOf(desired) == "Basic")
            {
                errors.Add(LoadBalancerErrors.Invalid("Probes that speak Https need a load balancer of the Standard sku.", $"{path}.protocol"));
            }

            if (IsGlobal(desired))
            {
                errors.Add(LoadBalancerErrors.Invalid("A load balancer of the Global tier has no probes: it asks the regional ones.", path));
            }
        }
    }

    private static void CheckRules(Resource<LoadBalancerProperties> desired, List<ArmError> errors)
    {
        var balancer = desired.Properties;
        foreach (var rule in balancer.LoadBalancingRules ?? [])
        {
            var (path, own, id) = ($"properties.loadBalancingRules.{rule.Name}.properties", rule.Properties ?? new(), $"{desired.Id}/loadBalancingRules/{rule.Name}");
            var pool = own.BackendAddressPool ?? (own.BackendAddressPools is [var only] ? only : null);
            Refers(desired.Id, id, balancer.FrontendIPConfigurations, "frontendIPConfigurations", own.FrontendIPConfiguration, required: true, $"{path}.frontendIPConfiguration", errors);
            Refers(desired.Id, id, balancer.BackendAddressPools, "backendAddressPools", pool, required: false, $"{path}.backendAddressPool", errors);
            Refers(desired.Id, id, balancer.Probes, "probes", own.Probe, required: false, $"{path}.probe", errors);
            if (own.BackendAddressPools is { Count: > 1 })
            {
                errors.Add(LoadBalancerErrors.Invalid($"The rule {rule.Name} has several backend address pools, which needs a load balancer of the Gateway sku.", $"{path}.backendAddressPools"));
            }

            var (front, back) = (own.FrontendPort ?? 0, own.BackendPort ?? own.FrontendPort ?? 0);
            if (own.Protocol == "All")
            {
                if (front != 0 || back != 0)
                {
                    errors.Add(LoadBalancerErrors.Invalid($"The rule {rule.Name} has the protocol All, so its ports must be 0.", $"{path}.frontendPort"));
                }

                if (SkuOf(desired) == "Basic" || Find(desired.Id, balancer.FrontendIPConfigurations, "frontendIPConfigurations", own.FrontendIPConfiguration?.Id)?.Properties?.PublicIPAddress is not null)
                {
                    errors.Add(LoadBalancerErrors.Invalid($"The rule {rule.Name} has the protocol All, which needs an internal load balancer of the Standard sku.", $"{path}.protocol"));
                }
            }
            else if (front == 0 || back == 0)
            {
                errors.Add(LoadBalancerErrors.Invalid($"The rule {rule.Name} has a port 0, which needs the protocol All.", $"{path}.frontendPort"));
            }

            CheckIdle(desired, own.IdleTimeoutInMinutes, path, errors);
            if (IsGlobal(desired) && own.Probe is not null)
            {
                errors.Add(LoadBalancerErrors.Invalid("Rules of a load balancer of the Global tier have no probes.", $"{path}.probe"));
            }

            errors.AddRange(new Refusals().When(own.Protocol == "Quic", $"{path}.protocol").When(own.EnableConnectionTracking == true, $"{path}.enableConnectionTracking").Errors);
        }
    }

    /// <summary>Basic ones wait no longer than half an hour.</summary>
    public static void CheckIdle(Resource<LoadBalancerProperties> desired, int? minutes, string path, List<ArmError> errors)
    {
        if (SkuOf(desired) == "Basic" && minutes > BasicIdleMinutes)
        {
            errors.Add(ArmErrors.InvalidParameter(
                $"{path}.idleTimeoutInMinutes", $"The value '{minutes}' of parameter 'idleTimeoutInMinutes' is out of range. The value must be between '4' and '{BasicIdleMinutes}', inclusive."));
        }
    }

    private static bool Any<T>(IReadOnlyList<T>? list) => list is { Count: > 0 };

    private static void Names<T>(ResourceId balancer, string collection, IReadOnlyList<Embedded<T>>? children, List<ArmError> errors)
        where T : class
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var child in children ?? [])
        {
            if (child.Name is not { Length: > 0 } name)
            {
                errors.Add(LoadBalancerErrors.Invalid("A part of the load balancer has no name.", $"properties.{collection}"));
            }
            else if (!Regex.IsMatch(name, NamePattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking))
            {
                errors.Add(ArmErrors.BadRequest("InvalidResourceName", $"Resource name {name} is invalid. The name must match '{NamePattern}'.", name));
            }
            else if (!names.Add(name))
            {
                errors.Add(NetworkErrors.DuplicateName(balancer.ToString(), name));
            }
        }
    }

    /// <summary>A part that another part needs must be in the same document.</summary>
    public static void Refers<T>(
        ResourceId balancer, string referrer, IReadOnlyList<Embedded<T>>? children, string collection, ResourceLink? link, bool required, string path, List<ArmError> errors)
        where T : class
    {
        if (link?.Id is null)
        {
            if (required)
            {
                errors.Add(LoadBalancerErrors.Invalid($"{referrer} must reference one of {collection}.", path));
            }
        }
        else if (Find(balancer, children, collection, link.Id) is null)
        {
            errors.Add(ArmErrors.InvalidReference(link.Id, ResourceId.Parse(referrer)) with { Target = path });
        }
    }
}
