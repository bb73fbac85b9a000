using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Deployments;

/// <summary>Mode Complete among resources that need each other and locks, operations as clients see them, and the history's end.</summary>
public sealed class CompleteTests(Lab lab)
{
    [Fact]
    public async Task What_is_in_use_goes_after_its_users_and_a_machine_takes_its_disk_along()
    {
        var stage = await Stage.PlayAsync(lab, "Microsoft.Compute/virtualMachines");
        var path = Template.Path(stage.Group, "complete");
        var keep = "{\"type\":\"Microsoft.Network/networkSecurityGroups\",\"apiVersion\":\"2023-11-01\",\"name\":\"kept\",\"location\":\"eastus\"}";

        await lab.SucceedAsync("PUT", path, Complete($"\"resources\":[{keep}]"));

        var left = (await lab.SendAsync("GET", stage.Group + "/resources")).Expect(200).Json["value"]!.AsArray().Select(r => (string?)r!["name"]);
        Assert.Equal(["kept"], left);
        var operations = (await lab.SendAsync("GET", path + "/operations")).Expect(200).Json["value"]!.AsArray();
        // The machine may have taken its disks before the deployment comes to them.
        Assert.Equal(["k", "m", "n", "os", "v"], Names(operations, "Delete").Append("k").Append("os").Distinct().Order());
        Assert.All(operations, o =>
        {
            Assert.Equal("Succeeded", (string?)o!["properties"]!["provisioningState"]);
            Assert.NotNull((DateTimeOffset?)o["properties"]!["timestamp"]);
            Assert.NotNull((string?)o["properties"]!["statusCode"]);
        });
        Assert.Single((await lab.SendAsync("GET", path + "/operations?$top=1")).Expect(200).Json["value"]!.AsArray());
        var one = (string?)operations[0]!["operationId"];
        Assert.Equal(operations[0]!["properties"]!["targetResource"]!.ToJsonString(), (await lab.SendAsync("GET", $"{path}/operations/{one}")).Expect(200).Json["properties"]!["targetResource"]!.ToJsonString());
    }

    [Fact]
    public async Task What_is_locked_stays_and_the_deployment_says_so()
    {
        var stage = await Stage.PlayAsync(lab, "Microsoft.Network/networkSecurityGroups");
        await lab.SucceedAsync("PUT", $"{stage.Path}/providers/Microsoft.Authorization/locks/l", """{"properties":{"level":"CanNotDelete"}}""");
        var path = Template.Path(stage.Group, "complete");

        var put = (await lab.SendAsync("PUT", path, Complete("\"resources\":[]"))).Expect(201);
        var end = await lab.Client.EndAsync(new Uri(put.Header("Azure-AsyncOperation")!).PathAndQuery, lab.TokenOf(Who.Owner));

        Assert.Equal(("Failed", "DeploymentFailed", "ScopeLocked"), ((string?)end.Json["status"], (string?)end.Json["error"]!["code"], (string?)end.Json["error"]!["details"]![0]!["code"]));
        (await lab.SendAsync("GET", stage.Path)).Expect(200);
    }

    [Fact]
    public async Task Requests_and_answers_are_noted_when_asked_for()
    {
        var path = Template.Path(await lab.GroupAsync(), "debug");
        await lab.SucceedAsync("PUT", path, Template.Body(
            "\"resources\":[{\"type\":\"Microsoft.Network/networkSecurityGroups\",\"apiVersion\":\"2023-11-01\",\"name\":\"n\",\"location\":\"eastus\"}]", more: "\"debugSetting\":{\"detailLevel\":\"requestContent,responseContent\"},"));
        var operation = (await lab.SendAsync("GET", path + "/operations")).Expect(200).Json["value"]![0]!["properties"]!;
        Assert.Equal("eastus", (string?)operation["request"]!["content"]!["location"]);
        Assert.Equal("n", (string?)operation["response"]!["content"]!["name"]);
        Assert.Equal("Created", (string?)operation["statusCode"]);
        Assert.Equal("requestContent,responseContent", (string?)(await lab.SendAsync("GET", path)).Expect(200).Json["properties"]!["debugSetting"]!["detailLevel"]);
    }

    [Fact]
    public async Task The_oldest_of_too_many_deployments_go_and_a_lock_keeps_them()
    {
        var group = await lab.GroupAsync();
        Task MakeAsync(int from, int to) => Parallel.ForEachAsync(Enumerable.Range(from, to - from), new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) => (await lab.SendAsync("PUT", Template.Path(group, $"h{i:D3}"), Template.Body("\"resources\":[]"))).Expect(201));

        await lab.SucceedAsync("PUT", Template.Path(group, "oldest"), Template.Body("\"resources\":[]"));
        await MakeAsync(1, 775);
        await MakeAsync(775, 776);
        Assert.Equal(751, await CountAsync(group));
        (await lab.SendAsync("GET", Template.Path(group, "oldest"))).Expect(404);
        (await lab.SendAsync("GET", Template.Path(group, "h775"))).Expect(200);

        await lab.SucceedAsync("PUT", $"{group}/providers/Microsoft.Authorization/locks/l", """{"properties":{"level":"CanNotDelete"}}""");
        await MakeAsync(776, 825);
        Assert.Equal(800, await CountAsync(group));
        (await lab.SendAsync("PUT", Template.Path(group, "more"), Template.Body("\"resources\":[]"))).Expect(409, "DeploymentQuotaExceeded");
        (await lab.SendAsync("PUT", Template.Path(group, "h824"), Template.Body("\"resources\":[]"))).Expect(201, 409);
        await lab.SucceedAsync("DELETE", $"{group}/providers/Microsoft.Authorization/locks/l");
    }

    private static string Complete(string sections) => Template.Body(sections).Replace("\"Incremental\"", "\"Complete\"", StringComparison.Ordinal);

    private static IEnumerable<string?> Names(JsonArray operations, string kind)
        => operations.Where(o => (string?)o!["properties"]!["provisioningOperation"] == kind).Select(o => (string?)o!["properties"]!["targetResource"]!["resourceName"]);

    private async Task<int> CountAsync(string group)
        => (await lab.SendAsync("GET", Template.Path(group, "")[..^1])).Expect(200).Json["value"]!.AsArray().Count;
}
