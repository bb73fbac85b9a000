using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.ApplicationSecurityGroups;
using Lazuli.Providers.Network.LoadBalancers;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.PrivateLinkServices;
using Lazuli.Providers.Network.VirtualNetworks;

namespace Lazuli.Providers.Network.PrivateEndpoints;

/// <summary>What makes a private endpoint valid, in itself and among the others.</summary>
internal static class PrivateEndpointRules
{
    private static readonly ResourceTypeName Subnet = ResourceTypeName.Parse("Microsoft.Network/virtualNetworks/subnets");

    public static IEnumerable<ResourceReference> References(PrivateEndpointProperties endpoint)
    {
        if (endpoint.Subnet is { } subnet)
        {
            yield return new(subnet.Id ?? "", "properties.subnet.id") { Type = Subnet, LinkedAction = "Microsoft.Network/virtualNetworks/subnets/join/action" };
        }

        foreach (var group in endpoint.ApplicationSecurityGroups ?? [])
        {
            yield return new(group.Id ?? "", "properties.applicationSecurityGroups.id")
            {
                Type = ApplicationSecurityGroupType.TypeName,
                LinkedAction = "Microsoft.Network/applicationSecurityGroups/joinIpConfiguration/action",
            };
        }

        // The other side may go: the endpoint stays, disconnected. What is named by its alias needs no right to be asked.
        if (endpoint.Connection?.PrivateLinkServiceId is { } asked && ResourceId.TryParse(asked, out var target) && target.IsResource)
        {
            yield return new(asked, "privateLinkServiceId")
            {
                Optional = true,
                LinkedAction = endpoint.IsManual ? $"{target.Type}/read" : $"{target.Type}/privateEndpointConnectionsApproval/action",
            };
        }
        else if (endpoint.Target is { } resolved)
        {
            yield return new(resolved, "privateLinkServiceId") { Optional = true };
        }
    }

    public static Resource<VirtualNetworkProperties>? NetworkOf(PrivateEndpointProperties endpoint, IResourceView view)
        => ResourceId.TryParse(endpoint.Subnet?.Id, out var id) && id.Parent is { } network ? view.Get<VirtualNetworkProperties>(network) : null;

    /// <summary>The resource that a connection names by its id or alias, as far as it is there.</summary>
    public static ResourceId? TargetOf(PrivateLinkConnection? connection, IResourceView view)
        => connection?.PrivateLinkServiceId is not { } text ? null
            : ResourceId.TryParse(text, out var id) && id.IsResource ? id
            : view.List<PrivateLinkServiceProperties>(PrivateLinkServiceType.TypeName, ResourceId.Tenant).FirstOrDefault(s => LoadBalancerLinks.Same(s.Properties.Alias, text))?.Id;

    public static IEnumerable<ArmError> Check(Resource<PrivateEndpointProperties> desired, Resource<PrivateEndpointProperties>? current)
    {
        var (endpoint, errors) = (desired.Properties, new List<ArmError>());
        var connections = (endpoint.PrivateLinkServiceConnections ?? []).Concat(endpoint.ManualPrivateLinkServiceConnections ?? []).ToArray();
        if (endpoint.Subnet?.Id is null)
        {
            errors.Add(NetworkErrors.InvalidRequestFormat($"Private endpoint {desired.Id} has no subnet.", "properties.subnet"));
        }
        else if (current is not null && !LoadBalancerLinks.Same(current.Properties.Subnet?.Id, endpoint.Subnet.Id))
        {
            errors.Add(ArmErrors.ImmutableProperty("properties.subnet"));
        }

        if (connections.Length != 1)
        {
            errors.Add(NetworkErrors.InvalidRequestFormat($"Private endpoint {desired.Id} must have exactly one private link service connection.", "properties.privateLinkServiceConnections"));
        }

        foreach (var connection in connections)
        {
            if (connection.Name is not { Length: > 0 } || connection.Properties?.PrivateLinkServiceId is not { Length: > 0 })
            {
                errors.Add(NetworkErrors.InvalidRequestFormat("A private link service connection has no name or no privateLinkServiceId.", "properties.privateLinkServiceConnections"));
            }
            else if (current?.Properties.Connection is { } before && !LoadBalancerLinks.Same(before.PrivateLinkServiceId, connection.Properties.PrivateLinkServiceId))
            {
                errors.Add(ArmErrors.ImmutableProperty("properties.privateLinkServiceConnections.privateLinkServiceId"));
            }
        }

        CheckAddresses(endpoint, errors);
        if (endpoint.CustomNetworkInterfaceName is { Length: > 0 } name && !System.Text.RegularExpressions.Regex.IsMatch(name, "^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$"))
        {
            errors.Add(ArmErrors.BadRequest("InvalidResourceName", $"Resource name {name} is invalid.", name));
        }

        return errors.Concat(new Refusals()
            .IfSet(desired.ExtendedLocation, "extendedLocation")
            .When(endpoint.IpVersionType is "IPv6" or "DualStack", "properties.ipVersionType")
            .When(endpoint.BillingSku == "Fixed", "properties.billingSku").Errors);
    }

