using System.Text;
using Lazuli.Kernel.Store;
using static Lazuli.Providers.Tests.Resources.Deployments.DeploymentFixture;

namespace Lazuli.Providers.Tests.Resources.Deployments;

public sealed class DeploymentTests
{
    [Fact]
    public async Task A_deployment_makes_its_resources_in_order_and_tells_what_it_did()
    {
        await using var azure = await StartedAsync();
        var properties = await azure.DeployAsync(Body(
            """ "parameters":{"secret":{"type":"secureString"},"n":{"type":"int","defaultValue":2}},"resources":[§1,§2],"outputs":{"title":{"type":"string","value":"[reference('w').title]"},"id":{"type":"string","value":"[reference('w', '2024-01-01', 'Full').resourceId]"}} """
                .Replace("§1", Thing("gadgets", "[format('g{0}', copyIndex())]", "\"copy\":{\"name\":\"loop\",\"count\":\"[parameters('n')]\"},\"properties\":{\"title\":\"[concat('t', copyIndex())]\",\"password\":\"[parameters('secret')]\"}"), StringComparison.Ordinal)
                .Replace("§2", Thing("widgets", "w", "\"dependsOn\":[\"loop\"],\"properties\":{\"title\":\"[reference('g1').title]\",\"size\":\"[length(listKeys('g0', '2024-01-01').key)]\",\"peer\":{\"id\":\"[resourceId('Test.Things/gadgets', 'g0')]\"}}"), StringComparison.Ordinal),
            """{"secret":{"value":"hush"}}"""));
        Assert.Equal("Succeeded", (string?)properties["provisioningState"]);
        Assert.Equal("t1", (string?)properties["outputs"]?["title"]?["value"]);
        Assert.Equal($"{Group}/providers/Test.Things/widgets/w", (string?)properties["outputs"]?["id"]?["value"]);
        Assert.Equal(["g0", "g1", "w"], properties["outputResources"]!.AsArray().Select(r => ((string)r!["id"]!).Split('/')[^1]));
        Assert.Equal("""{"secret":{"type":"SecureString"},"n":{"type":"Int","value":2}}""", properties["parameters"]!.ToJsonString());
        Assert.Equal("""[{"namespace":"Test.Things","resourceTypes":[{"resourceType":"gadgets","locations":["eastus"]},{"resourceType":"widgets","locations":["eastus"]}]}]""", properties["providers"]!.ToJsonString());
        Assert.Equal(2, properties["dependencies"]![0]!["dependsOn"]!.AsArray().Count);
        Assert.StartsWith("PT", (string?)properties["duration"], StringComparison.Ordinal);
        var widget = await azure.JsonAsync("GET", $"{Group}/providers/Test.Things/widgets/w");
        Assert.Equal(5, (int?)widget["properties"]?["size"]);
        var operations = (await azure.JsonAsync("GET", $"{Main}/operations"))["value"]!.AsArray();
        Assert.Equal(["Created", "Created", "Created"], operations.Select(o => (string?)o!["properties"]!["statusCode"]));
        var one = await azure.JsonAsync("GET", (string)operations[0]!["id"]!);
        Assert.Equal("Test.Things/gadgets", (string?)one["properties"]!["targetResource"]!["resourceType"]);
        Assert.DoesNotContain(azure.Kernel.Store.List(Main.ToLowerInvariant()), r => Encoding.UTF8.GetString(r.Body.Span).Contains("hush", StringComparison.Ordinal));
        Assert.Equal(204, (await azure.SendAsync("HEAD", Main)).Status);
        Assert.Single((await azure.JsonAsync("GET", $"{Group}/providers/Microsoft.Resources/deployments"))["value"]!.AsArray());
        Assert.Contains("parameters('secret')", (await azure.JsonAsync("POST", $"{Main}/exportTemplate")).ToJsonString().Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(202, (await azure.SendAsync("DELETE", Main)).Status);
        Assert.Equal(404, (await azure.SendAsync("GET", Main)).Status);
    }

    [Fact]
    public async Task Clients_follow_the_operation_to_its_end()
    {
        await using var azure = await StartedAsync();
        azure.Gadgets.Hold("g");
        var put = await azure.SendAsync("PUT", Main, Body($"\"resources\":[{Thing("gadgets", "g")}]"));
        Assert.Equal("Accepted", (string?)Json(put)["properties"]?["provisioningState"]);
        var url = put.Headers.Single(h => h.Key == "Azure-AsyncOperation").Value;
        var path = url[url.IndexOf("/subscriptions", StringComparison.Ordinal)..url.IndexOf('?', StringComparison.Ordinal)];
        await azure.UntilAsync(() => azure.State($"{Group}/providers/Test.Things/gadgets/g") is not null);
        Assert.Equal("Running", (string?)(await azure.JsonAsync("GET", path))["status"]);
        var again = await azure.SendAsync("PUT", Main, Body("\"resources\":[]"));
        Assert.Equal((409, "DeploymentActive"), (again.Status, (string?)Json(again)["error"]?["code"]));
        azure.Gadgets.Release("g");
        await azure.EndOfAsync();
        Assert.Equal("Succeeded", (string?)(await azure.JsonAsync("GET", path))["status"]);
    }

    [Fact]
    public async Task Independent_resources_are_under_way_together_and_dependents_wait()
    {
        await using var azure = await StartedAsync();
        azure.Gadgets.Hold("a");
        azure.Gadgets.Hold("b");
        await azure.SendAsync("PUT", Main, Body($"\"resources\":[{Thing("gadgets", "a")},{Thing("gadgets", "b")},{Thing("widgets", "c", "\"dependsOn\":[\"a\",\"b\"]")}]"));
        await azure.UntilAsync(() => azure.State($"{Group}/providers/Test.Things/gadgets/a") == "Creating" && azure.State($"{Group}/providers/Test.Things/gadgets/b") == "Creating");
        azure.Gadgets.Release("a");
        await azure.UntilAsync(() => azure.State($"{Group}/providers/Test.Things/gadgets/a") == "Succeeded");
        Assert.Null(azure.State($"{Group}/providers/Test.Things/widgets/c"));
        azure.Gadgets.Release("b");
        Assert.Equal("Succeeded", (string?)(await azure.EndOfAsync())["provisioningState"]);
        Assert.NotNull(azure.State($"{Group}/providers/Test.Things/widgets/c"));
    }

