using System.Text.Json.Nodes;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Providers.Tests.Network;

/// <summary>Peerings, routes, gateways and prefixes as clients see them, and what the machine is told.</summary>
public sealed class PathTests
{
    private const string Watcher = "networkWatchers/w";

    [Fact]
    public async Task A_peering_is_initiated_then_connected_and_disconnected_for_good_when_the_other_side_goes()
    {
        await using var cloud = await NetworksAsync();
        Assert.Equal(("Initiated", "RemoteNotInSync"), State(await PeerAsync(cloud, "v", "w")));
        Assert.Empty(cloud.Item<VnetItem>("virtualNetworks/v")?.Peers ?? []);

        Assert.Equal(("Connected", "FullyInSync"), State(await PeerAsync(cloud, "w", "v", ",\"allowForwardedTraffic\":true")));
        Assert.Equal(("Connected", "FullyInSync"), State(await cloud.GetAsync(Peering("v"))));
        await cloud.UntilAsync(() => cloud.Item<VnetItem>("virtualNetworks/v")?.Peers.Count == 1 && cloud.Item<VnetItem>("virtualNetworks/w")?.Peers.Count == 1);
        var spec = Assert.Single(cloud.Item<VnetItem>("virtualNetworks/w")?.Peers ?? []);
        Assert.Equal((true, true, "10.0.0.0/16"), (spec.Access, spec.Forwarded, Assert.Single(spec.AddressPrefixes)));
        Assert.Equal("10.1.0.0/16", (string?)(await cloud.GetAsync(Peering("v")))["properties"]!["remoteAddressSpace"]!["addressPrefixes"]![0]);

        await cloud.SucceedAsync("DELETE", Peering("w"));
        Assert.Equal("Disconnected", State(await cloud.GetAsync(Peering("v"))).State);
        await cloud.UntilAsync(() => cloud.Item<VnetItem>("virtualNetworks/v")?.Peers.Count == 0);
        Assert.Equal(["RemotePeeringIsDisconnected"], await cloud.CodesAsync("PUT", Peering("w"), Body("v")));

        // Written anew it waits for the other side again.
        Assert.Equal("Initiated", State(await PeerAsync(cloud, "v", "w")).State);
        Assert.Equal("Connected", State(await PeerAsync(cloud, "w", "v")).State);
        await cloud.SucceedAsync("DELETE", NetworkCloud.Id("virtualNetworks/w"));
        Assert.Equal("Disconnected", State(await cloud.GetAsync(Peering("v"))).State);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v/subnets/more"), """{"properties":{"addressPrefix":"10.0.9.0/24"}}""");
        Assert.Equal("Disconnected", State(await cloud.GetAsync(Peering("v"))).State);
    }

    [Fact]
    public async Task A_change_of_address_space_waits_for_the_other_side_to_look()
    {
        await using var cloud = await NetworksAsync();
        await PeerAsync(cloud, "v", "w");
        await PeerAsync(cloud, "w", "v");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/w"), """
            {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.1.0.0/16","10.7.0.0/16"]}}}
            """);
        Assert.Equal("LocalNotInSync", State(await cloud.GetAsync(Peering("v"))).Level);
        Assert.Equal("RemoteNotInSync", State(await cloud.GetAsync(Peering("w"))).Level);
        Assert.Equal(["10.1.0.0/16"], cloud.Item<VnetItem>("virtualNetworks/v")?.Peers[0].AddressPrefixes);

        var response = await cloud.SendAsync("PUT", Peering("v"), Body("w"), "syncRemoteAddressSpace=true");
        Assert.Equal(200, response.Status);
        await cloud.UntilAsync(() => cloud.Item<VnetItem>("virtualNetworks/v")?.Peers[0].AddressPrefixes.Count == 2);
        Assert.Equal(("Connected", "FullyInSync"), State(await cloud.GetAsync(Peering("v"))));
        Assert.Equal("FullyInSync", State(await cloud.GetAsync(Peering("w"))).Level);
    }

    [Fact]
    public async Task Peerings_that_can_not_be_are_refused()
    {
        await using var cloud = await NetworksAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/same"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/x"), NetworkCloud.Vnet("10.5.0.0/16", "10.5.0.0/24"));
        async Task Refused(string code, string network, string remote, string more = "", string name = "p")
            => Assert.Equal([code], await cloud.CodesAsync("PUT", NetworkCloud.Id($"virtualNetworks/{network}/virtualNetworkPeerings/{name}"), Body(remote, more)));

        await Refused("VnetAddressSpacesOverlap", "v", "same");
        await Refused("PeeringsInVnetCannotReferenceParentVnet", "v", "v");
        await Refused("InvalidResourceReference", "v", "none");
        await Refused("RemoteVnetHasNoGateways", "v", "w", ",\"useRemoteGateways\":true");
        await Refused("PeeringGatewayTransitConflict", "v", "w", ",\"useRemoteGateways\":true,\"allowGatewayTransit\":true");
        await PeerAsync(cloud, "v", "w");
        await Refused("AnotherPeeringAlreadyReferencesRemoteVnet", "v", "w", name: "q");
        await Refused("ChangingRemoteVirtualNetworkNotAllowed", "v", "x");
        await PeerAsync(cloud, "w", "v");
        await PeerAsync(cloud, "x", "w");
        await Refused("VnetAddressSpaceOverlapsWithAlreadyPeeredVnet", "same", "w");
        Assert.Contains("VnetAddressSpacesOverlap", await cloud.CodesAsync("PUT", NetworkCloud.Id("virtualNetworks/w"), """
            {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.1.0.0/16","10.0.4.0/24"]}}}
            """));
    }

    [Fact]
    public async Task Routes_and_gateways_come_to_the_machine_with_the_subnets_that_use_them_and_can_not_go_before()
    {
        await using var cloud = await NetworksAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("routeTables/t"), """
            {"location":"eastus","properties":{"routes":[{"name":"r","properties":{"addressPrefix":"10.9.0.0/16","nextHopType":"virtualAppliance","nextHopIpAddress":"10.0.0.7"}},
              {"name":"tag","properties":{"addressPrefix":"Storage.WestEurope","nextHopType":"Internet"}}]}}
            """);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPPrefixes/x"), """{"location":"eastus","sku":{"name":"Standard"},"properties":{"prefixLength":31}}""");
        var inside = await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"),
            $$$$"""{"location":"eastus","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static","publicIPPrefix":{"id":"{{{{NetworkCloud.Id("publicIPPrefixes/x")}}}}"}}}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/n"), NetworkCloud.StandardAddress);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("natGateways/g"),
            $$$$"""{"location":"eastus","properties":{"idleTimeoutInMinutes":10,"publicIpAddresses":[{"id":"{{{{NetworkCloud.Id("publicIPAddresses/n")}}}}"}]}}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v/subnets/a"), $$$$"""
            {"properties":{"addressPrefix":"10.0.0.0/24","routeTable":{"id":"{{{{NetworkCloud.Id("routeTables/t")}}}}"},"natGateway":{"id":"{{{{NetworkCloud.Id("natGateways/g")}}}}"},"defaultOutboundAccess":false}}
            """);

        var route = Assert.Single(cloud.Item<RouteTableItem>("routeTables/t")?.Routes ?? []);
        Assert.Equal((NextHop.VirtualAppliance, "10.0.0.7"), (route.NextHop, route.Appliance));
        var subnet = cloud.Item<VnetItem>("virtualNetworks/v")?.Subnets[0];
        Assert.Equal((NetworkCloud.Id("routeTables/t").ToLowerInvariant(), NetworkCloud.Id("natGateways/g").ToLowerInvariant(), false), (subnet?.RouteTableKey, subnet?.NatKey, subnet?.DefaultOutbound));
        var block = (string?)(await cloud.GetAsync(NetworkCloud.Id("publicIPPrefixes/x")))["properties"]!["ipPrefix"];
        Assert.True(System.Net.IPNetwork.Parse(block ?? "").Contains(System.Net.IPAddress.Parse((string?)inside["properties"]!["ipAddress"] ?? "")));
        Assert.Equal((string?)(await cloud.GetAsync(NetworkCloud.Id("publicIPAddresses/n")))["properties"]!["ipAddress"], Assert.Single(cloud.Item<NatItem>("natGateways/g")?.Addresses ?? []));

        foreach (var (path, code) in new[]
        {
            ("routeTables/t", "InUseRouteTableCannotBeDeleted"), ("natGateways/g", "InUseNatGatewayCannotBeDeleted"), ("publicIPAddresses/n", "PublicIPAddressCannotBeDeleted"),
            ("publicIPPrefixes/x", "InUsePublicIpPrefixCannotBeDeleted"),
        })
        {
            Assert.Equal([code], await cloud.CodesAsync("DELETE", NetworkCloud.Id(path)));
        }

        Assert.Equal(["PublicIPAddressInUse"], await cloud.CodesAsync("PUT", NetworkCloud.Id("networkInterfaces/i"), NetworkCloud.Nic(publicAddress: "publicIPAddresses/n")));
        Assert.Equal(["NatGatewayCannotSpanMultipleVirtualNetworks"], await cloud.CodesAsync("PUT", NetworkCloud.Id("virtualNetworks/w/subnets/a"),
            $$$$"""{"properties":{"addressPrefix":"10.1.0.0/24","natGateway":{"id":"{{{{NetworkCloud.Id("natGateways/g")}}}}"}}}"""));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v/subnets/a"), """{"properties":{"addressPrefix":"10.0.0.0/24"}}""");
        foreach (var path in new[] { "routeTables/t", "natGateways/g", "publicIPAddresses/n", "publicIPAddresses/p", "publicIPPrefixes/x" })
        {
            await cloud.SucceedAsync("DELETE", NetworkCloud.Id(path));
        }
    }

    [Fact]
    public async Task Members_of_an_application_security_group_are_in_one_network()
    {
        await using var cloud = await NetworksAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("applicationSecurityGroups/web"), """{"location":"eastus"}""");
        string Member(string network) => NetworkCloud.Nic($"virtualNetworks/{network}/subnets/a").Replace("\"subnet\"",
            "\"applicationSecurityGroups\":[{\"id\":\"" + NetworkCloud.Id("applicationSecurityGroups/web") + "\"}],\"subnet\"", StringComparison.Ordinal);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/i"), Member("v"));
        Assert.Equal([NetworkCloud.Id("applicationSecurityGroups/web").ToLowerInvariant()], cloud.Item<NicItem>("networkInterfaces/i")?.IpConfigs[0].GroupKeys);
        Assert.Equal(["ApplicationSecurityGroupNotInSameVnet"], await cloud.CodesAsync("PUT", NetworkCloud.Id("networkInterfaces/j"), Member("w")));
        Assert.Equal(["InUseApplicationSecurityGroupCannotBeDeleted"], await cloud.CodesAsync("DELETE", NetworkCloud.Id("applicationSecurityGroups/web")));

        var rule = NetworkCloud.Rule().Replace("\"sourceAddressPrefix\":\"*\"", "\"sourceApplicationSecurityGroups\":[{\"id\":\"" + NetworkCloud.Id("applicationSecurityGroups/web") + "\"}]", StringComparison.Ordinal);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/g"), "{\"location\":\"eastus\",\"properties\":{\"securityRules\":[" + rule + "]}}");
        Assert.Equal([NetworkCloud.Id("applicationSecurityGroups/web").ToLowerInvariant()], Assert.Single(cloud.Item<NsgItem>("networkSecurityGroups/g")?.Rules ?? []).SourceGroups);
    }

    [Fact]
    public async Task Network_watcher_says_what_the_machine_would_do()
    {
        await using var cloud = await NetworksAsync();
        await PeerAsync(cloud, "v", "w");
        await PeerAsync(cloud, "w", "v");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/g"), "{\"location\":\"eastus\",\"properties\":{\"securityRules\":[" + NetworkCloud.Rule() + ","
            + NetworkCloud.Rule(priority: 110, name: "checks").Replace("\"sourceAddressPrefix\":\"*\"", "\"sourceAddressPrefix\":\"azureTrafficManager\"", StringComparison.Ordinal).Replace("22", "443", StringComparison.Ordinal) + "]}}");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("routeTables/t"), """
            {"location":"eastus","properties":{"routes":[{"name":"r","properties":{"addressPrefix":"10.1.2.0/24","nextHopType":"VirtualAppliance","nextHopIpAddress":"10.0.0.7"}},
              {"name":"all","properties":{"addressPrefix":"0.0.0.0/0","nextHopType":"None"}}]}}
            """);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v/subnets/a"), $$$$"""{"properties":{"addressPrefix":"10.0.0.0/24","routeTable":{"id":"{{{{NetworkCloud.Id("routeTables/t")}}}}"}}}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/i"), NetworkCloud.Nic(group: "networkSecurityGroups/g"));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Watcher), """{"location":"eastus"}""");
        Assert.Equal(["NetworkInterfaceNotAttachedToVirtualMachine"], await cloud.CodesAsync("POST", NetworkCloud.Id("networkInterfaces/i/effectiveRouteTable")));
        await cloud.SucceedAsync("PUT", NetworkCloud.Vm("m"), "{\"location\":\"eastus\",\"properties\":{\"networkProfile\":{\"networkInterfaces\":[{\"id\":\"" + NetworkCloud.Id("networkInterfaces/i") + "\"}]}}}");

        Task<JsonNode> Ask(string action, string more) => cloud.AskAsync(NetworkCloud.Id($"{Watcher}/{action}"), "{\"targetResourceId\":\"" + NetworkCloud.Vm("m") + "\"" + more + "}");
        async Task<(string?, string?)> Flow(string direction, string remote, int local, int port)
            => await Ask("ipFlowVerify", $",\"direction\":\"{direction}\",\"protocol\":\"TCP\",\"localPort\":\"{local}\",\"remotePort\":\"{port}\",\"localIPAddress\":\"10.0.0.4\",\"remoteIPAddress\":\"{remote}\"") is var answer
                ? ((string?)answer["access"], (string?)answer["ruleName"]) : default;
        async Task<(string?, string?, string?)> Hop(string to)
            => await Ask("nextHop", $",\"sourceIPAddress\":\"10.0.0.4\",\"destinationIPAddress\":\"{to}\"") is var answer
                ? ((string?)answer["nextHopType"], (string?)answer["nextHopIpAddress"], (string?)answer["routeTableId"]) : default;

        var checks = new NetOptions().TrafficManager.ToString();
        Assert.Equal(("Allow", "securityRules/r"), await Flow("Inbound", "8.8.8.8", 22, 5000));
        Assert.Equal(("Deny", "defaultSecurityRules/DenyAllInBound"), await Flow("Inbound", "8.8.8.8", 80, 5000));
        Assert.Equal(("Allow", "securityRules/checks"), await Flow("Inbound", checks, 443, 5000));
        Assert.Equal(("Deny", "defaultSecurityRules/DenyAllInBound"), await Flow("Inbound", "198.18.255.254", 443, 5000));
        Assert.Equal(("Allow", "defaultSecurityRules/AllowVnetInBound"), await Flow("Inbound", "10.1.0.9", 80, 5000));
        Assert.Equal(("Allow", "defaultSecurityRules/AllowInternetOutBound"), await Flow("Outbound", "8.8.8.8", 5000, 443));
        Assert.Equal(("VnetLocal", null, "System Route"), await Hop("10.0.0.9"));
        Assert.Equal(("VirtualNetworkPeering", null, "System Route"), await Hop("10.1.0.9"));
        Assert.Equal(("VirtualAppliance", "10.0.0.7", NetworkCloud.Id("routeTables/t")), await Hop("10.1.2.9"));
        Assert.Equal(("None", null, NetworkCloud.Id("routeTables/t")), await Hop("8.8.8.8"));

        var routes = (await cloud.AskAsync(NetworkCloud.Id("networkInterfaces/i/effectiveRouteTable")))["value"]!.AsArray();
        Assert.Contains(routes, r => (string?)r!["addressPrefix"]![0] == "10.1.0.0/16" && (string?)r["nextHopType"] == "VNetPeering" && (string?)r["state"] == "Active");
        Assert.Contains(routes, r => (string?)r!["addressPrefix"]![0] == "0.0.0.0/0" && (string?)r["nextHopType"] == "Internet" && (string?)r["state"] == "Invalid");
        Assert.Contains(routes, r => (string?)r!["name"] == "r" && (string?)r["source"] == "User" && (string?)r["nextHopIpAddress"]![0] == "10.0.0.7");
        var groups = (await cloud.AskAsync(NetworkCloud.Id("networkInterfaces/i/effectiveNetworkSecurityGroups")))["value"]!.AsArray();
        var rules = Assert.Single(groups)!["effectiveSecurityRules"]!.AsArray();
        Assert.Equal(8, rules.Count);
        Assert.Contains(rules, r => (string?)r!["sourceAddressPrefix"] == "AzureTrafficManager" && (string?)r["expandedSourceAddressPrefix"]![0] == checks + "/32");
        Assert.Contains(rules, r => (string?)r!["name"] == "defaultSecurityRules/AllowVnetInBound" && r["expandedSourceAddressPrefix"]!.AsArray().Any(p => (string?)p == "10.0.0.0/15"));
        Assert.Equal(NetworkCloud.Id("networkInterfaces/i"), (string?)groups[0]!["association"]!["networkInterface"]!["id"]);
        Assert.Equal(NetworkCloud.Id("networkInterfaces/i"), (string?)(await Ask("securityGroupView", ""))["networkInterfaces"]![0]!["id"]);
        var topology = NetworkCloud.Parse(await cloud.SendAsync("POST", NetworkCloud.Id($"{Watcher}/topology"), """{"targetResourceGroupName":"rg"}"""))["resources"]!.AsArray();
        Assert.Contains(topology, r => (string?)r!["name"] == "i" && r["associations"]!.AsArray().Any(a => (string?)a!["name"] == "m"));
    }

    private static async Task<NetworkCloud> NetworksAsync()
    {
        var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/w"), NetworkCloud.Vnet("10.1.0.0/16", "10.1.0.0/24"));
        return cloud;
    }

    private static string Peering(string network) => NetworkCloud.Id($"virtualNetworks/{network}/virtualNetworkPeerings/p");

    private static string Body(string remote, string more = "") => "{\"properties\":{\"remoteVirtualNetwork\":{\"id\":\"" + NetworkCloud.Id($"virtualNetworks/{remote}") + "\"}" + more + "}}";

    private static Task<JsonNode> PeerAsync(NetworkCloud cloud, string network, string remote, string more = "") => cloud.SucceedAsync("PUT", Peering(network), Body(remote, more));

    private static (string? State, string? Level) State(JsonNode peering) => ((string?)peering["properties"]?["peeringState"], (string?)peering["properties"]?["peeringSyncLevel"]);
}
