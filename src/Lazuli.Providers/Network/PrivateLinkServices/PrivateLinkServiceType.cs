using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.PrivateLinkServices.PrivateEndpointConnections;

namespace Lazuli.Providers.Network.PrivateLinkServices;

/// <summary>Microsoft.Network/privateLinkServices: a load balancer's frontend that private endpoints of any network can lead to, with addresses that its members see.</summary>
public sealed class PrivateLinkServiceType(PrivateEndpointConnectionType connections, NetworkOptions options) : NetworkType<PrivateLinkServiceProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/privateLinkServices");

    public override ResourceTypeName Name => TypeName;

    /// <summary>It is nowhere else on Azure, either.</summary>
    public override bool CanMove => false;

    public override Type Reconciler => typeof(PrivateLinkServiceReconciler);

    public override JsonSerializerContext Json => PrivateLinkServiceJson.Default;

    public override IReadOnlyList<PrivateLinkGroup> PrivateLink => [];

    public override bool Presents => true;

    public override IEnumerable<ResourceReference> References(Resource<PrivateLinkServiceProperties> resource) => PrivateLinkServiceRules.References(resource.Properties);

    /// <summary>A new NIC has a name that nobody else has.</summary>
    public override IEnumerable<string> Locks(Resource<PrivateLinkServiceProperties> desired) => desired is { Version: > 0, Properties.Nic.Id: { } nic } ? [nic.ToLowerInvariant()] : [];

    public override IEnumerable<ArmError> Validate(Resource<PrivateLinkServiceProperties> desired, Resource<PrivateLinkServiceProperties>? current) => PrivateLinkServiceRules.Check(desired, current);

    public override Resource<PrivateLinkServiceProperties> Default(Resource<PrivateLinkServiceProperties> desired, Resource<PrivateLinkServiceProperties>? current, IResourceView view)
    {
        var service = desired.Properties;
        service.Alias ??= $"{desired.Name}.{Guid.NewGuid()}.{desired.Location}.azure.privatelinkservice";
        service.EnableProxyProtocol ??= false;
        service.Visibility ??= new() { Subscriptions = [] };
        service.AutoApproval ??= new() { Subscriptions = [] };
        service.Fqdns ??= [];
        service.AccessMode ??= "Default";
        service.Links ??= [];
        var configurations = service.IpConfigurations ?? [];
        foreach (var configuration in configurations)
        {
            configuration.Id = $"{desired.Id}/ipConfigurations/{configuration.Name}";
            configuration.Type = $"{TypeName}/ipConfigurations";
            var own = configuration.Properties ??= new();
            own.PrivateIPAllocationMethod ??= "Dynamic";
            own.PrivateIPAddressVersion ??= "IPv4";
            own.Primary = configurations.Count == 1 || own.Primary == true;
        }

        var before = current?.Properties.Nic;
        service.Nic = new()
        {
            Id = before?.Id ?? desired.Id.Scope.Resource(NetworkInterfaceType.TypeName, $"{desired.Name}.nic.{Guid.NewGuid()}").ToString(),
            Addresses =
            [
                .. from configuration in configurations
                   let own = configuration.Properties ?? new()
                   select new PlatformAddress
                   {
                       Name = configuration.Name,
                       Subnet = own.Subnet?.Id,
                       Static = own.PrivateIPAllocationMethod == "Static",
                       Address = own.PrivateIPAllocationMethod == "Static" ? own.PrivateIPAddress : null,
                       Primary = own.Primary == true,
                   },
            ],
        };
        if (PrivateLinkServiceRules.NetworkOf(service, view) is { } network)
        {
            PlatformNics.Allocate(service.Nic, before, network, view);
        }

        foreach (var (configuration, address) in configurations.Zip(service.Nic.Addresses))
        {
            (configuration.Properties ??= new()).PrivateIPAddress = address.Static ? address.Address : null;
        }

        return desired;
    }

    public override IEnumerable<ArmError> Admit(Resource<PrivateLinkServiceProperties> desired, Resource<PrivateLinkServiceProperties>? current, IResourceView view)
        => PrivateLinkServiceRules.Admit(desired, current, view);

    public override IEnumerable<Companion> Companions(Resource<PrivateLinkServiceProperties> after, Resource<PrivateLinkServiceProperties>? before, IResourceView view)
        => after.Properties.Nic is { } nic
            ? [PlatformNics.Companion(after, nic, n => n.PrivateLinkService = ResourceLink.To(after.Id), _ => { }, options, view)]
            : [];

    public override IEnumerable<ArmError> AdmitDelete(Resource<PrivateLinkServiceProperties> current, IResourceView view)
        => connections.Children(current.Properties) is { Count: > 0 } left ? [PrivateLinkErrors.ServiceInUse(current.Id.ToString(), left.Select(c => c.Id ?? ""))] : [];

    public override Resource<PrivateLinkServiceProperties> Present(Resource<PrivateLinkServiceProperties> stored, IResourceView view)
    {
        var state = stored.Properties.ProvisioningState;
        return stored with
        {
            Properties = stored.Properties with
            {
                NetworkInterfaces = stored.Properties.Nic?.Id is { } nic ? [new() { Id = nic }] : null,
                PrivateEndpointConnections = [.. connections.Children(stored.Properties).Select(c => c with { Etag = stored.Etag })],
                IpConfigurations =
                [
                    .. (stored.Properties.IpConfigurations ?? []).Select(c => c with { Etag = stored.Etag, Properties = (c.Properties ?? new()) with { ProvisioningState = state } }),
                ],
            },
        };
    }
}
