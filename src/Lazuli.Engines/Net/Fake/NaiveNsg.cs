using System.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Net.Fake;

/// <summary>Security groups as Azure's documentation tells them: rules in order of priority, the first that matches decides.</summary>
internal static class NaiveNsg
{
    /// <summary>The subnet's group and the NIC's must both allow; a missing group allows.</summary>
    public static bool Allows(VnetState state, NicItem nic, Flow flow, bool inbound)
        => GroupsOf(state, nic).All(key => Allows(state.Vnet, state.Nsgs.First(n => n.Key == key), flow, inbound));

    public static bool HasNone(VnetState state, NicItem nic) => !GroupsOf(state, nic).Any();

    /// <summary>Whether an address belongs to the network's own space.</summary>
    public static bool IsIn(VnetItem vnet, IPAddress address) => vnet.AddressPrefixes.Any(p => IPNetwork.Parse(p).Contains(address));

    private static IEnumerable<string> GroupsOf(VnetState state, NicItem nic)
        => new[] { nic.NsgKey, state.Vnet.Subnets.First(s => s.Key == nic.IpConfigs[0].SubnetKey).NsgKey }.OfType<string>();

    private static bool Allows(VnetItem vnet, NsgItem nsg, Flow flow, bool inbound)
        => nsg.Rules.Where(r => r.Inbound == inbound).OrderBy(r => r.Priority).FirstOrDefault(r => Matches(vnet, r, flow)) is { } rule
            ? rule.Allow
            : DefaultAllows(vnet, flow, inbound);

    private static bool DefaultAllows(VnetItem vnet, Flow flow, bool inbound)
        => (IsTagged(vnet, flow.Source, "virtualnetwork") && IsTagged(vnet, flow.Destination, "virtualnetwork"))
            || (inbound ? IsTagged(vnet, flow.Source, "azureloadbalancer") : IsTagged(vnet, flow.Destination, "internet"));

    private static bool Matches(VnetItem vnet, NsgRule rule, Flow flow)
    {
        var hasPorts = flow.Protocol is "tcp" or "udp";
        return (rule.Protocol == "*" || string.Equals(rule.Protocol, flow.Protocol, StringComparison.OrdinalIgnoreCase))
            && rule.Sources.Any(s => IsTagged(vnet, flow.Source, s))
            && rule.Destinations.Any(d => IsTagged(vnet, flow.Destination, d))
            && (hasPorts
                ? rule.SourcePorts.Any(p => IsPort(p, flow.SourcePort)) && rule.DestinationPorts.Any(p => IsPort(p, flow.DestinationPort))
                : rule.Protocol != "*" || (rule.SourcePorts.Any(IsEveryPort) && rule.DestinationPorts.Any(IsEveryPort)));
    }

    private static bool IsTagged(VnetItem vnet, IPAddress address, string prefix) => prefix.ToLowerInvariant() switch
    {
        "*" => true,
        "virtualnetwork" => IsIn(vnet, address) || address.Equals(WellKnown.Platform),
        "internet" => !IsIn(vnet, address) && !address.Equals(WellKnown.Platform),
        "azureloadbalancer" => address.Equals(WellKnown.Platform),
        "azuretrafficmanager" => address.Equals(new NetOptions().TrafficManager),
        _ when prefix.Contains('/', StringComparison.Ordinal) => IPNetwork.Parse(prefix).Contains(address),
        _ => IPAddress.Parse(prefix).Equals(address),
    };

    private static bool IsPort(string ports, int port) => PortRanges.TryParse(ports, out var range) && port >= range.First && port <= range.Last;

    private static bool IsEveryPort(string ports) => ports is "*" or "0-65535";
}
