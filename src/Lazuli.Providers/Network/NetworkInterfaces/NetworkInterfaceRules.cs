using System.Text.RegularExpressions;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.ApplicationSecurityGroups;
using Lazuli.Providers.Network.LoadBalancers;
using Lazuli.Providers.Network.NetworkSecurityGroups;
using Lazuli.Providers.Network.PublicIPAddresses;
using Lazuli.Providers.Network.VirtualNetworks;

namespace Lazuli.Providers.Network.NetworkInterfaces;

/// <summary>What makes a NIC valid, in itself and among the others.</summary>
internal static class NetworkInterfaceRules
{
    private const string NamePattern = "^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$";
    private const int MostConfigurations = 256;
    private static readonly ResourceTypeName Subnet = ResourceTypeName.Parse("Microsoft.Network/virtualNetworks/subnets");

    public static IEnumerable<ResourceReference> References(NetworkInterfaceProperties nic)
    {
        if (nic.NetworkSecurityGroup is { } group)
        {
            yield return new(group.Id ?? "", "properties.networkSecurityGroup.id")
            {
                Type = NetworkSecurityGroupType.TypeName,
                LinkedAction = "Microsoft.Network/networkSecurityGroups/join/action",
            };
        }

        if (PlatformNics.OwnerOf(nic) is { } owner)
        {
            yield return new(owner, "properties.privateEndpoint.id") { Optional = true };
        }

        foreach (var configuration in nic.IpConfigurations ?? [])
        {
            var path = $"properties.ipConfigurations.{configuration.Name}.properties";
            if (configuration.Properties?.Subnet is { } subnet)
            {
                yield return new(subnet.Id ?? "", $"{path}.subnet.id") { Type = Subnet, LinkedAction = "Microsoft.Network/virtualNetworks/subnets/join/action" };
            }

            if (configuration.Properties?.PublicIPAddress is { } address)
            {
                yield return new(address.Id ?? "", $"{path}.publicIPAddress.id")
                {
                    Type = PublicIPAddressType.TypeName,
                    LinkedAction = "Microsoft.Network/publicIPAddresses/join/action",
                };
            }

            foreach (var link in NicLinks.References(configuration.Properties, path))
            {
                yield return link;
            }

            foreach (var application in configuration.Properties?.ApplicationSecurityGroups ?? [])
            {
                yield return new(application.Id ?? "", $"{path}.applicationSecurityGroups.id")
                {
                    Type = ApplicationSecurityGroupType.TypeName,
                    LinkedAction = "Microsoft.Network/applicationSecurityGroups/joinIpConfiguration/action",
                };
            }
        }
    }

    /// <summary>The virtual network of the NIC's subnets.</summary>
    public static ResourceId? NetworkOf(NetworkInterfaceProperties nic)
        => (nic.IpConfigurations ?? []).Select(c => ResourceId.TryParse(c.Properties?.Subnet?.Id, out var id) ? id.Parent : null).FirstOrDefault(id => id is not null);

    /// <summary>A subnet's IPv4 prefixes.</summary>
    public static IEnumerable<Cidr> Prefixes(Resource<VirtualNetworkProperties> network, string? subnet) => Cidr.Among(AllPrefixes(network, subnet));

    /// <summary>A subnet's IPv6 prefixes.</summary>
    /// <summary>The lowest address of a subnet that isn't among those taken, or null.</summary>
    public static string? FreeAddress(Resource<VirtualNetworkProperties> network, string? subnet, bool ipv6, HashSet<string> taken) => (ipv6
        ? Prefixes6(network, subnet).SelectMany(p => PrivateAddresses.Free(p, a => taken.Contains(Cidr6.Text(a)))).Select(Cidr6.Text)
        : Prefixes(network, subnet).SelectMany(p => PrivateAddresses.Free(p, a => taken.Contains(Cidr.Text(a)))).Select(Cidr.Text)).FirstOrDefault();

    public static IEnumerable<Cidr6> Prefixes6(Resource<VirtualNetworkProperties> network, string? subnet) => Cidr6.Among(AllPrefixes(network, subnet));

    private static IEnumerable<string> AllPrefixes(Resource<VirtualNetworkProperties> network, string? subnet)
        => (network.Properties.Subnets ?? []).Where(s => string.Equals(s.Id, subnet, StringComparison.OrdinalIgnoreCase)).SelectMany(s => s.Properties?.Prefixes ?? []);

