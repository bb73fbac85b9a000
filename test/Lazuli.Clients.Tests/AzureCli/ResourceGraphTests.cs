using System.Text.Json.Nodes;

namespace Lazuli.Clients.Tests.AzureCli;

/// <summary>Resource Graph by <c>az rest</c>: what the extension behind <c>az graph</c> sends, which can't be installed without a network.</summary>
public sealed class ResourceGraphTests(Cloud cloud)
{
    [Fact]
    public async Task Resources_are_asked_for_page_by_page()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n graph -l westeurope --tags stage=test");
        await az.RunAsync("network vnet create -g graph -n v --address-prefix 10.9.0.0/16 --tags cost=12");
        await az.RunAsync("network nsg create -g graph -n n");

        var first = await AskAsync(az, """
            {"query":"Resources | where resourceGroup == 'graph' | project name, type, cost = toint(tags.cost) | order by name asc","options":{"$top":1,"resultFormat":"objectArray"}}
            """);
        Assert.Equal((2, 1, "n"), ((int)first["totalRecords"]!, (int)first["count"]!, (string?)first["data"]![0]!["name"]));
        var second = await AskAsync(az, new JsonObject
        {
            ["query"] = "Resources | where resourceGroup == 'graph' | project name, type, cost = toint(tags.cost) | order by name asc",
            ["options"] = new JsonObject { ["$skipToken"] = (string?)first["$skipToken"], ["$top"] = 1 },
        }.ToJsonString());
        // az sorts properties by name.
        Assert.Equal("""[{"cost":12,"name":"v","type":"microsoft.network/virtualnetworks"}]""", second["data"]!.ToJsonString());

        var joined = await AskAsync(az, new JsonObject
        {
            ["subscriptions"] = new JsonArray(cloud.Connection.SubscriptionId),
            ["query"] = """
                Resources
                | where type =~ 'Microsoft.Network/virtualNetworks'
                | mv-expand prefix = properties.addressSpace.addressPrefixes to typeof(string)
                | join kind=inner (ResourceContainers | where tags.stage == 'test' | project resourceGroup) on resourceGroup
                | project name, prefix
                """,
        }.ToJsonString());
        Assert.Equal("""[{"name":"v","prefix":"10.9.0.0/16"}]""", joined["data"]!.ToJsonString());

        var file = az.Write("bad.json", """{"query":"Resources | where name = 1"}""");
        Assert.Contains("ParserFailure", await az.FailAsync($"rest --method post --url /providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01 --body @{file}"));
        await az.RunAsync("group delete -n graph --yes");
    }

    private static async Task<JsonNode> AskAsync(Az az, string body)
        => (await az.RunAsync($"rest --method post --url /providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01 --body @{az.Write("query.json", body)}"))!;
}
