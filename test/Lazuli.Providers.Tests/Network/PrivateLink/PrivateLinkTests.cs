using System.Text.Json.Nodes;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Store;
using Lazuli.Providers.Resources.Subscriptions;
using static Lazuli.Providers.Tests.Network.PrivateLink.PrivateLinkStage;

namespace Lazuli.Providers.Tests.Network.PrivateLink;

/// <summary>Private endpoints and private link services: who is let in, what comes along and goes with them, and what the machine is told.</summary>
public sealed class PrivateLinkTests
{
    [Fact]
    public async Task An_endpoint_comes_with_a_NIC_and_is_let_in_where_its_owner_may()
    {
        await using var cloud = await StagedAsync();
        var service = (await cloud.GetAsync(Service))["properties"]!;
        Assert.Matches("^s\\.[0-9a-f-]{36}\\.eastus\\.azure\\.privatelinkservice$", (string?)service["alias"]);
        var endpoint = (await cloud.SucceedAsync("PUT", Endpoint, EndpointBody()))["properties"]!;

        Assert.Equal("Approved", StateOf(endpoint));
        var nic = (await cloud.GetAsync((string?)endpoint["networkInterfaces"]![0]!["id"] ?? ""));
        Assert.Matches("^e\\.nic\\.[0-9a-f-]{36}$", (string?)nic["name"]);
        Assert.Equal(Endpoint, (string?)nic["properties"]!["privateEndpoint"]!["id"]);
        var address = (string?)nic["properties"]!["ipConfigurations"]![0]!["properties"]!["privateIPAddress"];
        Assert.Equal("10.0.0.4", address);
        Assert.Equal(Endpoint, (string?)(await cloud.GetAsync(NetworkCloud.Id("virtualNetworks/c/subnets/a")))["properties"]!["privateEndpoints"]![0]!["id"]);

        var connection = Assert.Single((await cloud.GetAsync(Service))["properties"]!["privateEndpointConnections"]!.AsArray())!;
        Assert.StartsWith("e.", (string?)connection["name"], StringComparison.Ordinal);
        Assert.Equal((Endpoint, "Approved", "eastus"), ((string?)connection["properties"]!["privateEndpoint"]!["id"], StatusOf(connection), (string?)connection["properties"]!["privateEndpointLocation"]));
        await cloud.UntilAsync(() => cloud.Item<EndpointItem>("privateEndpoints/e")?.ServiceKey is not null);
        var item = cloud.Item<EndpointItem>("privateEndpoints/e");
        Assert.Equal((Service.ToLowerInvariant(), "10.0.0.4", false), (item?.ServiceKey, item?.Addresses[0], item?.Guarded));
        var link = cloud.Item<LinkServiceItem>("privateLinkServices/s");
        Assert.Equal(("10.0.0.100", "10.0.1.4"), (link?.Frontend, Assert.Single(link?.Sources ?? [])));
        Assert.Null(cloud.Item<NicItem>("networkInterfaces/" + nic["name"]));

        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/i"), NetworkCloud.Nic("virtualNetworks/c/subnets/a"));
        await cloud.SucceedAsync("PUT", NetworkCloud.Vm("m"), "{\"location\":\"eastus\",\"properties\":{\"networkProfile\":{\"networkInterfaces\":[{\"id\":\"" + NetworkCloud.Id("networkInterfaces/i") + "\"}]}}}");
        var routes = (await cloud.AskAsync(NetworkCloud.Id("networkInterfaces/i/effectiveRouteTable")))["value"]!.AsArray();
        Assert.Contains(routes, r => (string?)r!["addressPrefix"]![0] == "10.0.0.4/32" && (string?)r["nextHopType"] == "InterfaceEndpoint");
    }