    public static IEnumerable<ArmError> Check(Resource<NetworkInterfaceProperties> desired, Resource<NetworkInterfaceProperties>? current)
    {
        var (nic, errors) = (desired.Properties, new List<ArmError>());
        var configurations = nic.IpConfigurations ?? [];
        if (configurations.Count is 0 or > MostConfigurations)
        {
            errors.Add(NetworkErrors.InvalidRequestFormat($"A network interface has 1 to {MostConfigurations} IP configurations.", "properties.ipConfigurations"));
        }

        if (configurations.Count > 1 && configurations.Count(c => c.Properties?.Primary == true) != 1)
        {
            errors.Add(NetworkErrors.InvalidRequestFormat("Exactly one of several IP configurations must be marked as primary.", "properties.ipConfigurations"));
        }

        if (configurations.Any(c => c.Properties is { IsIpv6: true } own && (own.Primary == true || configurations.Count == 1)))
        {
            errors.Add(NetworkErrors.InvalidRequestFormat("An IPv6 IP configuration cannot be the primary one of its network interface.", "properties.ipConfigurations"));
        }

        if (configurations.Count(c => c.Properties?.IsIpv6 == true) > 1)
        {
            errors.Add(NetworkErrors.InvalidRequestFormat("A network interface has at most one IPv6 IP configuration.", "properties.ipConfigurations"));
        }

        foreach (var twice in configurations.GroupBy(c => c.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            errors.Add(NetworkErrors.DuplicateName(desired.Id.ToString(), twice.Key ?? ""));
        }

        foreach (var configuration in configurations)
        {
            CheckOne(configuration, errors);
        }

        var subnets = configurations.Select(c => c.Properties?.Subnet?.Id?.ToLowerInvariant()).OfType<string>().Distinct().Count();
        var networks = configurations.Select(c => ResourceId.TryParse(c.Properties?.Subnet?.Id, out var id) ? id.Parent?.Key : null).Where(k => k is not null).Distinct().ToArray();
        if (networks.Length > 1)
        {
            errors.Add(NetworkErrors.DifferentNetworks(desired.Id.ToString()));
        }
        else if (subnets > 1)
        {
            errors.Add(NetworkErrors.DifferentSubnets(desired.Id.ToString()));
        }
        else if (current is not null && networks.Length == 1 && NetworkOf(current.Properties)?.Key != networks[0])
        {
            errors.Add(ArmErrors.ImmutableProperty("properties.ipConfigurations.subnet"));
        }

        VirtualNetworkRules.CheckServers(nic.DnsSettings?.DnsServers, "properties.dnsSettings.dnsServers", errors);
        return errors.Concat(new Refusals()
            .IfSet(desired.ExtendedLocation, "extendedLocation")
            .When(nic.DisableTcpStateTracking == true, "properties.disableTcpStateTracking")
            .When(nic.NicType == "Elastic", "properties.nicType")
            .When(nic.AuxiliaryMode is not (null or "None"), "properties.auxiliaryMode")
            .When(nic.AuxiliarySku is not (null or "None"), "properties.auxiliarySku")
            .When(nic.MigrationPhase is not (null or "None"), "properties.migrationPhase")
            .When(nic.PrivateLinkService is not null && current?.Properties.PrivateLinkService is null, "properties.privateLinkService").Errors);
    }

    public static IEnumerable<ArmError> Admit(Resource<NetworkInterfaceProperties> desired, IResourceView view)
    {
        foreach (var reference in References(desired.Properties).Where(r => !r.Optional))
        {
            if (ResourceId.TryParse(reference.Target, out var target))
            {
                var location = view.Get<VirtualNetworkProperties>(target.Root)?.Location
                    ?? view.Get<NetworkSecurityGroupProperties>(target)?.Location
                    ?? view.Get<PublicIPAddressProperties>(target)?.Location
                    ?? view.Get<ApplicationSecurityGroupProperties>(target)?.Location;
                if (location != desired.Location || target.SubscriptionId?.ToLowerInvariant() != desired.Id.SubscriptionId?.ToLowerInvariant())
                {
                    yield return ArmErrors.InvalidReference(reference.Target, desired.Id);
                }
            }
        }

        if (NetworkOf(desired.Properties) is not { } network || view.Get<VirtualNetworkProperties>(network) is not { } vnet)
        {
            yield break;
        }

        foreach (var group in (desired.Properties.IpConfigurations ?? []).SelectMany(c => c.Properties?.ApplicationSecurityGroups ?? []).Select(l => l.Id).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (ResourceId.TryParse(group, out var id)
                && view.Referrers<NetworkInterfaceProperties>(id).FirstOrDefault(n => !n.Id.Equals(desired.Id) && NetworkOf(n.Properties)?.Equals(network) == false) is { } member)
            {
                yield return NetworkErrors.SecurityGroupsInDifferentNetworks(desired.Id.ToString(), group ?? "", member.Id.ToString());
            }
        }

        var taken = PrivateAddresses.Taken(view, network, desired.Id);
        var taken6 = PrivateAddresses.Taken6(view, network, desired.Id);
        var publicAddresses = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var configuration in desired.Properties.IpConfigurations ?? [])
        {
            var own = configuration.Properties ?? new();
            if ((own.IsIpv6 ? AddressFault6(configuration.Id ?? "", own.PrivateIPAddress, own.Subnet?.Id, vnet, taken6) : AddressFault(configuration.Id ?? "", own.PrivateIPAddress, own.Subnet?.Id, vnet, taken)) is { } fault)
            {
                yield return fault;
            }

            if (view.Get<PublicIPAddressProperties>(own.PublicIPAddress?.Id) is { } given && given.Properties.PublicIPAddressVersion == "IPv6" != own.IsIpv6)
            {
                yield return NetworkErrors.VersionsOfAddressesDiffer(given.Id.ToString(), given.Properties.PublicIPAddressVersion, configuration.Id ?? "", own.PrivateIPAddressVersion);
            }

            if (own.PublicIPAddress?.Id is { } address && ResourceId.TryParse(address, out var id))
            {
                var user = PublicIPAddressType.UserOf(view, id) is { } holder && !holder.StartsWith(desired.Id.ToString() + "/", StringComparison.OrdinalIgnoreCase) ? holder : null;
                if ((user ?? publicAddresses.GetValueOrDefault(address)) is { } other)
                {
                    yield return NetworkErrors.PublicAddressInUse(configuration.Id ?? "", address, other);
                }

                publicAddresses[address] = configuration.Id ?? "";
            }
        }
    }