    [Fact]
    public async Task A_failure_is_told_in_full_while_the_rest_finishes_and_dependents_are_not_started()
    {
        await using var azure = await StartedAsync();
        azure.Gadgets.Break("bad");
        var properties = await azure.DeployAsync(Body(
            $"\"resources\":[{Thing("gadgets", "bad")},{Thing("gadgets", "good")},{Thing("widgets", "after", "\"dependsOn\":[\"bad\"]")},{Thing("widgets", "rival")},{Thing("widgets", "clasher", "\"dependsOn\":[\"rival\"],\"properties\":{\"title\":\"clash\"}")}]"));
        Assert.Equal("Failed", (string?)properties["provisioningState"]);
        var error = properties["error"]!;
        Assert.Equal("DeploymentFailed", (string?)error["code"]);
        Assert.Equal(["Clash", "ResourceDeploymentFailure"], error["details"]!.AsArray().Select(d => (string)d!["code"]!).Order());
        var failure = error["details"]!.AsArray().Single(d => (string?)d!["code"] == "ResourceDeploymentFailure")!;
        Assert.Equal("GadgetBroken", (string?)failure["details"]![0]!["code"]);
        Assert.EndsWith("/gadgets/bad", (string?)failure["target"], StringComparison.Ordinal);
        Assert.Equal("Succeeded", azure.State($"{Group}/providers/Test.Things/gadgets/good"));
        Assert.Null(azure.State($"{Group}/providers/Test.Things/widgets/after"));
        var conflict = (await azure.JsonAsync("GET", $"{Main}/operations"))["value"]!.AsArray().Single(o => ((string)o!["properties"]!["targetResource"]!["id"]!).EndsWith("clasher", StringComparison.Ordinal))!;
        Assert.Equal("Conflict", (string?)conflict["properties"]!["statusCode"]);
        Assert.Equal("Clash", (string?)conflict["properties"]!["statusMessage"]!["error"]!["code"]);
    }

    [Theory]
    [InlineData("validate")]
    [InlineData(null)]
    public async Task All_that_is_wrong_is_told_before_anything_is_made(string? action)
    {
        await using var azure = await StartedAsync();
        azure.Authorizer.Denied.Add("Test.Things/gadgets/write");
        var answer = await azure.SendAsync(action is null ? "PUT" : "POST", action is null ? Main : $"{Main}/{action}", Body(
            """
             "resources":[§1,§2,§3,
            {"type":"Test.Things/unheardOf","apiVersion":"2024-01-01","name":"u"},{"type":"Contoso.Cloud/castles","apiVersion":"2024-01-01","name":"c"},
            {"type":"Test.Things/widgets","apiVersion":"1999-01-01","name":"old","location":"eastus"},
            {"type":"Microsoft.Resources/deployments","apiVersion":"2021-04-01","name":"nested","properties":{"mode":"Incremental","template":{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[{"type":"Fabrikam.Net/routers","apiVersion":"2024-01-01","name":"r"}]}}}]
            """
            .Replace("§1", Thing("widgets", "fine"), StringComparison.Ordinal)
            .Replace("§2", Thing("widgets", "bad", "\"properties\":{\"size\":-1}"), StringComparison.Ordinal)
            .Replace("§3", Thing("gadgets", "g"), StringComparison.Ordinal)));
        Assert.Equal(400, answer.Status);
        var error = Json(answer)["error"]!;
        Assert.Equal("InvalidTemplateDeployment", (string?)error["code"]);
        Assert.Equal(
            ["AuthorizationFailed", "InvalidParameter", "InvalidResourceNamespace", "InvalidResourceNamespace", "InvalidResourceType", "NoRegisteredProviderFound"],
            error["details"]!.AsArray().Select(d => (string)d!["code"]!).Order(StringComparer.Ordinal));
        Assert.Contains("Contoso.Cloud/castles", error.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("Fabrikam.Net/routers", error.ToJsonString(), StringComparison.Ordinal);
        Assert.Null(azure.State($"{Group}/providers/Test.Things/widgets/fine"));
        Assert.Equal(404, (await azure.SendAsync("GET", Main)).Status);
    }

    [Theory]
    [InlineData("{", "InvalidRequestContent")]
    [InlineData("{}", "InvalidRequestContent")]
    [InlineData("""{"properties":{"template":{}}}""", "InvalidRequestContent")]
    [InlineData("""{"properties":{"mode":"Sideways","template":{}}}""", "InvalidRequestContent")]
    [InlineData("""{"properties":{"mode":"Incremental","templateLink":{}}}""", "InvalidTemplateLink")]
    [InlineData("""{"properties":{"mode":"Incremental","templateLink":{"uri":"https://x","id":"/subscriptions/s"}}}""", "InvalidTemplateLink")]
    [InlineData("""{"properties":{"mode":"Incremental","templateLink":{"relativePath":"x.json"}}}""", "InvalidTemplateLink")]
    [InlineData("""{"properties":{"mode":"Incremental","templateLink":{"id":"/subscriptions/s/resourceGroups/g"}}}""", "InvalidTemplateLink")]
    [InlineData("""{"properties":{"mode":"Incremental","templateLink":{"uri":"ftp://x/t.json"}}}""", "InvalidContentLink")]
    [InlineData("""{"properties":{"mode":"Incremental","templateLink":{"uri":"http://169.254.169.254/t.json"}}}""", "InvalidContentLink")]
    [InlineData("""{"properties":{"mode":"Incremental","templateLink":{"uri":"https://x"},"template":{}}}""", "InvalidDeployment")]
    [InlineData("""{"properties":{"mode":"Incremental","template":{},"onErrorDeployment":{"type":"Never"}}}""", "InvalidRequestContent")]
    [InlineData("""{"properties":{"mode":"Incremental","template":{},"onErrorDeployment":{"type":"SpecificDeployment"}}}""", "InvalidRequestContent")]
    [InlineData("""{"properties":{"mode":"Incremental","template":{},"onErrorDeployment":{"type":"LastSuccessful"}}}""", "InvalidDeployment")]
    [InlineData("""{"location":"eastus","properties":{"mode":"Incremental","template":{}}}""", "InvalidDeployment")]
    [InlineData("""{"properties":{"mode":"Incremental"}}""", "InvalidTemplate")]
    [InlineData("""{"properties":{"mode":"Incremental","template":{"resources":[]}}}""", "InvalidTemplate")]
    public async Task A_bad_request_is_refused(string body, string code)
    {
        await using var azure = await StartedAsync();
        var answer = await azure.SendAsync("PUT", Main, body);
        Assert.Equal((400, code), (answer.Status, (string?)Json(answer)["error"]?["code"]));
    }

    [Fact]
    public async Task Comments_and_strings_over_lines_are_accepted_in_a_request()
    {
        await using var azure = await StartedAsync();
        var properties = await azure.DeployAsync("// by hand\n" + Body("/* none */ \"resources\":[], \"outputs\":{\"o\":{\"type\":\"string\",\"value\":\"[concat('a',\n 'b')]\"}}"));
        Assert.Equal("ab", (string?)properties["outputs"]?["o"]?["value"]);
    }

    [Fact]
    public async Task Nested_deployments_see_their_own_or_their_parents_values_and_give_outputs()
    {
        await using var azure = await StartedAsync();
        const string Head = "\"$schema\":\"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\"contentVersion\":\"1.0.0.0\"";
        var properties = await azure.DeployAsync(Body(
            """
             "variables":{"v":"outer"},"resources":[
            {"type":"Microsoft.Resources/deployments","apiVersion":"2021-04-01","name":"inner","properties":{"mode":"Incremental","expressionEvaluationOptions":{"scope":"inner"},"parameters":{"p":{"value":"[variables('v')]"}},
              "template":{§1,"parameters":{"p":{"type":"string"}},"variables":{"v":"inner"},"resources":[§2],"outputs":{"o":{"type":"string","value":"[reference(concat('i-', parameters('p'))).title]"}}}}},
            {"type":"Microsoft.Resources/deployments","apiVersion":"2021-04-01","name":"plain","dependsOn":["inner"],"properties":{"mode":"Incremental",
              "template":{§3,"resources":[§4]}}}],
            "outputs":{"o":{"type":"string","value":"[reference('inner').outputs.o.value]"}}
            """
            .Replace("§1", Head, StringComparison.Ordinal)
            .Replace("§2", Thing("gadgets", "[concat('i-', parameters('p'))]", "\"properties\":{\"title\":\"[variables('v')]\"}"), StringComparison.Ordinal)
            .Replace("§3", Head, StringComparison.Ordinal)
            .Replace("§4", Thing("widgets", "p", "\"properties\":{\"title\":\"[concat(variables('v'), '-', reference('inner').outputs.o.value)]\"}"), StringComparison.Ordinal)));
        Assert.Equal("Succeeded", (string?)properties["provisioningState"]);
        Assert.Equal("inner", (string?)properties["outputs"]?["o"]?["value"]);
        Assert.Equal("outer-inner", (string?)(await azure.JsonAsync("GET", $"{Group}/providers/Test.Things/widgets/p"))["properties"]?["title"]);
        Assert.Equal(["i-outer", "p"], properties["outputResources"]!.AsArray().Select(r => ((string)r!["id"]!).Split('/')[^1]));
    }

    [Fact]
    public async Task Cancel_starts_nothing_more()
    {
        await using var azure = await StartedAsync();
        azure.Gadgets.Hold("g");
        await azure.SendAsync("PUT", Main, Body($"\"resources\":[{Thing("gadgets", "g")},{Thing("widgets", "w", "\"dependsOn\":[\"g\"]")}]"));
        await azure.UntilAsync(() => azure.State($"{Group}/providers/Test.Things/gadgets/g") == "Creating");
        Assert.Equal(204, (await azure.SendAsync("POST", $"{Main}/cancel")).Status);
        azure.Gadgets.Release("g");
        await azure.UntilAsync(() => azure.State($"{Group}/providers/Test.Things/gadgets/g") == "Succeeded");
        await azure.DeployAsync(Body($"\"resources\":[{Thing("gadgets", "other")}]"), $"{Group}/providers/Microsoft.Resources/deployments/second");
        Assert.Equal("Canceled", azure.State(Main));
        Assert.Null(azure.State($"{Group}/providers/Test.Things/widgets/w"));
        Assert.Equal(409, (await azure.SendAsync("POST", $"{Main}/cancel")).Status);
    }

    [Fact]
    public async Task What_if_says_create_then_no_change_then_the_property_that_changes()
    {
        await using var azure = await StartedAsync();
        await azure.SendAsync("PUT", $"{Group}/providers/Test.Things/widgets/other", """{"location":"eastus"}""");
        var body = Body($"\"resources\":[{Thing("widgets", "w", "\"properties\":{\"title\":\"x\",\"size\":1,\"password\":\"p\"}")},{Thing("gadgets", "g")}]");
        Assert.Equal("g:Create,other:Ignore,w:Create", await PredictAsync(azure, body));
        await azure.DeployAsync(body);
        Assert.Equal("g:NoChange,other:Ignore,w:NoChange", await PredictAsync(azure, body));
        Assert.Equal("g:NoChange,other:Ignore,w:Modify properties.size", await PredictAsync(azure, body.Replace("\"size\":1", "\"size\":2", StringComparison.Ordinal)));
        Assert.Equal("g:Deploy,other:Ignore,w:Deploy", await PredictAsync(azure, body.Replace("\"mode\"", "\"whatIfSettings\":{\"resultFormat\":\"ResourceIdOnly\"},\"mode\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_commit_it_goes_on_and_does_nothing_twice(bool afterTheCommit)
    {
        var died = 0;
        for (var n = 1; ; n++)
        {
            var journal = new ResourceStore(new MemoryJournal());
            var before = await StartedAsync(journal);
            await before.StopAsync();
            var mortal = new MortalStore(journal, n, afterTheCommit);
            var body = Body($"\"resources\":[{Thing("gadgets", "a")},{Thing("widgets", "b")},{Thing("gadgets", "c", "\"dependsOn\":[\"a\",\"b\"]")},{Thing("widgets", "d", "\"dependsOn\":[\"c\"]")}],\"outputs\":{{\"o\":{{\"type\":\"string\",\"value\":\"[reference('d').provisioningState]\"}}}}");
            var victim = await StartedAsync(mortal);
            var put = await victim.SendAsync("PUT", Main, body);
            Assert.Equal(201, put.Status);
            await Task.WhenAny(mortal.Death, victim.UntilAsync(() => victim.State(Main) is "Succeeded" or "Failed"));
            await victim.StopAsync();
            await mortal.Settled;
            await using var azure = await StartedAsync(journal);
            var properties = await azure.EndOfAsync();
            Assert.Equal("Succeeded", (string?)properties["provisioningState"]);
            Assert.Equal("Succeeded", (string?)properties["outputs"]?["o"]?["value"]);
            Assert.All(azure.Writes(), w => Assert.True(w.Value == 1, $"{w.Key} was written {w.Value} times when killed at commit {n}."));
            Assert.Equal(4, (await azure.JsonAsync("GET", $"{Main}/operations"))["value"]!.AsArray().Count);
            if (!mortal.IsDead)
            {
                break;
            }

            died++;
        }

        Assert.True(died >= 5, $"It died only {died} times.");
    }

    private static async Task<string> PredictAsync(DeploymentFixture azure, string body)
    {
        var answer = await azure.JsonAsync("POST", $"{Main}/whatIf", body);
        Assert.Equal("Succeeded", (string?)answer["status"]);
        return string.Join(',', answer["properties"]!["changes"]!.AsArray()
            .Select(c => $"{((string)c!["resourceId"]!).Split('/')[^1]}:{c["changeType"]}{string.Concat((c["delta"]?.AsArray() ?? []).Select(d => $" {d!["path"]}"))}")
            .Order(StringComparer.Ordinal));
    }
}