    [Fact]
    public async Task A_manual_endpoint_waits_is_approved_rejected_and_removed_for_good()
    {
        await using var cloud = await StagedAsync();
        var endpoint = await cloud.SucceedAsync("PUT", Endpoint, EndpointBody(manual: true));
        Assert.Equal("Pending", StateOf(endpoint["properties"]!));
        var connection = ((await cloud.GetAsync(Service))["properties"]!["privateEndpointConnections"]![0])!;
        var path = (string?)connection["id"] ?? "";
        Assert.Equal("please", (string?)connection["properties"]!["privateLinkServiceConnectionState"]!["description"]);
        Assert.Null(cloud.Item<EndpointItem>("privateEndpoints/e")?.ServiceKey);

        Assert.Equal("Approved", StatusOf(await cloud.SucceedAsync("PUT", path, Decision("approved"))));
        await cloud.UntilAsync(() => cloud.Item<EndpointItem>("privateEndpoints/e")?.ServiceKey is not null);
        await UntilStateAsync(cloud, "Approved");
        Assert.Equal("Rejected", StatusOf(await cloud.SucceedAsync("PUT", path, Decision("Rejected"))));
        await cloud.UntilAsync(() => cloud.Item<EndpointItem>("privateEndpoints/e") is { ServiceKey: null });
        await UntilStateAsync(cloud, "Rejected");

        Assert.Equal(["PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted"], await cloud.CodesAsync("DELETE", Service));
        await cloud.SucceedAsync("DELETE", path);
        await UntilStateAsync(cloud, "Disconnected");
        Assert.Empty((await cloud.GetAsync(Service))["properties"]!["privateEndpointConnections"]!.AsArray());
        Assert.Equal(["NotFound"], await cloud.CodesAsync("PUT", path, Decision("Approved")));

        // Thrown out it stays, also where the service goes; it can still be changed and deleted.
        await cloud.SucceedAsync("DELETE", Service);
        await cloud.SucceedAsync("PATCH", Endpoint, """{"tags":{"a":"b"}}""");
        Assert.Equal("Disconnected", StateOf((await cloud.GetAsync(Endpoint))["properties"]!));
        await cloud.SucceedAsync("DELETE", Endpoint);
        await cloud.UntilAsync(() => !cloud.Store.ListByType("microsoft.network/networkinterfaces").Any());
    }

    [Fact]
    public async Task An_endpoint_of_another_subscription_finds_a_service_by_its_alias_where_it_sees_it()
    {
        await using var cloud = await StagedAsync();
        const string far = "6b1b3e0e-0000-4000-8000-000000000002";
        await cloud.Store.CommitAsync(new StoreTransaction { Writes = [new StoredSubscription(far, Guid.Empty.ToString(), "Far").ToWrite()] }, CancellationToken.None);
        const string group = $"/subscriptions/{far}/resourceGroups/rg";
        await cloud.SucceedAsync("PUT", group, """{"location":"eastus"}""");
        await cloud.SucceedAsync("PUT", group + "/providers/Microsoft.Network/virtualNetworks/c", NetworkCloud.Vnet());
        var alias = (string?)(await cloud.GetAsync(Service))["properties"]!["alias"] ?? "";
        const string path = group + "/providers/Microsoft.Network/privateEndpoints/e";
        var body = EndpointBody(manual: true).Replace(Service, alias, StringComparison.Ordinal).Replace(NetworkCloud.Group, group, StringComparison.Ordinal);

        async Task<bool> SeesAsync() => (bool)(await cloud.AskAsync(
            $"/subscriptions/{far}/providers/Microsoft.Network/locations/eastus/checkPrivateLinkServiceVisibility", "{\"privateLinkServiceAlias\":\"" + alias + "\"}"))["visible"]!;
        async Task<int> ApprovedAsync() => (await cloud.GetAsync($"/subscriptions/{far}/providers/Microsoft.Network/locations/eastus/autoApprovedPrivateLinkServices"))["value"]!.AsArray().Count;
        Assert.Equal(["PrivateLinkServiceNotVisible"], await cloud.CodesAsync("PUT", path, body));
        Assert.False(await SeesAsync());

        await cloud.SucceedAsync("PUT", Service, ServiceBody($",\"visibility\":{{\"subscriptions\":[\"{far}\"]}},\"autoApproval\":{{\"subscriptions\":[\"{far}\"]}}"));
        Assert.True(await SeesAsync());
        Assert.Equal(1, await ApprovedAsync());
        Assert.Equal("Approved", StateOf((await cloud.SucceedAsync("PUT", path, body))["properties"]!));
        Assert.Equal(alias, (string?)(await cloud.GetAsync(path))["properties"]!["manualPrivateLinkServiceConnections"]![0]!["properties"]!["privateLinkServiceId"]);
        Assert.Equal("10.0.0.4", cloud.Item<EndpointItem>(path)?.Addresses[0] ?? "10.0.0.4");
    }

