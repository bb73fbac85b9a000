using Lazuli.Engines.Node;

namespace Lazuli.Engines.Net;

/// <summary>A rule with every name in it resolved to addresses.</summary>
public sealed record EffectiveRule
{
    public required string Name { get; init; }
    public required int Priority { get; init; }
    public required bool Inbound { get; init; }
    public required bool Allow { get; init; }

    /// <summary><c>*</c>, <c>tcp</c>, <c>udp</c>, <c>icmp</c> (of IPv4: as on Azure, only rules for any protocol speak of ICMPv6), <c>esp</c> or <c>ah</c>.</summary>
    public required string Protocol { get; init; }
    public required AddressRanges Sources { get; init; }
    public required AddressRanges Destinations { get; init; }
    public required IReadOnlyList<(ushort First, ushort Last)> SourcePorts { get; init; }
    public required IReadOnlyList<(ushort First, ushort Last)> DestinationPorts { get; init; }

    /// <summary>One of the six that every group ends with.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Nothing matches it: in neither family has it both a source and a destination.</summary>
    public bool IsVoid => (Sources.V4.IsEmpty || Destinations.V4.IsEmpty) && (Sources.V6.IsEmpty || Destinations.V6.IsEmpty);

    /// <summary>The rule as it was written, of which this one is the meaning; null for a default rule.</summary>
    public NsgRule? Written { get; init; }

    /// <summary>Ports narrow TCP and UDP; a rule for any protocol that names ports speaks of those two alone.</summary>
    public bool Matches(Flow flow)
    {
        var everyPort = PortRanges.IsEvery(SourcePorts) && PortRanges.IsEvery(DestinationPorts);
        return Sources.Contains(flow.Source) && Destinations.Contains(flow.Destination)
            && (flow.Protocol is "tcp" or "udp"
                ? (Protocol == "*" || Protocol == flow.Protocol) && IsIn(SourcePorts, flow.SourcePort) && IsIn(DestinationPorts, flow.DestinationPort)
                : Protocol == flow.Protocol || (Protocol == "*" && everyPort));
    }

    private static bool IsIn(IReadOnlyList<(ushort First, ushort Last)> ranges, int port) => ranges.Any(r => r.First <= port && port <= r.Last);
}

/// <summary>
/// What security groups mean in one network: the model that rulesets are rendered from and that questions about flows are answered from.
/// The tag VirtualNetwork is the network's space, that of its peers (<see cref="PeerSpec.Access"/>), the platform's address and, for a NIC whose subnet
/// has a route table, the prefixes of its routes to appliances and gateways. Internet is what is outside of the first three, AzureTrafficManager where endpoint checks come from.
/// </summary>
public sealed class SecurityModel
{
    private static readonly IReadOnlyList<(ushort First, ushort Last)> EveryPort = [(0, ushort.MaxValue)];
    private static readonly AddressRanges TrafficManager = AddressRanges.Of([new NetOptions().TrafficManager.ToString()]);
    private readonly VnetState _state;
    private readonly AddressRanges _space;
    private readonly AddressRanges _internet;
    private readonly AddressRanges _loadBalancer = AddressRanges.Of([WellKnown.Platform.ToString(), WellKnown.Gateway6.ToString()]);
    private readonly Dictionary<string, AddressRanges> _virtualNetworks = new(StringComparer.Ordinal);
    private readonly ILookup<string, string> _members;

    public SecurityModel(VnetState state)
    {
        _state = state;
        _space = AddressRanges.Of([.. state.Vnet.AddressPrefixes, .. state.Vnet.Peers.Where(p => p.Access).SelectMany(p => p.AddressPrefixes), WellKnown.Platform.ToString()]);
        _internet = (state.Vnet.IsDualStack ? AddressRanges.Union([_space, _loadBalancer]) : _space).Complement();
        _members = (from nic in state.Nics.Concat(state.Neighbours)
                    from config in nic.IpConfigs
                    from key in config.GroupKeys
                    select (Key: key, config.PrivateAddress)).Concat(
                    from endpoint in state.Endpoints
                    from key in endpoint.GroupKeys
                    from address in endpoint.Addresses
                    select (Key: key, PrivateAddress: address)).ToLookup(m => m.Key, m => m.PrivateAddress, StringComparer.Ordinal);
        foreach (var table in state.RouteTables)
        {
            var routed = table.Routes.Where(r => r.NextHop is NextHop.VirtualAppliance or NextHop.VirtualNetworkGateway).Select(r => r.Prefix);
            var ranges = AddressRanges.Union([_space, AddressRanges.Of(routed)]);
            if (ranges != _space)
            {
                _virtualNetworks[table.Key] = ranges;
            }
        }
    }

