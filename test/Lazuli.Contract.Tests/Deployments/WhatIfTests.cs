using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.Types;
using Lazuli.Contract.Tests.World;
using Lazuli.Kernel.Ids;

namespace Lazuli.Contract.Tests.Deployments;

/// <summary>What-if predicts: before a deployment exactly what it makes, after it nothing, and after a change exactly that change.</summary>
public sealed class WhatIfTests(Lab lab)
{
    private static readonly string WebServer = File.ReadAllText(Path.Combine(Root, "samples", "web-server", "azuredeploy.json"));

    [Theory]
    [MemberData(nameof(EveryType.Made), MemberType = typeof(EveryType))]
    public async Task Every_type_is_created_then_unchanged_then_changed_by_a_tag(string type)
    {
        if (type == "Microsoft.Resources/deployments")
        {
            return; // What-if looks into deployments; they are no change of their own.
        }

        var stage = await Stage.SetAsync(lab, type);
        var id = ResourceId.Parse(stage.Path);
        var resource = JsonNode.Parse(stage.Body!)!.AsObject();
        resource["type"] = type;
        resource["apiVersion"] = stage.Type.ApiVersions.FirstOrDefault(v => v.Length == 10) ?? stage.Type.ApiVersions[0];
        resource["name"] = id.NamePath;
        var scope = id.Scope.IsTenant ? "" : id.Scope.ToString();
        var deployment = Template.Path(scope, "whatif" + Guid.NewGuid().ToString("n")[..8]);
        string Body() => Template.Body($"\"resources\":[{resource.ToJsonString()}]", scope.Contains("/resourceGroups/", StringComparison.OrdinalIgnoreCase) ? null : "eastus");

        Assert.StartsWith(stage.Sample.AlwaysThere || stage.Sample.Stays || stage.Sample.IsGiven ? "Modify" : "Create", await PredictAsync(deployment, Body(), stage.Path), StringComparison.Ordinal);
        await lab.SucceedAsync("PUT", deployment, Body());
        Assert.Equal("Succeeded", (string?)(await lab.SendAsync("GET", deployment)).Expect(200).Json["properties"]!["provisioningState"]);
        Assert.Equal("NoChange", await PredictAsync(deployment, Body(), stage.Path));
        if (stage.Type.HasTags)
        {
            resource["tags"] = new JsonObject { ["probe"] = "1" };
            Assert.Equal("Modify tags+", await PredictAsync(deployment, Body(), stage.Path));
        }
    }

    [Fact]
    public async Task The_sample_is_predicted_whole_and_each_change_alone()
    {
        var group = await lab.GroupAsync();
        var deployment = Template.Path(group, "main");
        static string Body(string template) => $$$"""{"properties":{"mode":"Incremental","parameters":{"sshPublicKey":{"value":"{{{Samples.Key}}}"} },"template":{{{template}}} } }""";
        var before = await ChangesAsync(deployment, Body(WebServer));
        Assert.All(before, c => Assert.Equal("Create", Describe(c!)));
        await lab.SucceedAsync("PUT", deployment, Body(WebServer));
        var made = (await lab.SendAsync("GET", deployment)).Expect(200).Json["properties"]!["outputResources"]!.AsArray().Select(r => (string)r!["id"]!);
        Assert.Equal(made.Order(StringComparer.OrdinalIgnoreCase), before.Select(c => (string)c!["resourceId"]!).Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);
        // The disk that the machine made for itself is in no template.
        Assert.StartsWith("web_OsDisk_", Changed(await ChangesAsync(deployment, Body(WebServer))), StringComparison.Ordinal);

        (string From, string To, string Expected)[] edits =
        [
            ("\"priority\": 1000", "\"priority\": 1001", "web-nsg: Modify properties.securityRules[0~{properties.priority~}]"),
            ("[ \"22\", \"80\" ]", "[ \"22\", \"443\" ]", "web-nsg: Modify properties.securityRules[0~{properties.destinationPortRanges[1-,1+]}]"),
            ("[ \"10.20.0.0/16\" ]", "[ \"10.20.0.0/16\", \"10.30.0.0/16\" ]", "web-vnet: Modify properties.addressSpace.addressPrefixes[1+]"),
            ("\"name\": \"Standard\"", "\"name\": \"Standard\", \"tier\": \"Regional\"", ""),
            ("\"publicIPAllocationMethod\": \"Static\"", "\"publicIPAllocationMethod\": \"Static\", \"idleTimeoutInMinutes\": 11", "web-ip: Modify properties.idleTimeoutInMinutes~"),
            ("\"Standard_B1s\"", "\"Standard_B2s\"", "web: Modify properties.hardwareProfile.vmSize~"),
            ("\"Standard_B1s\"", "\"standard_b1s\"", ""),
            ("[parameters('location')]", "East US", ""),
            ("\"name\": \"[variables('nic')]\",", "\"name\": \"[variables('nic')]\", \"tags\": { \"a\": \"b\" },", "web-nic: Modify tags+"),
        ];
        foreach (var (from, to, expected) in edits)
        {
            Assert.Contains(from, WebServer, StringComparison.Ordinal);
            var changes = await ChangesAsync(deployment, Body(WebServer.Replace(from, to, StringComparison.Ordinal)));
            Assert.Equal(expected, Changed(new([.. changes.Where(c => (string?)c!["changeType"] != "Ignore").Select(c => c!.DeepClone())])));
        }
    }