    [Fact]
    public async Task Addresses_groups_and_names_are_as_asked_and_a_NIC_is_nobody_elses_to_change()
    {
        await using var cloud = await StagedAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("applicationSecurityGroups/g"), """{"location":"eastus"}""");
        await cloud.SucceedAsync("PUT", Endpoint, EndpointBody(more: $",\"customNetworkInterfaceName\":\"mine\",\"applicationSecurityGroups\":[{{\"id\":\"{NetworkCloud.Id("applicationSecurityGroups/g")}\"}}],"
            + "\"ipConfigurations\":[{\"name\":\"one\",\"properties\":{\"groupId\":\"\",\"memberName\":\"\",\"privateIPAddress\":\"10.0.0.77\"}}]"));
        var nic = await cloud.GetAsync(NetworkCloud.Id("networkInterfaces/mine"));
        var configuration = nic["properties"]!["ipConfigurations"]![0]!;
        Assert.Equal(("one", "10.0.0.77", "Static"), ((string?)configuration["name"], (string?)configuration["properties"]!["privateIPAddress"], (string?)configuration["properties"]!["privateIPAllocationMethod"]));
        Assert.Single(configuration["properties"]!["applicationSecurityGroups"]!.AsArray());
        await cloud.UntilAsync(() => cloud.Item<EndpointItem>("privateEndpoints/e") is { GroupKeys.Count: 1 });
        Assert.Equal(["PrivateIPAddressIsAllocated"], await cloud.CodesAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), NetworkCloud.Nic("virtualNetworks/c/subnets/a", "10.0.0.77")));
        Assert.Equal(["CannotModifyNicAttachedToPrivateEndpoint"], await cloud.CodesAsync("PATCH", NetworkCloud.Id("networkInterfaces/mine"), """{"tags":{"a":"b"}}"""));
        Assert.Equal(["NicInUseWithPrivateEndpoint"], await cloud.CodesAsync("DELETE", NetworkCloud.Id("networkInterfaces/mine")));
        Assert.Equal(["InUseApplicationSecurityGroupCannotBeDeleted"], await cloud.CodesAsync("DELETE", NetworkCloud.Id("applicationSecurityGroups/g")));
        Assert.Equal(["InUseSubnetCannotBeDeleted"], await cloud.CodesAsync("DELETE", NetworkCloud.Id("virtualNetworks/c/subnets/a")));

        // Its NIC follows in the same moment.
        await cloud.SucceedAsync("PUT", Endpoint, EndpointBody(more: ",\"ipConfigurations\":[{\"name\":\"two\",\"properties\":{\"privateIPAddress\":\"10.0.0.78\"}}]"));
        Assert.Equal("10.0.0.78", (string?)(await cloud.GetAsync(NetworkCloud.Id("networkInterfaces/mine")))["properties"]!["ipConfigurations"]![0]!["properties"]!["privateIPAddress"]);
        await cloud.UntilAsync(() => cloud.Item<EndpointItem>("privateEndpoints/e") is { GroupKeys.Count: 0 } item && item.Addresses[0] == "10.0.0.78");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/c/subnets/a"), """{"properties":{"addressPrefix":"10.0.0.0/24","privateEndpointNetworkPolicies":"NetworkSecurityGroupEnabled"}}""");
        await cloud.UntilAsync(() => cloud.Item<EndpointItem>("privateEndpoints/e") is { Guarded: true });

        await cloud.SucceedAsync("DELETE", Endpoint);
        Assert.Equal(404, (await cloud.SendAsync("GET", NetworkCloud.Id("networkInterfaces/mine"))).Status);
        Assert.Empty((await cloud.GetAsync(Service))["properties"]!["privateEndpointConnections"]?.AsArray() ?? []);
        await cloud.SucceedAsync("DELETE", NetworkCloud.Id("virtualNetworks/c"));
    }

    [Fact]
    public async Task A_connection_without_the_right_to_approve_must_ask()
    {
        await using var cloud = await StagedAsync();
        cloud.Forbidden = "Microsoft.Network/privateLinkServices/privateEndpointConnectionsApproval/action";
        Assert.Equal(["LinkedAuthorizationFailed"], await cloud.CodesAsync("PUT", Endpoint, EndpointBody()));
        Assert.Equal("Pending", StateOf((await cloud.SucceedAsync("PUT", Endpoint, EndpointBody(manual: true)))["properties"]!));
    }

    [Fact]
    public async Task A_zone_groups_records_come_with_the_approval_and_go_with_the_group_the_zone_or_the_endpoint()
    {
        await using var cloud = await StagedAsync();
        foreach (var zone in new[] { "example.com", "other.org" })
        {
            await cloud.SucceedAsync("PUT", NetworkCloud.Id($"privateDnsZones/{zone}"), """{"location":"global"}""");
        }

        await cloud.SucceedAsync("PUT", NetworkCloud.Id("privateDnsZones/example.com/A/api"), """{"properties":{"ttl":60,"aRecords":[{"ipv4Address":"10.9.9.9"}]}}""");
        await cloud.SucceedAsync("PUT", Service, ServiceBody(",\"fqdns\":[\"www.shop.Example.com\",\"example.com\"]"));
        await cloud.SucceedAsync("PUT", Endpoint, EndpointBody(manual: true));
        var group = Endpoint + "/privateDnsZoneGroups/default";
        string Zones(params string[] zones) => "{\"properties\":{\"privateDnsZoneConfigs\":[" + string.Join(',', zones.Select(z => "{\"name\":\"" + z.Split('.')[0] + "\",\"properties\":{\"privateDnsZoneId\":\"" + NetworkCloud.Id($"privateDnsZones/{z}") + "\"}}")) + "]}}";
        await cloud.SucceedAsync("PUT", group, Zones("example.com", "other.org"));
        Assert.Equal(404, await StatusAsync("www.shop"));

        var connection = (string?)(await cloud.GetAsync(Service))["properties"]!["privateEndpointConnections"]![0]!["id"] ?? "";
        await cloud.SucceedAsync("PUT", connection, Decision("Approved"));
        await UntilAsync("www.shop", 200);
        await UntilAsync("@", 200);
        var record = await cloud.GetAsync(NetworkCloud.Id("privateDnsZones/example.com/A/www.shop"));
        Assert.Equal("10.0.0.4", (string?)record["properties"]!["aRecords"]![0]!["ipv4Address"]);
        Assert.StartsWith("created by private endpoint e with resource guid", (string?)record["properties"]!["metadata"]!["creator"], StringComparison.Ordinal);
        var dns = (await cloud.GetAsync(Endpoint))["properties"]!["customDnsConfigs"]!.AsArray();
        Assert.Equal(["www.shop.Example.com", "example.com"], dns.Select(d => (string?)d!["fqdn"]));
        await cloud.UntilAsync(() => cloud.GetAsync(group).Result["properties"]!["privateDnsZoneConfigs"]![0]!["properties"]!["recordSets"]!.AsArray().Count == 2);
        await cloud.UntilAsync(() => cloud.Kernel.View.Get<Lazuli.Providers.Network.PrivateEndpoints.PrivateDnsZoneGroups.PrivateDnsZoneGroupProperties>(group)?.Properties.ProvisioningState == "Succeeded");

        // A changed address is followed; a zone that leaves the group loses its records; what others wrote stays.
        await cloud.SucceedAsync("PUT", Endpoint, EndpointBody(manual: true, more: ",\"ipConfigurations\":[{\"name\":\"x\",\"properties\":{\"privateIPAddress\":\"10.0.0.50\"}}]"));
        await cloud.UntilAsync(() => (string?)cloud.GetAsync(NetworkCloud.Id("privateDnsZones/example.com/A/www.shop")).Result["properties"]!["aRecords"]![0]!["ipv4Address"] == "10.0.0.50");
        await cloud.SucceedAsync("PUT", group, Zones("other.org"));
        await UntilAsync("www.shop", 404);
        await cloud.SucceedAsync("PUT", group, Zones("example.com"));
        await UntilAsync("www.shop", 200);
        await cloud.SucceedAsync("PUT", connection, Decision("Rejected"));
        await UntilAsync("www.shop", 404);
        await cloud.SucceedAsync("PUT", connection, Decision("Approved"));
        await UntilAsync("www.shop", 200);
        await cloud.SucceedAsync("DELETE", Endpoint);
        int[] left = [await StatusAsync("www.shop"), await StatusAsync("@"), await StatusAsync("api"), (await cloud.SendAsync("GET", group)).Status];
        Assert.Equal([404, 404, 200, 404], left);

        async Task<int> StatusAsync(string name) => (await cloud.SendAsync("GET", NetworkCloud.Id($"privateDnsZones/example.com/A/{name}"))).Status;
        Task UntilAsync(string name, int status) => cloud.UntilAsync(() => StatusAsync(name).Result == status);
    }

    [Fact]
    public async Task A_restarted_server_goes_on_with_what_it_knew()
    {
        var cloud = await StagedAsync();
        await cloud.SucceedAsync("PUT", Endpoint, EndpointBody());
        var before = await cloud.GetAsync(Service);
        await using var later = await cloud.RestartAsync();
        await later.UntilAsync(() => later.Item<EndpointItem>("privateEndpoints/e")?.ServiceKey is not null && later.Item<LinkServiceItem>("privateLinkServices/s") is not null);
        Assert.Equal(before["properties"]!["privateEndpointConnections"]![0]!["name"]!.ToString(), (await later.GetAsync(Service))["properties"]!["privateEndpointConnections"]![0]!["name"]!.ToString());
        await later.SucceedAsync("DELETE", Endpoint);
        await later.SucceedAsync("DELETE", Service);
        Assert.Empty(later.Store.ListByType("microsoft.network/networkinterfaces"));
        Assert.Null(later.Item<LinkServiceItem>("privateLinkServices/s"));
    }

    [Fact]
    public async Task A_server_killed_before_the_other_side_has_heard_or_before_the_NIC_is_gone_ends_what_was_begun()
    {
        var cloud = await StagedAsync();
        var made = await cloud.SendAsync("PUT", Endpoint, EndpointBody());
        Assert.Equal(201, made.Status);
        Assert.Single(cloud.Store.ListByType("microsoft.network/networkinterfaces"), r => r.Key.Contains("/e.nic.", StringComparison.Ordinal));
        var second = await cloud.RestartAsync();
        await second.UntilAsync(() => second.Kernel.Operations.Get(made.OperationId ?? "")?.Status == Lazuli.Kernel.Operations.OperationStatus.Succeeded);
        Assert.Equal("Approved", StateOf((await second.GetAsync(Endpoint))["properties"]!));

        Assert.Equal(202, (await second.SendAsync("DELETE", Endpoint)).Status);
        await using var third = await second.RestartAsync();
        await third.UntilAsync(() => third.SendAsync("GET", Endpoint).Result.Status == 404);
        Assert.DoesNotContain(third.Store.ListByType("microsoft.network/networkinterfaces"), r => r.Key.Contains("/e.nic.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_group_takes_all_of_it_along()
    {
        await using var cloud = await StagedAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("privateDnsZones/example.com"), """{"location":"global"}""");
        await cloud.SucceedAsync("PUT", Service, ServiceBody(",\"fqdns\":[\"example.com\"]"));
        await cloud.SucceedAsync("PUT", Endpoint, EndpointBody());
        await cloud.SucceedAsync("PUT", Endpoint + "/privateDnsZoneGroups/default",
            "{\"properties\":{\"privateDnsZoneConfigs\":[{\"name\":\"z\",\"properties\":{\"privateDnsZoneId\":\"" + NetworkCloud.Id("privateDnsZones/example.com") + "\"}}]}}");
        Assert.Equal(202, (await cloud.SendAsync("DELETE", NetworkCloud.Group)).Status);
        await cloud.UntilAsync(() => cloud.Store.Get(NetworkCloud.Group.ToLowerInvariant()) is null);
        Assert.Empty(cloud.Store.List(NetworkCloud.Group.ToLowerInvariant()));
    }

    [Fact]
    public async Task A_region_tells_which_types_services_and_delegations_there_are()
    {
        await using var cloud = await StagedAsync();
        const string locations = $"/subscriptions/{NetworkCloud.Subscription}/providers/Microsoft.Network/locations/eastus/";
        async Task<string[]> NamesAsync(string list) => [.. (await cloud.GetAsync(locations + list))["value"]!.AsArray().Select(v => (string?)v!["name"] ?? "")];
        Assert.Equal(["Microsoft.Network.privateLinkServices"], await NamesAsync("availablePrivateEndpointTypes"));
        Assert.Contains("Microsoft.Web.serverFarms", await NamesAsync("availableDelegations"));
        Assert.Contains("Microsoft.Storage", await NamesAsync("virtualNetworkAvailableEndpointServices"));
        Assert.Contains("services.Azure.DataFactory", await NamesAsync("availableServiceAliases"));
        foreach (var list in new[] { "availablePrivateEndpointTypes", "availableDelegations", "availableServiceAliases", "autoApprovedPrivateLinkServices" })
        {
            Assert.NotNull((await cloud.GetAsync($"{NetworkCloud.Group}/providers/Microsoft.Network/locations/eastus/{list}"))["value"]);
        }

        Assert.Equal(["LocationNotAvailableForResourceType"], await cloud.CodesAsync("GET", locations.Replace("eastus", "atlantis", StringComparison.Ordinal) + "availableDelegations"));
        foreach (var links in new[] { "ResourceNavigationLinks", "ServiceAssociationLinks" })
        {
            Assert.Empty((await cloud.GetAsync(NetworkCloud.Id($"virtualNetworks/c/subnets/a/{links}")))["value"]!.AsArray());
            Assert.Equal(404, (await cloud.SendAsync("GET", NetworkCloud.Id($"virtualNetworks/c/subnets/none/{links}"))).Status);
        }

        var subnet = await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/c/subnets/d"), """
            {"properties":{"addressPrefix":"10.0.9.0/24","serviceEndpoints":[{"service":"Microsoft.Storage","locations":["eastus"]},{"service":"microsoft.keyvault"},{"service":"Microsoft.Web","locations":["*"]}],
              "delegations":[{"name":"web","properties":{"serviceName":"Microsoft.Web/serverFarms"}}]}}
            """);
        Assert.Equal("Microsoft.Network/virtualNetworks/subnets/action", (string?)subnet["properties"]!["delegations"]![0]!["properties"]!["actions"]![0]);
        Assert.Equal(
            ["Microsoft.Storage eastus Succeeded", "microsoft.keyvault * Succeeded", "Microsoft.Web * Succeeded"],
            subnet["properties"]!["serviceEndpoints"]!.AsArray().Select(e => $"{e!["service"]} {string.Join(',', e["locations"]!.AsArray())} {e["provisioningState"]}"));
    }

    private static string Decision(string status) => "{\"properties\":{\"privateLinkServiceConnectionState\":{\"status\":\"" + status + "\",\"description\":\"so it is\"}}}";

    private static string? StatusOf(JsonNode connection) => (string?)connection["properties"]!["privateLinkServiceConnectionState"]!["status"];

    private static string? StateOf(JsonNode endpoint)
        => StatusOf(endpoint["privateLinkServiceConnections"]!.AsArray().Concat(endpoint["manualPrivateLinkServiceConnections"]!.AsArray()).Single()!);

    private static Task UntilStateAsync(NetworkCloud cloud, string state) => cloud.UntilAsync(() => StateOf(cloud.GetAsync(Endpoint).Result["properties"]!) == state);
}