    /// <summary>As <see cref="AddressFault"/>, of IPv6.</summary>
    internal static ArmError? AddressFault6(string configuration, string? text, string? subnet, Resource<VirtualNetworkProperties> network, Dictionary<UInt128, string> taken)
    {
        var prefixes = Prefixes6(network, subnet).ToArray();
        if (prefixes.Length == 0)
        {
            return NetworkErrors.InvalidRequestFormat($"The subnet of the IP configuration {configuration} has no IPv6 prefix.", configuration);
        }

        var texts = string.Join(", ", prefixes.Select(p => p.ToString()));
        if (!Cidr6.TryAddress(text, out var address))
        {
            return NetworkErrors.SubnetIsFull(ResourceId.TryParse(subnet, out var id) ? id.Name : "", texts, 1);
        }

        var home = Array.FindIndex(prefixes, p => p.Contains(address));
        return home < 0 ? NetworkErrors.AddressNotInSubnet(text ?? "", texts)
            : PrivateAddresses.IsReserved(prefixes[home], address) ? NetworkErrors.AddressReserved(text ?? "", prefixes[home].ToString())
            : !taken.TryAdd(address, configuration) ? NetworkErrors.AddressAllocated(configuration, text ?? "", taken[address])
            : null;
    }

    /// <summary>What is wrong with an address in a subnet of a network; a good one is taken from now on.</summary>
    internal static ArmError? AddressFault(string configuration, string? text, string? subnet, Resource<VirtualNetworkProperties> network, Dictionary<uint, string> taken)
    {
        var prefixes = Prefixes(network, subnet).ToArray();
        var texts = string.Join(", ", prefixes.Select(p => p.ToString()));
        if (!Cidr.TryAddress(text, out var address))
        {
            return NetworkErrors.SubnetIsFull(ResourceId.TryParse(subnet, out var id) ? id.Name : "", texts, 1);
        }

        var home = Array.FindIndex(prefixes, p => p.Contains(address));
        return home < 0 ? NetworkErrors.AddressNotInSubnet(text ?? "", texts)
            : PrivateAddresses.IsReserved(prefixes[home], address) ? NetworkErrors.AddressReserved(text ?? "", prefixes[home].ToString())
            : !taken.TryAdd(address, configuration) ? NetworkErrors.AddressAllocated(configuration, text ?? "", taken[address])
            : null;
    }

    private static void CheckOne(Embedded<NicIpConfiguration> configuration, List<ArmError> errors)
    {
        var (path, own) = ($"properties.ipConfigurations.{configuration.Name}", configuration.Properties ?? new());
        if (configuration.Name is not { Length: > 0 } name)
        {
            errors.Add(NetworkErrors.InvalidRequestFormat("An IP configuration has no name.", "properties.ipConfigurations"));
        }
        else if (!Regex.IsMatch(name, NamePattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking))
        {
            errors.Add(ArmErrors.BadRequest("InvalidResourceName", $"Resource name {name} is invalid. The name must match '{NamePattern}'.", name));
        }

        if (own.Subnet?.Id is null)
        {
            errors.Add(NetworkErrors.InvalidRequestFormat($"The IP configuration {configuration.Name} has no subnet.", $"{path}.subnet"));
        }

        if (own.PrivateIPAllocationMethod == "Static" && own.PrivateIPAddress is not { Length: > 0 })
        {
            errors.Add(NetworkErrors.InvalidRequestFormat($"The IP configuration {configuration.Name} is Static and has no privateIPAddress.", $"{path}.privateIPAddress"));
        }
        else if (own.PrivateIPAllocationMethod == "Static" && !(own.IsIpv6 ? Cidr6.TryAddress(own.PrivateIPAddress, out _) : Cidr.TryAddress(own.PrivateIPAddress, out _)))
        {
            errors.Add(NetworkErrors.InvalidAddress(own.PrivateIPAddress ?? "", $"{path}.privateIPAddress"));
        }

        errors.AddRange(new Refusals()
            .IfSet(own.PrivateIPAddressPrefixLength, $"{path}.privateIPAddressPrefixLength")
            .IfSet(own.GatewayLoadBalancer, $"{path}.gatewayLoadBalancer")
            .IfAny(own.VirtualNetworkTaps, $"{path}.virtualNetworkTaps")
            .IfAny(own.ApplicationGatewayBackendAddressPools, $"{path}.applicationGatewayBackendAddressPools").Errors);
    }
}