    [Fact]
    public async Task What_is_not_in_the_template_is_ignored_or_goes_and_what_is_taken_out_is_deleted()
    {
        var group = await lab.GroupAsync();
        var deployment = Template.Path(group, "main");
        static string Net(string subnets, string tags) => $$"""{"type":"Microsoft.Network/virtualNetworks","apiVersion":"2023-11-01","name":"v","location":"eastus","tags":{{tags}},"properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[{{subnets}}] } }""";
        const string One = """{"name":"one","properties":{"addressPrefix":"10.0.0.0/24"}}""", Two = """{"name":"two","properties":{"addressPrefix":"10.0.1.0/24"}}""";
        await lab.SucceedAsync("PUT", $"{group}/providers/Microsoft.Network/networkSecurityGroups/other", """{"location":"eastus"}""");
        await lab.SucceedAsync("PUT", deployment, Template.Body($"\"resources\":[{Net($"{One},{Two}", """{"Owner":"a","Env":"b"}""")}]"));

        string Body(string mode, string more = "") => Template.Body($"\"resources\":[{Net(Two, """{"Env":"b"}""")}]", more: more).Replace("Incremental", mode, StringComparison.Ordinal);
        Assert.Equal("v: Modify tags.Owner- properties.subnets[0-]; other: Ignore", Changed(await ChangesAsync(deployment, Body("Incremental"))));
        Assert.Equal("v: Modify tags.Owner- properties.subnets[0-]; other: Delete", Changed(await ChangesAsync(deployment, Body("Complete"))));
        var ids = await ChangesAsync(deployment, Body("Complete", "\"whatIfSettings\":{\"resultFormat\":\"ResourceIdOnly\"},"));
        Assert.Equal("v: Deploy; other: Delete", Changed(ids));
        Assert.All(ids, c => Assert.Equal(["resourceId", "changeType"], c!.AsObject().Select(p => p.Key)));
        Assert.Equal("other: Ignore", Changed(await ChangesAsync(deployment, Template.Body($"\"resources\":[{Net($"{Two},{One}", """{"Env":"b","Owner":"a"}""")}]"))));
    }

    [Fact]
    public async Task Values_that_only_the_running_deployment_knows_do_not_look_like_changes_and_such_deployments_are_unsupported()
    {
        var group = await lab.GroupAsync();
        var deployment = Template.Path(group, "main");
        var inner = Template.Nested("inner", "", "\"resources\":[],\"outputs\":{\"size\":{\"type\":\"int\",\"value\":10}}");
        var body = Template.Body($$"""
            "resources":[{{inner}},
              {"type":"Microsoft.Network/publicIPAddresses","apiVersion":"2023-11-01","name":"p","location":"eastus","sku":{"name":"Standard"},
                "properties":{"publicIPAllocationMethod":"Static","idleTimeoutInMinutes":"[reference('inner').outputs.size.value]"} },
              {"type":"Microsoft.Resources/deployments","apiVersion":"2021-04-01","name":"late","properties":{"mode":"Incremental","templateLink":{"uri":"[string(reference('inner').outputs)]"} } }]
            """);
        var changes = await ChangesAsync(deployment, body);
        Assert.Equal("p: Create; late: Unsupported", Changed(changes));
        Assert.Contains("cannot be calculated until the deployment is under way", (string?)changes[1]!["unsupportedReason"], StringComparison.Ordinal);
        var without = Template.Body($$"""
            "resources":[{{inner}},{"type":"Microsoft.Network/publicIPAddresses","apiVersion":"2023-11-01","name":"p","location":"eastus","sku":{"name":"Standard"},
                "properties":{"publicIPAllocationMethod":"Static","idleTimeoutInMinutes":"[reference('inner').outputs.size.value]"} }]
            """);
        await lab.SucceedAsync("PUT", deployment, without);
        Assert.Equal("", Changed(await ChangesAsync(deployment, without)));
    }

    private async Task<JsonArray> ChangesAsync(string deployment, string body)
    {
        var answer = (await lab.AskAsync(deployment + "/whatIf", body)).Expect(200).Json;
        Assert.Equal("Succeeded", (string?)answer["status"]);
        return answer["properties"]!["changes"]!.AsArray();
    }

    private async Task<string> PredictAsync(string deployment, string body, string id)
        => Describe((await ChangesAsync(deployment, body)).Single(c => id.Equals((string?)c!["resourceId"], StringComparison.OrdinalIgnoreCase))!);

    private static string Changed(JsonArray changes)
        => string.Join("; ", changes.Where(c => Describe(c!) is not "NoChange").Select(c => $"{((string)c!["resourceId"]!).Split('/')[^1]}: {Describe(c)}"));

    private static string Describe(JsonNode change) => string.Join(' ', (string[])[(string)change["changeType"]!, .. (change["delta"]?.AsArray() ?? []).Select(d => Delta(d!))]);

    // path+ made, path- gone, path~ changed, path! without effect, path[…] of a list, path~{…} of an element.
    private static string Delta(JsonNode delta)
    {
        var children = string.Join(',', (delta["children"]?.AsArray() ?? []).Select(c => Delta(c!)));
        return delta["path"] + (string)delta["propertyChangeType"]! switch
        {
            "Create" => "+",
            "Delete" => "-",
            "NoEffect" => "!",
            "Array" => $"[{children}]",
            _ => children.Length > 0 ? $"~{{{children}}}" : "~",
        };
    }

    private static string Root
    {
        get
        {
            var at = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(at.FullName, "Lazuli.slnx")))
            {
                at = at.Parent ?? throw new InvalidOperationException("The repository's root is not above the tests.");
            }

            return at.FullName;
        }
    }
}
