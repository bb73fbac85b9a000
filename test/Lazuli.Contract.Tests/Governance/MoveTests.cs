using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Governance;

/// <summary>Moving resources between groups and subscriptions.</summary>
public sealed class MoveTests(Lab lab)
{
    private const string Rules = "/providers/Microsoft.Network/networkSecurityGroups/g";
    private const string Network = "/providers/Microsoft.Network/virtualNetworks/v";
    private const string Interface = "/providers/Microsoft.Network/networkInterfaces/n";

    [Fact]
    public async Task Resources_move_with_their_tags_and_locks_and_what_refers_to_them_follows()
    {
        var (from, to) = (await lab.GroupAsync(), await lab.GroupAsync());
        await PutAsync(from, "Microsoft.Network/networkSecurityGroups");
        await lab.SucceedAsync("PUT", from + Rules + "/providers/Microsoft.Resources/tags/default", """{"properties":{"tags":{"a":"b"}}}""");
        await lab.SucceedAsync("PUT", from + Rules + "/providers/Microsoft.Authorization/locks/keep", """{"properties":{"level":"CanNotDelete"}}""");
        var role = from + Rules + "/providers/Microsoft.Authorization/roleAssignments/" + Guid.NewGuid();
        await lab.SucceedAsync("PUT", role, $$$"""{"properties":{"principalId":"{{{lab.Assignee}}}","roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"}}""");
        await lab.SucceedAsync("PUT", from + Network, $$$"""
            {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},
              "subnets":[{"name":"first","properties":{"addressPrefix":"10.0.0.0/24","networkSecurityGroup":{"id":"{{{from}}}{{{Rules}}}"} } }] } }
            """);

        await MoveAsync(from, to, from + Rules);

        (await lab.SendAsync("GET", from + Rules)).Expect(404, "ResourceNotFound");
        var moved = (await lab.SendAsync("GET", to + Rules)).Expect(200).Json;
        Assert.Equal((to + Rules, "b"), ((string?)moved["id"], (string?)moved["tags"]?["a"]));
        Assert.StartsWith(from + Network, (string?)moved["properties"]?["subnets"]?[0]?["id"], StringComparison.Ordinal);
        Assert.StartsWith(to + Rules, (string?)moved["properties"]?["defaultSecurityRules"]?[0]?["id"], StringComparison.Ordinal);
        var network = (await lab.SendAsync("GET", from + Network)).Expect(200).Json;
        Assert.Equal(to + Rules, (string?)network["properties"]?["subnets"]?[0]?["properties"]?["networkSecurityGroup"]?["id"]);
        (await lab.SendAsync("DELETE", to + Rules)).Expect(409, "ScopeLocked");
        Assert.Equal("""["keep"]""", Names(await lab.SendAsync("GET", to + Rules + "/providers/Microsoft.Authorization/locks")));
        Assert.DoesNotContain((await lab.SendAsync("GET", $"{to}{Rules}/providers/Microsoft.Authorization/roleAssignments")).Json["value"]!.AsArray(), a => role.EndsWith((string?)a?["name"] ?? "-", StringComparison.Ordinal));
        Assert.Contains("\"g\"", Names(await lab.SendAsync("GET", to + "/resources")), StringComparison.Ordinal);

        // And the moved ones go on as any other.
        await lab.SucceedAsync("DELETE", to + Rules + "/providers/Microsoft.Authorization/locks/keep");
        (await lab.SendAsync("DELETE", to + Rules)).Expect(400);
        await lab.SucceedAsync("DELETE", from + Network);
        await lab.SucceedAsync("DELETE", to + Rules);
    }

    [Fact]
    public async Task Between_subscriptions_a_network_moves_whole()
    {
        var other = "/subscriptions/" + Guid.NewGuid();
        await lab.SubscribeAsync(other[15..]);
        var (from, to) = (await lab.GroupAsync(), other + "/resourceGroups/there");
        await lab.SucceedAsync("PUT", to, """{"location":"eastus"}""");
        await PutAsync(from, "Microsoft.Network/virtualNetworks");
        await PutAsync(from, "Microsoft.Network/networkInterfaces");

        var refused = (await SendAsync(from, to, from + Interface)).Expect(409, "MissingMoveDependentResources");
        Assert.Contains(from + Network, refused.Text, StringComparison.Ordinal);
        (await SendAsync(from, to, from + Network)).Expect(409, "MissingMoveDependentResources");
        await MoveAsync(from, to, from + Interface, from + Network);
        var nic = (await lab.SendAsync("GET", to + Interface)).Expect(200).Json;
        Assert.Equal(to + Network + "/subnets/first", (string?)nic["properties"]?["ipConfigurations"]?[0]?["properties"]?["subnet"]?["id"]);
        Assert.Equal("[]", Names(await lab.SendAsync("GET", from + "/resources")));
        await lab.SucceedAsync("DELETE", to);
    }

