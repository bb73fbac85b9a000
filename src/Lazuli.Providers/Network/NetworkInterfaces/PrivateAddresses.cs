using System.Security.Cryptography;
using System.Text;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers;

namespace Lazuli.Providers.Network.NetworkInterfaces;

/// <summary>Who has which private address. Read from the NICs themselves; writers hold the lock of the network.</summary>
internal static class PrivateAddresses
{
    /// <summary>The first four addresses of a prefix and its last one are Azure's.</summary>
    public const int ReservedPerPrefix = 5;

    /// <summary>An IP configuration that has an address in a subnet.</summary>
    public sealed record User(ResourceId Nic, string ConfigurationId, string SubnetKey, string Address);

    public static bool IsReserved(Cidr6 prefix, UInt128 address) => address - prefix.First < 4 || address == prefix.Last;

    public static bool IsReserved(Cidr prefix, uint address) => address - prefix.First < 4 || address == prefix.Last;

    /// <summary>The IP configurations in a subnet, or in any subnet of a network.</summary>
    public static IEnumerable<User> UsersOf(IResourceView view, ResourceId scope)
        => (from nic in view.Referrers<NetworkInterfaceProperties>(scope)
            from configuration in nic.Properties.IpConfigurations ?? []
            let subnet = configuration.Properties?.Subnet?.Id?.ToLowerInvariant() ?? ""
            where subnet == scope.Key || subnet.StartsWith(scope.Key + "/", StringComparison.Ordinal)
            select new User(nic.Id, configuration.Id ?? "", subnet, configuration.Properties?.PrivateIPAddress ?? "")).Concat(LoadBalancerLinks.FrontendsIn(view, scope));

    /// <summary>The addresses taken in a network, and by whom; those of <paramref name="except"/> don't count.</summary>
    public static Dictionary<uint, string> Taken(IResourceView view, ResourceId network, ResourceId? except = null)
    {
        var taken = new Dictionary<uint, string>();
        foreach (var user in UsersOf(view, network).Where(u => !u.Nic.Equals(except)))
        {
            if (Cidr.TryAddress(user.Address, out var address))
            {
                taken[address] = user.ConfigurationId;
            }
        }

        return taken;
    }

    /// <summary>As <see cref="Taken"/>, of IPv6.</summary>
    public static Dictionary<UInt128, string> Taken6(IResourceView view, ResourceId network, ResourceId? except = null)
    {
        var taken = new Dictionary<UInt128, string>();
        foreach (var user in UsersOf(view, network).Where(u => !u.Nic.Equals(except)))
        {
            if (Cidr6.TryAddress(user.Address, out var address))
            {
                taken[address] = user.ConfigurationId;
            }
        }

        return taken;
    }

    /// <summary>The free addresses of a prefix in order.</summary>
    public static IEnumerable<UInt128> Free(Cidr6 prefix, Func<UInt128, bool> isTaken)
    {
        for (var address = prefix.First + 4; address < prefix.Last; address++)
        {
            if (!isTaken(address))
            {
                yield return address;
            }
        }
    }

    /// <summary>The free addresses of a prefix in order.</summary>
    public static IEnumerable<uint> Free(Cidr prefix, Func<uint, bool> isTaken)
    {
        for (var address = prefix.First + 4; address < prefix.Last; address++)
        {
            if (!isTaken(address))
            {
                yield return address;
            }
        }
    }

    /// <summary>A MAC address of Microsoft's, unique in its network and always the same for the same NIC.</summary>
    public static string MacAddress(IResourceView view, ResourceId network, string seed)
    {
        var taken = view.Referrers<NetworkInterfaceProperties>(network).Select(n => n.Properties.MacAddress).ToHashSet(StringComparer.OrdinalIgnoreCase);
        for (var n = 0; ; n++)
        {
            var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{n}"));
            var mac = $"00-0D-3A-{digest[0]:X2}-{digest[1]:X2}-{digest[2]:X2}";
            if (!taken.Contains(mac))
            {
                return mac;
            }
        }
    }
}
