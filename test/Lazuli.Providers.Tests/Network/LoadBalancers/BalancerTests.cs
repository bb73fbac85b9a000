using System.Text;
using System.Text.Json.Nodes;
using Lazuli.Engines.Node;
using static Lazuli.Providers.Tests.Network.LoadBalancers.BalancerBodies;

namespace Lazuli.Providers.Tests.Network.LoadBalancers;

public sealed class BalancerTests
{
    private const string Lb = "loadBalancers/b";

    [Fact]
    public async Task One_with_everything_comes_to_the_machine_and_leaves_it_again()
    {
        await using var cloud = await StageAsync();
        var made = await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), Balancer(
            Public(), Rule(",\"disableOutboundSnat\":true,\"loadDistribution\":\"SourceIP\",\"idleTimeoutInMinutes\":15,\"enableTcpReset\":true", balancer: Lb, probe: true),
            Probe(",\"intervalInSeconds\":5,\"numberOfProbes\":2,\"requestPath\":\"health\"", "Http", 8080), nat: Nat("\"protocol\":\"Tcp\",\"frontendPort\":2222,\"backendPort\":22", balancer: Lb),
            outbound: Outbound(",\"allocatedOutboundPorts\":16", balancer: Lb)));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n1"), Nic(Lb + "/backendAddressPools/pool", Lb + "/inboundNatRules/nat"));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n2"), Nic(Lb + "/backendAddressPools/pool"));
        await cloud.UntilAsync(() => cloud.Item<LoadBalancerItem>(Lb) is { Rules: [{ Members.Count: 2 }] } && cloud.IsApplied(Lb));

        var item = cloud.Item<LoadBalancerItem>(Lb) ?? throw new InvalidOperationException();
        var address = (string?)(await cloud.GetAsync(NetworkCloud.Id("publicIPAddresses/p")))["properties"]?["ipAddress"];
        Assert.Equal([new BalancerFrontend("front", address ?? "", true)], item.Frontends);
        Assert.Equal((NetworkCloud.Id("virtualNetworks/v").ToLowerInvariant(), true), (item.VnetKey, item.Standard));
        var rule = Assert.Single(item.Rules);
        Assert.Equal(("tcp", 80, 80, BalancerAffinity.Source, 15, true, "probe"), (rule.Protocol, rule.FrontendPort, rule.BackendPort, rule.Affinity, rule.IdleMinutes, rule.TcpReset, rule.Probe));
        Assert.Equal(["10.0.0.4", "10.0.0.5"], rule.Members.Select(m => m.Address));
        var probe = Assert.Single(item.Probes);
        Assert.Equal(("http", 8080, "/health", 5, 2, 1), (probe.Protocol, probe.Port, probe.Path, probe.IntervalSeconds, probe.DownAfter, probe.UpAfter));
        var nat = Assert.Single(item.NatRules);
        Assert.Equal(("10.0.0.4", 2222, 22), (nat.Address, nat.FrontendPort, nat.BackendPort));
        var snat = Assert.Single(item.Snat);
        Assert.Equal((16, "all"), (snat.Ports, snat.Protocol));
        Assert.Equal([new SnatShare("10.0.0.4", 1024), new SnatShare("10.0.0.5", 1040)], snat.Shares);

        var shown = (await cloud.GetAsync(NetworkCloud.Id(Lb)))["properties"]!;
        Assert.Equal(2, shown["backendAddressPools"]![0]!["properties"]!["backendIPConfigurations"]!.AsArray().Count);
        Assert.Equal("rg_n1ip", (string?)shown["backendAddressPools"]![0]!["properties"]!["loadBalancerBackendAddresses"]![0]!["name"]);
        Assert.Single(shown["frontendIPConfigurations"]![0]!["properties"]!["loadBalancingRules"]!.AsArray());
        Assert.Single(shown["probes"]![0]!["properties"]!["loadBalancingRules"]!.AsArray());
        Assert.EndsWith("/networkInterfaces/n1/ipConfigurations/ip", (string?)shown["inboundNatRules"]![0]!["properties"]!["backendIPConfiguration"]!["id"]);
        Assert.EndsWith("/loadBalancers/b/frontendIPConfigurations/front",
            (string?)(await cloud.GetAsync(NetworkCloud.Id("publicIPAddresses/p")))["properties"]!["ipConfiguration"]!["id"]);
        Assert.Equal(2, (await cloud.GetAsync(NetworkCloud.Id(Lb + "/networkInterfaces")))["value"]!.AsArray().Count);
        Assert.Equal((string?)made["id"], (string?)(await cloud.GetAsync(NetworkCloud.Id("networkInterfaces/n2/loadBalancers")))["value"]![0]!["id"]);

        await cloud.SucceedAsync("DELETE", NetworkCloud.Id(Lb));
        Assert.True(cloud.Link.IsGone(NetworkCloud.Id(Lb).ToLowerInvariant()));
        await cloud.UntilAsync(() => NicLinks(cloud, "n1").Result is null);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), Balancer(Public()));
        Assert.Empty((await cloud.GetAsync(NetworkCloud.Id(Lb + "/networkInterfaces")))["value"]!.AsArray());
        await cloud.SucceedAsync("DELETE", NetworkCloud.Id(Lb));
        await cloud.SucceedAsync("DELETE", NetworkCloud.Id("publicIPAddresses/p"));
    }

    [Fact]
    public async Task What_a_client_got_it_may_send_back()
    {
        await using var cloud = await StageAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), Balancer(Internal(), Rule(balancer: Lb, probe: true), Probe(), nat: Nat("\"protocol\":\"Tcp\",\"frontendPort\":2222,\"backendPort\":22", balancer: Lb)));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n1"), Nic(Lb + "/backendAddressPools/pool", Lb + "/inboundNatRules/nat"));
        var before = await cloud.GetAsync(NetworkCloud.Id(Lb));

        var after = await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), before.ToJsonString());

        Assert.True(JsonNode.DeepEquals(Still(before), Still(after)), $"{before}\n{after}");
        Assert.Equal("10.0.0.4", cloud.Item<LoadBalancerItem>(Lb)?.Frontends[0].Address);
    }

    [Fact]
    public async Task Its_parts_are_resources_of_their_own()
    {
        await using var cloud = await StageAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), Balancer(Internal(), Rule(balancer: Lb, probe: true), Probe()));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb + "/backendAddressPools/second"), $$$"""{"properties":{"loadBalancerBackendAddresses":[{{{Address("a", "10.0.0.200")}}}]}}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb + "/inboundNatRules/r"), Nat("\"protocol\":\"Tcp\",\"frontendPort\":2222,\"backendPort\":22", "r", Lb));

        Assert.Equal(2, (await cloud.GetAsync(NetworkCloud.Id(Lb + "/backendAddressPools")))["value"]!.AsArray().Count);
        foreach (var part in new[] { "frontendIPConfigurations/front", "loadBalancingRules/rule", "probes/probe", "inboundNatRules/r", "backendAddressPools/second" })
        {
            Assert.Equal("Succeeded", (string?)(await cloud.GetAsync(NetworkCloud.Id($"{Lb}/{part}")))["properties"]!["provisioningState"]);
        }

        Assert.Equal(405, (await cloud.SendAsync("PUT", NetworkCloud.Id(Lb + "/probes/other"), """{"properties":{"protocol":"Tcp","port":80}}""")).Status);
        await cloud.SucceedAsync("DELETE", NetworkCloud.Id(Lb + "/inboundNatRules/r"));
        await cloud.SucceedAsync("DELETE", NetworkCloud.Id(Lb + "/backendAddressPools/second"));
        Assert.Equal("InvalidResourceReference", Assert.Single(await cloud.CodesAsync("DELETE", NetworkCloud.Id(Lb + "/backendAddressPools/pool"))));
    }

    [Fact]
    public async Task A_network_stays_as_long_as_a_pool_has_addresses_of_it()
    {
        await using var cloud = await StageAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/alone"), NetworkCloud.Vnet("10.9.0.0/16", "10.9.0.0/24"));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), Balancer(Public(), pools: Part("pool", $"\"loadBalancerBackendAddresses\":[{Address("a", "10.9.0.9", network: "virtualNetworks/alone")}]")));
        Assert.Equal(["InUseVirtualNetworkCannotBeDeleted"], await cloud.CodesAsync("DELETE", NetworkCloud.Id("virtualNetworks/alone")));

        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), Balancer(Public()));
        await cloud.SucceedAsync("DELETE", NetworkCloud.Id("virtualNetworks/alone"));
    }

    [Fact]
    public async Task Each_member_of_a_pool_keeps_its_port_of_a_range()
    {
        await using var cloud = await StageAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), Balancer(Internal(), nat: Nat(
            $"\"protocol\":\"Tcp\",\"backendPort\":22,\"frontendPortRangeStart\":500,\"frontendPortRangeEnd\":502,\"backendAddressPool\":{Own("backendAddressPools/pool", Lb)}", balancer: Lb)));
        foreach (var name in new[] { "n1", "n2", "n3" })
        {
            await cloud.SucceedAsync("PUT", NetworkCloud.Id($"networkInterfaces/{name}"), Nic(Lb + "/backendAddressPools/pool"));
            await cloud.UntilAsync(() => cloud.Item<LoadBalancerItem>(Lb)?.NatRules.Count == int.Parse(name[1..], null));
        }

        await cloud.UntilAsync(() => PortOf(cloud, "n3").Result == 502);
        Assert.Equal((500, 501), (await PortOf(cloud, "n1"), await PortOf(cloud, "n2")));
        await cloud.SucceedAsync("DELETE", NetworkCloud.Id("networkInterfaces/n1"));
        await cloud.UntilAsync(() => cloud.Item<LoadBalancerItem>(Lb)?.NatRules.Count == 2);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/a"), Nic(Lb + "/backendAddressPools/pool"));
        await cloud.UntilAsync(() => PortOf(cloud, "a").Result == 500);
        Assert.Equal((501, 502), (await PortOf(cloud, "n2"), await PortOf(cloud, "n3")));

        await using var later = await cloud.RestartAsync();
        await later.UntilAsync(() => later.Item<LoadBalancerItem>(Lb)?.NatRules.Count == 3);
        Assert.Equal([500, 501, 502], later.Item<LoadBalancerItem>(Lb)?.NatRules.Select(r => r.FrontendPort));
        Assert.Equal(501, await PortOf(later, "n2"));
    }

    [Fact]
    public async Task Implicit_source_addresses_come_with_a_rule_unless_it_says_otherwise()
    {
        await using var cloud = await StageAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), Balancer(Public(), Rule(balancer: Lb)));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n1"), Nic(Lb + "/backendAddressPools/pool"));
        await cloud.UntilAsync(() => cloud.Item<LoadBalancerItem>(Lb) is { Snat: [{ Ports: 1024, Protocol: "tcp" }] });

        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), Balancer(Public(), Rule(",\"disableOutboundSnat\":true", balancer: Lb)));
        Assert.Empty(cloud.Item<LoadBalancerItem>(Lb)?.Snat ?? []);
    }

    [Fact]
    public async Task A_pool_of_NICs_becomes_one_of_addresses()
    {
        await using var cloud = await StageAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), Balancer(Internal(), Rule(balancer: Lb)));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n1"), Nic(Lb + "/backendAddressPools/pool"));

        await cloud.SendAsync("POST", NetworkCloud.Id(Lb + "/migrateToIpBased"), """{"pools":["pool"]}""");

        await cloud.UntilAsync(() => NicLinks(cloud, "n1").Result is null);
        var entry = (await cloud.GetAsync(NetworkCloud.Id(Lb + "/backendAddressPools/pool")))["properties"]!["loadBalancerBackendAddresses"]![0]!["properties"]!;
        Assert.Equal("10.0.0.5", (string?)entry["ipAddress"]);
        Assert.EndsWith("/virtualNetworks/v", (string?)entry["virtualNetwork"]!["id"]);
        Assert.EndsWith("/networkInterfaces/n1/ipConfigurations/ip", (string?)entry["networkInterfaceIPConfiguration"]!["id"]);
        Assert.Equal(["10.0.0.5"], cloud.Item<LoadBalancerItem>(Lb)?.Rules[0].Members.Select(m => m.Address));
    }

    [Fact]
    public async Task Two_frontends_exchange_their_addresses_at_once()
    {
        await using var cloud = await StageAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/q"), NetworkCloud.StandardAddress);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("loadBalancers/b"), Balancer(Public()));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("loadBalancers/c"), Balancer(Public("publicIPAddresses/q")));
        string Move(string balancer, string address) => $$$"""{"id":"{{{NetworkCloud.Id($"loadBalancers/{balancer}/frontendIPConfigurations/front")}}}","properties":{"publicIPAddress":{{{Id(address)}}}}}""";

        var answer = await cloud.SendAsync(
            "POST", $"/subscriptions/{NetworkCloud.Subscription}/providers/Microsoft.Network/locations/eastus/setLoadBalancerFrontendPublicIpAddresses",
            $$"""{"frontendIPConfigurations":[{{Move("b", "publicIPAddresses/q")}},{{Move("c", "publicIPAddresses/p")}}]}""");

        Assert.Equal(200, answer.Status);
        Assert.Contains("/loadBalancers/c/", (string?)(await cloud.GetAsync(NetworkCloud.Id("publicIPAddresses/p")))["properties"]!["ipConfiguration"]!["id"], StringComparison.OrdinalIgnoreCase);
        var (p, q) = ((string?)(await cloud.GetAsync(NetworkCloud.Id("publicIPAddresses/p")))["properties"]!["ipAddress"], (string?)(await cloud.GetAsync(NetworkCloud.Id("publicIPAddresses/q")))["properties"]!["ipAddress"]);
        await cloud.UntilAsync(() => cloud.Item<LoadBalancerItem>("loadBalancers/b")?.Frontends[0].Address == q && cloud.Item<LoadBalancerItem>("loadBalancers/c")?.Frontends[0].Address == p);
    }

    [Fact]
    public async Task A_global_one_spreads_over_the_frontends_of_regional_ones()
    {
        await using var cloud = await StageAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/g"), NetworkCloud.StandardAddress.Replace("\"Standard\"", "\"Standard\",\"tier\":\"Global\"", StringComparison.Ordinal));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), Balancer(Public(), Rule(balancer: Lb)));
        var global = await cloud.SucceedAsync("PUT", NetworkCloud.Id("loadBalancers/g"), Balancer(
            Public("publicIPAddresses/g"), Rule(balancer: "loadBalancers/g"), tier: "Global",
            pools: Part("pool", $"\"loadBalancerBackendAddresses\":[{Part("b", $"\"loadBalancerFrontendIPConfiguration\":{Id(Lb + "/frontendIPConfigurations/front")}")}]")));

        Assert.Equal("Global", (string?)global["sku"]!["tier"]);
        var item = cloud.Item<LoadBalancerItem>("loadBalancers/g");
        Assert.Equal([NetworkCloud.Id(Lb).ToLowerInvariant()], item?.Regional);
        Assert.Equal((string?)(await cloud.GetAsync(NetworkCloud.Id("publicIPAddresses/p")))["properties"]!["ipAddress"], Assert.Single(item?.Rules[0].Members ?? []).Address);
    }

    [Fact]
    public async Task Health_is_told_by_rule()
    {
        await using var cloud = await StageAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), Balancer(Internal(), Rule(balancer: Lb, probe: true) + "," + Rule(name: "blind", port: 81, balancer: Lb), Probe(),
            pools: Part("pool", $"\"loadBalancerBackendAddresses\":[{Address("a", "10.0.0.200", ",\"adminState\":\"Up\"")},{Address("b", "10.0.0.201")}]")));

        var health = NetworkCloud.Parse(await cloud.SendAsync("POST", NetworkCloud.Id(Lb + "/loadBalancingRules/rule/health")));

        Assert.Equal((1, 1), ((int?)health["up"], (int?)health["down"]));
        Assert.Equal([("10.0.0.200", "Up", "Up_Admin"), ("10.0.0.201", "Down", "NA")],
            health["loadBalancerBackendAddresses"]!.AsArray().Select(a => ((string?)a!["ipAddress"], (string?)a["state"], (string?)a["reason"])));
        Assert.Equal(400, (await cloud.SendAsync("POST", NetworkCloud.Id(Lb + "/loadBalancingRules/blind/health"))).Status);
        Assert.Equal(404, (await cloud.SendAsync("POST", NetworkCloud.Id(Lb + "/loadBalancingRules/none/health"))).Status);
    }

    private static async Task<NetworkCloud> StageAsync()
    {
        var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), NetworkCloud.StandardAddress);
        return cloud;
    }

    private static async Task<JsonNode?> NicLinks(NetworkCloud cloud, string nic)
        => (await cloud.GetAsync(NetworkCloud.Id($"networkInterfaces/{nic}")))["properties"]!["ipConfigurations"]![0]!["properties"]!["loadBalancerBackendAddressPools"];

    private static async Task<int?> PortOf(NetworkCloud cloud, string nic)
    {
        var body = $$$"""{"ipConfiguration":{"id":"{{{NetworkCloud.Id($"networkInterfaces/{nic}/ipConfigurations/ip")}}}"}}""";
        var answer = await cloud.SendAsync("POST", NetworkCloud.Id(Lb + "/backendAddressPools/pool/queryInboundNatRulePortMapping"), body);
        return answer.Status == 200 ? (int?)JsonNode.Parse(Encoding.UTF8.GetString(answer.Content().Span))!["inboundNatRulePortMappings"]!.AsArray().FirstOrDefault()?["frontendPort"] : null;
    }

    private static JsonNode Still(JsonNode document)
    {
        var copy = document.DeepClone();
        Strip(copy);
        return copy;

        static void Strip(JsonNode? node)
        {
            if (node is JsonObject map)
            {
                map.Remove("etag");
                map.Remove("provisioningState");
                foreach (var (_, value) in map.ToList())
                {
                    Strip(value);
                }
            }
            else if (node is JsonArray list)
            {
                foreach (var entry in list)
                {
                    Strip(entry);
                }
            }
        }
    }
}
