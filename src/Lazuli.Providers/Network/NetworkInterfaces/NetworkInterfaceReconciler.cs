using Lazuli.Engines.Node;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers;
using Lazuli.Providers.Network.PublicIPAddresses;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.NetworkInterfaces;

/// <summary>Puts the NIC on the machine: its addresses, its rules, and the host name that its virtual machine gives it.</summary>
public sealed class NetworkInterfaceReconciler(IResourceView view, NodeLink link) : NodeReconciler<NetworkInterfaceProperties>(view, link)
{
    protected override IEnumerable<NodeItem> Project(Resource<NetworkInterfaceProperties> resource) => PlatformNics.OwnerOf(resource.Properties) is null ? [ItemOf(resource, View)] : [];

    /// <summary>The NIC as the machine gets it.</summary>
    public static NicItem ItemOf(Resource<NetworkInterfaceProperties> resource, IResourceView view)
    {
        var nic = resource.Properties;
        return new NicItem
        {
            Key = resource.Id.Key,
            VnetKey = NetworkInterfaceRules.NetworkOf(nic)?.Key ?? throw new InvalidDataException($"'{resource.Id}' is in no network."),
            MacAddress = nic.MacAddress ?? throw new InvalidDataException($"'{resource.Id}' has no MAC address."),
            NsgKey = nic.NetworkSecurityGroup?.Id?.ToLowerInvariant(),
            IpForwarding = nic.EnableIPForwarding == true,
            HostName = AttachedVm.OfNic(view, resource.Id) is { } vm ? nic.DnsSettings?.InternalDnsNameLabel ?? vm.ComputerName : null,
            DnsServers = nic.DnsSettings?.DnsServers ?? [],
            IpConfigs = [.. (nic.IpConfigurations ?? []).Select(c => Spec(c, view))],
        };
    }

    protected override Outcome Observe(Resource<NetworkInterfaceProperties> resource, IReadOnlyList<NodeItem> items, Outcome outcome)
        => NicLinks.Pruned(resource, View) is { } pruned ? outcome with { Update = pruned } : outcome;

    private static IpConfigSpec Spec(Embedded<NicIpConfiguration> configuration, IResourceView view)
    {
        var own = configuration.Properties ?? throw new InvalidDataException($"'{configuration.Id}' is empty.");
        var address = view.Get<PublicIPAddressProperties>(own.PublicIPAddress?.Id);
        return new()
        {
            Name = configuration.Name ?? "",
            SubnetKey = own.Subnet?.Id?.ToLowerInvariant() ?? "",
            PrivateAddress = own.PrivateIPAddress ?? "",
            Primary = own.Primary == true,
            PublicAddress = address?.Properties.Allocated,
            PublicSecureByDefault = address?.Sku?.Name == "Standard",
            GroupKeys = [.. (own.ApplicationSecurityGroups ?? []).Select(g => g.Id?.ToLowerInvariant()).OfType<string>()],
        };
    }
}
