using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Net;

/// <summary>
/// What must be true of a state before any engine touches the machine. The API has checked all this with Azure's own words
/// before; here it keeps a damaged document from opening anything.
/// </summary>
public static class VnetCheck
{
    private static readonly HashSet<string> Protocols = new(["*", "tcp", "udp", "icmp", "esp", "ah"], StringComparer.OrdinalIgnoreCase);
    private static readonly HashSet<string> Tags = new(["*", "virtualnetwork", "azureloadbalancer", "internet", "azuretrafficmanager"], StringComparer.OrdinalIgnoreCase);

    /// <exception cref="NetException">Names the first item at fault.</exception>
    public static void Check(VnetState state, NetOptions options)
    {
        var vnet = state.Vnet;
        foreach (var prefix in vnet.AddressPrefixes.Concat(vnet.Subnets.SelectMany(s => s.AddressPrefixes)))
        {
            Require(IPNetwork.TryParse(prefix, out _), vnet, "InvalidAddressPrefixFormat", $"'{prefix}' is not an address prefix.");
        }

        var nsgs = state.Nsgs.ToDictionary(n => n.Key, StringComparer.Ordinal);
        foreach (var key in vnet.Subnets.Select(s => s.NsgKey).OfType<string>())
        {
            Require(nsgs.ContainsKey(key), vnet, "InvalidResourceReference", $"The security group '{key}' of a subnet is missing.");
        }

        foreach (var nsg in state.Nsgs)
        {
            CheckRules(nsg);
        }

        CheckPaths(state, options);

        var privates = new HashSet<string>(StringComparer.Ordinal);
        var publics = new HashSet<string>(StringComparer.Ordinal);
        foreach (var nic in state.Nics)
        {
            CheckNic(nic, vnet, nsgs);
            foreach (var config in nic.IpConfigs)
            {
                Require(privates.Add(config.PrivateAddress), nic, "PrivateIPAddressInUse", $"The address {config.PrivateAddress} is used twice.");
                if (config.PublicAddress is { } address)
                {
                    RequirePublic(address, nic, options);
                    Require(Ipv6.Is(address) == config.IsIpv6, nic, "IPVersionForPublicIpAndNicIpConfigurationMustMatch", $"{address} and {config.PrivateAddress} are not of one family.");
                    Require(publics.Add(address), nic, "PublicIPAddressInUse", $"The public address {address} is used twice.");
                }
            }
        }

        LoadBalancerCheck.Check(state.Balancers, options, publics, privates);
        foreach (var (item, address) in state.Endpoints.SelectMany(e => e.Addresses.Select(a => ((NodeItem)e, a))).Concat(state.LinkServices.SelectMany(s => s.Sources.Select(a => ((NodeItem)s, a)))))
        {
            Require(IPAddress.TryParse(address, out var ip) && ip.ToString() == address && ip.AddressFamily == AddressFamily.InterNetwork
                && vnet.Subnets.SelectMany(s => s.AddressPrefixes).Any(p => IPNetwork.Parse(p).Contains(ip)), item, "PrivateIPAddressNotInSubnet", $"The address {address} is in no subnet.");
            Require(privates.Add(address), item, "PrivateIPAddressInUse", $"The address {address} is used twice.");
        }

        foreach (var service in state.LinkServices)
        {
            Require(service.Sources.Count > 0 && IPAddress.TryParse(service.Frontend, out _), service, "InvalidRequestFormat", "A private link service has a frontend and addresses.");
        }
    }

    private static void CheckNic(NicItem nic, VnetItem vnet, Dictionary<string, NsgItem> nsgs)
    {
        Require(nic.VnetKey == vnet.Key, nic, "InvalidResourceReference", "The network interface is in another virtual network.");
        Require(nic.MacAddress.Length == 17 && PhysicalAddress.TryParse(nic.MacAddress, out var mac) && mac.GetAddressBytes() is [var first, _, _, _, _, _] && (first & 1) == 0,
            nic, "InvalidMacAddress", $"'{nic.MacAddress}' is not the address of an interface.");
        Require(nic.NsgKey is null || nsgs.ContainsKey(nic.NsgKey), nic, "InvalidResourceReference", $"The security group '{nic.NsgKey}' is missing.");
        Require(nic.IpConfigs.Select(c => c.SubnetKey).Distinct().Count() == 1, nic, "InvalidRequestFormat", "A network interface is in one subnet.");
        var subnet = vnet.Subnets.FirstOrDefault(s => s.Key == nic.IpConfigs[0].SubnetKey);
        Require(nic.IpConfigs.Any(c => !c.IsIpv6), nic, "UnsupportedIPVersion", "A network interface has an IPv4 address.");
        foreach (var text in nic.IpConfigs.Select(c => c.PrivateAddress))
        {
            Require(IPAddress.TryParse(text, out var address) && address.ToString() == text, nic, "InvalidIPAddressFormat", $"'{text}' is not an address.");
            Require(subnet is not null && subnet.AddressPrefixes.Any(p => IPNetwork.Parse(p).Contains(address)),
                nic, "PrivateIPAddressNotInSubnet", $"The address {text} is not in the subnet.");
        }
    }

