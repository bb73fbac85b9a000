using System.Text.Json.Nodes;

namespace Lazuli.Providers.Tests.Network.LoadBalancers;

/// <summary>Load balancers as clients write them.</summary>
internal static class BalancerBodies
{
    public const string New = "loadBalancers/new";
    public const string Subnet = "virtualNetworks/v/subnets/a";

    /// <summary>A part of a load balancer by its name; properties as JSON without braces.</summary>
    public static string Part(string name, string properties = "", string more = "") => $$$$"""{"name":"{{{{name}}}}","properties":{{{{{properties}}}}}{{{{more}}}}}""";

    public static string Own(string path, string balancer = New) => Id($"{balancer}/{path}");

    public static string Id(string path) => new JsonObject { ["id"] = NetworkCloud.Id(path) }.ToJsonString();

    public static string Public(string address = "publicIPAddresses/p", string name = "front") => Part(name, $"\"publicIPAddress\":{Id(address)}");

    public static string Internal(string more = "", string name = "front", string subnet = Subnet) => Part(name, $"\"subnet\":{Id(subnet)}{more}");

    public static string Rule(string more = "", string name = "rule", string protocol = "Tcp", int port = 80, string balancer = New, bool probe = false)
        => Part(name, $$$"""
            "protocol":"{{{protocol}}}","frontendPort":{{{port}}},"frontendIPConfiguration":{{{Own("frontendIPConfigurations/front", balancer)}}},
            "backendAddressPool":{{{Own("backendAddressPools/pool", balancer)}}}{{{(probe ? $",\"probe\":{Own("probes/probe", balancer)}" : "")}}}{{{more}}}
            """);

    public static string Nat(string more, string name = "nat", string balancer = New)
        => Part(name, $"\"frontendIPConfiguration\":{Own("frontendIPConfigurations/front", balancer)},{more}");

    public static string Outbound(string more = "", string name = "out", string protocol = "All", string balancer = New)
        => Part(name, $$$"""
            "protocol":"{{{protocol}}}","frontendIPConfigurations":[{{{Own("frontendIPConfigurations/front", balancer)}}}],
            "backendAddressPool":{{{Own("backendAddressPools/pool", balancer)}}}{{{more}}}
            """);

    public static string Probe(string more = "", string protocol = "Tcp", int port = 80) => Part("probe", $"\"protocol\":\"{protocol}\",\"port\":{port}{more}");

    /// <summary>A whole load balancer; lists as JSON without brackets.</summary>
    public static string Balancer(
        string frontends, string rules = "", string probes = "", string nat = "", string natPools = "", string outbound = "", string pools = """{"name":"pool"}""", string sku = "Standard", string tier = "Regional",
        string more = "")
        => $$$$"""
            {"location":"eastus","sku":{"name":"{{{{sku}}}}","tier":"{{{{tier}}}}"},"properties":{"frontendIPConfigurations":[{{{{frontends}}}}],"backendAddressPools":[{{{{pools}}}}],
              "loadBalancingRules":[{{{{rules}}}}],"probes":[{{{{probes}}}}],"inboundNatRules":[{{{{nat}}}}],"inboundNatPools":[{{{{natPools}}}}],"outboundRules":[{{{{outbound}}}}]{{{{more}}}}}}
            """;

    /// <summary>A NIC in a pool, or behind an inbound NAT rule.</summary>
    public static string Nic(string? pool = null, string? natRule = null, string subnet = Subnet, string? address = null, string? publicAddress = null)
    {
        var body = JsonNode.Parse(NetworkCloud.Nic(subnet, address, publicAddress)) ?? throw new InvalidOperationException();
        var own = body["properties"]!["ipConfigurations"]![0]!["properties"]!.AsObject();
        if (pool is not null)
        {
            own["loadBalancerBackendAddressPools"] = new JsonArray([.. pool.Split(',').Select(p => NetworkCloud.Ref(p))]);
        }

        if (natRule is not null)
        {
            own["loadBalancerInboundNatRules"] = new JsonArray([.. natRule.Split(',').Select(r => NetworkCloud.Ref(r))]);
        }

        return body.ToJsonString();
    }

    public static string Address(string name, string address, string more = "", string network = "virtualNetworks/v")
        => Part(name, $"\"ipAddress\":\"{address}\",\"virtualNetwork\":{Id(network)}{more}");
}
