using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;
using Lazuli.Kernel.Types;

namespace Lazuli.Contract.Tests.Types;

/// <summary>Where a resource of each type is listed, and what is said about the type.</summary>
public sealed class ListTests(Lab lab)
{
    [Theory]
    [MemberData(nameof(EveryType.All), MemberType = typeof(EveryType))]
    public async Task It_is_listed_in_every_scope_as_get_shows_it(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        var shown = (await lab.SendAsync("GET", stage.Path)).Expect(200).Json;
        foreach (var collection in Collections(stage))
        {
            var item = Assert.Single((await AllAsync(collection)).Where(i => (string?)i["id"] == (string?)shown["id"]));
            Assert.Equal(stage.Still(shown).ToJsonString(), stage.Still(item).ToJsonString());
        }
    }

    [Theory]
    [MemberData(nameof(EveryType.All), MemberType = typeof(EveryType))]
    public async Task Nobody_s_list_shows_nothing(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        foreach (var collection in Collections(stage))
        {
            var answer = await lab.SendAsync("GET", collection, who: Who.Nobody);
            if (stage.Type.ListsOwn)
            {
                Assert.Empty(answer.Expect(200).Json["value"]!.AsArray());
            }
            else
            {
                answer.Expect(403, "AuthorizationFailed");
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryType.All), MemberType = typeof(EveryType))]
    public async Task Tracked_resources_stand_in_the_list_of_all(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        var tracked = stage.Type.IsTracked && type != "Microsoft.Resources/resourceGroups";
        foreach (var list in new[] { $"{stage.Group}/resources", $"{lab.Subscription}/resources", $"{stage.Group}/resources?$filter=resourceType eq '{type}'" })
        {
            var found = (await AllAsync(list)).Where(i => stage.Path.Equals((string?)i["id"], StringComparison.OrdinalIgnoreCase)).ToList();
            Assert.True(found.Count == (tracked ? 1 : 0), $"{list}: {found.Count}");
            Assert.All(found, i => Assert.Equal((type, stage.Type.IsRegional ? "eastus" : "global", null), ((string?)i["type"], (string?)i["location"], i["properties"])));
        }
    }

    [Theory]
    [MemberData(nameof(EveryType.All), MemberType = typeof(EveryType))]
    public async Task The_provider_tells_of_the_type_and_its_versions(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        foreach (var path in new[] { $"{lab.Subscription}/providers/{stage.Type.Name.Namespace}", $"/providers/{stage.Type.Name.Namespace}" })
        {
            var provider = (await lab.SendAsync("GET", path)).Expect(200).Json;
            var told = Assert.Single(provider["resourceTypes"]!.AsArray().Where(t => (string?)t?["resourceType"] == stage.Type.Name.TypePath));
            Assert.Equal(stage.Type.ApiVersions, told!["apiVersions"]!.AsArray().Select(v => (string?)v));
        }

        var operations = (await AllAsync($"/providers/{stage.Type.Name.Namespace}/operations?api-version=2024-03-01")).Select(o => (string?)o["name"]).ToList();
        Assert.Contains($"{type}/read", operations);
        Assert.Equal(stage.Type.CanPut, operations.Contains($"{type}/write"));
        Assert.Equal(stage.Type.CanDelete, operations.Contains($"{type}/delete"));
    }

    [Theory]
    [MemberData(nameof(EveryType.All), MemberType = typeof(EveryType))]
    public async Task Every_version_told_is_taken_and_no_other(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        foreach (var version in stage.Type.ApiVersions)
        {
            (await lab.SendAsync("GET", $"{stage.Path}?api-version={version}")).Expect(200);
            (await lab.SendAsync("GET", $"{stage.Collection}?api-version={version}")).Expect(200);
        }

        var unknown = stage.Type.Name.Namespace == "Microsoft.Resources" ? "InvalidApiVersionParameter" : "NoRegisteredProviderFound";
        foreach (var path in new[] { stage.Path, stage.Collection })
        {
            (await lab.SendAsync("GET", $"{path}?x=api-version")).Expect(400, "MissingApiVersionParameter");
            (await lab.SendAsync("GET", $"{path}?api-version=")).Expect(400, "MissingApiVersionParameter");
            (await lab.SendAsync("GET", $"{path}?api-version=latest")).Expect(400, "InvalidApiVersionParameter");
            Assert.Contains(stage.Type.ApiVersions[0], (await lab.SendAsync("GET", $"{path}?api-version=2001-01-01")).Expect(400, unknown).Text, StringComparison.Ordinal);
        }

        (await lab.SendAsync("DELETE", $"{stage.Path}?api-version=2001-01-01")).Expect(400, unknown);
        (await lab.SendAsync("GET", stage.Path)).Expect(200);
    }

    [Fact]
    public async Task Pages_join_to_the_whole_list()
    {
        var stage = await Stage.PlayAsync(lab, "Microsoft.Network/publicIPAddresses");
        foreach (var i in Enumerable.Range(0, 4))
        {
            await lab.SucceedAsync("PUT", $"{stage.Collection}/more{i}", stage.Body);
        }

        var whole = (await AllAsync(stage.Collection)).Select(i => (string?)i["id"]).ToList();
        Assert.Equal(5, whole.Count);
        Assert.Equal(whole, (await AllAsync(stage.Collection + "?$top=2")).Select(i => (string?)i["id"]));
    }

    // The scope that holds it, and for what lies in groups the subscription, too.
    private IEnumerable<string> Collections(Stage stage)
    {
        yield return stage.Collection;
        if (stage.Type.Scopes.HasFlag(ResourceScopes.ResourceGroup) && stage.Type.Name.Depth == 1 && stage.Type.IsTracked)
        {
            yield return $"{lab.Subscription}/providers/{stage.Type.Name}";
        }
    }

    private async Task<List<JsonNode>> AllAsync(string path)
    {
        var items = new List<JsonNode>();
        for (var next = path; next is not null;)
        {
            var page = (await lab.SendAsync("GET", next)).Expect(200).Json;
            items.AddRange(page["value"]!.AsArray().OfType<JsonNode>());
            next = (string?)page["nextLink"] is { } link ? new Uri(link).PathAndQuery : null;
        }

        return items;
    }
}