    private static void CheckPaths(VnetState state, NetOptions options)
    {
        var vnet = state.Vnet;
        foreach (var prefix in vnet.Peers.SelectMany(p => p.AddressPrefixes))
        {
            Require(IPNetwork.TryParse(prefix, out _), vnet, "InvalidAddressPrefixFormat", $"'{prefix}' is not an address prefix.");
        }

        foreach (var subnet in vnet.Subnets)
        {
            Require(subnet.RouteTableKey is null || state.RouteTables.Any(t => t.Key == subnet.RouteTableKey), vnet, "InvalidResourceReference", $"The route table '{subnet.RouteTableKey}' of a subnet is missing.");
            Require(subnet.NatKey is null || state.Nats.Any(n => n.Key == subnet.NatKey), vnet, "InvalidResourceReference", $"The NAT gateway '{subnet.NatKey}' of a subnet is missing.");
        }

        foreach (var table in state.RouteTables)
        {
            foreach (var route in table.Routes)
            {
                Require(IPNetwork.TryParse(route.Prefix, out var prefix), table, "InvalidAddressPrefixFormat", $"Route '{route.Name}': '{route.Prefix}' is not a prefix.");
                Require(route.NextHop == NextHop.VirtualAppliance == (route.Appliance is { } hop && IPAddress.TryParse(hop, out var address) && address.AddressFamily == prefix.BaseAddress.AddressFamily),
                    table, "RouteNextHopIpAddressInvalid", $"Route '{route.Name}': '{route.Appliance}' is not the address of an appliance.");
            }

            Require(table.Routes.Select(r => IPNetwork.Parse(r.Prefix)).Distinct().Count() == table.Routes.Count, table, "RouteConflict", "Two routes have the same prefix.");
        }

        foreach (var (item, address) in state.Nats.SelectMany(n => n.Addresses.Select(a => ((NodeItem)n, a))).Concat(vnet.OutboundAddress is { } shared ? [(vnet, shared)] : []))
        {
            RequirePublic(address, item, options);
            Require(!Ipv6.Is(address), item, "UnsupportedIPVersion", $"{address} is not an IPv4 address.");
        }
    }

    private static void RequirePublic(string address, NodeItem item, NetOptions options)
        => Require(
            IPAddress.TryParse(address, out var ip) && ip.ToString() == address
                && ((options.PublicPool.Contains(ip) && !options.Reserved.Contains(ip)) || (options.PublicPool6.Contains(ip) && !options.Reserved6.Contains(ip))),
            item, "InvalidPublicIPAddress", $"The public address {address} is not one that {options.PublicPool} or {options.PublicPool6} has to give.");

    private static void CheckRules(NsgItem nsg)
    {
        foreach (var rule in nsg.Rules)
        {
            Require(Protocols.Contains(rule.Protocol), nsg, "SecurityRuleInvalidProtocol", $"Rule '{rule.Name}': '{rule.Protocol}' is not a protocol.");
            foreach (var prefix in rule.Sources.Concat(rule.Destinations))
            {
                Require(Tags.Contains(prefix) || IPAddress.TryParse(prefix, out _) || IPNetwork.TryParse(prefix, out _),
                    nsg, "SecurityRuleInvalidAddressPrefix", $"Rule '{rule.Name}': '{prefix}' is neither a prefix nor a service tag that is supported.");
            }

            foreach (var ports in rule.SourcePorts.Concat(rule.DestinationPorts))
            {
                Require(PortRanges.TryParse(ports, out _), nsg, "SecurityRuleInvalidPortRange", $"Rule '{rule.Name}': '{ports}' is not a port range.");
            }
        }
    }

    private static void Require([System.Diagnostics.CodeAnalysis.DoesNotReturnIf(false)] bool condition, NodeItem item, string code, string message)
    {
        if (!condition)
        {
            throw new NetException(item.Key, new ItemError(code, message));
        }
    }
}