    public static IEnumerable<ArmError> Admit(Resource<PrivateEndpointProperties> desired, Resource<PrivateEndpointProperties>? current, IResourceView view)
    {
        var endpoint = desired.Properties;
        var network = NetworkOf(endpoint, view);
        foreach (var reference in References(endpoint).Where(r => !r.Optional))
        {
            if (!ResourceId.TryParse(reference.Target, out var id))
            {
                continue;
            }

            var location = view.Get<VirtualNetworkProperties>(id.Root)?.Location ?? view.Get<ApplicationSecurityGroupProperties>(id)?.Location;
            if (location != desired.Location || !LoadBalancerLinks.Same(id.SubscriptionId, desired.Id.SubscriptionId))
            {
                yield return ArmErrors.InvalidReference(reference.Target, desired.Id);
            }
            else if (ApplicationSecurityGroupType.TypeName.Equals(id.Type)
                && view.Referrers<NetworkInterfaceProperties>(id).FirstOrDefault(n => NetworkInterfaceRules.NetworkOf(n.Properties) is { } other && !other.Equals(network?.Id)) is { } member)
            {
                yield return NetworkErrors.SecurityGroupsInDifferentNetworks(desired.Id.ToString(), reference.Target, member.Id.ToString());
            }
        }

        if (current is null && TargetFault(desired, view) is { } fault)
        {
            yield return fault;
        }

        if (endpoint.Nic is { } nic && network is not null)
        {
            foreach (var error in PlatformNics.Admit(nic, current?.Properties.Nic, network, view))
            {
                yield return error;
            }
        }
    }

    private static ArmError? TargetFault(Resource<PrivateEndpointProperties> desired, IResourceView view)
    {
        var (endpoint, asked) = (desired.Properties, desired.Properties.Connection?.PrivateLinkServiceId ?? "");
        var name = (endpoint.PrivateLinkServiceConnections ?? []).Concat(endpoint.ManualPrivateLinkServiceConnections ?? []).First().Name ?? "";
        if (TargetOf(endpoint.Connection, view) is not { } target || view.Type(target.Type)?.PrivateLink is not { } groups || view.Store.Get(target.Key) is null)
        {
            return PrivateLinkErrors.InvalidTarget(asked);
        }

        if (view.IsDeleting(target))
        {
            return ArmErrors.ReferenceNotProvisioned(asked, desired.Id);
        }

        var ids = endpoint.Connection?.GroupIds ?? [];
        if (groups.Count > 0 && ids.Count > 1)
        {
            return PrivateLinkErrors.OneGroup(name, asked, ids);
        }

        // A private link service is led to as a whole; az sends an empty group then.
        var known = groups.Select(g => g.GroupId).DefaultIfEmpty("").ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (ids.DefaultIfEmpty("").FirstOrDefault(i => !known.Contains(i)) is { } unknown)
        {
            return PrivateLinkErrors.InvalidGroup(name, asked, unknown);
        }

        // Whoever may approve connections sees it anyhow; by an id alone the role assignments decide, unless the service names who sees it.
        return view.Get<PrivateLinkServiceProperties>(target) is { } service && endpoint.IsManual && !LoadBalancerLinks.Same(target.SubscriptionId, desired.Id.SubscriptionId)
            && service.Properties.Visibility?.Has(desired.Id.SubscriptionId) != true && (service.Properties.Visibility?.Subscriptions is { Count: > 0 } || !ResourceId.TryParse(asked, out _))
                ? PrivateLinkErrors.NotVisible(desired.Id.ToString(), asked)
                : null;
    }

    private static void CheckAddresses(PrivateEndpointProperties endpoint, List<ArmError> errors)
    {
        var configurations = endpoint.IpConfigurations ?? [];
        if (configurations.Count > 1)
        {
            errors.Add(NetworkErrors.InvalidRequestFormat("A private endpoint has one IP configuration for each member of what it leads to: a private link service has one.", "properties.ipConfigurations"));
        }

        foreach (var configuration in configurations)
        {
            if (configuration.Name is not { Length: > 0 } || configuration.Properties?.PrivateIPAddress is not { Length: > 0 } address)
            {
                errors.Add(NetworkErrors.InvalidRequestFormat("An IP configuration has no name or no privateIPAddress.", "properties.ipConfigurations"));
            }
            else if (!Cidr.TryAddress(address, out _))
            {
                errors.Add(NetworkErrors.InvalidAddress(address, "properties.ipConfigurations.privateIPAddress"));
            }
        }
    }
}
