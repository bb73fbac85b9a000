using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Deployments;

/// <summary>Template specs: their versions, and deployments of them.</summary>
public sealed class TemplateSpecTests(Lab lab)
{
    [Fact]
    public async Task A_version_is_deployed_with_the_templates_it_links()
    {
        var group = await lab.GroupAsync();
        var (spec, body) = await SpecAsync(group);

        await lab.SucceedAsync("PUT", Template.Path(group, "from-spec"), body);
        await lab.SucceedAsync("PUT", Template.Path(group, "an-artifact"), body.Replace("\"id\"", "\"relativePath\":\"deep/leaf.json\",\"id\"", StringComparison.Ordinal));

        var properties = (await lab.SendAsync("GET", Template.Path(group, "from-spec"))).Expect(200).Json["properties"]!;
        Assert.Equal($"{spec}/versions/1.0", (string?)properties["templateLink"]!["id"]);
        Assert.Equal([group + "/providers/Microsoft.Network/networkSecurityGroups/leaf"], properties["outputResources"]!.AsArray().Select(r => (string?)r!["id"]));
        (await lab.SendAsync("GET", group + "/providers/Microsoft.Network/networkSecurityGroups/leaf")).Expect(200);
        Assert.Equal("deep/leaf.json", (string?)(await lab.SendAsync("GET", Template.Path(group, "leaf"))).Expect(200).Json["properties"]!["templateLink"]!["relativePath"]);
    }

    [Fact]
    public async Task Versions_are_shown_when_asked_for_and_go_with_their_spec()
    {
        var group = await lab.GroupAsync();
        var (spec, _) = await SpecAsync(group);
        Assert.Null((await lab.SendAsync("GET", spec)).Expect(200).Json["properties"]!["versions"]);
        Assert.Equal("first", (string?)(await lab.SendAsync("GET", spec + "?$expand=versions")).Expect(200).Json["properties"]!["versions"]!["1.0"]!["description"]);
        foreach (var list in new[] { group, lab.Subscription })
        {
            var found = (await lab.SendAsync("GET", list + "/providers/Microsoft.Resources/templateSpecs?$expand=versions")).Expect(200).Json["value"]!.AsArray().Single(t => (string?)t!["id"] == spec);
            Assert.NotNull(found!["properties"]!["versions"]!["1.0"]!["timeModified"]);
        }

        (await lab.SendAsync("GET", spec + "?$expand=everything")).Expect(400, "InvalidParameter");
        Assert.Single((await lab.SendAsync("GET", spec + "/versions")).Expect(200).Json["value"]!.AsArray());
        await lab.SucceedAsync("DELETE", spec);
        (await lab.SendAsync("GET", spec + "/versions/1.0")).Expect(404, "ParentResourceNotFound");
    }

    [Theory]
    [InlineData("""{"location":"eastus","properties":{}}""", "InvalidParameter")]
    [InlineData("""{"location":"eastus","properties":{"mainTemplate":"text"}}""", "InvalidTemplate")]
    [InlineData("""{"location":"westus","properties":{"mainTemplate":{}}}""", "InvalidTemplateSpecVersionLocation")]
    [InlineData("""{"location":"eastus","properties":{"mainTemplate":{},"linkedTemplates":[{"path":"../up.json","template":{}}]}}""", "InvalidTemplateArtifactPath")]
    [InlineData("""{"location":"eastus","properties":{"mainTemplate":{},"linkedTemplates":[{"path":"a.json","template":{}},{"path":"A.json","template":{}}]}}""", "DuplicateTemplateArtifactPath")]
    public async Task A_bad_version_is_refused(string body, string code)
    {
        var (spec, _) = await SpecAsync(await lab.GroupAsync());
        (await lab.SendAsync("PUT", spec + "/versions/bad", body)).Expect(400, code);
        (await lab.SendAsync("GET", spec + "/versions/bad")).Expect(404);
    }

