using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Deployments;

/// <summary>Templates and parameters that are fetched from elsewhere.</summary>
public sealed class LinkTests(Lab lab) : IDisposable
{
    private readonly Web _web = new();

    [Fact]
    public async Task A_linked_template_with_linked_parameters_is_deployed_and_so_is_what_lies_beside_it()
    {
        var group = await lab.GroupAsync();
        _web.Texts["/a/main.json?sig=s"] = $$$$"""
            { {{{{Template.Head}}}},"parameters":{"n":{"type":"string"}},"resources":[
              {"type":"Microsoft.Resources/deployments","apiVersion":"2021-04-01","name":"beside","properties":{"mode":"Incremental","templateLink":{"relativePath":"parts/part.json","contentVersion":"1.0.0.0"},
                "parameters":{"n":{"value":"[parameters('n')]"} } } } ],
              "outputs":{"uri":{"type":"string","value":"[deployment().properties.templateLink.uri]"}}}
            """;
        _web.Texts["/a/parts/part.json?sig=s"] = $$$$"""
            { {{{{Template.Head}}}},"parameters":{"n":{"type":"string"}},"resources":[
              {"type":"Microsoft.Network/networkSecurityGroups","apiVersion":"2023-11-01","name":"[parameters('n')]","location":"[resourceGroup().location]"},
              {"type":"Microsoft.Resources/deployments","apiVersion":"2021-04-01","name":"up","properties":{"mode":"Incremental","templateLink":{"relativePath":"../top.json"}}}]}
            """;
        _web.Texts["/a/top.json?sig=s"] = $$$$"""{ {{{{Template.Head}}}},"resources":[{"type":"Microsoft.Network/networkSecurityGroups","apiVersion":"2023-11-01","name":"top","location":"eastus"}] }""";
        _web.Texts["/p.json"] = """{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#","contentVersion":"2.0.0.0","parameters":{"n":{"value":"linked"}}}""";
        var path = Template.Path(group, "links");
        var body = $$$$"""{"properties":{"mode":"Incremental","templateLink":{"uri":"{{{{_web.Address}}}}/a/main.json","queryString":"sig=s"},"parametersLink":{"uri":"{{{{_web.Address}}}}/p.json","contentVersion":"2.0.0.0"}}}""";

        var validated = (await lab.SendAsync("POST", path + "/validate", body)).Expect(200).Json["properties"]!["validatedResources"]!.AsArray().Select(r => ((string)r!["id"]!).Split('/')[^1]);
        Assert.Equal(["linked", "top"], validated.Order());
        var changes = (await lab.AskAsync(path + "/whatIf", body)).Expect(200).Json["properties"]!["changes"]!.AsArray();
        Assert.Equal(["linked:Create", "top:Create"], changes.Select(c => $"{((string)c!["resourceId"]!).Split('/')[^1]}:{c["changeType"]}").Order());
        await lab.SucceedAsync("PUT", path, body);

        var properties = (await lab.SendAsync("GET", path)).Expect(200).Json["properties"]!;
        Assert.Equal(_web.Address + "/a/main.json", (string?)properties["templateLink"]!["uri"]);
        Assert.Equal(_web.Address + "/a/main.json", (string?)properties["outputs"]!["uri"]!["value"]);
        Assert.Equal(("2.0.0.0", "linked"), ((string?)properties["parametersLink"]!["contentVersion"], (string?)properties["parameters"]!["n"]!["value"]));
        foreach (var name in new[] { "linked", "top" })
        {
            (await lab.SendAsync("GET", $"{group}/providers/Microsoft.Network/networkSecurityGroups/{name}")).Expect(200);
        }

        Assert.NotNull((await lab.SendAsync("POST", path + "/exportTemplate")).Expect(200).Json["template"]!["resources"]);
    }

