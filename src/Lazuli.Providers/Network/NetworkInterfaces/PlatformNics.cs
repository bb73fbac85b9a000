using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.VirtualNetworks;

namespace Lazuli.Providers.Network.NetworkInterfaces;

/// <summary>
/// NICs of private endpoints and private link services. They come and change with their owner, in one transaction, from what its document says; nobody else changes them. On the machine their
/// owner is what is there.
/// </summary>
internal static class PlatformNics
{
    /// <summary>Fills addresses in: fixed ones stay, the others get what they had, or the lowest free one; those that stay empty are a fault to be reported.</summary>
    /// <param name="nic">The caller's own copy.</param>
    /// <param name="before">As it was, or null.</param>
    /// <param name="network">The network of all its subnets, whose lock the caller holds.</param>
    /// <param name="view">What is stored.</param>
    public static void Allocate(PlatformNic nic, PlatformNic? before, Resource<VirtualNetworkProperties> network, IResourceView view)
    {
        var taken = PrivateAddresses.Taken(view, network.Id, ResourceId.TryParse(nic.Id, out var own) ? own : null).Keys.ToHashSet();
        foreach (var fixedly in (nic.Addresses ?? []).Where(a => a.Static))
        {
            if (Cidr.TryAddress(fixedly.Address, out var address))
            {
                taken.Add(address);
            }
        }

        foreach (var open in (nic.Addresses ?? []).Where(a => !a.Static))
        {
            var had = (before?.Addresses ?? []).FirstOrDefault(a => Same(a.Name, open.Name) && Same(a.Subnet, open.Subnet))?.Address;
            open.Address = Cidr.TryAddress(had, out var kept) && !taken.Contains(kept)
                ? had
                : NetworkInterfaceRules.Prefixes(network, open.Subnet).SelectMany(p => PrivateAddresses.Free(p, taken.Contains)).Take(1).Select(Cidr.Text).FirstOrDefault();
            if (Cidr.TryAddress(open.Address, out var address))
            {
                taken.Add(address);
            }
        }

        nic.ResourceGuid ??= before?.ResourceGuid ?? Guid.NewGuid().ToString();
        nic.MacAddress ??= before?.MacAddress ?? PrivateAddresses.MacAddress(view, network.Id, nic.ResourceGuid);
    }

    /// <summary>What is wrong with its addresses among the others of the network, and with its name.</summary>
    public static IEnumerable<ArmError> Admit(PlatformNic nic, PlatformNic? before, Resource<VirtualNetworkProperties> network, IResourceView view)
    {
        if (!ResourceId.TryParse(nic.Id, out var id))
        {
            yield break;
        }

        if (before is null && view.Store.Get(id.Key) is not null)
        {
            yield return ArmErrors.BadRequest("NetworkInterfaceNameInUse", $"The name of network interface {id} is already in use.", "properties.customNetworkInterfaceName");
        }

        var taken = PrivateAddresses.Taken(view, network.Id, id);
        foreach (var own in nic.Addresses ?? [])
        {
            if (NetworkInterfaceRules.AddressFault(ConfigurationId(id, own), own.Address, own.Subnet, network, taken) is { } fault)
            {
                yield return fault;
            }
        }
    }

    /// <summary>The NIC as it is stored: what its owner's write brings along.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="nic">As the owner's document keeps it.</param>
    /// <param name="fill">Links to the owner, and what else of the owner's is in the properties.</param>
    /// <param name="configure">The same of an IP configuration.</param>
    /// <param name="options">For DNS names.</param>
    /// <param name="view">What is stored.</param>
    public static Companion Companion<T>(
        Resource<T> owner, PlatformNic nic, Action<NetworkInterfaceProperties> fill, Action<NicIpConfiguration> configure, NetworkOptions options, IResourceView view)
        where T : class
    {
        var id = ResourceId.Parse(nic.Id ?? "");
        var properties = new NetworkInterfaceProperties
        {
            ProvisioningState = "Succeeded",
            ResourceGuid = nic.ResourceGuid,
            MacAddress = nic.MacAddress,
            EnableAcceleratedNetworking = false,
            EnableIPForwarding = false,
            DisableTcpStateTracking = false,
            NicType = "Standard",
            AuxiliaryMode = "None",
            AuxiliarySku = "None",
            IpConfigurations =
            [
                .. from own in nic.Addresses ?? []
                   select new Embedded<NicIpConfiguration>
                   {
                       Id = ConfigurationId(id, own),
                       Name = own.Name,
                       Type = $"{NetworkInterfaceType.TypeName}/ipConfigurations",
                       Properties = new()
                       {
                           PrivateIPAddress = own.Address,
                           PrivateIPAllocationMethod = own.Static ? "Static" : "Dynamic",
                           PrivateIPAddressVersion = "IPv4",
                           Primary = own.Primary,
                           Subnet = new() { Id = own.Subnet },
                       },
                   },
            ],
        };
        if (NetworkInterfaceRules.NetworkOf(properties) is { } network && view.Get<VirtualNetworkProperties>(network) is { } vnet)
        {
            properties.DnsSettings = new() { DnsServers = [], AppliedDnsServers = [], InternalDomainNameSuffix = VirtualNetworkReconciler.DnsSuffixOf(vnet, options) };
        }

        fill(properties);
        foreach (var configuration in properties.IpConfigurations)
        {
            configure(configuration.Properties ??= new());
        }

        return new(NetworkInterfaceType.TypeName, new Resource<NetworkInterfaceProperties>
        {
            Id = id,
            Name = id.Name,
            Type = NetworkInterfaceType.TypeName.ToString(),
            Location = owner.Location,
            Tags = owner.Tags,
            Version = view.Get<NetworkInterfaceProperties>(id)?.Version ?? 0,
            Properties = properties,
        });
    }

    /// <summary>Deletes it, now that its owner goes. True when it is gone.</summary>
    public static async Task<bool> RemoveAsync(PlatformNic? nic, KernelServices kernel, CancellationToken cancellationToken)
    {
        if (!ResourceId.TryParse(nic?.Id, out var id) || kernel.Store.Get(id.Key) is null)
        {
            return true;
        }

        if (!kernel.View.IsDeleting(id))
        {
            await new OwnRequests(kernel, "Microsoft.Network").SendAsync(HttpMethod.Delete, id, default, cancellationToken);
        }

        return kernel.Store.Get(id.Key) is null;
    }

    /// <summary>The private endpoint or private link service whose NIC it is; null for anybody's.</summary>
    public static string? OwnerOf(NetworkInterfaceProperties nic) => nic.PrivateEndpoint?.Id ?? nic.PrivateLinkService?.Id;

    /// <summary>As <see cref="OwnerOf"/>, as long as the owner isn't on its way out.</summary>
    public static string? LivingOwnerOf(NetworkInterfaceProperties nic, IResourceView view)
        => OwnerOf(nic) is { } owner && ResourceId.TryParse(owner, out var id) && view.Store.Get(id.Key) is not null && !view.IsDeleting(id) ? owner : null;

    private static string ConfigurationId(ResourceId nic, PlatformAddress address) => nic.Child("ipConfigurations", address.Name ?? "").ToString();

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
