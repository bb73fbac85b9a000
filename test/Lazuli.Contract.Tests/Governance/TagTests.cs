using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Governance;

/// <summary>Tags as a resource of their own, and a subscription's tag names.</summary>
public sealed class TagTests(Lab lab)
{
    private const string Default = "/providers/Microsoft.Resources/tags/default";
    private const string TagContributor = "4a9ae827-6dc8-4573-8ac7-8239d42aa03f";

    [Fact]
    public async Task Tags_are_merged_replaced_and_deleted_at_every_scope()
    {
        var stage = await Stage.PlayAsync(lab, "Microsoft.Network/networkSecurityGroups");
        var subscription = "/subscriptions/" + Guid.NewGuid();
        await lab.SubscribeAsync(subscription[15..]);
        foreach (var scope in new[] { stage.Path, stage.Group, subscription })
        {
            Assert.Equal("{}", await TagsAsync("GET", scope));
            Assert.Equal("""{"a":"1","b":"2"}""", await TagsAsync("PUT", scope, Tags("""{"a":"1","b":"2"}""")));
            Assert.Equal("""{"a":"1","b":"3","c":"4"}""", await TagsAsync("PATCH", scope, Tags("""{"B":"3","c":"4"}""", "Merge")));
            Assert.Equal("""{"a":"1","c":"4"}""", await TagsAsync("PATCH", scope, Tags("""{"b":"3","c":"other"}""", "delete")));
            Assert.Equal("""{"a":"1"}""", await TagsAsync("PATCH", scope, Tags("""{"C":""}""", "Delete")));
            Assert.Equal("""{"z":"9"}""", await TagsAsync("PATCH", scope, Tags("""{"z":"9"}""", "Replace")));
            Assert.Equal("""{"z":"9"}""", (await lab.SendAsync("GET", scope)).Expect(200).Json["tags"]?.ToJsonString());
            (await lab.SendAsync("DELETE", scope + Default)).Expect(200);
            Assert.Equal("{}", await TagsAsync("GET", scope));
        }
    }

    [Fact]
    public async Task What_tags_may_not_be_is_refused_everywhere()
    {
        var group = await lab.GroupAsync();
        (string Tags, string Code)[] bad =
        [
            ("""{"a<":"b"}""", "InvalidTagNameCharacters"),
            ($$"""{"{{new string('n', 513)}}":"b"}""", "InvalidTagNameLength"),
            ($$"""{"a":"{{new string('v', 257)}}"}""", "InvalidTagValueLength"),
            ("{" + string.Join(',', Enumerable.Range(0, 51).Select(i => $"\"t{i}\":\"\"")) + "}", "TooManyTags"),
        ];
        foreach (var (tags, code) in bad)
        {
            (await lab.SendAsync("PUT", group + Default, Tags(tags))).Expect(400, code);
            (await lab.SendAsync("PATCH", group + Default, Tags(tags, "Merge"))).Expect(400, code);
        }

        (await lab.SendAsync("PATCH", group + Default, Tags("{}", "Subtract"))).Expect(400, "InvalidParameter");
        (await lab.SendAsync("PUT", group + "/providers/Microsoft.Resources/tags/other", Tags("{}"))).Expect(404, "ResourceNotFound");
        (await lab.SendAsync("PUT", group + "/providers/Microsoft.Network/virtualNetworks/none" + Default, Tags("{}"))).Expect(404, "ResourceNotFound");
        (await lab.SendAsync("GET", "/providers/Microsoft.Management/managementGroups/" + lab.Host.Tenant.TenantId + Default)).Expect(400, "ResourceTypeDoesNotSupportTags");
        Assert.Equal("{}", await TagsAsync("GET", group));
    }

    [Fact]
    public async Task A_tag_contributor_tags_what_it_can_not_write_and_a_lock_stops_it()
    {
        var stage = await Stage.PlayAsync(lab, "Microsoft.Network/networkSecurityGroups");
        (await lab.SendAsync("PUT", stage.Path + Default, Tags("{}"), Who.Reader)).Expect(403, "AuthorizationFailed");
        await lab.SucceedAsync("PUT", $"{stage.Group}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}", $$$"""
            {"properties":{"principalId":"{{{lab.Reader}}}","roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/{{{TagContributor}}}"}}
            """);
        (await lab.SendAsync("PUT", stage.Path + Default, Tags("""{"a":"b"}"""), Who.Reader)).Expect(200);
        (await lab.SendAsync("PATCH", stage.Path, """{"tags":{"a":"c"}}""", Who.Reader)).Expect(403);
        await lab.SucceedAsync("PUT", stage.Group + "/providers/Microsoft.Authorization/locks/l", """{"properties":{"level":"ReadOnly"}}""");
        (await lab.SendAsync("PUT", stage.Path + Default, Tags("{}"))).Expect(409, "ScopeLocked");
        Assert.Equal("""{"a":"b"}""", await TagsAsync("GET", stage.Path));
    }

