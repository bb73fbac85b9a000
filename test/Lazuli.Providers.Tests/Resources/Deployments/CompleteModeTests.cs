using Lazuli.Kernel.Store;
using static Lazuli.Providers.Tests.Resources.Deployments.DeploymentFixture;

namespace Lazuli.Providers.Tests.Resources.Deployments;

/// <summary>Mode Complete takes away what the template doesn't have, and <c>onErrorDeployment</c> brings back what an earlier one had.</summary>
public sealed class CompleteModeTests
{
    private const string Head = "\"$schema\":\"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\"contentVersion\":\"1.0.0.0\"";
    private const string Other = $"{Group}/providers/Microsoft.Resources/deployments/other";

    [Fact]
    public async Task What_the_template_does_not_have_goes_when_everything_is_made()
    {
        await using var azure = await StartedAsync();
        await azure.DeployAsync(Body($"\"resources\":[{Thing("widgets", "old")},{Thing("gadgets", "older")},{Thing("widgets", "kept")},{Thing("widgets", "managed", "\"managedBy\":\"/subscriptions/x\"")}]"));

        var nested = $"{{\"type\":\"Microsoft.Resources/deployments\",\"apiVersion\":\"2021-04-01\",\"name\":\"n\",\"properties\":{{\"mode\":\"Incremental\",\"template\":{{{Head},\"resources\":[{Thing("widgets", "inner")}]}}}}}}";
        var properties = await azure.DeployAsync(Complete($"\"resources\":[{Thing("widgets", "kept")},{Thing("gadgets", "older", "\"condition\":false")},{Thing("gadgets", "new")},{nested}]"));

        Assert.Equal(("Succeeded", "Complete"), ((string?)properties["provisioningState"], (string?)properties["mode"]));
        Assert.Equal(["inner", "kept", "managed", "new"], await NamesAsync(azure));
        var deletes = (await azure.JsonAsync("GET", $"{Main}/operations"))["value"]!.AsArray().Where(o => (string?)o!["properties"]!["provisioningOperation"] == "Delete");
        Assert.Equal([("old", "Succeeded"), ("older", "Succeeded")], deletes.Select(o => ((string?)o!["properties"]!["targetResource"]!["resourceName"], (string?)o["properties"]!["provisioningState"])).Order());
    }

    [Fact]
    public async Task When_something_fails_nothing_is_taken_away()
    {
        await using var azure = await StartedAsync();
        await azure.DeployAsync(Body($"\"resources\":[{Thing("widgets", "old")}]"));
        azure.Gadgets.Break("bad");

        var properties = await azure.DeployAsync(Complete($"\"resources\":[{Thing("gadgets", "bad")}]"));

        Assert.Equal("Failed", (string?)properties["provisioningState"]);
        Assert.Equal(["bad", "old"], await NamesAsync(azure));
    }

    [Fact]
    public async Task Without_the_right_to_delete_it_fails_and_says_of_what()
    {
        await using var azure = await StartedAsync();
        await azure.DeployAsync(Body($"\"resources\":[{Thing("widgets", "old")}]"));
        azure.Authorizer.Denied.Add("Test.Things/widgets/delete");

        var properties = await azure.DeployAsync(Complete($"\"resources\":[{Thing("gadgets", "new")}]"));

        Assert.Equal("Failed", (string?)properties["provisioningState"]);
        Assert.Equal("AuthorizationFailed", (string?)properties["error"]!["details"]![0]!["code"]);
        Assert.EndsWith("/widgets/old", (string?)properties["error"]!["details"]![0]!["target"], StringComparison.Ordinal);
        Assert.Equal(["new", "old"], await NamesAsync(azure));
    }

    [Fact]
    public async Task A_nested_deployment_is_incremental()
    {
        await using var azure = await StartedAsync();
        var nested = $"{{\"type\":\"Microsoft.Resources/deployments\",\"apiVersion\":\"2021-04-01\",\"name\":\"n\",\"properties\":{{\"mode\":\"Complete\",\"template\":{{{Head},\"resources\":[]}}}}}}";
        var refused = await azure.SendAsync("PUT", Main, Body($"\"resources\":[{nested}]"));
        Assert.Equal(400, refused.Status);
        Assert.Contains("'Complete'", (string?)Json(refused)["error"]!["details"]![0]!["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"LastSuccessful"}""")]
    [InlineData("""{"type":"SpecificDeployment","deploymentName":"OTHER"}""")]
    public async Task A_failed_deployment_deploys_an_earlier_one_again(string onError)
    {
        await using var azure = await StartedAsync();
        await azure.DeployAsync(Body($"\"parameters\":{{\"t\":{{\"type\":\"secureString\"}}}},\"resources\":[{Thing("widgets", "w", "\"properties\":{\"title\":\"[parameters('t')]\"}")}]", """{"t":{"value":"first"}}"""), Other);
        azure.Gadgets.Break("bad");

        var body = Body($"\"resources\":[{Thing("widgets", "w", "\"properties\":{\"title\":\"second\"}")},{Thing("gadgets", "bad")}]").Replace("\"mode\"", $"\"onErrorDeployment\":{onError},\"mode\"", StringComparison.Ordinal);
        var properties = await azure.DeployAsync(body);

        Assert.Equal("Failed", (string?)properties["provisioningState"]);
        Assert.Equal(("other", "Succeeded"), ((string?)properties["onErrorDeployment"]!["deploymentName"], (string?)properties["onErrorDeployment"]!["provisioningState"]));
        Assert.Equal("first", (string?)(await azure.JsonAsync("GET", $"{Group}/providers/Test.Things/widgets/w"))["properties"]!["title"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_commit_it_goes_on_and_takes_nothing_away_twice(bool afterTheCommit)
    {
        var died = 0;
        for (var n = 1; ; n++)
        {
            var journal = new ResourceStore(new MemoryJournal());
            var before = await StartedAsync(journal);
            await before.DeployAsync(Body($"\"resources\":[{Thing("gadgets", "old")},{Thing("widgets", "older")}]"), Other);
            await before.StopAsync();
            var mortal = new MortalStore(journal, n, afterTheCommit);
            var victim = await StartedAsync(mortal);
            Assert.Equal(201, (await victim.SendAsync("PUT", Main, Complete($"\"resources\":[{Thing("gadgets", "new")}]"))).Status);
            await Task.WhenAny(mortal.Death, victim.UntilAsync(() => victim.State(Main) is "Succeeded" or "Failed"));
            await victim.StopAsync();
            await mortal.Settled;

            await using var azure = await StartedAsync(journal);
            Assert.Equal("Succeeded", (string?)(await azure.EndOfAsync())["provisioningState"]);
            Assert.Equal(["new"], await NamesAsync(azure));
            Assert.All(azure.Events("/delete"), e => Assert.True(e.Value == 1, $"{e.Key} was deleted {e.Value} times when killed at commit {n}."));
            if (!mortal.IsDead)
            {
                break;
            }

            died++;
        }

        Assert.True(died >= 5, $"It died only {died} times.");
    }

    private static string Complete(string sections) => Body(sections).Replace("\"Incremental\",\"parameters\"", "\"Complete\",\"parameters\"", StringComparison.Ordinal);

    private static async Task<IEnumerable<string>> NamesAsync(DeploymentFixture azure)
        => (await azure.JsonAsync("GET", $"{Group}/resources"))["value"]!.AsArray().Select(r => (string)r!["name"]!).Order();
}
