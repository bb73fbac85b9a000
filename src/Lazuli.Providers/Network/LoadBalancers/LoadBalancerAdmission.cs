using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers.FrontendIPConfigurations;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.PrivateLinkServices;
using Lazuli.Providers.Network.PublicIPAddresses;
using Lazuli.Providers.Network.VirtualNetworks;
using static Lazuli.Providers.Network.LoadBalancers.LoadBalancerLinks;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>What makes a load balancer valid among others: addresses, networks, members, and who uses its parts.</summary>
internal static class LoadBalancerAdmission
{
    public static IEnumerable<ArmError> Check(Resource<LoadBalancerProperties> desired, Resource<LoadBalancerProperties>? current, IResourceView view)
    {
        var errors = new List<ArmError>();
        foreach (var reference in LoadBalancerReferences.Of(desired.Properties))
        {
            CheckReference(desired, reference, view, errors);
        }

        if (errors.Count > 0)
        {
            return errors;
        }

        CheckAddresses(desired, view, errors);
        CheckPublic(desired, view, errors);
        CheckNetworks(desired, view, errors);
        CheckMembers(desired, view, errors);
        errors.AddRange(LoadBalancerVersions.Check(desired, view));
        var kept = (desired.Properties.FrontendIPConfigurations ?? []).Select(f => f.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return current is null ? errors : errors.Concat(UsedByGlobal(current, (current.Properties.FrontendIPConfigurations ?? []).Where(f => !kept.Contains(f.Name)), view)).Concat(UsedByServices(current, kept.Contains, view));
    }

    /// <summary>The frontends among these that pools of global load balancers name.</summary>
    public static IEnumerable<ArmError> UsedByGlobal(Resource<LoadBalancerProperties> balancer, IEnumerable<Embedded<FrontendIPConfiguration>> frontends, IResourceView view)
        => from frontend in frontends
           from user in ResourceId.TryParse(frontend.Id, out var id) ? view.Referrers<LoadBalancerProperties>(id) : []
           where user.Properties.ProvisioningState != "Deleting"
           from pool in user.Properties.BackendAddressPools ?? []
           where (pool.Properties?.LoadBalancerBackendAddresses ?? []).Any(a => Same(a.Properties?.LoadBalancerFrontendIPConfiguration?.Id, frontend.Id))
           select LoadBalancerErrors.UsedByGlobal(balancer.Id.ToString(), frontend.Id ?? "", pool.Id ?? "");

    /// <summary>Private link services that lead to frontends which shall not stay.</summary>
    public static IEnumerable<ArmError> UsedByServices(Resource<LoadBalancerProperties> balancer, Func<string?, bool> stays, IResourceView view)
        => from service in PrivateLinkServiceRules.UsersOf(balancer.Id, view)
           from frontend in service.Properties.LoadBalancerFrontendIpConfigurations ?? []
           where ResourceId.TryParse(frontend.Id, out var id) && !stays(id.Name)
           select PrivateLinkErrors.BalancerInUse(balancer.Id.ToString(), service.Id.ToString());

    private static void CheckReference(Resource<LoadBalancerProperties> desired, ResourceReference reference, IResourceView view, List<ArmError> errors)
    {
        if (!ResourceId.TryParse(reference.Target, out var target))
        {
            return;
        }

        // A global load balancer spreads over regions.
        var far = view.Get<LoadBalancerProperties>(target.Root) is not null;
        var location = view.Get<VirtualNetworkProperties>(target.Root)?.Location ?? view.Get<PublicIPAddressProperties>(target)?.Location ?? view.Get<LoadBalancerProperties>(target.Root)?.Location;
        if ((location != desired.Location && !far) || !Same(target.SubscriptionId, desired.Id.SubscriptionId))
        {
            errors.Add(ArmErrors.InvalidReference(reference.Target, desired.Id));
        }
        else if (far && FrontendOf(view, reference.Target) is var (balancer, frontend) && (IsGlobal(balancer) || !IsStandard(balancer) || frontend.Properties?.PublicIPAddress is null))
        {
            errors.Add(LoadBalancerErrors.Invalid($"{reference.Target} is not a public frontend of a regional load balancer of the Standard sku.", reference.Path));
        }
    }

    private static void CheckAddresses(Resource<LoadBalancerProperties> desired, IResourceView view, List<ArmError> errors)
    {
        foreach (var network in (desired.Properties.FrontendIPConfigurations ?? []).Where(f => f.Properties?.Subnet is not null)
            .GroupBy(f => ResourceId.TryParse(f.Properties?.Subnet?.Id, out var subnet) ? subnet.Parent : null))
        {
            if (network.Key is null || view.Get<VirtualNetworkProperties>(network.Key) is not { } vnet)
            {
                continue;
            }

            var (taken, taken6) = (PrivateAddresses.Taken(view, network.Key, desired.Id), PrivateAddresses.Taken6(view, network.Key, desired.Id));
            foreach (var (id, own) in network.Select(f => (f.Id ?? "", f.Properties ?? new())))
            {
                if ((own.PrivateIPAddressVersion == "IPv6" ? NetworkInterfaceRules.AddressFault6(id, own.PrivateIPAddress, own.Subnet?.Id, vnet, taken6)
                    : NetworkInterfaceRules.AddressFault(id, own.PrivateIPAddress, own.Subnet?.Id, vnet, taken)) is { } fault)
                {
                    errors.Add(fault);
                }
            }
        }
    }

    private static void CheckPublic(Resource<LoadBalancerProperties> desired, IResourceView view, List<ArmError> errors)
    {
        foreach (var frontend in desired.Properties.FrontendIPConfigurations ?? [])
        {
            if (frontend.Properties?.PublicIPAddress?.Id is not { } text || view.Get<PublicIPAddressProperties>(text) is not { } address)
            {
                continue;
            }

            if (frontend.Properties.PrivateIPAddressVersion is { } version && version != address.Properties.PublicIPAddressVersion)
            {
                errors.Add(NetworkErrors.VersionsOfAddressesDiffer(text, address.Properties.PublicIPAddressVersion, frontend.Id ?? "", version));
            }
            else if (!Same(address.Sku?.Name, desired.Sku?.Name))
            {
                errors.Add(LoadBalancerErrors.SkusDiffer(desired.Sku?.Name ?? "", desired.Id.ToString(), address.Sku?.Name ?? "", text));
            }
            else if (IsGlobal(address) != IsGlobal(desired))
            {
                errors.Add(LoadBalancerErrors.TiersDiffer(desired.Sku?.Tier ?? "", desired.Id.ToString(), address.Sku?.Tier ?? "", text));
            }

            if (PublicIPAddressType.UserOf(view, address.Id) is { } user && !Same(ResourceId.Parse(user).Root.Key, desired.Id.Key))
            {
                errors.Add(NetworkErrors.PublicAddressInUse(frontend.Id ?? "", text, user));
            }
        }
    }

    private static void CheckNetworks(Resource<LoadBalancerProperties> desired, IResourceView view, List<ArmError> errors)
    {
        var networks = NetworksOf(view, desired).ToArray();
        if (networks.Length > 1)
        {
            errors.Add(LoadBalancerErrors.OtherNetwork(networks[1].ToString(), desired.Id.ToString()));
            return;
        }

        foreach (var pool in desired.Properties.BackendAddressPools ?? [])
        {
            if (IsByAddress(pool.Properties) && LoadBalancerLinks.MembersOf(view, pool.Id ?? "") is [var member, ..])
            {
                errors.Add(LoadBalancerErrors.Invalid($"The backend address pool {pool.Id} holds IP configurations ({member.Id}), so it can't hold addresses.", pool.Id ?? ""));
            }

            foreach (var entry in pool.Properties?.LoadBalancerBackendAddresses ?? [])
            {
                if (entry.Properties?.IpAddress is { } text && Cidr.TryAnyAddress(text, out _)
                    && PoolMembers.NetworkOf(pool.Properties ?? new(), entry) is { } network && view.Get<VirtualNetworkProperties>(network) is { } vnet
                    && !Cidr.AnyContains((vnet.Properties.Subnets ?? []).SelectMany(s => s.Properties?.Prefixes ?? []), text))
                {
                    errors.Add(NetworkErrors.AddressNotInSubnet(text, string.Join(", ", vnet.Properties.AddressSpace?.AddressPrefixes ?? [])));
                }
            }
        }
    }

    private static void CheckMembers(Resource<LoadBalancerProperties> desired, IResourceView view, List<ArmError> errors)
    {
        foreach (var rule in desired.Properties.OutboundRules ?? [])
        {
            var own = rule.Properties ?? new();
            var members = PoolMembers.Of(view, desired, own.BackendAddressPool?.Id).Count;
            var available = SnatPorts.PerAddress * (own.FrontendIPConfigurations?.Count ?? 0);
            if (own.AllocatedOutboundPorts is > 0 and var ports && (long)ports * members > available)
            {
                errors.Add(LoadBalancerErrors.NotEnoughPorts(ports, rule.Id ?? "", ports * members, available));
            }
        }

        foreach (var rule in (desired.Properties.InboundNatRules ?? []).Where(r => NatPorts.IsRange(r.Properties)))
        {
            var own = rule.Properties ?? new();
            var (members, ports) = (PoolMembers.Of(view, desired, own.BackendAddressPool?.Id).Count, (own.FrontendPortRangeEnd ?? 0) - (own.FrontendPortRangeStart ?? 0) + 1);
            if (members > ports)
            {
                errors.Add(LoadBalancerErrors.Invalid($"The frontend port range of inbound NAT rule {rule.Id} has {ports} ports for the {members} members of its pool.", rule.Id ?? ""));
            }
        }
    }
}