    [Fact]
    public async Task Tags_stand_in_a_template_beside_what_they_tag()
    {
        var group = await lab.GroupAsync();
        const string Template = """
            {"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[
              {"type":"Microsoft.Network/networkSecurityGroups","apiVersion":"2024-05-01","name":"g","location":"eastus"},
              {"type":"Microsoft.Resources/tags","apiVersion":"2024-03-01","name":"default","scope":"[resourceId('Microsoft.Network/networkSecurityGroups','g')]",
               "dependsOn":["[resourceId('Microsoft.Network/networkSecurityGroups','g')]"],"properties":{"tags":{"by":"template"}}},
              {"type":"Microsoft.Resources/tags","apiVersion":"2024-03-01","name":"default","properties":{"tags":{"whole":"group"}}}]}
            """;
        await lab.SucceedAsync("PUT", group + "/providers/Microsoft.Resources/deployments/tags", $$$"""{"properties":{"mode":"Incremental","template":{{{Template}}}}}""");
        Assert.Equal("""{"by":"template"}""", await TagsAsync("GET", group + "/providers/Microsoft.Network/networkSecurityGroups/g"));
        Assert.Equal("""{"whole":"group"}""", await TagsAsync("GET", group));
    }

    [Fact]
    public async Task Tag_names_are_those_defined_and_those_in_use()
    {
        var subscription = "/subscriptions/" + Guid.NewGuid();
        await lab.SubscribeAsync(subscription[15..]);
        (await lab.SendAsync("PUT", subscription + "/tagNames/Env/tagValues/Test")).Expect(404, "TagNotFound");
        (await lab.SendAsync("PUT", subscription + "/tagNames/Env")).Expect(201);
        (await lab.SendAsync("PUT", subscription + "/tagNames/env")).Expect(200);
        (await lab.SendAsync("PUT", subscription + "/tagNames/Env/tagValues/Test")).Expect(201);
        await lab.SucceedAsync("PUT", subscription + "/resourceGroups/g", """{"location":"eastus","tags":{"env":"Prod","who":"me"}}""");

        var names = (await lab.SendAsync("GET", subscription + "/tagNames")).Expect(200).Json["value"]!.AsArray().ToDictionary(n => ((string)n!["tagName"]!).ToLowerInvariant());
        Assert.Equal(["env", "who"], names.Keys.Order());
        Assert.Equal(1, (int?)names["env"]!["count"]?["value"]);
        Assert.Equal([("Prod", 1), ("Test", 0)], names["env"]!["values"]!.AsArray().Select(v => ((string)v!["tagValue"]!, (int)v["count"]!["value"]!)));

        (await lab.SendAsync("DELETE", subscription + "/tagNames/Env")).Expect(409, "TagInUse");
        (await lab.SendAsync("DELETE", subscription + "/tagNames/Env/tagValues/Test")).Expect(200);
        (await lab.SendAsync("DELETE", subscription + "/tagNames/Env/tagValues/Test")).Expect(204);
        await lab.SucceedAsync("DELETE", subscription + "/resourceGroups/g");
        (await lab.SendAsync("DELETE", subscription + "/tagNames/Env")).Expect(200);
        (await lab.SendAsync("DELETE", subscription + "/tagNames/Env")).Expect(204);
    }

    private static string Tags(string tags, string? operation = null)
        => new JsonObject { ["operation"] = operation, ["properties"] = new JsonObject { ["tags"] = JsonNode.Parse(tags) } }.ToJsonString();

    private async Task<string?> TagsAsync(string method, string scope, string? body = null)
    {
        var shown = (await lab.SendAsync(method, scope + Default, body)).Expect(200).Json;
        Assert.Equal((scope + Default, "Microsoft.Resources/tags"), ((string?)shown["id"], (string?)shown["type"]));
        return shown["properties"]?["tags"]?.ToJsonString();
    }
}
