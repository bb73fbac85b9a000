using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers;
using Lazuli.Providers.Network.VirtualNetworks;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.NetworkInterfaces;

/// <summary>Microsoft.Network/networkInterfaces: private addresses in one virtual network, each given to nobody else, and the device of a virtual machine.</summary>
public sealed class NetworkInterfaceType(NetworkOptions options) : NetworkType<NetworkInterfaceProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/networkInterfaces");

    public override ResourceTypeName Name => TypeName;

    public override string NamePattern => "^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$";

    public override Type Reconciler => typeof(NetworkInterfaceReconciler);

    public override JsonSerializerContext Json => NetworkInterfaceJson.Default;

    public override bool Presents => true;

    public override IReadOnlyList<ResourceAction> Actions { get; } =
    [
        new ResourceAction<NetworkInterfaceProperties>("effectiveRouteTable", EffectiveViews.Routes) { Writes = false, Answers = Answering.Later },
        new ResourceAction<NetworkInterfaceProperties>("effectiveNetworkSecurityGroups", EffectiveViews.Groups) { Writes = false, Answers = Answering.Later },
    ];

    public override IEnumerable<ResourceReference> References(Resource<NetworkInterfaceProperties> resource) => NetworkInterfaceRules.References(resource.Properties);

    public override IEnumerable<ArmError> Validate(Resource<NetworkInterfaceProperties> desired, Resource<NetworkInterfaceProperties>? current)
        => NetworkInterfaceRules.Check(desired, current);

    public override Resource<NetworkInterfaceProperties> Default(Resource<NetworkInterfaceProperties> desired, Resource<NetworkInterfaceProperties>? current, IResourceView view)
    {
        var nic = desired.Properties;
        var configurations = nic.IpConfigurations ?? [];
        nic.ResourceGuid ??= Guid.NewGuid().ToString();
        nic.EnableAcceleratedNetworking ??= false;
        nic.EnableIPForwarding ??= false;
        nic.DisableTcpStateTracking ??= false;
        nic.NicType ??= "Standard";
        nic.AuxiliaryMode ??= "None";
        nic.AuxiliarySku ??= "None";
        foreach (var configuration in configurations)
        {
            configuration.Id = desired.Id.Child("ipConfigurations", configuration.Name ?? "").ToString();
            configuration.Type = $"{Name}/ipConfigurations";
            var own = configuration.Properties ??= new();
            own.PrivateIPAllocationMethod ??= "Dynamic";
            own.PrivateIPAddressVersion ??= "IPv4";
            own.Primary = configurations.Count == 1 || own.Primary == true;
        }

        if (NetworkInterfaceRules.NetworkOf(nic) is { } network && view.Get<VirtualNetworkProperties>(network) is { } vnet)
        {
            AddressAllocation.Allocate(desired, current, vnet, view);
            nic.MacAddress ??= PrivateAddresses.MacAddress(view, network, nic.ResourceGuid);
            var dns = nic.DnsSettings ??= new();
            dns.DnsServers ??= [];
            dns.AppliedDnsServers = dns.DnsServers;
            dns.InternalDomainNameSuffix = VirtualNetworkReconciler.DnsSuffixOf(vnet, options);
            dns.InternalFqdn = dns.InternalDnsNameLabel is { Length: > 0 } label ? $"{label}.{dns.InternalDomainNameSuffix}" : null;
        }

        return desired;
    }

    public override IEnumerable<ArmError> Admit(Resource<NetworkInterfaceProperties> desired, Resource<NetworkInterfaceProperties>? current, IResourceView view)
        => current is not null && PlatformNics.LivingOwnerOf(current.Properties, view) is { } owner
            ? [NetworkErrors.NicOfPlatform(current.Id.ToString(), owner)]
            : NetworkInterfaceRules.Admit(desired, view).Concat(NicLinks.Admit(desired, current, view));

    public override IEnumerable<ArmError> AdmitDelete(Resource<NetworkInterfaceProperties> current, IResourceView view)
        => AttachedVm.OfNic(view, current.Id) is { } vm ? [NetworkErrors.NicInUse(current.Id.ToString(), vm.Id.ToString())]
            : PlatformNics.LivingOwnerOf(current.Properties, view) is { } owner ? [NetworkErrors.NicInUseByPlatform(current.Id.ToString(), owner)]
            : [];

    public override Resource<NetworkInterfaceProperties> Present(Resource<NetworkInterfaceProperties> stored, IResourceView view)
    {
        var vm = AttachedVm.OfNic(view, stored.Id);
        return stored with
        {
            Properties = stored.Properties with
            {
                VirtualMachine = vm is null ? null : ResourceLink.To(vm.Id),
                Primary = vm?.IsPrimary,
                VnetEncryptionSupported = false,
                DefaultOutboundConnectivityEnabled = false,
                HostedWorkloads = [],
                TapConfigurations = [],
                IpConfigurations = [.. from configuration in stored.Properties.IpConfigurations ?? []
                                       select configuration with
                                       {
                                           Etag = stored.Etag,
                                           Properties = (configuration.Properties ?? new()) with { ProvisioningState = stored.Properties.ProvisioningState },
                                       }],
            },
        };
    }
}
