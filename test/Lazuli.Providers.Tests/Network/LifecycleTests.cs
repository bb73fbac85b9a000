using System.Text.Json.Nodes;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Operations;

namespace Lazuli.Providers.Tests.Network;

public sealed class LifecycleTests
{
    [Fact]
    public async Task A_network_with_everything_in_it_comes_to_the_machine_and_leaves_it_again()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/g"), "{\"location\":\"eastus\",\"properties\":{\"securityRules\":[" + NetworkCloud.Rule() + "]}}");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        var address = await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), NetworkCloud.StandardAddress);
        var nic = await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), NetworkCloud.Nic(publicAddress: "publicIPAddresses/p", group: "networkSecurityGroups/g"));

        Assert.Equal("Succeeded", (string?)nic["properties"]?["provisioningState"]);
        Assert.Equal("10.0.0.4", (string?)Configuration(nic)["privateIPAddress"]);
        Assert.True(cloud.IsApplied("virtualNetworks/v") && cloud.IsApplied("networkSecurityGroups/g") && cloud.IsApplied("networkInterfaces/n"));
        var item = cloud.Item<NicItem>("networkInterfaces/n");
        Assert.Equal((string?)nic["properties"]?["macAddress"], item?.MacAddress);
        Assert.Matches("^00-0D-3A(-[0-9A-F]{2}){3}$", item?.MacAddress);
        var spec = Assert.Single(item?.IpConfigs ?? []);
        Assert.Equal(("10.0.0.4", (string?)address["properties"]?["ipAddress"], true, true), (spec.PrivateAddress, spec.PublicAddress, spec.PublicSecureByDefault, spec.Primary));
        Assert.Equal([22], Assert.Single(cloud.Item<NsgItem>("networkSecurityGroups/g")?.Rules ?? []).DestinationPorts.Select(int.Parse));

        foreach (var path in new[] { "networkInterfaces/n", "virtualNetworks/v", "networkSecurityGroups/g", "publicIPAddresses/p" })
        {
            await cloud.SucceedAsync("DELETE", NetworkCloud.Id(path));
            Assert.Equal(404, (await cloud.SendAsync("GET", NetworkCloud.Id(path))).Status);
            Assert.True(cloud.Link.IsGone(NetworkCloud.Id(path).ToLowerInvariant()));
        }
    }

    [Fact]
    public async Task A_service_tag_of_a_public_service_is_kept_and_matches_nothing()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        string[] rules =
        [
            NetworkCloud.Rule().Replace("\"sourceAddressPrefix\":\"*\"", "\"sourceAddressPrefix\":\"GatewayManager\"", StringComparison.Ordinal),
            NetworkCloud.Rule(priority: 101, name: "s").Replace("\"destinationAddressPrefix\":\"*\"", "\"destinationAddressPrefix\":\"Storage.WestEurope\"", StringComparison.Ordinal),
            NetworkCloud.Rule(priority: 102, name: "t"),
        ];

        var group = await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/g"), "{\"location\":\"eastus\",\"properties\":{\"securityRules\":[" + string.Join(',', rules) + "]}}");

        Assert.Equal("GatewayManager", (string?)group["properties"]!["securityRules"]![0]!["properties"]!["sourceAddressPrefix"]);
        Assert.Equal("t", Assert.Single(cloud.Item<NsgItem>("networkSecurityGroups/g")?.Rules ?? []).Name);
    }

    [Fact]
    public async Task Each_side_shows_who_uses_it()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/g"), """{"location":"eastus"}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet().Replace(
            "\"addressPrefix\"", "\"networkSecurityGroup\":" + NetworkCloud.Ref("networkSecurityGroups/g").ToJsonString() + ",\"addressPrefix\"", StringComparison.Ordinal));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), NetworkCloud.StandardAddress);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), NetworkCloud.Nic(publicAddress: "publicIPAddresses/p", group: "networkSecurityGroups/g"));
        await AttachAsync(cloud);

        var configuration = NetworkCloud.Id("networkInterfaces/n/ipConfigurations/ip");
        var subnet = await cloud.GetAsync(NetworkCloud.Id("virtualNetworks/v/subnets/a"));
        Assert.Equal(configuration, (string?)subnet["properties"]?["ipConfigurations"]?[0]?["id"]);
        Assert.Equal(configuration, (string?)(await cloud.GetAsync(NetworkCloud.Id("publicIPAddresses/p")))["properties"]?["ipConfiguration"]?["id"]);
        var group = (await cloud.GetAsync(NetworkCloud.Id("networkSecurityGroups/g")))["properties"];
        Assert.Equal(NetworkCloud.Id("networkInterfaces/n"), (string?)group?["networkInterfaces"]?[0]?["id"]);
        Assert.Equal(NetworkCloud.Id("virtualNetworks/v/subnets/a"), (string?)group?["subnets"]?[0]?["id"]);
        var nic = (await cloud.GetAsync(NetworkCloud.Id("networkInterfaces/n")))["properties"];
        Assert.Equal(NetworkCloud.Vm("vm"), (string?)nic?["virtualMachine"]?["id"]);
        await cloud.UntilAsync(() => cloud.Item<NicItem>("networkInterfaces/n")?.HostName == "guest");
        Assert.EndsWith(".eastus.internal.cloudapp.net", (string?)nic?["dnsSettings"]?["internalDomainNameSuffix"]);
        Assert.Equal((string?)nic?["dnsSettings"]?["internalDomainNameSuffix"], cloud.Item<VnetItem>("virtualNetworks/v")?.DnsSuffix);
    }

    [Fact]
    public async Task Every_group_ends_with_the_six_default_rules()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        var group = await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/g"), """{"location":"eastus"}""");
        var rules = (group["properties"]?["defaultSecurityRules"] as JsonArray ?? []).Select(r => ((string?)r?["name"], (int?)r?["properties"]?["priority"], (string?)r?["properties"]?["access"]));
        Assert.Equal(
            [
                ("AllowVnetInBound", 65000, "Allow"), ("AllowAzureLoadBalancerInBound", 65001, "Allow"), ("DenyAllInBound", 65500, "Deny"),
                ("AllowVnetOutBound", 65000, "Allow"), ("AllowInternetOutBound", 65001, "Allow"), ("DenyAllOutBound", 65500, "Deny"),
            ],
            rules);
        Assert.Empty(cloud.Item<NsgItem>("networkSecurityGroups/g")?.Rules ?? [new() { Name = "", Priority = 0, Inbound = true, Allow = true, Protocol = "*", Sources = [], SourcePorts = [], Destinations = [], DestinationPorts = [] }]);
    }

    [Fact]
    public async Task Subnets_and_rules_are_one_truth_with_their_parents()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        var b = await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v/subnets/b"), """{"properties":{"addressPrefix":"10.0.1.0/24"}}""");
        Assert.Equal(("b", "10.0.1.0/24", "Succeeded"), ((string?)b["name"], (string?)b["properties"]?["addressPrefix"], (string?)b["properties"]?["provisioningState"]));
        Assert.Equal(2, cloud.Item<VnetItem>("virtualNetworks/v")?.Subnets.Count);
        Assert.Equal(2, ((await cloud.GetAsync(NetworkCloud.Id("virtualNetworks/v/subnets")))["value"] as JsonArray)?.Count);

        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), """{"location":"eastus","tags":{"a":"b"},"properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]}}}""");
        Assert.Equal(2, ((await cloud.GetAsync(NetworkCloud.Id("virtualNetworks/v")))["properties"]?["subnets"] as JsonArray)?.Count);

        await cloud.SucceedAsync("DELETE", NetworkCloud.Id("virtualNetworks/v/subnets/a"));
        Assert.Equal(404, (await cloud.SendAsync("GET", NetworkCloud.Id("virtualNetworks/v/subnets/a"))).Status);
        Assert.Equal(204, (await cloud.SendAsync("DELETE", NetworkCloud.Id("virtualNetworks/v/subnets/a"))).Status);
        Assert.Equal("10.0.1.0/24", Assert.Single(cloud.Item<VnetItem>("virtualNetworks/v")?.Subnets ?? []).AddressPrefixes[0]);

        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/g"), """{"location":"eastus"}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/g/securityRules/ssh"), NetworkCloud.Rule(name: "ssh"));
        Assert.Equal("ssh", Assert.Single(cloud.Item<NsgItem>("networkSecurityGroups/g")?.Rules ?? []).Name);
        Assert.Equal("tcp", cloud.Item<NsgItem>("networkSecurityGroups/g")?.Rules[0].Protocol);
    }

    [Fact]
    public async Task What_GET_shows_can_be_PUT_back_and_changes_nothing()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/g"), "{\"location\":\"eastus\",\"properties\":{\"securityRules\":[" + NetworkCloud.Rule() + "]}}");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), NetworkCloud.StandardAddress);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), NetworkCloud.Nic(publicAddress: "publicIPAddresses/p", group: "networkSecurityGroups/g"));
        await AttachAsync(cloud);
        foreach (var path in new[] { "networkSecurityGroups/g", "virtualNetworks/v", "publicIPAddresses/p", "networkInterfaces/n", "virtualNetworks/v/subnets/a", "networkSecurityGroups/g/securityRules/r" })
        {
            var before = await cloud.GetAsync(NetworkCloud.Id(path));
            var after = await cloud.SucceedAsync("PUT", NetworkCloud.Id(path), before.ToJsonString());
            Assert.Equal(WithoutEtags(before), WithoutEtags(after));
        }
    }

    [Fact]
    public async Task A_dynamic_public_address_is_shown_only_while_something_uses_it()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        var address = await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), """{"location":"eastus"}""");
        Assert.Equal(("Basic", "Dynamic", null), ((string?)address["sku"]?["name"], (string?)address["properties"]?["publicIPAllocationMethod"], (string?)address["properties"]?["ipAddress"]));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), NetworkCloud.Nic(publicAddress: "publicIPAddresses/p"));
        var shown = (string?)(await cloud.GetAsync(NetworkCloud.Id("publicIPAddresses/p")))["properties"]?["ipAddress"];
        Assert.StartsWith("198.18.", shown);
        Assert.Equal(shown, cloud.Item<NicItem>("networkInterfaces/n")?.IpConfigs[0].PublicAddress);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), NetworkCloud.Nic());
        Assert.Null((await cloud.GetAsync(NetworkCloud.Id("publicIPAddresses/p")))["properties"]?["ipAddress"]);
        Assert.Null(cloud.Item<NicItem>("networkInterfaces/n")?.IpConfigs[0].PublicAddress);
    }

    [Fact]
    public async Task Numbers_and_truths_may_come_as_strings_and_the_other_way_round()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        var group = await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/g"), "{\"location\":\"eastus\",\"properties\":{\"securityRules\":["
            + NetworkCloud.Rule().Replace("\"22\"", "22", StringComparison.Ordinal).Replace("\"priority\":100", "\"priority\":\"100\"", StringComparison.Ordinal) + "]}}");
        var rule = group["properties"]?["securityRules"]?[0]?["properties"];
        Assert.Equal(("22", 100), ((string?)rule?["destinationPortRange"], (int?)rule?["priority"]));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        var nic = await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), NetworkCloud.Nic().Replace("\"properties\":{\"ip", "\"properties\":{\"enableIPForwarding\":\"True\",\"ip", StringComparison.Ordinal));
        Assert.True((bool?)nic["properties"]?["enableIPForwarding"]);
        Assert.True(cloud.Item<NicItem>("networkInterfaces/n")?.IpForwarding);
    }

    [Fact]
    public async Task Parts_that_are_only_read_can_be_read_and_not_written()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/g"), """{"location":"eastus"}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), NetworkCloud.Nic());
        Assert.Equal("10.0.0.4", (string?)(await cloud.GetAsync(NetworkCloud.Id("networkInterfaces/n/ipConfigurations/ip")))["properties"]?["privateIPAddress"]);
        Assert.Equal(6, ((await cloud.GetAsync(NetworkCloud.Id("networkSecurityGroups/g/defaultSecurityRules")))["value"] as JsonArray)?.Count);
        foreach (var path in new[] { "networkInterfaces/n/ipConfigurations/ip", "networkSecurityGroups/g/defaultSecurityRules/DenyAllInBound" })
        {
            Assert.Equal(405, (await cloud.SendAsync("PUT", NetworkCloud.Id(path), "{}")).Status);
            Assert.Equal(405, (await cloud.SendAsync("DELETE", NetworkCloud.Id(path))).Status);
        }
    }

    [Fact]
    public async Task Tags_are_patched_and_the_rest_stays()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), NetworkCloud.StandardAddress);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), NetworkCloud.Nic(publicAddress: "publicIPAddresses/p"));
        foreach (var path in new[] { "virtualNetworks/v", "publicIPAddresses/p", "networkInterfaces/n" })
        {
            var before = await cloud.GetAsync(NetworkCloud.Id(path));
            var after = await cloud.SucceedAsync("PATCH", NetworkCloud.Id(path), """{"tags":{"team":"net"}}""");
            before["tags"] = new JsonObject { ["team"] = "net" };
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(WithoutEtags(before)), JsonNode.Parse(WithoutEtags(after))), $"{before}\n{after}");
        }
    }

    [Fact]
    public async Task A_group_goes_with_all_that_is_in_it()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/g"), """{"location":"eastus"}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), NetworkCloud.StandardAddress);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), NetworkCloud.Nic(publicAddress: "publicIPAddresses/p", group: "networkSecurityGroups/g"));
        await cloud.SucceedAsync("DELETE", NetworkCloud.Group);
        Assert.DoesNotContain(cloud.Store.List(NetworkCloud.Group.ToLowerInvariant()), _ => true);
        Assert.True(cloud.Link.IsGone(NetworkCloud.Group.ToLowerInvariant()));
    }

    [Fact]
    public async Task A_label_becomes_a_name_in_the_region()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        var path = $"/subscriptions/{NetworkCloud.Subscription}/providers/Microsoft.Network/locations/eastus/CheckDnsNameAvailability";
        Assert.True((bool?)(await cloud.GetAsync(path, "domainNameLabel=lab-one"))["available"]);
        var address = await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), """{"location":"eastus","properties":{"dnsSettings":{"domainNameLabel":"lab-one"}}}""");
        Assert.Equal("lab-one.eastus.cloudapp.azure.com", (string?)address["properties"]?["dnsSettings"]?["fqdn"]);
        Assert.False((bool?)(await cloud.GetAsync(path, "domainNameLabel=lab-one"))["available"]);
    }

    [Fact]
    public async Task A_network_tells_which_addresses_are_free_and_how_many()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), NetworkCloud.Nic());
        var check = NetworkCloud.Id("virtualNetworks/v/CheckIPAddressAvailability");
        Assert.True((bool?)(await cloud.GetAsync(check, "ipAddress=10.0.0.77"))["available"]);
        var taken = await cloud.GetAsync(check, "ipAddress=10.0.0.4");
        Assert.Equal((false, false, "10.0.0.5"), ((bool?)taken["available"], (bool?)taken["isPlatformReserved"], (string?)taken["availableIPAddresses"]?[0]));
        Assert.True((bool?)(await cloud.GetAsync(check, "ipAddress=10.0.0.1"))["isPlatformReserved"]);
        var usage = (await cloud.GetAsync(NetworkCloud.Id("virtualNetworks/v/usages")))["value"]?[0];
        Assert.Equal((1, 251), ((int?)usage?["currentValue"], (int?)usage?["limit"]));
        var quotas = (await cloud.GetAsync($"/subscriptions/{NetworkCloud.Subscription}/providers/Microsoft.Network/locations/eastus/usages"))["value"] as JsonArray;
        Assert.Contains(quotas ?? [], q => (string?)q?["name"]?["value"] == "NetworkInterfaces" && (int?)q["currentValue"] == 1 && (int?)q["limit"] == 65536);
    }

    [Theory]
    [InlineData("Microsoft.Network/virtualNetworks/subnets/join/action")]
    [InlineData("Microsoft.Network/networkSecurityGroups/join/action")]
    [InlineData("Microsoft.Network/publicIPAddresses/join/action")]
    public async Task A_NIC_needs_the_right_to_join_what_it_refers_to(string action)
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/g"), """{"location":"eastus"}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), NetworkCloud.StandardAddress);
        cloud.Forbidden = action;
        var body = NetworkCloud.Nic(publicAddress: "publicIPAddresses/p", group: "networkSecurityGroups/g");
        Assert.Equal(["LinkedAuthorizationFailed"], await cloud.CodesAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), body));
        cloud.Forbidden = null;
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), body);
    }

    [Fact]
    public async Task What_the_machine_cannot_do_ends_as_Failed_with_its_error_and_heals_by_itself()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        var key = NetworkCloud.Id("virtualNetworks/v").ToLowerInvariant();
        cloud.Node.Fail(key, new ItemError("NetcfgInvalidAddressSpace", "no room"));
        var response = await cloud.SendAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        var nic = await cloud.SendAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), NetworkCloud.Nic());
        foreach (var id in new[] { response.OperationId ?? "", nic.OperationId ?? "" })
        {
            await cloud.UntilAsync(() => cloud.Kernel.Operations.Get(id)?.Status == OperationStatus.Failed);
            Assert.Equal("NetcfgInvalidAddressSpace", cloud.Kernel.Operations.Get(id)?.Error?.Code);
        }

        Assert.Equal("Failed", (string?)(await cloud.GetAsync(NetworkCloud.Id("virtualNetworks/v")))["properties"]?["provisioningState"]);
        cloud.Node.Release(key);
        await cloud.UntilAsync(() => cloud.Kernel.View.Get<Providers.Network.VirtualNetworks.VirtualNetworkProperties>(NetworkCloud.Id("virtualNetworks/v"))?.Properties.ProvisioningState == "Succeeded");
        await cloud.UntilAsync(() => cloud.IsApplied("networkInterfaces/n"));
    }

    [Fact]
    public async Task Passes_run_twice_change_nothing()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), NetworkCloud.Nic());
        await cloud.UntilAsync(() => cloud.Kernel.Queue.IsIdle);
        var sequence = cloud.Store.Sequence;
        foreach (var path in new[] { "virtualNetworks/v", "networkInterfaces/n" })
        {
            Assert.Null(await cloud.Worker.PassAsync(NetworkCloud.Id(path).ToLowerInvariant(), TestContext.Current.CancellationToken));
            Assert.Null(await cloud.Worker.PassAsync(NetworkCloud.Id(path).ToLowerInvariant(), TestContext.Current.CancellationToken));
        }

        Assert.Equal(sequence, cloud.Store.Sequence);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_server_that_starts_anew_finds_everything_as_it_was_and_goes_on_deleting(int life)
    {
        Assert.True(life > 0);
        var first = await NetworkCloud.StartAsync();
        await first.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        await first.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), NetworkCloud.Nic());
        var key = NetworkCloud.Id("networkInterfaces/n").ToLowerInvariant();
        first.Node.Hold(key);
        var deletion = await first.SendAsync("DELETE", NetworkCloud.Id("networkInterfaces/n"));
        await first.UntilAsync(() => first.Link.Item(key) is null);

        await using var second = await first.RestartAsync();
        await second.UntilAsync(() => second.IsApplied("virtualNetworks/v"));
        Assert.Equal(OperationStatus.InProgress, second.Kernel.Operations.Get(deletion.OperationId ?? "")?.Status);
        Assert.Equal(200, (await second.SendAsync("GET", NetworkCloud.Id("networkInterfaces/n"))).Status);
        second.Node.Release(key);
        await second.UntilAsync(() => second.Kernel.Operations.Get(deletion.OperationId ?? "")?.Status == OperationStatus.Succeeded);
        Assert.Equal(404, (await second.SendAsync("GET", NetworkCloud.Id("networkInterfaces/n"))).Status);
    }

    private static Task AttachAsync(NetworkCloud cloud) => cloud.SucceedAsync("PUT", NetworkCloud.Vm("vm"), new JsonObject
    {
        ["location"] = "eastus",
        ["properties"] = new JsonObject
        {
            ["osProfile"] = new JsonObject { ["computerName"] = "guest" },
            ["networkProfile"] = new JsonObject { ["networkInterfaces"] = new JsonArray(NetworkCloud.Ref("networkInterfaces/n")) },
        },
    }.ToJsonString());

    private static JsonNode Configuration(JsonNode nic) => nic["properties"]?["ipConfigurations"]?[0]?["properties"] ?? throw new InvalidOperationException();

    private static string WithoutEtags(JsonNode node) => System.Text.RegularExpressions.Regex.Replace(node.ToJsonString(), "\"etag\":\"[^,}]*\"", "\"etag\":0");
}
