using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.PrivateEndpoints;
using Lazuli.Providers.Network.PrivateLinkServices;
using Lazuli.Providers.Network.VirtualNetworks.Subnets;
using Lazuli.Providers.Network.VirtualNetworks.VirtualNetworkPeerings;

namespace Lazuli.Providers.Network.VirtualNetworks;

/// <summary>Microsoft.Network/virtualNetworks: a routed network of its own with its subnets, isolated from every other.</summary>
public sealed class VirtualNetworkType(SubnetType subnets, PeeringType peerings, PublicPool pool) : NetworkType<VirtualNetworkProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/virtualNetworks");

    public override ResourceTypeName Name => TypeName;

    public override string NamePattern => "^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$";

    public override Type Reconciler => typeof(VirtualNetworkReconciler);

    public override JsonSerializerContext Json => VirtualNetworkJson.Default;

    public override bool Presents => true;

    public override IReadOnlyList<ResourceAction> Actions { get; } =
    [
        new ResourceAction<VirtualNetworkProperties>("CheckIPAddressAvailability", VirtualNetworkActions.CheckAddress) { Method = HttpMethod.Get, Writes = false },
        new ResourceAction<VirtualNetworkProperties>("usages", VirtualNetworkActions.Usages) { Method = HttpMethod.Get, Writes = false },
    ];

    public override IEnumerable<ResourceReference> References(Resource<VirtualNetworkProperties> resource) => VirtualNetworkReferences.Of(resource.Properties);

    /// <summary>Default outbound access has an address of its own.</summary>
    public override IEnumerable<string> Locks(Resource<VirtualNetworkProperties> desired) => desired.Properties.OutboundAddress is null ? [PublicPool.Lock] : [];

    public override IEnumerable<ArmError> Validate(Resource<VirtualNetworkProperties> desired, Resource<VirtualNetworkProperties>? current)
    {
        var network = desired.Properties;
        var kept = network.Subnets ?? current?.Properties.Subnets ?? [];
        var refusals = new Refusals()
            .IfSet(desired.ExtendedLocation, "extendedLocation")
            .When(network.EnableDdosProtection == true, "properties.enableDdosProtection")
            .When(network.EnableVmProtection == true, "properties.enableVmProtection")
            .IfSet(network.DdosProtectionPlan, "properties.ddosProtectionPlan")
            .IfSet(network.BgpCommunities, "properties.bgpCommunities")
            .When(network.Encryption?.Enabled == true, "properties.encryption")
            .IfAny(network.IpAllocations, "properties.ipAllocations")
            .When(network.PrivateEndpointVNetPolicies == "Basic", "properties.privateEndpointVNetPolicies")
            .IfAny(network.AddressSpace?.IpamPoolPrefixAllocations, "properties.addressSpace.ipamPoolPrefixAllocations");
        foreach (var subnet in kept)
        {
            Refuse(refusals, subnet);
        }

        return VirtualNetworkRules.Check(desired.Id, network, kept, subnets.NamePattern)
            .Concat(Peerings.Check(desired.Id, network.VirtualNetworkPeerings ?? []))
            .Concat(SubnetServices.Check(desired.Id, kept))
            .Concat(refusals.Errors);
    }

    public override Resource<VirtualNetworkProperties> Default(Resource<VirtualNetworkProperties> desired, Resource<VirtualNetworkProperties>? current, IResourceView view)
    {
        var network = desired.Properties;
        network.ResourceGuid ??= Guid.NewGuid().ToString();
        network.Subnets ??= [.. (current?.Properties.Subnets ?? []).Select(s => s with { Properties = (s.Properties ?? new()) with { } })];
        network.VirtualNetworkPeerings ??= [.. (current?.Properties.VirtualNetworkPeerings ?? []).Select(p => p with { Properties = (p.Properties ?? new()) with { } })];
        network.OutboundAddress ??= pool.Free(view, null);
        network.EnableDdosProtection ??= false;
        network.DhcpOptions ??= new() { DnsServers = [] };
        foreach (var subnet in network.Subnets)
        {
            subnet.Properties ??= new();
            subnet.Properties.Delegations ??= [];
            subnet.Properties.PrivateEndpointNetworkPolicies ??= "Disabled";
            subnet.Properties.PrivateLinkServiceNetworkPolicies ??= "Enabled";
            foreach (var endpoint in subnet.Properties.ServiceEndpoints ?? [])
            {
                endpoint.Locations = endpoint.Locations is { Count: > 0 } some ? some : ["*"];
                endpoint.ProvisioningState = "Succeeded";
            }

            foreach (var delegation in subnet.Properties.Delegations)
            {
                delegation.Id = $"{desired.Id}/subnets/{subnet.Name}/delegations/{delegation.Name}";
                delegation.Type = $"{subnets.Name}/delegations";
                (delegation.Properties ??= new()).Actions = SubnetServices.ActionsOf(delegation.Properties.ServiceName);
                delegation.Properties.ProvisioningState = "Succeeded";
            }
        }

        subnets.Adopt(desired, (_, _) => { }, current);
        Peerings.Default(desired, current, view, peerings);
        return desired;
    }

    public override IEnumerable<ArmError> Admit(Resource<VirtualNetworkProperties> desired, Resource<VirtualNetworkProperties>? current, IResourceView view)
    {
        foreach (var error in VirtualNetworkReferences.Admit(desired, view).Concat(Peerings.Admit(desired, current, view)).Concat(BastionSubnets.Admit(desired.Properties.Subnets ?? [], view)))
        {
            yield return error;
        }

        foreach (var before in current?.Properties.Subnets ?? [])
        {
            var id = desired.Id.Child("subnets", before.Name ?? "");
            var after = subnets.Find(desired.Properties, id.Name);
            var gone = (before.Properties?.Prefixes ?? []).Except(after?.Properties?.Prefixes ?? [], StringComparer.Ordinal).ToArray();
            if ((after is null || gone.Length > 0) && PrivateAddresses.UsersOf(view, id).FirstOrDefault() is { } user)
            {
                yield return after is null ? NetworkErrors.SubnetInUse(id.Name, user.ConfigurationId) : NetworkErrors.PrefixInUse(gone[0], id.Name);
            }

            if (before.Properties?.PrivateLinkServiceNetworkPolicies == "Disabled" && after?.Properties?.PrivateLinkServiceNetworkPolicies == "Enabled" && view.Referrers<PrivateLinkServiceProperties>(id).Any())
            {
                yield return PrivateLinkErrors.ServicePoliciesNeeded(id.Name);
            }
        }
    }

    public override IEnumerable<ArmError> AdmitDelete(Resource<VirtualNetworkProperties> current, IResourceView view)
        => (from subnet in current.Properties.Subnets ?? []
            let user = PrivateAddresses.UsersOf(view, current.Id.Child("subnets", subnet.Name ?? "")).FirstOrDefault()
            where user is not null
            select NetworkErrors.SubnetInUse(subnet.Name ?? "", user.ConfigurationId))
            .Concat(view.Referrers<LoadBalancerProperties>(current.Id).Select(b => NetworkErrors.NetworkInUse(current.Name, b.Id.ToString())));

    public override Resource<VirtualNetworkProperties> Present(Resource<VirtualNetworkProperties> stored, IResourceView view)
    {
        var state = stored.Properties.ProvisioningState;
        var endpoints = view.Referrers<PrivateEndpointProperties>(stored.Id).ToLookup(e => (e.Properties.Subnet?.Id ?? "").ToLowerInvariant(), e => ResourceLink.To(e.Id));
        var users = PrivateAddresses.UsersOf(view, stored.Id).ToLookup(u => u.SubnetKey, u => new ResourceLink { Id = u.ConfigurationId });
        return stored with
        {
            Properties = stored.Properties with
            {
                VirtualNetworkPeerings = [.. (stored.Properties.VirtualNetworkPeerings ?? []).Select(p => Peerings.Present(p, stored, view))],
                Subnets = [.. from subnet in stored.Properties.Subnets ?? []
                              let own = users[(subnet.Id ?? "").ToLowerInvariant()].ToArray()
                              select subnet with
                              {
                                  Etag = stored.Etag,
                                  Properties = (subnet.Properties ?? new()) with { ProvisioningState = state, IpConfigurations = own.Length > 0 ? own : null, PrivateEndpoints = endpoints[(subnet.Id ?? "").ToLowerInvariant()].ToArray() is { Length: > 0 } led ? led : null },
                              }],
            },
        };
    }

    private static void Refuse(Refusals refusals, Embedded<SubnetProperties> subnet)
    {
        var (path, own) = ($"properties.subnets.{subnet.Name}.properties", subnet.Properties ?? new());
        refusals
            .IfAny(own.IpAllocations, $"{path}.ipAllocations")
            .IfAny(own.ApplicationGatewayIPConfigurations, $"{path}.applicationGatewayIPConfigurations")
            .IfSet(own.SharingScope, $"{path}.sharingScope")
            .IfAny(own.IpamPoolPrefixAllocations, $"{path}.ipamPoolPrefixAllocations")
            .IfSet(own.ServiceGateway, $"{path}.serviceGateway");
    }
}