    [Theory]
    [InlineData("/none.json", "InvalidContentLink")]
    [InlineData("/text.json", "InvalidTemplate")]
    [InlineData("/list.json", "InvalidTemplate")]
    [InlineData("/large.json", "InvalidContentLink")]
    [InlineData("/empty.json", "InvalidTemplate")]
    [InlineData("/self.json", "InvalidTemplateDeployment")]
    [InlineData("/bad.json", "InvalidTemplateDeployment")]
    public async Task A_link_that_leads_nowhere_is_told_before_anything_is_made(string file, string code)
    {
        _web.Texts["/text.json"] = "<html>";
        _web.Texts["/list.json"] = "[]";
        _web.Texts["/empty.json"] = "{}";
        _web.Texts["/large.json"] = "{\"a\":\"" + new string('x', 5 * 1024 * 1024) + "\"}";
        _web.Texts["/self.json"] = $$$$"""{ {{{{Template.Head}}}},"resources":[{"type":"Microsoft.Resources/deployments","apiVersion":"2021-04-01","name":"[concat(deployment().name, 'x')]","properties":{"mode":"Incremental","templateLink":{"relativePath":"self.json"}}}] }""";
        _web.Texts["/bad.json"] = $$$$"""{ {{{{Template.Head}}}},"resources":[{"type":"Microsoft.Network/networkSecurityGroups","apiVersion":"2023-11-01","name":"n","location":"atlantis"}] }""";
        var group = await lab.GroupAsync();
        var nested = $$$$"""{"type":"Microsoft.Resources/deployments","apiVersion":"2021-04-01","name":"n","properties":{"mode":"Incremental","templateLink":{"uri":"{{{{_web.Address + file}}}}"}}}""";

        var path = Template.Path(group, "links");
        (await lab.SendAsync("PUT", path, $$$$"""{"properties":{"mode":"Incremental","templateLink":{"uri":"{{{{_web.Address + file}}}}"}}}""")).Expect(400, code);
        var refused = (await lab.SendAsync("PUT", path, Template.Body($"\"resources\":[{nested}]"))).Expect(400, "InvalidTemplateDeployment");
        Assert.True(code == "InvalidTemplateDeployment" || refused.Codes.Contains(code), refused.Text);
        (await lab.SendAsync("GET", path)).Expect(404);
        (await lab.SendAsync("GET", Template.Path(group, "n"))).Expect(404);
    }

    [Fact]
    public async Task The_wrong_content_version_an_unreachable_server_and_a_secret_in_a_vault_are_refused()
    {
        _web.Texts["/t.json"] = $$$$"""{ {{{{Template.Head}}}},"parameters":{"p":{"type":"securestring"}},"resources":[] }""";
        var path = Template.Path(await lab.GroupAsync(), "links");
        (await lab.SendAsync("PUT", path, $$$$"""{"properties":{"mode":"Incremental","templateLink":{"uri":"{{{{_web.Address}}}}/t.json","contentVersion":"9.9.9.9"}}}""")).Expect(400, "InvalidContentLink");
        (await lab.SendAsync("PUT", path, """{"properties":{"mode":"Incremental","templateLink":{"uri":"http://localhost:1/t.json"}}}""")).Expect(400, "InvalidContentLink");
        (await lab.SendAsync("PUT", path, $$$$"""{"properties":{"mode":"Incremental","template":{ {{{{Template.Head}}}},"resources":[]},"parametersLink":{"uri":"{{{{_web.Address}}}}/none.json"}}}""")).Expect(400, "InvalidContentLink");
        var vault = (await lab.SendAsync("PUT", path, $$$$"""
            {"properties":{"mode":"Incremental","templateLink":{"uri":"{{{{_web.Address}}}}/t.json"},
              "parameters":{"p":{"reference":{"keyVault":{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v"},"secretName":"hush"} } } } }
            """)).Expect(400, "KeyVaultParameterReferenceSecretRetrieveFailed");
        Assert.Contains("hush", vault.Text, StringComparison.Ordinal);
        (await lab.SendAsync("GET", path)).Expect(404);
    }

    [Fact]
    public async Task Who_would_wait_long_for_a_validation_is_told_where_it_will_be()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (_web.Gate, _web.Texts["/t.json"]) = (gate.Task, $"{{{Template.Head},\"resources\":[]}}");
        var path = Template.Path(await lab.GroupAsync(), "links");
        var body = $"{{\"properties\":{{\"mode\":\"Incremental\",\"templateLink\":{{\"uri\":\"{_web.Address}/t.json\"}}}}}}";

        var accepted = await Task.WhenAll(new[] { "validate", "whatIf" }.Select(a => lab.SendAsync("POST", $"{path}/{a}", body)));
        foreach (var answer in accepted)
        {
            var location = new Uri(answer.Expect(202).Header("Location")!).PathAndQuery;
            Assert.Equal(location, new Uri((await lab.SendAsync("GET", location)).Expect(202).Header("Location")!).PathAndQuery);
            (await lab.SendAsync("GET", location, who: Who.Nobody)).Expect(404, "OperationNotFound");
        }

        gate.SetResult();
        foreach (var answer in accepted)
        {
            Answer end;
            while ((end = await lab.SendAsync("GET", new Uri(answer.Header("Location")!).PathAndQuery)).Status == 202)
            {
                await Task.Delay(20);
            }

            Assert.Equal("Succeeded", end.Expect(200).State ?? (string?)end.Json["status"]);
        }
    }

    public void Dispose() => _web.Dispose();
}
