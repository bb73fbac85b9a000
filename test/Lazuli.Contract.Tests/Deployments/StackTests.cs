using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Deployments;

/// <summary>Deployment stacks: what they manage, detach, delete and deny.</summary>
public sealed class StackTests(Lab lab)
{
    private readonly string _name = $"s{Guid.NewGuid():n}"[..12];

    [Fact]
    public async Task What_the_template_drops_is_detached_or_deleted()
    {
        var group = await lab.GroupAsync();
        var path = PathOf(group);
        (await lab.SendAsync("POST", path + "/validate", Body("detach", "none", Nsg("a"), Nsg("b")))).Expect(200);
        (await lab.SendAsync("GET", path)).Expect(404, "DeploymentStackNotFound");

        var made = (await lab.SendAsync("PUT", path, Body("detach", "none", Nsg("a"), Nsg("b"), Nsg("c")))).Expect(201);
        await lab.Client.FollowAsync(made, lab.TokenOf(Who.Owner));
        var shown = await ShownAsync(path);
        Assert.Equal(("succeeded", "made"), ((string?)shown["provisioningState"], (string?)shown["outputs"]!["o"]!["value"]));
        Assert.Equal(["a", "b", "c"], Names(shown, "resources"));
        Assert.All(shown["resources"]!.AsArray(), r => Assert.Equal(("managed", "none"), ((string?)r!["status"], (string?)r["denyStatus"])));
        (await lab.SendAsync("GET", (string)shown["deploymentId"]!)).Expect(200);

        await lab.Client.FollowAsync((await lab.SendAsync("PUT", path, Body("detach", "none", Nsg("a"), Nsg("b")))).Expect(200), lab.TokenOf(Who.Owner));
        shown = await ShownAsync(path);
        Assert.Equal(("a,b", "c", ""), (string.Join(',', Names(shown, "resources")), string.Join(',', Names(shown, "detachedResources")), string.Join(',', Names(shown, "deletedResources"))));
        (await lab.SendAsync("GET", Id(group, "c"))).Expect(200);

        await lab.SucceedAsync("PUT", path, Body("delete", "none", Nsg("a")));
        shown = await ShownAsync(path);
        Assert.Equal(("a", "", "b"), (string.Join(',', Names(shown, "resources")), string.Join(',', Names(shown, "detachedResources")), string.Join(',', Names(shown, "deletedResources"))));
        (await lab.SendAsync("GET", Id(group, "b"))).Expect(404);
        Assert.NotNull((await lab.SendAsync("POST", path + "/exportTemplate")).Expect(200).Json["template"]!["resources"]);
        Assert.Contains((await lab.SendAsync("GET", path[..path.LastIndexOf('/')])).Expect(200).Json["value"]!.AsArray(), s => (string?)s!["id"] == path);

        await lab.SucceedAsync("DELETE", path + "?unmanageAction.Resources=delete");
        (await lab.SendAsync("GET", path)).Expect(404);
        (await lab.SendAsync("GET", Id(group, "a"))).Expect(404);
        (await lab.SendAsync("GET", Id(group, "c"))).Expect(200);
        (await lab.SendAsync("DELETE", path)).Expect(204);
    }

    [Theory]
    [InlineData("denyDelete", 200)]
    [InlineData("denyWriteAndDelete", 403)]
    public async Task What_it_denies_nobody_does_but_the_stack_itself(string mode, int write)
    {
        var group = await lab.GroupAsync();
        var path = PathOf(group);
        await lab.SucceedAsync("PUT", path, Body("delete", mode, Nsg("a"), Nsg("b")));
        Assert.All((await ShownAsync(path))["resources"]!.AsArray(), r => Assert.Equal(mode, (string?)r!["denyStatus"]));
        var denials = (await lab.SendAsync("GET", Id(group, "a") + "/providers/Microsoft.Authorization/denyAssignments")).Expect(200).Json["value"]!.AsArray();
        Assert.Contains(denials, d => ((string)d!["properties"]!["denyAssignmentName"]!).Contains(path, StringComparison.Ordinal) && (bool)d["properties"]!["isSystemProtected"]!);

        Assert.Contains(path, (await lab.SendAsync("DELETE", Id(group, "a"))).Expect(403, "DenyAssignmentAuthorizationFailed").Text, StringComparison.Ordinal);
        (await lab.SendAsync("DELETE", group)).Expect(403, "DenyAssignmentAuthorizationFailed");
        (await lab.SendAsync("PUT", Id(group, "a"), """{"location":"eastus","tags":{"a":"b"}}""")).Expect(write);
        (await lab.SendAsync("PUT", Id(group, "a") + "/securityRules/r", Rule)).Expect(201);
        (await lab.SendAsync("DELETE", (string)denials[0]!["id"]!)).Expect(403);

        // Its own work is not denied: the change of one resource, and the end of another.
        await lab.SucceedAsync("PUT", path, Body("delete", mode, Nsg("a", "\"tags\":{\"by\":\"stack\"},")));
        Assert.Equal("stack", (string?)(await lab.SendAsync("GET", Id(group, "a"))).Expect(200).Json["tags"]!["by"]);
        (await lab.SendAsync("GET", Id(group, "b"))).Expect(404);

        await lab.SucceedAsync("DELETE", path);
        await lab.SucceedAsync("DELETE", Id(group, "a"));
    }

