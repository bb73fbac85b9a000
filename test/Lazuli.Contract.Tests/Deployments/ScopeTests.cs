using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Deployments;

/// <summary>Deployments at subscription, management group and tenant scope, and across scopes.</summary>
public sealed class ScopeTests(Lab lab)
{
    private readonly string _name = $"d{Guid.NewGuid():n}";

    /// <summary>Scopes where a location is needed; <c>{s}</c> is the subscription.</summary>
    public static TheoryData<string> Wide => ["{s}", Template.ManagementGroup, ""];

    [Theory]
    [MemberData(nameof(Wide))]
    public async Task A_deployment_lives_at_its_scope_with_all_its_operations(string scope)
    {
        var path = await PathAsync(scope);
        var body = Template.Body("\"resources\":[],\"outputs\":{\"where\":{\"type\":\"string\",\"value\":\"[deployment().location]\"}}", "westeurope");
        (await lab.SendAsync("HEAD", path)).Expect(404);
        (await lab.SendAsync("POST", path + "/validate", body)).Expect(200);
        Assert.Equal("Succeeded", (string?)(await lab.AskAsync(path + "/whatIf", body)).Expect(200).Json["status"]);
        (await lab.SendAsync("HEAD", path)).Expect(404);

        var made = (await lab.SendAsync("PUT", path, body)).Expect(201);
        await lab.Client.FollowAsync(made, lab.TokenOf(Who.Owner));
        await lab.Client.FollowAsync((await lab.SendAsync("PUT", path, body)).Expect(201), lab.TokenOf(Who.Owner));

        (await lab.SendAsync("HEAD", path)).Expect(204);
        var shown = (await lab.SendAsync("GET", path)).Expect(200).Json;
        Assert.Equal((path, "westeurope", "westeurope"), ((string?)shown["id"], (string?)shown["location"], (string?)shown["properties"]!["outputs"]!["where"]!["value"]));
        Assert.Equal(path, (string?)made.Json["id"]);
        var listed = (await lab.SendAsync("GET", path[..path.LastIndexOf('/')] + "?$filter=provisioningState eq 'Succeeded'")).Expect(200).Json["value"]!.AsArray();
        Assert.Contains(listed, d => (string?)d!["id"] == path);
        Assert.All(listed, d => Assert.StartsWith(path[..path.LastIndexOf('/')], (string?)d!["id"], StringComparison.OrdinalIgnoreCase));
        Assert.Empty((await lab.SendAsync("GET", path + "/operations")).Expect(200).Json["value"]!.AsArray());
        (await lab.SendAsync("GET", path + "/operations/0000000000000000")).Expect(404, "DeploymentOperationNotFound");
        Assert.NotNull((await lab.SendAsync("POST", path + "/exportTemplate")).Expect(200).Json["template"]!["$schema"]);
        (await lab.SendAsync("POST", path + "/cancel")).Expect(409, "DeploymentCannotBeCancelled");

        await lab.Client.FollowAsync((await lab.SendAsync("DELETE", path)).Expect(202), lab.TokenOf(Who.Owner));
        (await lab.SendAsync("GET", path)).Expect(404, "DeploymentNotFound");
    }

    [Theory]
    [MemberData(nameof(Wide))]
    public async Task A_deployment_needs_a_location_and_keeps_it(string scope)
    {
        var path = await PathAsync(scope);
        (await lab.SendAsync("PUT", path, Template.Body("\"resources\":[]"))).Expect(400, "InvalidDeployment");
        (await lab.SendAsync("PUT", path, Template.Body("\"resources\":[]", "atlantis"))).Expect(400, "LocationNotAvailableForDeployment");
        (await lab.SendAsync("PUT", path, Template.Body("\"resources\":[]", "eastus").Replace("Incremental", "Complete", StringComparison.Ordinal))).Expect(400, "InvalidDeployment");
        (await lab.SendAsync("GET", path)).Expect(404);

        await lab.SucceedAsync("PUT", path, Template.Body("\"resources\":[]", "eastus"));
        (await lab.SendAsync("PUT", path, Template.Body("\"resources\":[]", "westus"))).Expect(409, "InvalidDeploymentLocation");
        (await lab.SendAsync("PUT", path, Template.Body("\"resources\":[]", "East US"))).Expect(201);
    }