    /// <summary>The route table that changes what the tags mean for a NIC, or null.</summary>
    public string? VariantOf(NicItem nic)
        => nic.IpConfigs.Count > 0 && SubnetOf(nic)?.RouteTableKey is { } key && _virtualNetworks.ContainsKey(key) ? key : null;

    public SubnetSpec? SubnetOf(NicItem nic) => _state.Vnet.Subnets.FirstOrDefault(s => s.Key == nic.IpConfigs[0].SubnetKey);

    public AddressRanges VirtualNetwork(string? variant) => variant is not null && _virtualNetworks.TryGetValue(variant, out var ranges) ? ranges : _space;

    /// <summary>All rules of a group in one direction, the default ones last; what matches nobody is left out.</summary>
    public IEnumerable<EffectiveRule> Rules(NsgItem nsg, string? variant, bool inbound)
        => (from rule in nsg.Rules
            where rule.Inbound == inbound
            orderby rule.Priority
            let effective = Resolve(rule, variant)
            where !effective.IsVoid
            select effective).Concat(Defaults(variant, inbound));

    /// <summary>The groups that judge a NIC's flows in a direction, in the order in which they do.</summary>
    public IEnumerable<NsgItem> GroupsOf(NicItem nic, bool inbound)
    {
        string?[] keys = inbound ? [SubnetOf(nic)?.NsgKey, nic.NsgKey] : [nic.NsgKey, SubnetOf(nic)?.NsgKey];
        return keys.OfType<string>().Select(k => _state.Nsgs.First(n => n.Key == k));
    }

    /// <summary>The rule of each group that decides about a connection's first packet; a denial ends the list.</summary>
    public IEnumerable<(NsgItem Group, EffectiveRule Rule)> Judge(NicItem nic, Flow flow, bool inbound)
    {
        foreach (var group in GroupsOf(nic, inbound))
        {
            var rule = Rules(group, VariantOf(nic), inbound).First(r => r.Matches(flow));
            yield return (group, rule);
            if (!rule.Allow)
            {
                yield break;
            }
        }
    }

    public AddressRanges Resolve(string prefix, string? variant) => prefix.ToLowerInvariant() switch
    {
        "*" => AddressRanges.All,
        "virtualnetwork" => VirtualNetwork(variant),
        "azureloadbalancer" => _loadBalancer,
        "internet" => _internet,
        "azuretrafficmanager" => TrafficManager,
        _ => AddressRanges.Of([prefix]),
    };

    private EffectiveRule Resolve(NsgRule rule, string? variant)
    {
        AddressRanges All(IReadOnlyList<string> prefixes, IReadOnlyList<string> groups)
            => AddressRanges.Union(prefixes.Select(p => Resolve(p, variant)).Concat(groups.Select(g => AddressRanges.Of(_members[g]))));

        return new()
        {
            Name = rule.Name,
            Priority = rule.Priority,
            Inbound = rule.Inbound,
            Allow = rule.Allow,
            Protocol = rule.Protocol.ToLowerInvariant(),
            Sources = All(rule.Sources, rule.SourceGroups),
            Destinations = All(rule.Destinations, rule.DestinationGroups),
            SourcePorts = PortRanges.Union(rule.SourcePorts),
            DestinationPorts = PortRanges.Union(rule.DestinationPorts),
            Written = rule,
        };
    }

    private IEnumerable<EffectiveRule> Defaults(string? variant, bool inbound)
    {
        var network = VirtualNetwork(variant);
        return inbound
            ?
            [
                Default("AllowVnetInBound", 65000, network, network, inbound: true),
                Default("AllowAzureLoadBalancerInBound", 65001, _loadBalancer, AddressRanges.All, inbound: true),
                Default("DenyAllInBound", 65500, AddressRanges.All, AddressRanges.All, inbound: true),
            ]
            :
            [
                Default("AllowVnetOutBound", 65000, network, network, inbound: false),
                Default("AllowInternetOutBound", 65001, AddressRanges.All, _internet, inbound: false),
                Default("DenyAllOutBound", 65500, AddressRanges.All, AddressRanges.All, inbound: false),
            ];
    }

    private static EffectiveRule Default(string name, int priority, AddressRanges sources, AddressRanges destinations, bool inbound) => new()
    {
        Name = name,
        Priority = priority,
        Inbound = inbound,
        Allow = priority < 65500,
        Protocol = "*",
        Sources = sources,
        Destinations = destinations,
        SourcePorts = EveryPort,
        DestinationPorts = EveryPort,
        IsDefault = true,
    };
}
