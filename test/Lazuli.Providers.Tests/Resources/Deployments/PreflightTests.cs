using System.Text.Json.Nodes;
using Lazuli.Providers.Tests.Compute;
using static Lazuli.Providers.Tests.Resources.Deployments.DeploymentFixture;

namespace Lazuli.Providers.Tests.Resources.Deployments;

/// <summary>What is known before anything is made is told before anything is made.</summary>
public sealed class PreflightTests
{
    private const string Head = "\"$schema\":\"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\"contentVersion\":\"1.0.0.0\"";

    [Fact]
    public async Task Every_unsupported_type_is_named_children_and_nested_templates_included()
    {
        await using var azure = await StartedAsync();
        var resources = $"\"resources\":[{Thing("widgets", "w")},{Other("hosts", "h", ",\"resources\":[" + Other("rooms", "r", type: "rooms") + "]")},{Nested("n", Other("clouds", "c"))}]";

        var error = await ErrorAsync(azure, resources);

        Assert.EndsWith("Resource types that are not supported: Test.Things/hosts, Test.Things/hosts/rooms, Test.Things/clouds.", (string?)error["message"], StringComparison.Ordinal);
        Assert.Equal(
            ["Test.Things/hosts", "Test.Things/hosts/rooms", "Test.Things/clouds"],
            error["details"]!.AsArray().Select(d => (string?)d!["additionalInfo"]![0]!["info"]));
        Assert.Null(azure.State($"{Group}/providers/Test.Things/widgets/w"));
    }

    [Fact]
    public async Task A_template_that_cannot_be_read_still_tells_its_unsupported_types()
    {
        await using var azure = await StartedAsync();

        var error = await ErrorAsync(azure, $"\"parameters\":{{\"p\":{{\"type\":\"string\"}}}},\"resources\":[{Nested("n", Other("clouds", "c"))},{Other("hosts", "h", ",\"resources\":[" + Other("rooms", "r", type: "rooms") + "]")}]");

        Assert.Contains("'p'", (string?)error["message"], StringComparison.Ordinal);
        Assert.EndsWith("Resource types that are not supported: Test.Things/clouds, Test.Things/hosts, Test.Things/hosts/rooms.", (string?)error["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nested_deployments_may_refer_to_what_others_of_the_template_make()
    {
        await using var azure = await StartedAsync();
        var peer = $"\"properties\":{{\"peer\":{{\"id\":\"{Group}/providers/Test.Things/gadgets/made\"}}}}";

        var properties = await azure.DeployAsync(Body(
            $"\"resources\":[{Nested("first", Thing("gadgets", "made"))},{Nested("second", Thing("widgets", "w", peer), ",\"dependsOn\":[\"first\"]")}]"));

        Assert.True((string?)properties["provisioningState"] == "Succeeded", properties.ToJsonString());
    }

    [Fact]
    public async Task A_reference_to_what_nobody_makes_is_found_and_one_to_what_the_template_makes_is_not()
    {
        await using var azure = await StartedAsync();
        static string Peer(string name) => $"\"properties\":{{\"peer\":{{\"id\":\"{Group}/providers/Test.Things/gadgets/{name}\"}}}}";

        Assert.Equal(200, (await azure.SendAsync("POST", $"{Main}/validate", Body($"\"resources\":[{Thing("gadgets", "g")},{Thing("widgets", "w", Peer("g"))}]"))).Status);
        // A name that only begins like one that is made.
        var error = await ErrorAsync(azure, $"\"resources\":[{Thing("gadgets", "g")},{Thing("widgets", "w", Peer("g2"))}]");
        Assert.Equal("InvalidResourceReference", (string?)error["details"]![0]!["code"]);
    }

    [Fact]
    public async Task A_machine_of_an_unknown_image_is_refused_before_its_network_is_made()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        var vm = ComputeCloud.Body();
        vm["type"] = "Microsoft.Compute/virtualMachines";
        vm["apiVersion"] = "2024-07-01";
        vm["name"] = "vm";
        vm["properties"]!["storageProfile"]!["imageReference"]!["sku"] = "none";
        var vnet = """{"type":"Microsoft.Network/virtualNetworks","apiVersion":"2017-04-01","name":"v","location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[{"name":"s","properties":{"addressPrefix":"10.0.0.0/24"}}]}}""";
        var nic = $$$$"""{"type":"Microsoft.Network/networkInterfaces","apiVersion":"2016-10-01","name":"nic","location":"eastus","dependsOn":["v"],"properties":{"ipConfigurations":[{"name":"ip","properties":{"subnet":{"id":"{{{{ComputeCloud.Id("Microsoft.Network/virtualNetworks", "v")}}}}/subnets/s"}}}]}}""";

        var response = await cloud.SendAsync("PUT", $"{ComputeCloud.Group}/providers/Microsoft.Resources/deployments/main", Body($"\"resources\":[{vnet},{nic},{vm.ToJsonString()}]"), version: "2021-04-01");

        Assert.Equal(400, response.Status);
        Assert.Equal(["PlatformImageNotFound"], JsonNode.Parse(response.Content().Span)!["details"]!.AsArray().Select(d => (string?)d!["code"]));
        Assert.Equal(404, (await cloud.SendAsync("GET", ComputeCloud.Id("Microsoft.Network/virtualNetworks", "v"))).Status);
    }

    private static string Other(string plural, string name, string more = "", string? type = null)
        => $"{{\"type\":\"{type ?? $"Test.Things/{plural}"}\",\"apiVersion\":\"2024-01-01\",\"name\":\"{name}\"{more}}}";

    private static string Nested(string name, string resource, string more = "")
        => $"{{\"type\":\"Microsoft.Resources/deployments\",\"apiVersion\":\"2021-04-01\",\"name\":\"{name}\"{more},\"properties\":{{\"mode\":\"Incremental\",\"template\":{{{Head},\"resources\":[{resource}]}}}}}}";

    private static async Task<JsonNode> ErrorAsync(DeploymentFixture azure, string template)
    {
        var response = await azure.SendAsync("POST", $"{Main}/validate", Body(template));
        Assert.Equal(400, response.Status);
        return JsonNode.Parse(response.Content().Span)!["error"]!;
    }
}
