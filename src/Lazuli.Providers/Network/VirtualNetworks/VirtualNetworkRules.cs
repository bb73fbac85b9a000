using System.Text.RegularExpressions;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.VirtualNetworks.Subnets;

namespace Lazuli.Providers.Network.VirtualNetworks;

/// <summary>What makes an address plan valid.</summary>
internal static class VirtualNetworkRules
{
    private const int SmallestSubnet = 29;
    private const int Subnet6 = 64;

    // Multicast, broadcast, loopback, link-local and the platform's own address are nobody's.
    private static readonly Cidr[] Reserved = [.. new[] { "0.0.0.0/8", "224.0.0.0/3", "127.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32" }.Select(Cidr.Parse)];

    // Loopback and the like, link-local and multicast.
    private static readonly Cidr6[] Reserved6 = [.. new[] { "::/8", "fe80::/10", "ff00::/8" }.Select(Cidr6.Parse)];

    public static IEnumerable<ArmError> Check(ResourceId id, VirtualNetworkProperties network, IReadOnlyList<Embedded<SubnetProperties>> subnets, string childNamePattern)
    {
        var errors = new List<ArmError>();
        var space = CheckPrefixes(id.ToString(), network.AddressSpace?.AddressPrefixes, errors);
        CheckSpace(id, space.V4, errors);
        CheckSpace6(id, space.V6, errors);
        if (space.V4.Count == 0 && space.V6.Count > 0)
        {
            errors.Add(NetworkErrors.InvalidAddressSpace(space.V6[0].ToString(), id.Name, "a network with IPv6 has IPv4, too."));
        }

        CheckServers(network.DhcpOptions?.DnsServers, "properties.dhcpOptions.dnsServers", errors);
        var taken = (V4: new List<Cidr>(), V6: new List<Cidr6>());
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var subnet in subnets)
        {
            CheckSubnet(id, subnet, childNamePattern, names, space, taken, errors);
        }

        return errors;
    }

    public static void CheckServers(IReadOnlyList<string>? servers, string path, List<ArmError> errors)
        => errors.AddRange(from server in servers ?? [] where !Cidr.TryAnyAddress(server, out _) select NetworkErrors.InvalidAddress(server, path));

    private static void CheckSubnet(
        ResourceId network, Embedded<SubnetProperties> subnet, string namePattern, HashSet<string> names, (List<Cidr> V4, List<Cidr6> V6) space, (List<Cidr> V4, List<Cidr6> V6) taken, List<ArmError> errors)
    {
        if (subnet.Name is not { Length: > 0 } name)
        {
            errors.Add(NetworkErrors.InvalidRequestFormat("A subnet has no name.", "properties.subnets"));
            return;
        }

        var id = network.Child("subnets", name).ToString();
        if (!Regex.IsMatch(name, namePattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking))
        {
            errors.Add(ArmErrors.BadRequest("InvalidResourceName", $"Resource name {name} is invalid. The name must match '{namePattern}'.", name));
        }

        if (!names.Add(name))
        {
            errors.Add(NetworkErrors.DuplicateName(network.ToString(), name));
        }

        var (own, own6) = CheckPrefixes(id, subnet.Properties?.Prefixes, errors);
        foreach (var prefix in own)
        {
            if (prefix.Length > SmallestSubnet)
            {
                errors.Add(NetworkErrors.InvalidSubnet(name, network.Name));
            }
            else if (space.V4.Count > 0 && !space.V4.Exists(s => s.Contains(prefix)))
            {
                errors.Add(NetworkErrors.SubnetOutsideNetwork(name, network.Name));
            }
            else if (taken.V4.Exists(prefix.Overlaps))
            {
                errors.Add(NetworkErrors.SubnetsOverlap(name, network.Name));
            }

            taken.V4.Add(prefix);
        }

        if (own6.Count > 0 && own.Count == 0)
        {
            errors.Add(NetworkErrors.InvalidSubnet(name, network.Name, "a subnet with an IPv6 prefix has an IPv4 prefix, too."));
        }

        foreach (var prefix in own6)
        {
            if (prefix.Length != Subnet6)
            {
                errors.Add(NetworkErrors.InvalidSubnet(name, network.Name, $"the IPv6 prefix {prefix} is not of length {Subnet6}."));
            }
            else if (!space.V6.Exists(s => s.Contains(prefix)))
            {
                errors.Add(NetworkErrors.SubnetOutsideNetwork(name, network.Name));
            }
            else if (taken.V6.Exists(prefix.Overlaps))
            {
                errors.Add(NetworkErrors.SubnetsOverlap(name, network.Name));
            }

            taken.V6.Add(prefix);
        }
    }

    private static void CheckSpace6(ResourceId id, List<Cidr6> space, List<ArmError> errors)
    {
        for (var i = 0; i < space.Count; i++)
        {
            if (space[i].Length is > Subnet6 or < 7)
            {
                errors.Add(NetworkErrors.InvalidAddressSpace(space[i].ToString(), id.Name, "its size is not between /7 and /64."));
            }
            else if (Array.Exists(Reserved6, space[i].Overlaps))
            {
                errors.Add(NetworkErrors.InvalidAddressSpace(space[i].ToString(), id.Name, "it holds reserved addresses."));
            }
            else if (space.Take(i).Any(space[i].Overlaps))
            {
                errors.Add(NetworkErrors.InvalidAddressSpace(space[i].ToString(), id.Name, "it overlaps another prefix of the network."));
            }
        }
    }

    private static void CheckSpace(ResourceId id, List<Cidr> space, List<ArmError> errors)
    {
        for (var i = 0; i < space.Count; i++)
        {
            if (space[i].Length > SmallestSubnet || space[i].Length < 2)
            {
                errors.Add(NetworkErrors.InvalidAddressSpace(space[i].ToString(), id.Name, "its size is not between /2 and /29."));
            }
            else if (Array.Exists(Reserved, space[i].Overlaps))
            {
                errors.Add(NetworkErrors.InvalidAddressSpace(space[i].ToString(), id.Name, "it holds reserved addresses."));
            }
            else if (space.Take(i).Any(space[i].Overlaps))
            {
                errors.Add(NetworkErrors.InvalidAddressSpace(space[i].ToString(), id.Name, "it overlaps another prefix of the network."));
            }
        }
    }

    private static (List<Cidr> V4, List<Cidr6> V6) CheckPrefixes(string resource, IReadOnlyList<string>? prefixes, List<ArmError> errors)
    {
        var (valid, valid6) = (new List<Cidr>(), new List<Cidr6>());
        if (prefixes is not { Count: > 0 })
        {
            errors.Add(NetworkErrors.NoAddressPrefix(resource));
        }

        foreach (var text in prefixes ?? [])
        {
            if (Cidr6.TryParse(text, out var prefix6))
            {
                if (prefix6.HasHostBits)
                {
                    errors.Add(NetworkErrors.InvalidCidrNotation(text, prefix6));
                }
                else
                {
                    valid6.Add(prefix6);
                }
            }
            else if (!Cidr.TryParse(text, out var prefix))
            {
                errors.Add(NetworkErrors.InvalidPrefixFormat(text, resource));
            }
            else if (prefix.HasHostBits)
            {
                errors.Add(NetworkErrors.InvalidCidrNotation(text, prefix));
            }
            else
            {
                valid.Add(prefix);
            }
        }

        return (valid, valid6);
    }
}
