using System.Text.Json.Nodes;
using Lazuli.Engines.Node;
using static Lazuli.Providers.Tests.Network.LoadBalancers.BalancerBodies;

namespace Lazuli.Providers.Tests.Network.LoadBalancers;

/// <summary>Load balancers with frontends and members of both families: what the machine is told, and what is refused.</summary>
public sealed class Ipv6BalancerTests
{
    private const string Lb = "loadBalancers/b";
    private const string Version6 = ",\"privateIPAddressVersion\":\"IPv6\"";
    private const string Pools = "{\"name\":\"pool\"},{\"name\":\"pool6\"}";

    [Fact]
    public async Task Each_family_has_its_frontend_its_pool_and_its_rules()
    {
        await using var cloud = await StageAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), Balancer(
            Public() + "," + Public("publicIPAddresses/p6", "six"), Rule(",\"disableOutboundSnat\":true", balancer: Lb, probe: true) + "," + Six(Rule(",\"disableOutboundSnat\":true", "rule6", balancer: Lb, probe: true)), Probe(),
            nat: Six(Nat("\"protocol\":\"Tcp\",\"frontendPort\":2222,\"backendPort\":22", balancer: Lb)), outbound: Six(Outbound(",\"allocatedOutboundPorts\":16", balancer: Lb)), pools: Pools));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n1"), Nic("n1", Lb + "/backendAddressPools/pool6", Lb + "/inboundNatRules/nat"));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n2"), Nic("n2", Lb + "/backendAddressPools/pool6"));
        await cloud.UntilAsync(() => cloud.Item<LoadBalancerItem>(Lb) is { Rules: [_, { Members.Count: 2 }] } && cloud.IsApplied(Lb));

        var item = cloud.Item<LoadBalancerItem>(Lb) ?? throw new InvalidOperationException();
        Assert.Equal([new("front", (string?)(await cloud.GetAsync(NetworkCloud.Id("publicIPAddresses/p")))["properties"]?["ipAddress"] ?? "", true), new("six", "2001:2::4", true)], item.Frontends);
        Assert.Equal(["fd00::4", "fd00::5"], item.Rules[1].Members.Select(m => m.Address));
        Assert.Equal(("six", "fd00::4"), (Assert.Single(item.NatRules).Frontend, item.NatRules[0].Address));
        var snat = Assert.Single(item.Snat);
        Assert.Equal("six", Assert.Single(snat.Frontends));
        Assert.Equal([new SnatShare("fd00::4", 1024), new SnatShare("fd00::5", 1040)], snat.Shares);

        // What a client got it may send back.
        var shown = await cloud.GetAsync(NetworkCloud.Id(Lb));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), shown.ToJsonString());
    }

    [Fact]
    public async Task Private_frontends_get_addresses_that_nobody_else_gets()
    {
        await using var cloud = await StageAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n1"), Nic("n1"));
        var made = await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), Balancer(
            Internal() + "," + Internal(Version6, "six") + "," + Internal(Version6 + ",\"privateIPAllocationMethod\":\"Static\",\"privateIPAddress\":\"FD00:0::0064\"", "fixed")));
        Assert.Equal(["10.0.0.5", "fd00::5", "fd00::64"], Addresses(made));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n2"), Nic("n2"));
        Assert.Equal("fd00::6", (string?)(await cloud.GetAsync(NetworkCloud.Id("networkInterfaces/n2")))["properties"]?["ipConfigurations"]?[1]?["properties"]?["privateIPAddress"]);
        await cloud.SucceedAsync("DELETE", NetworkCloud.Id("networkInterfaces/n1"));
        Assert.Equal(["10.0.0.5", "fd00::5", "fd00::64"], Addresses(await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), made.ToJsonString())));
        Assert.Equal(["fd00::5", "fd00::64"], cloud.Item<LoadBalancerItem>(Lb)?.Frontends.Skip(1).Select(f => f.Address));
    }

    [Fact]
    public async Task Families_do_not_mix()
    {
        await using var cloud = await StageAsync();
        Task<IReadOnlyList<string>> PutAsync(string body, string path = New) => Codes(cloud, path, body);
        const string only = "AtleastOneIpV4RequiredForIpV6LbFrontendIpConfiguration";
        const string invalid = "InvalidRequestFormat";
        Assert.Equal([only], await PutAsync(Balancer(Public("publicIPAddresses/p6"))));
        Assert.Equal([only], await PutAsync(Balancer(Internal(Version6))));
        Assert.Equal(["PrivateIPAddressInReservedRange"], await PutAsync(Balancer(Internal() + "," + Internal(Version6 + ",\"privateIPAllocationMethod\":\"Static\",\"privateIPAddress\":\"fd00::1\"", "six"))));
        Assert.Equal(["InvalidIPAddressFormat"], await PutAsync(Balancer(Internal() + "," + Internal(Version6 + ",\"privateIPAllocationMethod\":\"Static\",\"privateIPAddress\":\"10.0.0.9\"", "six"))));
        Assert.Equal(["IPVersionForPublicIpAndNicIpConfigurationMustMatch"], await PutAsync(Balancer(Public() + "," + Part("six", $"\"publicIPAddress\":{Id("publicIPAddresses/q")}{Version6}"))));
        Assert.Equal([invalid], await PutAsync(Balancer(Internal(), Rule(), pools: Part("pool", $"\"loadBalancerBackendAddresses\":[{Address("a", "fd00::9")}]"))));
        Assert.Equal([invalid], await PutAsync(Balancer(Internal(), pools: Part("pool", $"\"loadBalancerBackendAddresses\":[{Address("a", "fd00::9")},{Address("b", "10.0.0.9")}]"))));
        Assert.Equal(["PrivateIPAddressNotInSubnet"], await PutAsync(Balancer(Internal(), pools: Part("pool", $"\"loadBalancerBackendAddresses\":[{Address("a", "fd00:0:0:9::9")}]"))));

        var both = Internal() + "," + Internal(Version6, "six");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Lb), Balancer(both, Rule(balancer: Lb) + "," + Six(Rule(name: "rule6", balancer: Lb)), nat: Nat("\"protocol\":\"Tcp\",\"frontendPort\":2222,\"backendPort\":22", balancer: Lb), pools: Pools + ",{\"name\":\"free\"}"));
        Assert.Equal([invalid], await PutAsync(Nic("n1", Lb + "/backendAddressPools/pool"), "networkInterfaces/n1"));
        Assert.Equal([invalid], await PutAsync(Nic("n1", natRule: Lb + "/inboundNatRules/nat"), "networkInterfaces/n1"));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n1"), Nic("n1", Lb + "/backendAddressPools/pool6," + Lb + "/backendAddressPools/free"));
        Assert.Equal([invalid], await PutAsync(BalancerBodies.Nic(Lb + "/backendAddressPools/free"), "networkInterfaces/n2"));
        Assert.Equal([invalid], await PutAsync(Balancer(both, Rule(balancer: Lb).Replace("/pool\"", "/pool6\"", StringComparison.Ordinal), pools: Pools + ",{\"name\":\"free\"}"), Lb));
    }

    private static async Task<NetworkCloud> StageAsync()
    {
        var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), """
            {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16","fd00::/48"]},"subnets":[{"name":"a","properties":{"addressPrefixes":["10.0.0.0/24","fd00::/64"]}}]}}
            """);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), NetworkCloud.StandardAddress);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/q"), NetworkCloud.StandardAddress);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p6"), """{"location":"eastus","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static","publicIPAddressVersion":"IPv6"}}""");
        return cloud;
    }

    private static async Task<IReadOnlyList<string>> Codes(NetworkCloud cloud, string path, string body) => [.. await cloud.CodesAsync("PUT", NetworkCloud.Id(path), body)];

    /// <summary>The same rule for the frontend six and the pool pool6.</summary>
    private static string Six(string rule) => rule.Replace("frontendIPConfigurations/front\"", "frontendIPConfigurations/six\"", StringComparison.Ordinal).Replace("backendAddressPools/pool\"", "backendAddressPools/pool6\"", StringComparison.Ordinal);

    private static IEnumerable<string?> Addresses(JsonNode balancer) => balancer["properties"]!["frontendIPConfigurations"]!.AsArray().Select(f => (string?)f?["properties"]?["privateIPAddress"]);

    /// <summary>A NIC of both families; what it is a member of, it is by IPv6.</summary>
    private static string Nic(string name, string? pool = null, string? natRule = null)
    {
        var body = JsonNode.Parse(BalancerBodies.Nic(pool, natRule)) ?? throw new InvalidOperationException(name);
        var configurations = body["properties"]!["ipConfigurations"]!.AsArray();
        var four = JsonNode.Parse(BalancerBodies.Nic())!["properties"]!["ipConfigurations"]![0]!.DeepClone();
        configurations[0]!["name"] = "six";
        configurations[0]!["properties"]!["privateIPAddressVersion"] = "IPv6";
        four["properties"]!["primary"] = true;
        configurations[0]!["properties"]!["primary"] = false;
        configurations.Insert(0, four);
        return body.ToJsonString();
    }
}
