using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Lazuli.Live.Tests.Matrix;

/// <summary>A cloud as documents of Azure's REST API, each after those that it names. Public addresses are resources, whose addresses the server chooses: <see cref="With"/>.</summary>
internal sealed class RestCloud(Cloud cloud, string group, string location)
{
    private const string Network = "/providers/Microsoft.Network/";

    /// <summary>Makes a drawn cloud one that Azure takes: Standard alone, one prefix or tag in a rule, no application security groups across networks, no two rules at one port, no default outbound access.</summary>
    public static void Tame(Cloud cloud)
    {
        for (var i = 0; i < cloud.Cards.Count; i++)
        {
            var addresses = cloud.Cards[i].Addresses;
            for (var n = 0; n < addresses.Count; n++)
            {
                addresses[n] = addresses[n] with { Standard = true, Applications = [] };
            }
        }

        for (var i = 0; i < cloud.Nets.Count; i++)
        {
            cloud.Nets[i] = cloud.Nets[i] with { Outbound = null };
            for (var n = 0; n < cloud.Nets[i].Subnets.Count; n++)
            {
                cloud.Nets[i].Subnets[n] = cloud.Nets[i].Subnets[n] with { Private = true };
            }
        }

        for (var i = 0; i < cloud.Groups.Count; i++)
        {
            cloud.Groups[i] = cloud.Groups[i] with
            {
                Laws = [.. cloud.Groups[i].Laws.Select(l => l with
                {
                    Sources = [Plain(l.Sources[0])],
                    Destinations = [OneFamily(Plain(l.Sources[0]), Plain(l.Destinations[0]))],
                    SourcePorts = l.Protocol == "icmp" ? "*" : l.SourcePorts,
                    DestinationPorts = l.Protocol == "icmp" ? "*" : l.DestinationPorts,
                })],
            };
        }

        var taken = new HashSet<(string Net, string Address, string Protocol, int Port)>();
        for (var i = 0; i < cloud.Balancers.Count; i++)
        {
            var balancer = cloud.Balancers[i];
            bool IsFree(Spread spread) => spread.Floating || !balancer.Members.Exists(m => taken.Contains((balancer.Net, m.Address, spread.Protocol, spread.Inner)));
            var spreads = balancer.Spreads.Select(s => s with { Floating = s.Floating && !balancer.Public, Probed = false }).ToList();
            spreads = spreads.Find(s => s.Protocol == "all") is { } all ? [all] : [.. spreads.DistinctBy(s => (s.Protocol, s.Inner)).Where(IsFree)];
            var singles = balancer.Singles.FindAll(s => spreads.TrueForAll(o => o.Protocol != "all" && (o.Protocol, o.Inner) != (s.Protocol, s.Inner)) && !taken.Contains((balancer.Net, s.Address, s.Protocol, s.Inner))).DistinctBy(s => (s.Protocol, s.Address, s.Inner)).ToList();
            cloud.Balancers[i] = balancer with { Standard = true, Members = [.. balancer.Members.Select(m => m with { State = "None" })], Spreads = spreads, Singles = singles, Down = [] };
            taken.UnionWith(spreads.Where(s => !s.Floating).SelectMany(s => balancer.Members.Select(m => (balancer.Net, m.Address, s.Protocol, s.Inner))));
            taken.UnionWith(singles.Select(s => (balancer.Net, s.Address, s.Protocol, s.Inner)));
            if (balancer.Public)
            {
                cloud.Cards.ForEach(c => c.Loopback.Remove(balancer.Frontend));
            }
        }
    }

    /// <summary>The same cloud with the public addresses that there really are.</summary>
    public static Cloud With(Cloud cloud, IReadOnlyDictionary<string, string> addresses) => cloud with
    {
        Cards = [.. cloud.Cards.Select(c => c with { Addresses = [.. c.Addresses.Select(a => a with { Public = a.Public is null ? null : addresses[a.Public] })] })],
        Gateways = [.. cloud.Gateways.Select(g => g with { Addresses = [.. g.Addresses.Select(a => addresses[a])] })],
        Balancers = [.. cloud.Balancers.Select(b => b with { Frontend = b.Public ? addresses[b.Frontend] : b.Frontend })],
    };

    /// <summary>The public addresses by their places in the drawing.</summary>
    public IEnumerable<string> Publics => cloud.Cards.SelectMany(c => c.Addresses).Select(a => a.Public).OfType<string>()
        .Concat(cloud.Gateways.SelectMany(g => g.Addresses)).Concat(cloud.Balancers.Where(b => b.Public).SelectMany(b => Six.Is(b.Frontend) ? [b.Frontend, Beside(b)] : new[] { b.Frontend })).Distinct();

    public string PublicPath(string place) => At("publicIPAddresses", "ip-" + place.Replace('.', '-').Replace(':', '-'));

    public string NicPath(string card) => At("networkInterfaces", card.Replace('/', '-'));