    [Fact]
    public async Task Denials_reach_children_and_leave_out_actions_when_told()
    {
        var group = await lab.GroupAsync();
        await lab.SucceedAsync("PUT", PathOf(group), Body("delete", "denyWriteAndDelete", Nsg("a"))
            .Replace("\"mode\":\"denyWriteAndDelete\"", "\"mode\":\"denyWriteAndDelete\",\"applyToChildScopes\":true,\"excludedActions\":[\"Microsoft.Network/networkSecurityGroups/write\"]", StringComparison.Ordinal));

        (await lab.SendAsync("PUT", Id(group, "a"), """{"location":"eastus","tags":{"a":"b"}}""")).Expect(200);
        (await lab.SendAsync("PUT", Id(group, "a") + "/securityRules/r", Rule)).Expect(403, "DenyAssignmentAuthorizationFailed");
        await lab.SucceedAsync("DELETE", PathOf(group) + "?unmanageAction.Resources=delete");
    }

    [Fact]
    public async Task A_subscription_s_stack_makes_groups_and_takes_them_away()
    {
        var (path, group) = (PathOf(lab.Subscription), $"{lab.Subscription}/resourceGroups/{_name}-g");
        var inner = Template.Nested("inner", $"\"resourceGroup\":\"{_name}-g\",\"dependsOn\":[\"{_name}-g\"]", $"\"resources\":[{Nsg("a")}]");
        var body = Body("delete", "none", $"{{\"type\":\"Microsoft.Resources/resourceGroups\",\"apiVersion\":\"2021-04-01\",\"name\":\"{_name}-g\",\"location\":\"eastus\"}}", inner).Replace("{\"properties\"", "{\"location\":\"eastus\",\"properties\"", StringComparison.Ordinal);
        await lab.SucceedAsync("PUT", path, body);
        Assert.Equal([$"{_name}-g", "a"], Names(await ShownAsync(path), "resources").OrderDescending());
        (await lab.SendAsync("PUT", path, body.Replace("\"location\":\"eastus\",\"properties\":{\"action", "\"location\":\"westus\",\"properties\":{\"action", StringComparison.Ordinal))).Expect(409, "InvalidDeploymentStackLocation");

        await lab.SucceedAsync("DELETE", path + "?unmanageAction.Resources=delete&unmanageAction.ResourceGroups=delete");
        (await lab.SendAsync("GET", group)).Expect(404);
        (await lab.SendAsync("GET", path)).Expect(404);
    }

    [Fact]
    public async Task A_management_group_s_stack_deploys_to_a_subscription()
    {
        await Template.ManagementGroupAsync(lab);
        var group = await lab.GroupAsync();
        var path = PathOf(Template.ManagementGroup);
        var inner = Template.Nested("inner", $"\"resourceGroup\":\"{group.Split('/')[^1]}\"", $"\"resources\":[{Nsg("a")}]");
        await lab.SucceedAsync("PUT", path, Body("delete", "none", inner).Replace("{\"properties\":{", $"{{\"location\":\"eastus\",\"properties\":{{\"deploymentScope\":\"{lab.Subscription}\",", StringComparison.Ordinal));

        var shown = await ShownAsync(path);
        Assert.StartsWith(lab.Subscription + "/providers/Microsoft.Resources/deployments/", (string?)shown["deploymentId"], StringComparison.Ordinal);
        Assert.Equal(["a"], Names(shown, "resources"));
        await lab.SucceedAsync("DELETE", path + "?unmanageAction.Resources=delete");
        (await lab.SendAsync("GET", Id(group, "a"))).Expect(404);
    }