    [Fact]
    public async Task At_a_resource_group_a_location_is_refused()
        => (await lab.SendAsync("PUT", Template.Path(await lab.GroupAsync(), _name), Template.Body("\"resources\":[]", "eastus"))).Expect(400, "InvalidDeployment");

    [Theory]
    [MemberData(nameof(Wide))]
    public async Task Only_who_may_deploys(string scope)
    {
        var path = await PathAsync(scope);
        foreach (var who in new[] { Who.Reader, Who.Nobody })
        {
            Assert.Contains("Microsoft.Resources/deployments/write", (await lab.SendAsync("PUT", path, Template.Body("\"resources\":[]", "eastus"), who)).Expect(403, "AuthorizationFailed").Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_subscription_template_makes_a_group_and_what_is_in_it_and_around_it()
    {
        var (group, path) = ($"{_name}-g", $"{lab.Subscription}/providers/Microsoft.Resources/deployments/{_name}");
        var inner = Template.Nested("inside", "\"resourceGroup\":\"" + group + "\",\"dependsOn\":[\"" + group + "\"]", $$$"""
            "resources":[{"type":"Microsoft.Network/networkSecurityGroups","apiVersion":"2023-11-01","name":"n","location":"[resourceGroup().location]"},
              {"type":"Microsoft.Authorization/locks","apiVersion":"2020-05-01","name":"l","scope":"Microsoft.Network/networkSecurityGroups/n","dependsOn":["n"],"properties":{"level":"CanNotDelete"}}],
            "outputs":{"id":{"type":"string","value":"[resourceId('Microsoft.Network/networkSecurityGroups', 'n')]"}}
            """);
        var body = Template.Body($$$"""
            "resources":[{"type":"Microsoft.Resources/resourceGroups","apiVersion":"2021-04-01","name":"{{{group}}}","location":"[deployment().location]","tags":{"a":"b"}}, {{{inner}}},
              {"type":"Microsoft.Authorization/roleAssignments","apiVersion":"2022-04-01","name":"[guid('{{{_name}}}')]","properties":{"principalId":"{{{lab.Assignee}}}",
                "roleDefinitionId":"[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'acdd72a7-3385-48ef-bd42-f606fba81ae7')]"}}],
            "outputs":{"inner":{"type":"string","value":"[reference('inside').outputs.id.value]"},"sub":{"type":"string","value":"[subscription().subscriptionId]"},
              "ids":{"type":"array","value":["[tenantResourceId('Microsoft.Authorization/roleDefinitions', 'r')]","[extensionResourceId(subscription().id, 'Microsoft.Authorization/locks', 'l')]",
                "[resourceId('{{{group}}}', 'Microsoft.Network/virtualNetworks', 'v')]"]}}
            """, "northeurope");

        (await lab.SendAsync("POST", path + "/validate", body)).Expect(200);
        var changes = (await lab.AskAsync(path + "/whatIf", body)).Expect(200).Json["properties"]!["changes"]!.AsArray();
        Assert.Equal(4, changes.Count(c => (string?)c!["changeType"] == "Create"));
        await lab.SucceedAsync("PUT", path, body);

        var made = (await lab.SendAsync("GET", $"{lab.Subscription}/resourceGroups/{group}")).Expect(200).Json;
        Assert.Equal(("northeurope", "b"), ((string?)made["location"], (string?)made["tags"]!["a"]));
        var properties = (await lab.SendAsync("GET", path)).Expect(200).Json["properties"]!;
        Assert.True((string?)properties["provisioningState"] == "Succeeded", properties.ToJsonString());
        var nsg = $"{lab.Subscription}/resourceGroups/{group}/providers/Microsoft.Network/networkSecurityGroups/n";
        Assert.Equal((nsg, lab.Host.Tenant.SubscriptionId), ((string?)properties["outputs"]!["inner"]!["value"], (string?)properties["outputs"]!["sub"]!["value"]));
        Assert.Equal(
            ["/providers/Microsoft.Authorization/roleDefinitions/r", $"{lab.Subscription}/providers/Microsoft.Authorization/locks/l"],
            properties["outputs"]!["ids"]!["value"]!.AsArray().Take(2).Select(i => (string?)i));
        Assert.Equal("northeurope", (string?)(await lab.SendAsync("GET", nsg)).Expect(200).Json["location"]);
        (await lab.SendAsync("DELETE", nsg)).Expect(409, "ScopeLocked");
        var ids = properties["outputResources"]!.AsArray().Select(r => (string)r!["id"]!).ToList();
        Assert.Equal(4, ids.Count);
        foreach (var id in ids)
        {
            (await lab.SendAsync("GET", id)).Expect(200);
        }

        await lab.SucceedAsync("DELETE", nsg + "/providers/Microsoft.Authorization/locks/l");
        await lab.SucceedAsync("DELETE", ids.Single(i => i.Contains("roleAssignments", StringComparison.OrdinalIgnoreCase)));
        await lab.SucceedAsync("DELETE", $"{lab.Subscription}/resourceGroups/{group}");
    }

    [Fact]
    public async Task A_tenant_template_reaches_a_subscription_and_a_group_in_it()
    {
        var group = await lab.GroupAsync();
        var leaf = Template.Nested("leaf", $"\"subscriptionId\":\"{lab.Host.Tenant.SubscriptionId}\",\"resourceGroup\":\"{group.Split('/')[^1]}\"",
            "\"resources\":[{\"type\":\"Microsoft.Network/networkSecurityGroups\",\"apiVersion\":\"2023-11-01\",\"name\":\"far\",\"location\":\"eastus\"}]");
        var middle = Template.Nested("middle", $"\"scope\":\"{lab.Subscription}\",\"location\":\"eastus\"", $"\"resources\":[{leaf}]");
        var path = "/providers/Microsoft.Resources/deployments/" + _name;

        await lab.SucceedAsync("PUT", path, Template.Body($"\"resources\":[{middle}]", "eastus"));

        (await lab.SendAsync("GET", group + "/providers/Microsoft.Network/networkSecurityGroups/far")).Expect(200);
        Assert.Equal([group + "/providers/Microsoft.Network/networkSecurityGroups/far"],
            (await lab.SendAsync("GET", path)).Expect(200).Json["properties"]!["outputResources"]!.AsArray().Select(r => (string?)r!["id"]));
        (await lab.SendAsync("GET", Template.Path(lab.Subscription, "middle"))).Expect(200);
        (await lab.SendAsync("GET", Template.Path(group, "leaf"))).Expect(200);
    }

    [Fact]
    public async Task What_cannot_be_at_its_scope_is_told_before_anything_is_made()
    {
        var group = await lab.GroupAsync();
        async Task<JsonNode> ErrorAsync(string scope, string resources, string? location)
        {
            var path = Template.Path(scope, _name);
            var refused = (await lab.SendAsync("PUT", path, Template.Body($"\"resources\":[{resources}]", location))).Expect(400);
            (await lab.SendAsync("GET", path)).Expect(404);
            return refused.Json["error"]!;
        }

        const string Nsg = "{\"type\":\"Microsoft.Network/networkSecurityGroups\",\"apiVersion\":\"2023-11-01\",\"name\":\"n\",\"location\":\"eastus\"}";
        Assert.Equal("InvalidResourceType", (string?)(await ErrorAsync(lab.Subscription, Nsg, "eastus"))["details"]![0]!["code"]);
        Assert.Equal("ResourceGroupNotFound", (string?)(await ErrorAsync(group, Template.Nested("x", "\"resourceGroup\":\"nowhere\"", $"\"resources\":[{Nsg}]"), null))["details"]![0]!["code"]);
        Assert.Equal("SubscriptionNotFound",
            (string?)(await ErrorAsync(group, Template.Nested("x", $"\"subscriptionId\":\"{Guid.NewGuid()}\",\"resourceGroup\":\"g\"", "\"resources\":[]"), null))["details"]![0]!["code"]);
        Assert.Equal("InvalidDeployment", (string?)(await ErrorAsync(group, Template.Nested("x", $"\"scope\":\"{lab.Subscription}\"", "\"resources\":[]"), null))["details"]![0]!["code"]);
        Assert.Equal("ResourceNotFound", (string?)(await ErrorAsync(
            group, "{\"type\":\"Microsoft.Authorization/locks\",\"apiVersion\":\"2020-05-01\",\"name\":\"l\",\"scope\":\"Microsoft.Network/networkSecurityGroups/none\",\"properties\":{\"level\":\"ReadOnly\"}}", null))["details"]![0]!["code"]);
        Assert.Equal("InvalidTemplate", (string?)(await ErrorAsync(
            group, Nsg.Replace("\"location\"", "\"dependsOn\":[\"m\"],\"location\"", StringComparison.Ordinal) + "," + Nsg.Replace("\"n\"", "\"m\"", StringComparison.Ordinal).Replace("\"location\"", "\"dependsOn\":[\"n\"],\"location\"", StringComparison.Ordinal), null))["code"]);
        Assert.Equal("InvalidResourceNamespace", (string?)(await ErrorAsync(
            group, "{\"type\":\"Contoso.Cloud/castles\",\"apiVersion\":\"2020-05-01\",\"name\":\"c\",\"condition\":false}", null))["details"]![0]!["code"]);
        Assert.Contains("resourceGroup", (await ErrorAsync(lab.Subscription, Template.Nested("x", "\"location\":\"eastus\"", "\"resources\":[],\"outputs\":{\"o\":{\"type\":\"string\",\"value\":\"[resourceGroup().id]\"}}"), "eastus")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_cannot_write_through_a_deployment()
    {
        var group = await lab.GroupAsync();
        (await lab.SendAsync("PUT", Template.Path(group, _name), Template.Body("\"resources\":[]"), Who.Reader)).Expect(403, "AuthorizationFailed");
        (await lab.SendAsync("POST", Template.Path(group, _name) + "/validate", Template.Body("\"resources\":[]"), Who.Reader)).Expect(403, "AuthorizationFailed");
    }

    [Fact]
    public async Task A_management_group_that_is_not_there_is_not_deployed_to()
    {
        (await lab.SendAsync("PUT", Template.Path("/providers/Microsoft.Management/managementGroups/nowhere", _name), Template.Body("\"resources\":[]", "eastus"))).Expect(404, "ManagementGroupNotFound");
        (await lab.SendAsync("PUT", Template.Path("", _name), Template.Body(
            $"\"resources\":[{Template.Nested("x", "\"scope\":\"Microsoft.Management/managementGroups/nowhere\",\"location\":\"eastus\"", "\"resources\":[]")}]", "eastus"))).Expect(400, "ManagementGroupNotFound");
        (await lab.SendAsync("GET", Template.Path("", _name))).Expect(404);
    }

    [Fact]
    public async Task How_much_is_validated_can_be_chosen()
    {
        var group = await lab.GroupAsync();
        var body = Template.Body("\"resources\":[{\"type\":\"Microsoft.Network/networkSecurityGroups\",\"apiVersion\":\"2023-11-01\",\"name\":\"n\",\"location\":\"atlantis\"}]");
        (await lab.SendAsync("POST", Template.Path(group, _name) + "/validate", body)).Expect(400, "InvalidTemplateDeployment");
        (await lab.SendAsync("POST", Template.Path(group, _name) + "/validate", body.Replace("\"mode\"", "\"validationLevel\":\"template\",\"mode\"", StringComparison.Ordinal))).Expect(200);
        (await lab.SendAsync("POST", Template.Path(group, _name) + "/validate", body.Replace("\"mode\"", "\"validationLevel\":\"None\",\"mode\"", StringComparison.Ordinal))).Expect(400, "InvalidRequestContent");
    }

    [Fact]
    public async Task The_hash_of_a_template_does_not_hang_on_its_layout()
    {
        var one = (await lab.SendAsync("POST", "/providers/Microsoft.Resources/calculateTemplateHash", """{ "a" : [ 1 , 2 ] }""")).Expect(200).Json;
        var two = (await lab.SendAsync("POST", "/providers/Microsoft.Resources/calculateTemplateHash", "{\"a\":[1,2]}")).Expect(200).Json;
        Assert.Equal((string?)one["templateHash"], (string?)two["templateHash"]);
        Assert.Equal("{\"a\":[1,2]}", (string?)one["minifiedTemplate"]);
        (await lab.SendAsync("POST", "/providers/Microsoft.Resources/calculateTemplateHash", "[]")).Expect(400, "InvalidRequestContent");
    }

    private async Task<string> PathAsync(string scope)
    {
        await Template.ManagementGroupAsync(lab);
        return Template.Path(scope.Replace("{s}", lab.Subscription, StringComparison.Ordinal), _name);
    }
}
