using System.Text.Json.Nodes;
using Lazuli.Engines.Node;

namespace Lazuli.Providers.Tests.Network;

/// <summary>IPv6 as clients see it, and what the machine is told.</summary>
public sealed class DualStackTests
{
    private const string Network = """
        {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.6.0.0/16","fd00::/48"]},"subnets":[{"name":"a","properties":{"addressPrefixes":["10.6.0.0/24","fd00::/64"]}}]}}
        """;

    private const string Address6 = """{"location":"eastus","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static","publicIPAddressVersion":"IPv6"}}""";

    [Fact]
    public async Task Addresses_are_given_by_family_and_kept()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), Network);
        Assert.Equal(("10.6.0.4", "fd00::4"), Addresses(await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/a"), Nic())));
        Assert.Equal(("10.6.0.5", "fd00::10"), Addresses(await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/b"), Nic(",\"privateIPAllocationMethod\":\"Static\",\"privateIPAddress\":\"FD00:0::0010\""))));
        Assert.Equal(("10.6.0.6", "fd00::5"), Addresses(await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/c"), Nic())));
        Assert.Equal(["PrivateIPAddressIsAllocated"], await cloud.CodesAsync("PUT", NetworkCloud.Id("networkInterfaces/d"), Nic(",\"privateIPAllocationMethod\":\"Static\",\"privateIPAddress\":\"fd00::5\"")));

        await cloud.SucceedAsync("DELETE", NetworkCloud.Id("networkInterfaces/a"));
        Assert.Equal(("10.6.0.6", "fd00::5"), Addresses(await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/c"), Nic())));
        var answer = await cloud.GetAsync(NetworkCloud.Id("virtualNetworks/v/CheckIPAddressAvailability"), "ipAddress=fd00::5");
        Assert.False((bool?)answer["available"]);
        Assert.Equal("fd00::4", (string?)answer["availableIPAddresses"]?[0]);
        Assert.Equal("fd00::6", (string?)answer["availableIPAddresses"]?[1]);
    }

    [Fact]
    public async Task Public_addresses_come_from_the_IPv6_pool_and_its_prefixes_and_reach_the_machine()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), Network);
        Assert.Equal("2001:2::4", (string?)(await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), Address6))["properties"]?["ipAddress"]);
        var prefix = await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPPrefixes/x"), """{"location":"eastus","sku":{"name":"Standard"},"properties":{"prefixLength":127,"publicIPAddressVersion":"IPv6"}}""");
        Assert.Equal("2001:2:0:ffff:ffff:ffff:ffff:ffee/127", (string?)prefix["properties"]?["ipPrefix"]);
        foreach (var (name, address) in new[] { ("x1", "2001:2:0:ffff:ffff:ffff:ffff:ffee"), ("x2", "2001:2:0:ffff:ffff:ffff:ffff:ffef") })
        {
            var one = await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/" + name), OfPrefix);
            Assert.Equal(address, (string?)one["properties"]?["ipAddress"]);
        }

        Assert.Equal(["PublicIPPrefixIsFull"], await cloud.CodesAsync("PUT", NetworkCloud.Id("publicIPAddresses/x3"), OfPrefix));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/a"), Nic($",\"publicIPAddress\":{{\"id\":\"{NetworkCloud.Id("publicIPAddresses/p")}\"}}"));
        await cloud.UntilAsync(() => cloud.IsApplied("networkInterfaces/a"));
        var config = cloud.Item<NicItem>("networkInterfaces/a")?.IpConfigs[1];
        Assert.Equal(("fd00::4", "2001:2::4", true, false), (config?.PrivateAddress, config?.PublicAddress, config?.PublicSecureByDefault, config?.Primary));
    }

    [Fact]
    public async Task Rules_and_routes_of_IPv6_are_told_to_the_machine_and_in_answers_about_flows()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("routeTables/t"), """
            {"location":"eastus","properties":{"routes":[{"name":"r","properties":{"addressPrefix":"2001:0db8::/32","nextHopType":"VirtualAppliance","nextHopIpAddress":"fd00::0004"}}]}}
            """);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/g"), $$$$"""
            {"location":"eastus","properties":{"securityRules":[{{{{NetworkCloud.Rule().Replace("\"sourceAddressPrefix\":\"*\"", "\"sourceAddressPrefix\":\"2001:DB8::/32\"", StringComparison.Ordinal)}}}}]}}
            """);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), Network.Replace("\"fd00::/64\"]", $"\"fd00::/64\"],\"routeTable\":{{\"id\":\"{NetworkCloud.Id("routeTables/t")}\"}}", StringComparison.Ordinal));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/a"), Nic(more: $",\"networkSecurityGroup\":{{\"id\":\"{NetworkCloud.Id("networkSecurityGroups/g")}\"}}"));
        await cloud.SucceedAsync("PUT", NetworkCloud.Vm("vm"), $$$$"""{"location":"eastus","properties":{"networkProfile":{"networkInterfaces":[{"id":"{{{{NetworkCloud.Id("networkInterfaces/a")}}}}"}]}}}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkWatchers/w"), """{"location":"eastus"}""");

        Assert.Equal("2001:db8::/32", Assert.Single(cloud.Item<NsgItem>("networkSecurityGroups/g")?.Rules[0].Sources ?? []));
        var route = Assert.Single(cloud.Item<RouteTableItem>("routeTables/t")?.Routes ?? []);
        Assert.Equal(("2001:db8::/32", "fd00::4"), (route.Prefix, route.Appliance));

        Assert.Equal(("Allow", "securityRules/r"), await VerifyAsync(cloud, "2001:db8::1", "22"));
        Assert.Equal(("Deny", "defaultSecurityRules/DenyAllInBound"), await VerifyAsync(cloud, "2001:db9::1", "22"));
        Assert.Equal(("Allow", "defaultSecurityRules/AllowVnetInBound"), await VerifyAsync(cloud, "fd00::9", "80"));
        Assert.Equal("VirtualAppliance", await NextHopAsync(cloud, "2001:db8::1"));
        Assert.Equal("VnetLocal", await NextHopAsync(cloud, "fd00:0:0:9::1"));
        Assert.Equal("Internet", await NextHopAsync(cloud, "2001:db9::1"));
        Assert.Equal(["InvalidIPAddressFormat"], await cloud.CodesAsync("POST", NetworkCloud.Id("networkWatchers/w/nextHop"), Question("\"sourceIPAddress\":\"fd00::4\",\"destinationIPAddress\":\"10.0.0.1\"")));
        var routes = (await cloud.AskAsync(NetworkCloud.Id("networkInterfaces/a/effectiveRouteTable")))["value"]?.AsArray().Select(r => (string?)r?["addressPrefix"]?[0]).ToArray() ?? [];
        Assert.Contains("::/0", routes);
        Assert.Contains("fd00::/48", routes);
        Assert.Contains("2001:db8::/32", routes);
    }

    [Fact]
    public async Task Networks_whose_IPv6_spaces_overlap_are_no_peers()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), Network);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/w"), Network.Replace("10.6.", "10.7.", StringComparison.Ordinal));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/x"), Network.Replace("10.6.", "10.8.", StringComparison.Ordinal).Replace("fd00::", "fd01::", StringComparison.Ordinal));
        string Peer(string name) => $$$$"""{"properties":{"remoteVirtualNetwork":{"id":"{{{{NetworkCloud.Id("virtualNetworks/" + name)}}}}"}}}""";
        Assert.Equal(["VnetAddressSpacesOverlap"], await cloud.CodesAsync("PUT", NetworkCloud.Id("virtualNetworks/v/virtualNetworkPeerings/p"), Peer("w")));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v/virtualNetworkPeerings/p"), Peer("x"));
    }

    private static string OfPrefix => Address6.Replace("\"IPv6\"", $"\"IPv6\",\"publicIPPrefix\":{{\"id\":\"{NetworkCloud.Id("publicIPPrefixes/x")}\"}}", StringComparison.Ordinal);

    private static string Nic(string six = "", string more = "")
    {
        var subnet = $$$$"""{"id":"{{{{NetworkCloud.Id("virtualNetworks/v/subnets/a")}}}}"}""";
        return $$$$"""
            {"location":"eastus","properties":{"ipConfigurations":[{"name":"four","properties":{"primary":true,"subnet":{{{{subnet}}}}}},
              {"name":"six","properties":{"privateIPAddressVersion":"IPv6","subnet":{{{{subnet}}}}{{{{six}}}}}}]{{{{more}}}}}}
            """;
    }

    private static (string?, string?) Addresses(JsonNode nic)
        => ((string?)nic["properties"]?["ipConfigurations"]?[0]?["properties"]?["privateIPAddress"], (string?)nic["properties"]?["ipConfigurations"]?[1]?["properties"]?["privateIPAddress"]);

    private static string Question(string more) => $$$$"""{"targetResourceId":"{{{{NetworkCloud.Vm("vm")}}}}",{{{{more}}}}}""";

    private static async Task<(string?, string?)> VerifyAsync(NetworkCloud cloud, string remote, string port)
    {
        var answer = await cloud.AskAsync(NetworkCloud.Id("networkWatchers/w/ipFlowVerify"),
            Question($"\"direction\":\"Inbound\",\"protocol\":\"TCP\",\"localPort\":\"{port}\",\"remotePort\":\"4000\",\"localIPAddress\":\"fd00:0::4\",\"remoteIPAddress\":\"{remote}\""));
        return ((string?)answer["access"], (string?)answer["ruleName"]);
    }

    private static async Task<string?> NextHopAsync(NetworkCloud cloud, string destination)
        => (string?)(await cloud.AskAsync(NetworkCloud.Id("networkWatchers/w/nextHop"), Question($"\"sourceIPAddress\":\"fd00::4\",\"destinationIPAddress\":\"{destination}\"")))["nextHopType"];
}
