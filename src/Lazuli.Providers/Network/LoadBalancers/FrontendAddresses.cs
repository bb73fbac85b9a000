using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers.FrontendIPConfigurations;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.VirtualNetworks;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>Private addresses of frontends: fixed ones as asked, the others the lowest free one, kept as long as the frontend stays in its subnet.</summary>
internal static class FrontendAddresses
{
    /// <summary>Fills the record, which is the caller's own copy. What stays without an address is a fault that <see cref="LoadBalancerAdmission"/> reports.</summary>
    public static void Allocate(Resource<LoadBalancerProperties> desired, Resource<LoadBalancerProperties>? current, IResourceView view)
    {
        var frontends = (desired.Properties.FrontendIPConfigurations ?? []).Where(f => f.Properties?.Subnet is not null).ToArray();
        if (frontends.Length == 0 || LoadBalancerLinks.NetworkOf(view, desired) is not { } network || view.Get<VirtualNetworkProperties>(network) is not { } vnet)
        {
            return;
        }

        var taken = PrivateAddresses.Taken(view, network, desired.Id).Keys.Select(Cidr.Text).Concat(PrivateAddresses.Taken6(view, network, desired.Id).Keys.Select(Cidr6.Text)).ToHashSet(StringComparer.Ordinal);
        foreach (var own in frontends.Select(f => f.Properties ?? new()).Where(p => p.PrivateIPAllocationMethod == "Static"))
        {
            if (Cidr.TryAnyAddress(own.PrivateIPAddress, out var address))
            {
                own.PrivateIPAddress = address.ToString();
                taken.Add(own.PrivateIPAddress);
            }
        }

        foreach (var (name, own) in frontends.Select(f => (f.Name, f.Properties ?? new())).Where(f => f.Item2.PrivateIPAllocationMethod != "Static"))
        {
            own.PrivateIPAddress = Before(current, name, own, taken) ?? NetworkInterfaceRules.FreeAddress(vnet, own.Subnet?.Id, own.PrivateIPAddressVersion == "IPv6", taken);
            if (own.PrivateIPAddress is { } address)
            {
                taken.Add(address);
            }
        }
    }

    private static string? Before(Resource<LoadBalancerProperties>? current, string? name, FrontendIPConfiguration own, HashSet<string> taken)
    {
        var before = current?.Properties.FrontendIPConfigurations?.FirstOrDefault(f => LoadBalancerLinks.Same(f.Name, name))?.Properties;
        return before is { PrivateIPAddress: { } address } && LoadBalancerLinks.Same(before.Subnet?.Id, own.Subnet?.Id) && before.PrivateIPAddressVersion == own.PrivateIPAddressVersion && !taken.Contains(address)
            ? address
            : null;
    }
}