    public string NetPath(string net) => At("virtualNetworks", net);

    /// <summary>Paths and bodies, in an order in which they can be made.</summary>
    public IEnumerable<(string Path, JsonObject Body)> Documents()
        => cloud.Groups.Select(g => (At("networkSecurityGroups", g.Name), Located(new() { ["securityRules"] = Array(g.Laws.Select(RuleOf)) })))
            .Concat(cloud.Tables.Select(t => (At("routeTables", t.Name), Located(new() { ["routes"] = Array(t.Ways.Select(RouteOf)) }))))
            .Concat(Publics.Select(p => (PublicPath(p), Standard(new() { ["publicIPAllocationMethod"] = "Static", ["publicIPAddressVersion"] = Version(p) }))))
            .Concat(cloud.Gateways.Select(g => (At("natGateways", g.Name), Standard(new() { ["publicIpAddresses"] = Array(g.Addresses.Select(a => Link(PublicPath(a)))) }))))
            .Concat(cloud.Nets.Select(n => (NetPath(n.Name), Located(new() { ["addressSpace"] = new JsonObject { ["addressPrefixes"] = Strings(n.Spaces) } }))))
            .Concat(cloud.Nets.SelectMany(n => n.Subnets.Select(s => ($"{NetPath(n.Name)}/subnets/{s.Name}", SubnetOf(s)))))
            .Concat(cloud.Balancers.Select(b => (At("loadBalancers", b.Name), BalancerOf(b))))
            .Concat(cloud.Cards.Select(c => (NicPath(c.Name), NicOf(c, whole: true))))
            .Concat(cloud.Peerings.SelectMany(p => new[] { PeeringOf(p.One, p.Two, p.OfOne), PeeringOf(p.Two, p.One, p.OfTwo) }));

    /// <summary>A NIC without public addresses and load balancers: what it is between two states in which others have them.</summary>
    public JsonObject NicOf(Card card, bool whole) => Located(new()
    {
        ["enableIPForwarding"] = card.Forwards,
        ["networkSecurityGroup"] = card.Group is null ? null : Link(At("networkSecurityGroups", card.Group)),
        ["ipConfigurations"] = Array(card.Addresses.Select((a, i) =>
        {
            var config = new JsonObject
            {
                ["subnet"] = Link($"{NetPath(card.Net)}/subnets/{card.Sub}"),
                ["primary"] = i == 0,
                ["privateIPAllocationMethod"] = "Static",
                ["privateIPAddress"] = a.Private,
                ["privateIPAddressVersion"] = Version(a.Private),
            };
            if (whole)
            {
                config["publicIPAddress"] = a.Public is null ? null : Link(PublicPath(a.Public));
                var own = cloud.Balancers.FindAll(b => b.Net == card.Net);
                config["loadBalancerBackendAddressPools"] = Array(own.Where(b => b.Members.Exists(m => m.Address == a.Private)).Select(b => Link(At("loadBalancers", b.Name) + "/backendAddressPools/pool")));
                config["loadBalancerInboundNatRules"] = Array(own.SelectMany(b => b.Singles.Where(s => s.Address == a.Private).Select(s => Link(At("loadBalancers", b.Name) + "/inboundNatRules/" + NameOf(s)))));
            }

            return Part($"ip{i}", config);
        })),
    });

    private JsonObject BalancerOf(Balancer balancer)
    {
        var path = At("loadBalancers", balancer.Name);
        JsonObject Front() => Link(path + "/frontendIPConfigurations/f");
        JsonObject Pool() => Link(path + "/backendAddressPools/pool");
        JsonObject Frontend(string name, string address) => Part(name, balancer.Public ? new() { ["publicIPAddress"] = Link(PublicPath(address)) } : new()
        {
            ["subnet"] = Link($"{NetPath(balancer.Net)}/subnets/{cloud.Nets.First(n => n.Name == balancer.Net).Subnets.First(s => s.Prefixes.Any(p => IPNetwork.Parse(p).Contains(IPAddress.Parse(address)))).Name}"),
            ["privateIPAllocationMethod"] = "Static",
            ["privateIPAddress"] = address,
            ["privateIPAddressVersion"] = Version(address),
        });
        return Standard(new()
        {
            ["frontendIPConfigurations"] = Array(Six.Is(balancer.Frontend) ? [Frontend("f", balancer.Frontend), Frontend("beside", Beside(balancer))] : [Frontend("f", balancer.Frontend)]),
            ["backendAddressPools"] = new JsonArray(Part("pool", [])),
            ["loadBalancingRules"] = Array(balancer.Spreads.Select(s => Part(s.Name, new()
            {
                ["protocol"] = Title(s.Protocol),
                ["frontendPort"] = s.Port,
                ["backendPort"] = s.Inner,
                ["loadDistribution"] = s.Affinity switch { "source" => "SourceIP", "protocol" => "SourceIPProtocol", _ => "Default" },
                ["enableFloatingIP"] = s.Floating,
                ["disableOutboundSnat"] = true,
                ["frontendIPConfiguration"] = Front(),
                ["backendAddressPool"] = Pool(),
            }))),
            ["inboundNatRules"] = Array(balancer.Singles.Select(s => Part(NameOf(s), new()
            {
                ["protocol"] = Title(s.Protocol),
                ["frontendPort"] = s.Port,
                ["backendPort"] = s.Inner,
                ["frontendIPConfiguration"] = Front(),
            }))),
            ["outboundRules"] = balancer.Outbound is not { } protocol ? [] : new JsonArray(Part("out", new()
            {
                ["protocol"] = Title(protocol),
                ["allocatedOutboundPorts"] = 1024,
                ["frontendIPConfigurations"] = new JsonArray(Front()),
                ["backendAddressPool"] = Pool(),
            })),
        });
    }

