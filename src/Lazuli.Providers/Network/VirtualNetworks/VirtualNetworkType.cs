using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.NetworkSecurityGroups;
using Lazuli.Providers.Network.VirtualNetworks.Subnets;

namespace Lazuli.Providers.Network.VirtualNetworks;

/// <summary>Microsoft.Network/virtualNetworks: a routed network of its own with its subnets, isolated from every other.</summary>
public sealed class VirtualNetworkType(SubnetType subnets) : ResourceType<VirtualNetworkProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/virtualNetworks");

    public override ResourceTypeName Name => TypeName;

    public override IReadOnlyList<string> ApiVersions => NetworkVersions.All;

    public override bool EtagInBody => true;

    public override string NamePattern => "^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$";

    public override Type Reconciler => typeof(VirtualNetworkReconciler);

    public override JsonSerializerContext Json => VirtualNetworkJson.Default;

    public override bool Presents => true;

    public override IReadOnlyList<ResourceAction> Actions { get; } =
    [
        new ResourceAction<VirtualNetworkProperties>("CheckIPAddressAvailability", VirtualNetworkActions.CheckAddress) { Method = HttpMethod.Get, Writes = false },
        new ResourceAction<VirtualNetworkProperties>("usages", VirtualNetworkActions.Usages) { Method = HttpMethod.Get, Writes = false },
    ];

    public override IEnumerable<ResourceReference> References(Resource<VirtualNetworkProperties> resource)
        => from subnet in resource.Properties.Subnets ?? []
           let link = subnet.Properties?.NetworkSecurityGroup
           where link is not null
           select new ResourceReference(link.Id ?? "", $"properties.subnets.{subnet.Name}.properties.networkSecurityGroup.id")
           {
               Type = NetworkSecurityGroupType.TypeName,
               LinkedAction = "Microsoft.Network/networkSecurityGroups/join/action",
           };

    public override IEnumerable<ArmError> Validate(Resource<VirtualNetworkProperties> desired, Resource<VirtualNetworkProperties>? current)
    {
        var network = desired.Properties;
        var kept = network.Subnets ?? current?.Properties.Subnets ?? [];
        var refusals = new Refusals()
            .IfSet(desired.ExtendedLocation, "extendedLocation")
            .IfAny(network.VirtualNetworkPeerings, "properties.virtualNetworkPeerings")
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

        return VirtualNetworkRules.Check(desired.Id, network, kept, subnets.NamePattern).Concat(refusals.Errors);
    }

    public override Resource<VirtualNetworkProperties> Default(Resource<VirtualNetworkProperties> desired, Resource<VirtualNetworkProperties>? current, IResourceView view)
    {
        var network = desired.Properties;
        network.ResourceGuid ??= Guid.NewGuid().ToString();
        network.Subnets ??= [.. (current?.Properties.Subnets ?? []).Select(s => s with { Properties = (s.Properties ?? new()) with { } })];
        network.VirtualNetworkPeerings = [];
        network.EnableDdosProtection ??= false;
        network.DhcpOptions ??= new() { DnsServers = [] };
        foreach (var subnet in network.Subnets)
        {
            subnet.Properties ??= new();
            subnet.Properties.Delegations ??= [];
            subnet.Properties.PrivateEndpointNetworkPolicies ??= "Disabled";
            subnet.Properties.PrivateLinkServiceNetworkPolicies ??= "Enabled";
            foreach (var delegation in subnet.Properties.Delegations)
            {
                delegation.Id = $"{desired.Id}/subnets/{subnet.Name}/delegations/{delegation.Name}";
                delegation.Type = $"{subnets.Name}/delegations";
            }
        }

        subnets.Adopt(desired, (_, _) => { }, current);
        return desired;
    }

    public override IEnumerable<ArmError> Admit(Resource<VirtualNetworkProperties> desired, Resource<VirtualNetworkProperties>? current, IResourceView view)
    {
        foreach (var reference in References(desired))
        {
            if (view.Get<NetworkSecurityGroupProperties>(reference.Target) is { } group)
            {
                if (group.Location != desired.Location || group.Id.SubscriptionId != desired.Id.SubscriptionId)
                {
                    yield return ArmErrors.InvalidReference(reference.Target, desired.Id);
                }
                else if (view.IsDeleting(group.Id))
                {
                    yield return NetworkErrors.ReferenceNotProvisioned(reference.Target, desired.Id.ToString());
                }
            }
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
        }
    }

    public override IEnumerable<ArmError> AdmitDelete(Resource<VirtualNetworkProperties> current, IResourceView view)
        => from subnet in current.Properties.Subnets ?? []
           let user = PrivateAddresses.UsersOf(view, current.Id.Child("subnets", subnet.Name ?? "")).FirstOrDefault()
           where user is not null
           select NetworkErrors.SubnetInUse(subnet.Name ?? "", user.ConfigurationId);

    public override Resource<VirtualNetworkProperties> Present(Resource<VirtualNetworkProperties> stored, IResourceView view)
    {
        var state = stored.Properties.ProvisioningState;
        var users = PrivateAddresses.UsersOf(view, stored.Id).ToLookup(u => u.SubnetKey, u => new ResourceLink { Id = u.ConfigurationId });
        return stored with
        {
            Properties = stored.Properties with
            {
                Subnets = [.. from subnet in stored.Properties.Subnets ?? []
                              let own = users[(subnet.Id ?? "").ToLowerInvariant()].ToArray()
                              select subnet with
                              {
                                  Etag = stored.Etag,
                                  Properties = (subnet.Properties ?? new()) with { ProvisioningState = state, IpConfigurations = own.Length > 0 ? own : null },
                              }],
            },
        };
    }

    private static void Refuse(Refusals refusals, Embedded<SubnetProperties> subnet)
    {
        var (path, own) = ($"properties.subnets.{subnet.Name}.properties", subnet.Properties ?? new());
        refusals
            .IfSet(own.RouteTable, $"{path}.routeTable")
            .IfSet(own.NatGateway, $"{path}.natGateway")
            .IfAny(own.ServiceEndpointPolicies, $"{path}.serviceEndpointPolicies")
            .IfAny(own.IpAllocations, $"{path}.ipAllocations")
            .IfAny(own.ApplicationGatewayIPConfigurations, $"{path}.applicationGatewayIPConfigurations")
            .IfSet(own.SharingScope, $"{path}.sharingScope")
            .IfAny(own.IpamPoolPrefixAllocations, $"{path}.ipamPoolPrefixAllocations")
            .IfSet(own.ServiceGateway, $"{path}.serviceGateway");
    }
}
