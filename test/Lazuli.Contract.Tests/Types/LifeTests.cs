using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Types;

/// <summary>PUT, GET, PATCH and DELETE of every listed type, over the wire.</summary>
public sealed class LifeTests(Lab lab)
{
    [Theory]
    [MemberData(nameof(EveryType.Made), MemberType = typeof(EveryType))]
    public async Task A_second_put_finds_the_first_and_changes_nothing(string type)
    {
        var stage = await Stage.SetAsync(lab, type);
        (await lab.SendAsync("GET", stage.Path)).Expect(stage.Sample.AlwaysThere || stage.Sample.Stays || stage.Sample.IsGiven ? 200 : 404);

        var made = (await lab.SendAsync("PUT", stage.Path, stage.Body)).Expect(stage.Sample.Stays || stage.Sample.IsGiven ? 200 : stage.Type.CreatedStatus);
        await lab.Client.FollowAsync(made, lab.TokenOf(Who.Owner));
        var first = await stage.ShownAsync();
        var again = (await lab.SendAsync("PUT", stage.Path, stage.Body)).Expect(stage.Sample.AlwaysCreated ? 201 : 200);
        await lab.Client.FollowAsync(again, lab.TokenOf(Who.Owner));
        var second = await stage.ShownAsync();

        Assert.Equal(first.ToJsonString(), second.ToJsonString());
        if (stage.Sample.ShowsAll)
        {
            Assert.Equal(stage.Still(first, "provisioningState").ToJsonString(), stage.Still(again.Json, "provisioningState").ToJsonString());
        }

        Assert.Equal(stage.Path[(stage.Path.LastIndexOf('/') + 1)..], (string?)first["name"]);
        Assert.Equal(type, (string?)first["type"]);
        if (first["properties"]?["provisioningState"] is { } state)
        {
            Assert.Equal("Succeeded", (string?)state, ignoreCase: true);
        }
    }

    [Theory]
    [MemberData(nameof(EveryType.Made), MemberType = typeof(EveryType))]
    public async Task What_get_shows_can_be_put_back(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        if (!stage.Sample.ShowsAll)
        {
            return;
        }

        var before = (await lab.SendAsync("GET", stage.Path)).Expect(200);
        await lab.SucceedAsync("PUT", stage.Path, before.Text);
        Assert.Equal(stage.Still(before.Json).ToJsonString(), (await stage.ShownAsync()).ToJsonString());
    }

    [Theory]
    [MemberData(nameof(EveryType.All), MemberType = typeof(EveryType))]
    public async Task It_is_found_in_any_casing(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        var shown = (await lab.SendAsync("GET", stage.Path)).Expect(200);
        foreach (var path in new[] { stage.Path.ToUpperInvariant(), stage.Path.ToLowerInvariant(), stage.Path + "/" })
        {
            Assert.Equal(shown.Text, (await lab.SendAsync("GET", path)).Expect(200).Text);
        }
    }

    [Theory]
    [MemberData(nameof(EveryType.Made), MemberType = typeof(EveryType))]
    public async Task Patch_replaces_tags_and_nothing_else(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        if (!stage.Type.CanPatch)
        {
            (await lab.SendAsync("PATCH", stage.Path, """{"tags":{"a":"b"}}""")).Expect(405);
            return;
        }

        if (!stage.Type.HasTags)
        {
            return; // Its PATCH has a shape and a test of its own.
        }

        foreach (var tags in new[] { """{"a":"b","c":"d"}""", """{"E":"f"}""", "{}" })
        {
            var before = await stage.ShownAsync();
            await lab.SucceedAsync("PATCH", stage.Path, $$"""{"tags":{{tags}}}""");
            var after = await stage.ShownAsync();
            Assert.Equal(tags, after["tags"]?.ToJsonString());
            Assert.Equal(stage.Still(before, "tags").ToJsonString(), stage.Still(after, "tags").ToJsonString());
        }

        (await lab.SendAsync("PATCH", stage.Path + "-none", """{"tags":{}}""")).Expect(404);
    }

    [Theory]
    [MemberData(nameof(EveryType.Made), MemberType = typeof(EveryType))]
    public async Task After_delete_it_is_gone_and_can_be_made_anew(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        if (stage.Sample.Stays)
        {
            (await lab.SendAsync("DELETE", stage.Path)).Expect(400);
            (await lab.SendAsync("GET", stage.Path)).Expect(200);
            return;
        }

        var deleted = (await lab.SendAsync("DELETE", stage.Path)).Expect(200, 202);
        await lab.Client.FollowAsync(deleted, lab.TokenOf(Who.Owner));
        if (stage.Sample.AlwaysThere)
        {
            Assert.NotEqual(JsonNode.Parse(stage.Body!)?["properties"]?.ToJsonString(), (await lab.SendAsync("GET", stage.Path)).Expect(200).Json["properties"]?.ToJsonString());
            return;
        }

        Assert.Equal(deleted.Status == 202, deleted.Header("Location") is not null);
        (await lab.SendAsync("GET", stage.Path)).Expect(404);
        Assert.DoesNotContain(await ListedAsync(stage), i => stage.Path.Equals((string?)i?["id"], StringComparison.OrdinalIgnoreCase));

        // Of a group Azure says so, of everything else it says that there is nothing to do.
        (await lab.SendAsync("DELETE", stage.Path)).Expect(type == "Microsoft.Resources/resourceGroups" ? 404 : 204);
        (await lab.SendAsync("PUT", stage.Path, stage.Body)).Expect(stage.Sample.IsGiven ? 404 : stage.Type.CreatedStatus);
    }

    [Theory]
    [MemberData(nameof(EveryType.ReadOnly), MemberType = typeof(EveryType))]
    public async Task What_comes_with_its_parent_is_only_read(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        var before = await stage.ShownAsync();
        foreach (var method in new[] { "PUT", "PATCH", "DELETE" })
        {
            (await lab.SendAsync(method, stage.Path, method == "DELETE" ? null : """{"properties":{}}""")).Expect(405);
        }

        Assert.Equal(before.ToJsonString(), (await stage.ShownAsync()).ToJsonString());
    }

    [Theory]
    [MemberData(nameof(EveryType.All), MemberType = typeof(EveryType))]
    public async Task Head_says_whether_it_is_there(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        (await lab.SendAsync("HEAD", stage.Path)).Expect(204);
        (await lab.SendAsync("HEAD", stage.Type.CanPut && !type.StartsWith("Microsoft.Authorization/role", StringComparison.Ordinal) ? stage.Path + "-none" : stage.Collection + "/" + Guid.NewGuid())).Expect(404);
        (await lab.SendAsync("HEAD", stage.Path, who: Who.Nobody)).Expect(403);
    }

    private async Task<JsonArray> ListedAsync(Stage stage) => (await lab.SendAsync("GET", stage.Collection)).Expect(200).Json["value"]?.AsArray() ?? [];
}
