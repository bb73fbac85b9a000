using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers.BackendAddressPools;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.PublicIPAddresses;
using static Lazuli.Providers.Network.LoadBalancers.LoadBalancerLinks;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>A member of a pool, whatever it is.</summary>
internal sealed record PoolMember
{
    /// <summary>The lower-cased id of an IP configuration, or the address: what its ports of ranges are kept by.</summary>
    public required string Key { get; init; }

    /// <summary>The name of its entry in the pool's addresses.</summary>
    public required string Name { get; init; }

    /// <summary>Empty when a regional frontend has none (yet).</summary>
    public required string Address { get; init; }
    public string AdminState { get; init; } = "None";

    /// <summary>The IP configuration that it is, or that has its address.</summary>
    public string? ConfigurationId { get; init; }
    public bool HasPublicAddress { get; init; }
}

/// <summary>Who is in a pool: the IP configurations that name it, its addresses, or (of a global load balancer) frontends of regional ones.</summary>
internal static class PoolMembers
{
    public static IReadOnlyList<PoolMember> Of(IResourceView view, Resource<LoadBalancerProperties> balancer, string? poolId)
    {
        if (Find(balancer.Id, balancer.Properties.BackendAddressPools, "backendAddressPools", poolId) is not { } pool)
        {
            return [];
        }

        var entries = pool.Properties?.LoadBalancerBackendAddresses ?? [];
        return !IsByAddress(pool.Properties)
            ? [.. LoadBalancerLinks.MembersOf(view, $"{balancer.Id}/backendAddressPools/{pool.Name}").Select(m => FromNic(m, entries.FirstOrDefault(e => Same(e.Name, m.EntryName))))]
            : [.. entries.Where(e => e.Properties is { IpAddress: not null } or { LoadBalancerFrontendIPConfiguration: not null }).Select(e => FromEntry(view, pool.Properties ?? new(), e))];
    }

    /// <summary>The virtual network of an entry with an address.</summary>
    public static ResourceId? NetworkOf(BackendAddressPool pool, BackendAddress entry)
        => ResourceId.TryParse(entry.Properties?.VirtualNetwork?.Id ?? pool.VirtualNetwork?.Id, out var network) ? network
            : ResourceId.TryParse(entry.Properties?.Subnet?.Id, out var subnet) ? subnet.Parent
            : null;

    private static PoolMember FromNic(NicMember member, BackendAddress? entry) => new()
    {
        Key = member.Id.ToLowerInvariant(),
        Name = member.EntryName,
        Address = member.Address,
        AdminState = entry?.Properties?.AdminState ?? "None",
        ConfigurationId = member.Id,
        HasPublicAddress = member.Configuration.Properties?.PublicIPAddress is not null,
    };

    private static PoolMember FromEntry(IResourceView view, BackendAddressPool pool, BackendAddress entry)
    {
        var own = entry.Properties ?? new();
        var address = own.IpAddress ?? "";
        if (own.LoadBalancerFrontendIPConfiguration is { } link)
        {
            var regional = FrontendOf(view, link.Id);
            address = view.Get<PublicIPAddressProperties>(regional?.Frontend.Properties?.PublicIPAddress?.Id)?.Properties.Allocated ?? "";
            return new() { Key = (link.Id ?? "").ToLowerInvariant(), Name = entry.Name ?? "", Address = address, AdminState = own.AdminState ?? "None" };
        }

        var nic = NetworkOf(pool, entry) is not { } network ? null
            : (from user in view.Referrers<NetworkInterfaceProperties>(network)
               from configuration in user.Properties.IpConfigurations ?? []
               where configuration.Properties?.PrivateIPAddress == address
               select configuration).FirstOrDefault();
        return new()
        {
            Key = address,
            Name = entry.Name ?? "",
            Address = address,
            AdminState = own.AdminState ?? "None",
            ConfigurationId = nic?.Id,
            HasPublicAddress = nic?.Properties?.PublicIPAddress is not null,
        };
    }
}
