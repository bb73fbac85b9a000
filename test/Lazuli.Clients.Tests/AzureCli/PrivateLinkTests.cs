using System.Text.Json.Nodes;

namespace Lazuli.Clients.Tests.AzureCli;

/// <summary><c>az network private-link-service</c>, <c>private-endpoint</c>, <c>private-endpoint-connection</c> and <c>service-endpoint policy</c>.</summary>
public sealed class PrivateLinkTests(Cloud cloud)
{
    [Fact]
    public async Task A_service_is_offered_connected_to_approved_and_taken_apart()
    {
        var az = await Az.SignedInAsync(cloud);
        async Task<JsonNode> Net(string words) => (await az.RunAsync($"network {words}"))!;
        await az.RunAsync("group create -n link -l westeurope");
        await Net("vnet create -g link -n p --address-prefix 10.0.0.0/16 --subnet-name a --subnet-prefixes 10.0.0.0/24");
        await Net("vnet subnet create -g link --vnet-name p -n nat --address-prefixes 10.0.1.0/24 --private-link-service-network-policies Disabled");
        await Net("vnet create -g link -n c --address-prefix 10.0.0.0/16 --subnet-name a --subnet-prefixes 10.0.0.0/24");
        await Net("lb create -g link -n b --sku Standard --vnet-name p --subnet a --frontend-ip-name f --backend-pool-name pool");
        await Net("private-link-service create -g link -n s --vnet-name p --subnet nat --lb-name b --lb-frontend-ip-configs f --fqdns www.shop.example.com");
        var service = await Net("private-link-service show -g link -n s");
        Assert.EndsWith(".westeurope.azure.privatelinkservice", (string?)service["alias"], StringComparison.Ordinal);
        Assert.Single((await Net("private-link-service list -g link")).AsArray());
        Assert.Single((await Net("private-endpoint list-types -l westeurope")).AsArray(), t => (string?)t!["resourceName"] == "Microsoft.Network/privateLinkServices");

        var group = (string?)(await Net("asg create -g link -n web"))["NewASG"]?["id"] ?? (string?)(await Net("asg show -g link -n web"))["id"];
        await Net($"private-endpoint create -g link -n e --vnet-name c --subnet a --connection-name to --manual-request true --request-message please --private-connection-resource-id {service["id"]} --nic-name mine");
        Assert.Equal("Pending", State(await Net("private-endpoint show -g link -n e"), "manualPrivateLinkServiceConnections"));
        var connection = Assert.Single((await Net("private-endpoint-connection list -g link -n s --type Microsoft.Network/privateLinkServices")).AsArray())!;
        await Net($"private-endpoint-connection approve --id {connection["id"]} --description welcome");
        Assert.Equal("Approved", State(await Net("private-endpoint show -g link -n e"), "manualPrivateLinkServiceConnections"));

        await Net("private-endpoint asg add -g link --endpoint-name e --asg-id " + group);
        Assert.Single((await Net("private-endpoint asg list -g link --endpoint-name e")).AsArray());
        await Net("private-endpoint ip-config add -g link --endpoint-name e -n fixed --private-ip-address 10.0.0.77");
        Assert.Equal("10.0.0.77", (string?)(await Net("nic show -g link -n mine"))["ipConfigurations"]![0]!["privateIPAddress"]);
        Assert.Single((await Net("private-endpoint ip-config list -g link --endpoint-name e")).AsArray());

        await Net("private-dns zone create -g link -n example.com");
        await Net("private-endpoint dns-zone-group create -g link --endpoint-name e -n zones --zone-name one --private-dns-zone example.com");
        Assert.Equal("www.shop", (string?)(await Net("private-endpoint dns-zone-group show -g link --endpoint-name e -n zones"))["privateDnsZoneConfigs"]![0]!["recordSets"]![0]!["recordSetName"]);
        Assert.Equal("10.0.0.77", (string?)(await Net("private-dns record-set a show -g link -z example.com -n www.shop"))["aRecords"]![0]!["ipv4Address"]);
        await Net("private-endpoint dns-zone-group delete -g link --endpoint-name e -n zones");
        Assert.Contains("NotFound", await az.FailAsync("network private-dns record-set a show -g link -z example.com -n www.shop"));

        await az.RunAsync("network private-endpoint ip-config remove -g link --endpoint-name e -n fixed");
        await az.RunAsync("network private-endpoint asg remove -g link --endpoint-name e --asg-id " + group);
        await Net($"private-link-service connection update -g link --service-name s -n {connection["name"]} --connection-status Rejected --description no");
        Assert.Contains("(PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted)", await az.FailAsync("network private-link-service delete -g link -n s"));
        await az.RunAsync($"network private-link-service connection delete -g link --service-name s -n {connection["name"]}");
        Assert.Equal("Disconnected", State(await Net("private-endpoint show -g link -n e"), "manualPrivateLinkServiceConnections"));
        await az.RunAsync("network private-endpoint delete -g link -n e");
        await az.RunAsync("network private-link-service delete -g link -n s");
        Assert.Empty((await Net("nic list -g link")).AsArray());
        await az.RunAsync("group delete -n link --yes");
    }

    [Fact]
    public async Task Service_endpoints_their_policies_and_delegations_are_made_and_listed()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n sep -l westeurope");
        await az.RunAsync("network service-endpoint policy create -g sep -n p");
        await az.RunAsync("network service-endpoint policy-definition create -g sep --policy-name p -n d --service Microsoft.Storage --service-resources /subscriptions/6b1b3e0e-0000-4000-8000-000000000001");
        await az.RunAsync("network vnet create -g sep -n v --address-prefix 10.0.0.0/16");
        await az.RunAsync("network vnet subnet create -g sep --vnet-name v -n s --address-prefixes 10.0.0.0/24 --service-endpoints Microsoft.Storage --service-endpoint-policy p");
        await az.RunAsync("network vnet subnet create -g sep --vnet-name v -n web --address-prefixes 10.0.1.0/24 --delegations Microsoft.Web/serverFarms");

        Assert.Single((await az.RunAsync("network service-endpoint policy show -g sep -n p"))!["subnets"]!.AsArray());
        Assert.Single((await az.RunAsync("network service-endpoint policy-definition list -g sep --policy-name p"))!.AsArray());
        Assert.Contains((await az.RunAsync("network service-endpoint list -l westeurope"))!.AsArray(), s => (string?)s!["name"] == "Microsoft.Storage");
        Assert.Contains((await az.RunAsync("network vnet subnet list-available-delegations -l westeurope"))!.AsArray(), d => (string?)d!["serviceName"] == "Microsoft.Web/serverFarms");
        Assert.Contains("(InUseServiceEndpointPolicyCannotBeDeleted)", await az.FailAsync("network service-endpoint policy delete -g sep -n p"));
        await az.RunAsync("group delete -n sep --yes");
    }

    private static string? State(JsonNode endpoint, string connections) => (string?)endpoint[connections]![0]!["privateLinkServiceConnectionState"]!["status"];
}
