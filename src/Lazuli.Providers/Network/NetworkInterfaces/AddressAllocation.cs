using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.VirtualNetworks;

namespace Lazuli.Providers.Network.NetworkInterfaces;

/// <summary>
/// Private addresses of a NIC's configurations: fixed ones as asked, then what dynamic ones had before, then the lowest free ones of their family. What stays without one is a
/// fault that <see cref="NetworkInterfaceRules.Admit"/> reports.
/// </summary>
internal static class AddressAllocation
{
    /// <summary>Fills the record, which is the caller's own copy.</summary>
    public static void Allocate(Resource<NetworkInterfaceProperties> desired, Resource<NetworkInterfaceProperties>? current, Resource<VirtualNetworkProperties> network, IResourceView view)
    {
        var configurations = (desired.Properties.IpConfigurations ?? []).Select(c => (c.Name, Own: c.Properties ?? new())).ToArray();
        var taken = PrivateAddresses.Taken(view, network.Id, desired.Id).Keys.Select(Cidr.Text).ToHashSet(StringComparer.Ordinal);
        if (configurations.Any(c => c.Own.IsIpv6))
        {
            taken.UnionWith(PrivateAddresses.Taken6(view, network.Id, desired.Id).Keys.Select(Cidr6.Text));
        }

        foreach (var (_, own) in configurations.Where(c => c.Own.PrivateIPAllocationMethod == "Static"))
        {
            if (Cidr.TryAnyAddress(own.PrivateIPAddress, out var address))
            {
                own.PrivateIPAddress = address.ToString();
                taken.Add(own.PrivateIPAddress);
            }
        }

        var open = new List<NicIpConfiguration>();
        foreach (var (name, own) in configurations.Where(c => c.Own.PrivateIPAllocationMethod == "Dynamic"))
        {
            var before = current?.Properties.IpConfigurations?.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase))?.Properties;
            own.PrivateIPAddress = null;
            if (before is { PrivateIPAddress: { } kept } && before.IsIpv6 == own.IsIpv6 && string.Equals(before.Subnet?.Id, own.Subnet?.Id, StringComparison.OrdinalIgnoreCase) && taken.Add(kept))
            {
                own.PrivateIPAddress = kept;
            }
            else
            {
                open.Add(own);
            }
        }

        foreach (var own in open)
        {
            own.PrivateIPAddress = NetworkInterfaceRules.FreeAddress(network, own.Subnet?.Id, own.IsIpv6, taken);
            if (own.PrivateIPAddress is { } address)
            {
                taken.Add(address);
            }
        }
    }
}
