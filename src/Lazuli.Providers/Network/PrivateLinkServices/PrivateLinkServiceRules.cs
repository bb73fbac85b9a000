using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.VirtualNetworks;
using Lazuli.Providers.Network.VirtualNetworks.Subnets;

namespace Lazuli.Providers.Network.PrivateLinkServices;

/// <summary>What makes a private link service valid, in itself and among the others.</summary>
internal static class PrivateLinkServiceRules
{
    private static readonly ResourceTypeName Subnet = ResourceTypeName.Parse("Microsoft.Network/virtualNetworks/subnets");

    public static IEnumerable<ResourceReference> References(PrivateLinkServiceProperties service)
    {
        foreach (var frontend in service.LoadBalancerFrontendIpConfigurations ?? [])
        {
            yield return new(frontend.Id ?? "", "properties.loadBalancerFrontendIpConfigurations.id")
            {
                Type = LoadBalancerLinks.Frontend,
                LinkedAction = "Microsoft.Network/loadBalancers/frontendIPConfigurations/join/action",
            };
        }

        foreach (var configuration in service.IpConfigurations ?? [])
        {
            if (configuration.Properties?.Subnet is { } subnet)
            {
                yield return new(subnet.Id ?? "", $"properties.ipConfigurations.{configuration.Name}.properties.subnet.id")
                {
                    Type = Subnet,
                    LinkedAction = "Microsoft.Network/virtualNetworks/subnets/join/action",
                };
            }
        }
    }

    /// <summary>The network of its addresses.</summary>
    public static Resource<VirtualNetworkProperties>? NetworkOf(PrivateLinkServiceProperties service, IResourceView view)
        => (service.IpConfigurations ?? []).Select(c => ResourceId.TryParse(c.Properties?.Subnet?.Id, out var id) && id.Parent is { } network ? view.Get<VirtualNetworkProperties>(network) : null)
            .FirstOrDefault(n => n is not null);

