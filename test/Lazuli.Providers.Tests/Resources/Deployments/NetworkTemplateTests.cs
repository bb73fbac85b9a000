using System.Text;
using System.Text.Json.Nodes;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Identity;
using Lazuli.Providers.Tests.Network;

namespace Lazuli.Providers.Tests.Resources.Deployments;

/// <summary>A template of real types, as their authors write them, on a fake node: validate, deploy, again, what-if, delete.</summary>
public sealed class NetworkTemplateTests
{
    private const string Main = $"{NetworkCloud.Group}/providers/Microsoft.Resources/deployments/main";

    private const string Body = """
        { "properties": { "mode": "Incremental", "parameters": { "prefix": { "value": "web" } }, "template": {
          "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
          "parameters": { "prefix": { "type": "string" }, "location": { "type": "string", "defaultValue": "[resourceGroup().location]" } },
          "variables": { "vnet": "[concat(parameters('prefix'), '-vnet')]", "nsg": "[concat(parameters('prefix'), '-nsg')]", "ip": "[format('{0}-ip', parameters('prefix'))]" },
          "resources": [
            { "type": "Microsoft.Network/networkSecurityGroups", "apiVersion": "2023-11-01", "name": "[variables('nsg')]", "location": "[parameters('location')]",
              "properties": { "securityRules": [ { "name": "ssh", "properties": { "priority": 1000, "protocol": "Tcp", "access": "Allow", "direction": "Inbound",
                "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "22" } } ] } },
            { "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-11-01", "name": "[variables('vnet')]", "location": "[parameters('location')]",
              "dependsOn": [ "[resourceId('Microsoft.Network/networkSecurityGroups', variables('nsg'))]" ],
              "properties": { "addressSpace": { "addressPrefixes": [ "10.0.0.0/16" ] }, "subnets": [ { "name": "a", "properties": { "addressPrefix": "10.0.0.0/24",
                "networkSecurityGroup": { "id": "[resourceId('Microsoft.Network/networkSecurityGroups/', variables('nsg'))]" } } } ] } },
            { "type": "Microsoft.Network/publicIPAddresses", "apiVersion": "2023-11-01", "name": "[variables('ip')]", "location": "[parameters('location')]",
              "sku": { "name": "Standard" }, "properties": { "publicIPAllocationMethod": "Static" } },
            { "type": "Microsoft.Network/networkInterfaces", "apiVersion": "2023-11-01", "name": "[concat('nic', copyIndex())]", "location": "[parameters('location')]",
              "copy": { "name": "nics", "count": 2 }, "dependsOn": [ "[variables('vnet')]", "[variables('ip')]" ],
              "properties": { "ipConfigurations": [ { "name": "ip", "properties": { "privateIPAllocationMethod": "Dynamic",
                "publicIPAddress": "[if(equals(copyIndex(), 0), createObject('id', resourceId('Microsoft.Network/publicIPAddresses', variables('ip'))), null())]",
                "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', variables('vnet'), 'a')]" } } } ] } } ],
          "outputs": { "private": { "type": "array", "copy": { "count": 2, "input": "[reference(concat('nic', copyIndex())).ipConfigurations[0].properties.privateIPAddress]" } },
            "public": { "type": "string", "value": "[reference(variables('ip')).ipAddress]" } } } } }
        """;

    [Fact]
    public async Task A_network_template_is_validated_deployed_twice_and_predicted_and_its_group_goes()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        var validated = await SendAsync(cloud, "POST", $"{Main}/validate", Body);
        Assert.True(validated.Status == 200, NetworkCloud.Text(validated));
        Assert.Equal(5, NetworkCloud.Parse(validated)["properties"]?["validatedResources"]?.AsArray().Count);
        string? address = null;
        for (var turn = 0; turn < 2; turn++)
        {
            var properties = await DeployAsync(cloud);
            Assert.True((string?)properties["provisioningState"] == "Succeeded", properties.ToJsonString());
            Assert.Equal(["10.0.0.4", "10.0.0.5"], properties["outputs"]!["private"]!["value"]!.AsArray().Select(a => (string)a!).Order());
            Assert.Equal(address ?? (string?)properties["outputs"]!["public"]!["value"], (string?)properties["outputs"]!["public"]!["value"]);
            address = (string?)properties["outputs"]!["public"]!["value"];
            foreach (var made in properties["outputResources"]!.AsArray())
            {
                Assert.Equal((string?)made!["id"], (string?)(await cloud.GetAsync((string)made["id"]!))["id"]);
            }
        }

        var changes = (await cloud.FetchAsync(await SendAsync(cloud, "POST", $"{Main}/whatIf", Body)))["properties"]!["changes"]!.AsArray();
        Assert.All(changes, c => Assert.True((string?)c!["changeType"] == "NoChange", $"{c["resourceId"]}: {c["changeType"]} {c["delta"]?.ToJsonString()}"));
        Assert.Equal(5, changes.Count);
        await cloud.SucceedAsync("DELETE", NetworkCloud.Group);
        Assert.Empty(cloud.Store.List(NetworkCloud.Group.ToLowerInvariant()));
    }

    private static async Task<JsonNode> DeployAsync(NetworkCloud cloud)
    {
        var put = await SendAsync(cloud, "PUT", Main, Body);
        Assert.True(put.Status == 201, NetworkCloud.Text(put));
        await cloud.UntilAsync(() => cloud.Kernel.Operations.Get(put.OperationId ?? "") is { EndTime: not null });
        return NetworkCloud.Parse(await SendAsync(cloud, "GET", Main))["properties"] ?? throw new InvalidOperationException("no properties");
    }

    private static async Task<ArmResponse> SendAsync(NetworkCloud cloud, string method, string path, string? body = null)
    {
        var request = new ArmRequest
        {
            Method = new HttpMethod(method),
            Path = path,
            Query = new Dictionary<string, string> { ["api-version"] = "2021-04-01" },
            Body = body is null ? default : Encoding.UTF8.GetBytes(body),
            Principal = new Principal { ObjectId = "o", Kind = PrincipalKind.User, ApplicationId = "a", TenantId = "t", Name = "me" },
            CorrelationId = Guid.NewGuid().ToString(),
        };
        return (await cloud.Kernel.Dispatcher.SendAsync(request, TestContext.Current.CancellationToken)).Ok(out var response, out var error)
            ? response
            : new ArmResponse { Status = error.Status, Body = Encoding.UTF8.GetBytes(new JsonObject { ["text"] = $"{error} {string.Join(" | ", error.Details ?? [])}" }.ToJsonString()) };
    }
}