    [Fact]
    public async Task A_template_may_have_null_wherever_json_has_it()
    {
        var spec = await lab.GroupAsync() + "/providers/Microsoft.Resources/templateSpecs/s";
        await lab.SucceedAsync("PUT", spec, """{"location":"eastus"}""");
        var main = $"{{{Template.Head},\"variables\":{{\"v\":[1,null]}},\"resources\":[],\"outputs\":{{\"o\":{{\"type\":\"array\",\"value\":\"[variables('v')]\"}}}}}}";
        await lab.SucceedAsync("PUT", spec + "/versions/1", $"{{\"location\":\"eastus\",\"properties\":{{\"mainTemplate\":{main}}}}}");
        Assert.Null((await lab.SendAsync("GET", spec + "/versions/1")).Expect(200).Json["properties"]!["mainTemplate"]!["variables"]!["v"]![1]);
        (await lab.SendAsync("PUT", spec + "/versions/2", $"{{\"location\":\"eastus\",\"properties\":{{\"mainTemplate\":{main},\"linkedTemplates\":[null]}}}}")).Expect(400, "InvalidRequestContent");
    }

    [Fact]
    public async Task What_a_spec_does_not_have_or_the_caller_may_not_read_is_not_deployed()
    {
        var group = await lab.GroupAsync();
        var (spec, body) = await SpecAsync(group);
        (await lab.SendAsync("PUT", Template.Path(group, "d"), body.Replace("/1.0", "/2.0", StringComparison.Ordinal))).Expect(404, "ResourceNotFound");
        (await lab.SendAsync("PUT", Template.Path(group, "d"), body.Replace("\"id\"", "\"relativePath\":\"none.json\",\"id\"", StringComparison.Ordinal))).Expect(400, "TemplateArtifactNotFound");
        (await lab.SendAsync("PUT", Template.Path(group, "d"), body.Replace("/versions/1.0", "", StringComparison.Ordinal))).Expect(400, "InvalidTemplateLink");
        (await lab.SendAsync("GET", spec, who: Who.Nobody)).Expect(403);
        (await lab.SendAsync("GET", Template.Path(group, "d"))).Expect(404);
    }

    private async Task<(string Spec, string Body)> SpecAsync(string group)
    {
        var spec = group + "/providers/Microsoft.Resources/templateSpecs/shelf";
        await lab.SucceedAsync("PUT", spec, """{"location":"eastus","properties":{"displayName":"Shelf"}}""");
        const string Link = "{\"type\":\"Microsoft.Resources/deployments\",\"apiVersion\":\"2021-04-01\",\"name\":\"§n\",\"properties\":{\"mode\":\"Incremental\",\"templateLink\":{\"relativePath\":\"§p\"}}}";
        static string Linking(string name, string path) => Link.Replace("§n", name, StringComparison.Ordinal).Replace("§p", path, StringComparison.Ordinal);
        const string Leaf = "{\"type\":\"Microsoft.Network/networkSecurityGroups\",\"apiVersion\":\"2023-11-01\",\"name\":\"leaf\",\"location\":\"eastus\"}";
        await lab.SucceedAsync("PUT", spec + "/versions/1.0",
            $"{{\"location\":\"eastus\",\"properties\":{{\"description\":\"first\",\"mainTemplate\":{{{Template.Head},\"resources\":[{Linking("branch", "deep/branch.json")}]}},\"linkedTemplates\":["
            + $"{{\"path\":\"deep/branch.json\",\"template\":{{{Template.Head},\"resources\":[{Linking("leaf", "leaf.json")}]}}}},"
            + $"{{\"path\":\"deep\\\\leaf.json\",\"template\":{{{Template.Head},\"resources\":[{Leaf}]}}}}]}}}}");
        return (spec, $"{{\"properties\":{{\"mode\":\"Incremental\",\"templateLink\":{{\"id\":\"{spec}/versions/1.0\"}}}}}}");
    }
}