    public static IEnumerable<ArmError> Check(Resource<PrivateLinkServiceProperties> desired, Resource<PrivateLinkServiceProperties>? current)
    {
        var (service, errors) = (desired.Properties, new List<ArmError>());
        var configurations = service.IpConfigurations ?? [];
        if (configurations.Count == 0)
        {
            errors.Add(PrivateLinkErrors.NoConfiguration(desired.Id.ToString()));
        }

        if (service.LoadBalancerFrontendIpConfigurations is not { Count: 1 })
        {
            errors.Add(service.LoadBalancerFrontendIpConfigurations is { Count: > 1 }
                ? ArmErrors.NotSupported("More than one frontend of a private link service") with { Target = "properties.loadBalancerFrontendIpConfigurations" }
                : PrivateLinkErrors.NoFrontend(desired.Id.ToString()));
        }

        if (configurations.Count > 1 && configurations.Count(c => c.Properties?.Primary == true) != 1)
        {
            errors.Add(NetworkErrors.InvalidRequestFormat("Exactly one of several IP configurations must be marked as primary.", "properties.ipConfigurations"));
        }

        foreach (var twice in configurations.GroupBy(c => c.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            errors.Add(NetworkErrors.DuplicateName(desired.Id.ToString(), twice.Key ?? ""));
        }

        foreach (var configuration in configurations)
        {
            var (path, own) = ($"properties.ipConfigurations.{configuration.Name}", configuration.Properties ?? new());
            if (configuration.Name is not { Length: > 0 } || own.Subnet?.Id is null)
            {
                errors.Add(NetworkErrors.InvalidRequestFormat("An IP configuration has no name or no subnet.", "properties.ipConfigurations"));
            }

            if (own.PrivateIPAllocationMethod == "Static" && !Cidr.TryAddress(own.PrivateIPAddress, out _))
            {
                errors.Add(own.PrivateIPAddress is { Length: > 0 } text ? NetworkErrors.InvalidAddress(text, $"{path}.privateIPAddress")
                    : NetworkErrors.InvalidRequestFormat($"The IP configuration {configuration.Name} is Static and has no privateIPAddress.", $"{path}.privateIPAddress"));
            }

            errors.AddRange(new Refusals().When(own.PrivateIPAddressVersion == "IPv6", $"{path}.privateIPAddressVersion").Errors);
        }

        if (configurations.Select(c => ResourceId.TryParse(c.Properties?.Subnet?.Id, out var id) ? id.Parent?.Key : null).OfType<string>().Distinct().Count() > 1)
        {
            errors.Add(NetworkErrors.DifferentNetworks(desired.Id.ToString()));
        }

        CheckSubscriptions(service, errors);
        CheckConnections(desired, current, errors);
        errors.AddRange(from name in service.Fqdns ?? []
                        where !DnsZones.RecordRules.IsName(name)
                        select NetworkErrors.InvalidRequestFormat($"'{name}' is not a domain name.", "properties.fqdns"));
        return errors.Concat(new Refusals()
            .IfSet(desired.ExtendedLocation, "extendedLocation")
            .When(service.EnableProxyProtocol == true, "properties.enableProxyProtocol")
            .IfSet(service.DestinationIPAddress, "properties.destinationIPAddress")
            .When(service.AccessMode == "Restricted", "properties.accessMode").Errors);
    }

    public static IEnumerable<ArmError> Admit(Resource<PrivateLinkServiceProperties> desired, Resource<PrivateLinkServiceProperties>? current, IResourceView view)
    {
        var service = desired.Properties;
        foreach (var reference in References(service))
        {
            if (ResourceId.TryParse(reference.Target, out var target))
            {
                var location = view.Get<VirtualNetworkProperties>(target.Root)?.Location ?? view.Get<LoadBalancerProperties>(target.Root)?.Location;
                if (location != desired.Location || !LoadBalancerLinks.Same(target.SubscriptionId, desired.Id.SubscriptionId))
                {
                    yield return ArmErrors.InvalidReference(reference.Target, desired.Id);
                }
            }
        }

        if (NetworkOf(service, view) is not { } network)
        {
            yield break;
        }

        foreach (var subnet in (service.IpConfigurations ?? []).Select(c => c.Properties?.Subnet?.Id).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (SubnetOf(network, subnet) is { PrivateLinkServiceNetworkPolicies: not "Disabled" })
            {
                yield return PrivateLinkErrors.ServicePoliciesEnabled(desired.Id.ToString(), subnet ?? "");
            }
        }

        if (service.LoadBalancerFrontendIpConfigurations is [{ Id: { } text }] && LoadBalancerLinks.FrontendOf(view, text) is var (balancer, frontend))
        {
            if (!LoadBalancerLinks.IsStandard(balancer) || LoadBalancerLinks.IsGlobal(balancer))
            {
                yield return PrivateLinkErrors.NeedsStandard(desired.Id.ToString(), balancer.Id.ToString());
            }
            else if (LoadBalancerVersions.IsIpv6(view, frontend.Properties))
            {
                yield return ArmErrors.NotSupported("A private link service with an IPv6 frontend") with { Target = "properties.loadBalancerFrontendIpConfigurations" };
            }
            else if (LoadBalancerLinks.NetworkOf(view, balancer) is { } other && !other.Equals(network.Id))
            {
                yield return PrivateLinkErrors.BalancerElsewhere(desired.Id.ToString(), balancer.Id.ToString(), network.Id.ToString());
            }

            if (ResourceId.TryParse(frontend.Id, out var id)
                && view.Referrers<PrivateLinkServiceProperties>(id).FirstOrDefault(s => !s.Id.Equals(desired.Id) && IsOf(s.Properties, text)) is { } holder)
            {
                yield return PrivateLinkErrors.FrontendTaken(desired.Id.ToString(), text, holder.Id.ToString());
            }
        }

        if (service.Nic is { } nic)
        {
            foreach (var error in PlatformNics.Admit(nic, current?.Properties.Nic, network, view))
            {
                yield return error;
            }
        }
    }

    /// <summary>The services that a load balancer's frontends are given away by.</summary>
    public static IEnumerable<Resource<PrivateLinkServiceProperties>> UsersOf(ResourceId balancer, IResourceView view)
        => view.Referrers<PrivateLinkServiceProperties>(balancer).Where(s => s.Properties.ProvisioningState != "Deleting");

    public static SubnetProperties? SubnetOf(Resource<VirtualNetworkProperties> network, string? subnet)
        => (network.Properties.Subnets ?? []).FirstOrDefault(s => LoadBalancerLinks.Same(s.Id, subnet))?.Properties;

    private static bool IsOf(PrivateLinkServiceProperties service, string frontend) => (service.LoadBalancerFrontendIpConfigurations ?? []).Any(f => LoadBalancerLinks.Same(f.Id, frontend));

    private static void CheckSubscriptions(PrivateLinkServiceProperties service, List<ArmError> errors)
    {
        foreach (var (set, path) in new[] { (service.Visibility, "properties.visibility.subscriptions"), (service.AutoApproval, "properties.autoApproval.subscriptions") })
        {
            errors.AddRange(from text in set?.Subscriptions ?? []
                            where text != "*" && !Guid.TryParse(text, out _)
                            select NetworkErrors.InvalidRequestFormat($"'{text}' is not a subscription.", path));
        }

        if (service.Visibility?.Subscriptions is { Count: > 0 } seen)
        {
            errors.AddRange(from text in service.AutoApproval?.Subscriptions ?? []
                            where !(text == "*" ? seen.Contains("*") : service.Visibility.Has(text))
                            select PrivateLinkErrors.ApprovalBeyondVisibility(text));
        }
    }

    private static void CheckConnections(Resource<PrivateLinkServiceProperties> desired, Resource<PrivateLinkServiceProperties>? current, List<ArmError> errors)
    {
        var before = (current?.Properties.Links ?? []).ToDictionary(l => l.Name ?? "", l => l.State.Status, StringComparer.OrdinalIgnoreCase);
        foreach (var link in desired.Properties.Links ?? [])
        {
            if (link.Endpoint is null)
            {
                errors.Add(PrivateLinkErrors.NoConnection(desired.Id.Child("privateEndpointConnections", link.Name ?? "").ToString()));
            }
            else if (link.State.Status != before.GetValueOrDefault(link.Name ?? "") && link.State.Status is not (ConnectionState.Approved or ConnectionState.Rejected or ConnectionState.Disconnected))
            {
                errors.Add(PrivateLinkErrors.BadStatus(link.Id ?? "", link.State.Status));
            }
        }
    }
}
