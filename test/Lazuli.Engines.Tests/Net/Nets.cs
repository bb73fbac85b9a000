using System.Net;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Tests.Net;

/// <summary>Small networks for tests: 10.0.0.0/16 with the subnets a (10.0.0.0/24) and b (10.0.1.0/24).</summary>
internal static class Nets
{
    public static VnetState Vnet(string key, params IReadOnlyList<NicItem> nics) => new()
    {
        Vnet = new VnetItem
        {
            Key = key,
            AddressPrefixes = ["10.0.0.0/16"],
            Subnets = [new() { Key = key + "/a", AddressPrefixes = ["10.0.0.0/24"] }, new() { Key = key + "/b", AddressPrefixes = ["10.0.1.0/24"] }],
            DnsSuffix = "x.internal.cloudapp.net",
        },
        Nics = nics,
        Nsgs = [],
    };

    /// <summary>A NIC whose key is <c>VNET/nics/ADDRESS</c>.</summary>
    public static NicItem Nic(string vnet, string address, string? publicAddress = null, string? nsg = null, bool forwarding = false, bool secure = false) => new()
    {
        Key = $"{vnet}/nics/{address}",
        VnetKey = vnet,
        MacAddress = "00-0D-3A-" + string.Join('-', IPAddress.Parse(address).GetAddressBytes()[1..].Select(b => b.ToString("X2", null))),
        NsgKey = nsg,
        IpForwarding = forwarding,
        IpConfigs =
        [
            new()
            {
                Name = "a",
                SubnetKey = vnet + (address.StartsWith("10.0.0.", StringComparison.Ordinal) ? "/a" : "/b"),
                PrivateAddress = address,
                Primary = true,
                PublicAddress = publicAddress,
                PublicSecureByDefault = secure,
            },
        ],
    };

    /// <summary>As <see cref="Vnet"/>, with fd00:1::/48 besides: the subnets have fd00:1:0:a::/64 and fd00:1:0:b::/64.</summary>
    public static VnetState Dual(string key, params IReadOnlyList<NicItem> nics) => Vnet(key, nics) is var state ? state with
    {
        Vnet = state.Vnet with
        {
            AddressPrefixes = [.. state.Vnet.AddressPrefixes, "fd00:1::/48"],
            Subnets = [.. state.Vnet.Subnets.Select(s => s with { AddressPrefixes = [.. s.AddressPrefixes, $"fd00:1:0:{s.Key[^1]}::/64"] })],
        },
    } : state;

    /// <summary>The NIC with an IPv6 address, too.</summary>
    public static NicItem And(this NicItem nic, string address, string? publicAddress = null, bool secure = false) => nic with
    {
        IpConfigs =
        [
            .. nic.IpConfigs,
            new() { Name = address, SubnetKey = nic.IpConfigs[0].SubnetKey, PrivateAddress = address, PublicAddress = publicAddress, PublicSecureByDefault = secure },
        ],
    };

    public static VnetState With(this VnetState state, params IReadOnlyList<NsgItem> nsgs) => state with { Nsgs = nsgs };

    public static VnetState WithSubnetNsg(this VnetState state, string subnet, string? nsg) => state with
    {
        Vnet = state.Vnet with
        {
            Subnets = [.. state.Vnet.Subnets.Select(s => s.Key == $"{state.Vnet.Key}/{subnet}" ? s with { NsgKey = nsg } : s)],
        },
    };

    public static NsgItem Nsg(string key, params IReadOnlyList<NsgRule> rules) => new() { Key = key, Rules = rules };

    public static NsgRule Rule(int priority, bool allow, string ports = "*", string protocol = "*", bool inbound = true, string source = "*", string destination = "*") => new()
    {
        Name = $"r{priority}",
        Priority = priority,
        Inbound = inbound,
        Allow = allow,
        Protocol = protocol,
        Sources = [source],
        SourcePorts = ["*"],
        Destinations = [destination],
        DestinationPorts = [ports],
    };

    public static Flow Tcp(NicItem from, string to, int port) => new()
    {
        SourceNicKey = from.Key,
        Source = IPAddress.Parse(from.IpConfigs.First(c => c.IsIpv6 == Ipv6.Is(to)).PrivateAddress),
        Destination = IPAddress.Parse(to),
        Protocol = "tcp",
        SourcePort = 0,
        DestinationPort = port,
    };

    public static Flow Udp(NicItem from, string to, int port) => Tcp(from, to, port) with { Protocol = "udp" };

    public static Flow Ping(NicItem from, string to) => Tcp(from, to, 0) with { Protocol = Ipv6.Is(to) ? "icmpv6" : "icmp" };

    /// <summary>From the node's own namespace.</summary>
    public static Flow Outside(string to, int port, string protocol = "tcp") => new()
    {
        Source = Ipv6.Is(to) ? new NetOptions().Outside6(0) : new NetOptions().Outside(0),
        Destination = IPAddress.Parse(to),
        Protocol = protocol,
        DestinationPort = port,
    };
}
