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

    // Multicast, broadcast, loopback, link-local and the platform's own address are nobody's.
    private static readonly Cidr[] Reserved = [.. new[] { "0.0.0.0/8", "224.0.0.0/3", "127.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32" }.Select(Cidr.Parse)];

    public static IEnumerable<ArmError> Check(ResourceId id, VirtualNetworkProperties network, IReadOnlyList<Embedded<SubnetProperties>> subnets, string childNamePattern)
    {
        var errors = new List<ArmError>();
        var space = CheckPrefixes(id.ToString(), network.AddressSpace?.AddressPrefixes, errors);
        CheckSpace(id, space, errors);
        CheckServers(network.DhcpOptions?.DnsServers, "properties.dhcpOptions.dnsServers", errors);
        var taken = new List<Cidr>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var subnet in subnets)
        {
            CheckSubnet(id, subnet, childNamePattern, names, space, taken, errors);
        }

        return errors;
    }

    public static void CheckServers(IReadOnlyList<string>? servers, string path, List<ArmError> errors)
        => errors.AddRange(from server in servers ?? [] where !Cidr.TryAddress(server, out _) select NetworkErrors.InvalidAddress(server, path));

    private static void CheckSubnet(
        ResourceId network, Embedded<SubnetProperties> subnet, string namePattern, HashSet<string> names, List<Cidr> space, List<Cidr> taken, List<ArmError> errors)
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

        foreach (var prefix in CheckPrefixes(id, subnet.Properties?.Prefixes, errors))
        {
            if (prefix.Length > SmallestSubnet)
            {
                errors.Add(NetworkErrors.InvalidSubnet(name, network.Name));
            }
            else if (space.Count > 0 && !space.Exists(s => s.Contains(prefix)))
            {
                errors.Add(NetworkErrors.SubnetOutsideNetwork(name, network.Name));
            }
            else if (taken.Exists(prefix.Overlaps))
            {
                errors.Add(NetworkErrors.SubnetsOverlap(name, network.Name));
            }

            taken.Add(prefix);
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

    private static List<Cidr> CheckPrefixes(string resource, IReadOnlyList<string>? prefixes, List<ArmError> errors)
    {
        var valid = new List<Cidr>();
        if (prefixes is not { Count: > 0 })
        {
            errors.Add(NetworkErrors.NoAddressPrefix(resource));
        }

        foreach (var text in prefixes ?? [])
        {
            if (Cidr.IsIpv6(text))
            {
                errors.Add(ArmErrors.NotSupported($"The IPv6 prefix '{text}'") with { Target = text });
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

        return valid;
    }
}