    [Fact]
    public async Task What_cannot_be_deleted_is_told_and_stays_managed()
    {
        var group = await lab.GroupAsync();
        var path = PathOf(group);
        await lab.SucceedAsync("PUT", path, Body("delete", "none", Nsg("a"), Nsg("b")));
        await lab.SucceedAsync("PUT", Id(group, "b") + "/providers/Microsoft.Authorization/locks/l", """{"properties":{"level":"CanNotDelete"}}""");

        var put = (await lab.SendAsync("PUT", path, Body("delete", "none", Nsg("a")))).Expect(200);
        var end = await lab.Client.EndAsync(new Uri(put.Header("Azure-AsyncOperation")!).PathAndQuery, lab.TokenOf(Who.Owner));

        Assert.Equal(("Failed", "DeploymentStackDeleteResourcesFailed"), ((string?)end.Json["status"], (string?)end.Json["error"]!["code"]));
        var shown = await ShownAsync(path);
        Assert.Equal(("failed", "b", "ScopeLocked"), ((string?)shown["provisioningState"], string.Join(',', Names(shown, "failedResources")), (string?)shown["failedResources"]![0]!["error"]!["code"]));
        Assert.Equal(["managed", "deleteFailed"], shown["resources"]!.AsArray().Select(r => (string?)r!["status"]));

        await lab.SucceedAsync("DELETE", Id(group, "b") + "/providers/Microsoft.Authorization/locks/l");
        await lab.SucceedAsync("PUT", path, Body("delete", "none", Nsg("a")));
        (await lab.SendAsync("GET", Id(group, "b"))).Expect(404);
    }

    [Fact]
    public async Task A_stack_in_a_deleted_group_goes_with_it()
    {
        var group = await lab.GroupAsync();
        await lab.SucceedAsync("PUT", PathOf(group), Body("delete", "none", Nsg("a")));
        await lab.SucceedAsync("DELETE", group);
        (await lab.SendAsync("GET", group)).Expect(404);
    }

    [Theory]
    [InlineData("\"resources\":\"delete\"", "\"resources\":\"keep\"", "InvalidDeploymentStack")]
    [InlineData("\"resources\":\"delete\"", "\"resourceGroups\":\"delete\"", "InvalidDeploymentStack")]
    [InlineData("\"mode\":\"none\"", "\"mode\":\"denyAll\"", "InvalidDeploymentStack")]
    [InlineData("\"mode\":\"none\"", "\"mode\":\"none\",\"excludedPrincipals\":[\"me\"]", "InvalidDeploymentStack")]
    [InlineData("\"template\"", "\"deploymentScope\":\"/subscriptions/6b1b3e0e-0000-4000-8000-000000000001\",\"template\"", "InvalidDeploymentStack")]
    [InlineData("\"template\"", "\"templateLink\":{\"uri\":\"http://localhost:1/\"},\"other\"", "InvalidContentLink")]
    [InlineData("\"location\":\"eastus\"", "\"location\":\"atlantis\"", "InvalidTemplateDeployment")]
    public async Task A_bad_stack_is_refused(string part, string with, string code)
    {
        var path = PathOf(await lab.GroupAsync());
        var body = Body("delete", "none", Nsg("a")).Replace(part, with, StringComparison.Ordinal);
        (await lab.SendAsync("PUT", path, body)).Expect(400, code);
        (await lab.SendAsync("POST", path + "/validate", body)).Expect(400, code);
        (await lab.SendAsync("GET", path)).Expect(404);
    }

    [Fact]
    public async Task Outside_of_a_group_a_stack_needs_a_location() => (await lab.SendAsync("PUT", PathOf(lab.Subscription), Body("delete", "none", Nsg("a")))).Expect(400, "LocationRequired");

    private const string Rule = """
        {"properties":{"priority":100,"direction":"Inbound","access":"Allow","protocol":"Tcp","sourcePortRange":"*","destinationPortRange":"22","sourceAddressPrefix":"*","destinationAddressPrefix":"*"}}
        """;

    private static string Nsg(string name, string more = "") => $"{{\"type\":\"Microsoft.Network/networkSecurityGroups\",\"apiVersion\":\"2023-11-01\",\"name\":\"{name}\",{more}\"location\":\"eastus\"}}";

    private static string Body(string unmanage, string deny, params string[] resources)
        => $"{{\"properties\":{{\"actionOnUnmanage\":{{\"resources\":\"{unmanage}\"}},\"denySettings\":{{\"mode\":\"{deny}\"}},\"template\":{{{Template.Head},\"resources\":[{string.Join(',', resources)}],\"outputs\":{{\"o\":{{\"type\":\"string\",\"value\":\"made\"}}}}}}}}}}";

    private static string Id(string group, string name) => $"{group}/providers/Microsoft.Network/networkSecurityGroups/{name}";

    private static IEnumerable<string> Names(JsonNode properties, string list) => properties[list]!.AsArray().Select(r => ((string)r!["id"]!).Split('/')[^1]);

    private string PathOf(string scope) => $"{scope}/providers/Microsoft.Resources/deploymentStacks/{_name}";

    private async Task<JsonNode> ShownAsync(string path) => (await lab.SendAsync("GET", path)).Expect(200).Json["properties"]!;
}