    [Fact]
    public async Task What_may_not_move_stays()
    {
        var (from, to) = (await lab.GroupAsync(), await lab.GroupAsync());
        await PutAsync(from, "Microsoft.Network/networkSecurityGroups");
        await PutAsync(to, "Microsoft.Network/networkSecurityGroups");
        (await SendAsync(from, to, from + Rules)).Expect(409, "ResourceMoveConflict");
        await lab.SucceedAsync("DELETE", to + Rules);
        (await SendAsync(from, from, from + Rules)).Expect(400, "InvalidResourceMoveRequest");
        (await SendAsync(from, to)).Expect(400, "InvalidResourceMoveRequest");
        (await SendAsync(from, to, "x")).Expect(400, "InvalidResourceMoveRequest");
        (await SendAsync(from, to, from + Rules + "/securityRules/r")).Expect(400, "InvalidResourceMoveRequest");
        (await SendAsync(from, to, to + Rules)).Expect(400, "InvalidResourceMoveRequest");
        (await SendAsync(from, to, from + Network)).Expect(404, "ResourceNotFound");
        (await SendAsync(from, to + "-none", from + Rules)).Expect(404, "ResourceGroupNotFound");
        await lab.SucceedAsync("PUT", from + Samples.ByType["Microsoft.Resources/deployments"].Path, Samples.ByType["Microsoft.Resources/deployments"].Body);
        (await SendAsync(from, to, from + Samples.ByType["Microsoft.Resources/deployments"].Path)).Expect(409, "ResourceMoveNotSupported");
        foreach (var scope in new[] { from, to, from + Rules })
        {
            await lab.SucceedAsync("PUT", scope + "/providers/Microsoft.Authorization/locks/l", """{"properties":{"level":"ReadOnly"}}""");
            (await SendAsync(from, to, from + Rules)).Expect(409, "ScopeLocked");
            await lab.SucceedAsync("DELETE", scope + "/providers/Microsoft.Authorization/locks/l");
        }

        var body = Body(to, from + Rules);
        (await lab.SendAsync("POST", from + "/moveResources", body, Who.Reader)).Expect(403, "AuthorizationFailed");
        await lab.SucceedAsync("PUT", $"{from}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}", $$$"""
            {"properties":{"principalId":"{{{lab.Reader}}}","roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"}}
            """);
        var refused = (await lab.SendAsync("POST", from + "/moveResources", body, Who.Reader)).Expect(403, "AuthorizationFailed");
        Assert.Contains(to, refused.Text, StringComparison.Ordinal);
        (await lab.SendAsync("GET", from + Rules)).Expect(200);
        (await lab.SendAsync("GET", to + Rules)).Expect(404);
    }

    private Task<Answer> SendAsync(string from, string to, params string[] ids) => lab.SendAsync("POST", from + "/moveResources", Body(to, ids));

    private async Task MoveAsync(string from, string to, params string[] ids)
    {
        (await lab.SendAsync("POST", from + "/validateMoveResources", Body(to, ids))).Expect(204);
        await lab.Client.FollowAsync((await SendAsync(from, to, ids)).Expect(202), lab.TokenOf(Who.Owner));
    }

    private Task<Answer> PutAsync(string group, string type)
        => lab.SucceedAsync("PUT", group + Samples.ByType[type].Path, Samples.ByType[type].Body?.Replace("{group}", group, StringComparison.Ordinal));

    private static string Body(string to, params string[] ids)
        => new JsonObject { ["resources"] = new JsonArray([.. ids.Select(i => (JsonNode)i)]), ["targetResourceGroup"] = to }.ToJsonString();

    private static string Names(Answer answer) => new JsonArray([.. answer.Expect(200).Json["value"]!.AsArray().Select(v => (JsonNode?)(string?)v?["name"])]).ToJsonString();
}
