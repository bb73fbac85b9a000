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

        var taken = PrivateAddresses.Taken(view, network, desired.Id).Keys.ToHashSet();
        foreach (var own in frontends.Select(f => f.Properties ?? new()).Where(p => p.PrivateIPAllocationMethod == "Static"))
        {
            if (Cidr.TryAddress(own.PrivateIPAddress, out var address))
            {
                taken.Add(address);
            }
        }

        foreach (var (name, own) in frontends.Select(f => (f.Name, f.Properties ?? new())).Where(f => f.Item2.PrivateIPAllocationMethod != "Static"))
        {
            own.PrivateIPAddress = Before(current, name, own, taken)
                ?? NetworkInterfaceRules.Prefixes(vnet, own.Subnet?.Id).SelectMany(p => PrivateAddresses.Free(p, taken.Contains)).Take(1).Select(Cidr.Text).FirstOrDefault();
            if (Cidr.TryAddress(own.PrivateIPAddress, out var address))
            {
                taken.Add(address);
            }
        }
    }

    private static string? Before(Resource<LoadBalancerProperties>? current, string? name, FrontendIPConfiguration own, HashSet<uint> taken)
    {
        var before = current?.Properties.FrontendIPConfigurations?.FirstOrDefault(f => LoadBalancerLinks.Same(f.Name, name))?.Properties;
        return before is not null && LoadBalancerLinks.Same(before.Subnet?.Id, own.Subnet?.Id) && Cidr.TryAddress(before.PrivateIPAddress, out var address) && !taken.Contains(address)
            ? before.PrivateIPAddress
            : null;
    }
}