    private JsonObject SubnetOf(Sub sub)
    {
        var properties = new JsonObject { ["addressPrefixes"] = Strings(sub.Prefixes), ["defaultOutboundAccess"] = false };
        foreach (var (name, type, value) in new[] { ("networkSecurityGroup", "networkSecurityGroups", sub.Group), ("routeTable", "routeTables", sub.Table), ("natGateway", "natGateways", sub.Gateway) })
        {
            if (value is not null)
            {
                properties[name] = Link(At(type, value));
            }
        }

        return new() { ["properties"] = properties };
    }

    private (string Path, JsonObject Body) PeeringOf(string own, string other, Side side) => ($"{NetPath(own)}/virtualNetworkPeerings/to-{other}", new()
    {
        ["properties"] = new JsonObject
        {
            ["remoteVirtualNetwork"] = Link(NetPath(other)),
            ["allowVirtualNetworkAccess"] = side.Access,
            ["allowForwardedTraffic"] = side.Forwarded,
        },
    });

    private static JsonObject RuleOf(Law law) => Part($"r{law.Priority}{(law.Inbound ? "in" : "out")}", new()
    {
        ["priority"] = law.Priority,
        ["direction"] = law.Inbound ? "Inbound" : "Outbound",
        ["access"] = law.Allow ? "Allow" : "Deny",
        ["protocol"] = Title(law.Protocol),
        ["sourceAddressPrefix"] = law.Sources[0],
        ["sourcePortRange"] = law.SourcePorts,
        ["destinationAddressPrefix"] = law.Destinations[0],
        ["destinationPortRange"] = law.DestinationPorts,
    });

    private static JsonObject RouteOf(Way way)
    {
        var properties = new JsonObject { ["addressPrefix"] = way.Prefix, ["nextHopType"] = way.Hop == "VnetLocal" ? "VnetLocal" : way.Hop };
        if (way.Appliance is not null)
        {
            properties["nextHopIpAddress"] = way.Appliance;
        }

        return Part("to-" + way.Prefix.Replace('/', '-').Replace(':', '_'), properties);
    }

    // A load balancer with an IPv6 frontend has one of IPv4.
    private string Beside(Balancer balancer)
    {
        var number = balancer.IsHops ? 99 : int.Parse(balancer.Name[2..], CultureInfo.InvariantCulture);
        var space = cloud.Nets.First(n => n.Name == balancer.Net).Space;
        return string.Create(CultureInfo.InvariantCulture, $"{(balancer.Public ? "198.18.13" : space[..space.IndexOf(".0/", StringComparison.Ordinal)])}.{150 + number}");
    }

    private static string Version(string address) => Six.Is(address) ? "IPv6" : "IPv4";

    private static string NameOf(Single single) => $"n{single.Port.ToString(CultureInfo.InvariantCulture)}";

    private string At(string type, string name) => $"{group}{Network}{type}/{name}";

    private static string Plain(string what) => what.StartsWith("asg:", StringComparison.Ordinal) ? "10.1.0.0/16" : what;

    // A rule has addresses of one family.
    private static string OneFamily(string source, string destination)
        => char.IsAsciiLetterUpper(source[0]) || char.IsAsciiLetterUpper(destination[0]) || source == "*" || destination == "*" || Six.Is(source) == Six.Is(destination) ? destination : "*";

    private static string Title(string word) => word == "*" ? word : char.ToUpperInvariant(word[0]) + word[1..];

    private static JsonObject Link(string id) => new() { ["id"] = id };

    private static JsonObject Part(string name, JsonObject properties) => new() { ["name"] = name, ["properties"] = properties };

    private static JsonArray Strings(IEnumerable<string> items) => [.. items.Select(i => (JsonNode)i)];

    private static JsonArray Array(IEnumerable<JsonObject> items) => [.. items];

    private JsonObject Located(JsonObject properties) => new() { ["location"] = location, ["properties"] = properties };

    private JsonObject Standard(JsonObject properties) => new() { ["location"] = location, ["sku"] = new JsonObject { ["name"] = "Standard" }, ["properties"] = properties };
}
