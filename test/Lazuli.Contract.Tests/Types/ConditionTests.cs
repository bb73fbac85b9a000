using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Types;

/// <summary><c>If-Match</c> and <c>If-None-Match</c> of every type that has entity tags.</summary>
public sealed class ConditionTests(Lab lab)
{
    private const string Wrong = "W/\"00000000-0000-0000-0000-00000000dead\"";

    [Theory]
    [MemberData(nameof(EveryType.All), MemberType = typeof(EveryType))]
    public async Task The_tag_is_the_same_until_something_changes(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        var tag = (await lab.SendAsync("GET", stage.Path)).Expect(200).Header("ETag");
        Assert.Equal(stage.Sample.HasETag, tag is not null);
        Assert.Equal(tag, (await lab.SendAsync("GET", stage.Path)).Header("ETag"));
    }

    [Theory]
    [MemberData(nameof(EveryType.Made), MemberType = typeof(EveryType))]
    public async Task A_wrong_tag_stops_a_write(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        if (!stage.Sample.HasETag)
        {
            return;
        }

        var before = (await lab.SendAsync("GET", stage.Path)).Expect(200);
        (await lab.SendAsync("PUT", stage.Path, stage.Body, headers: ("If-Match", Wrong))).Expect(412, "PreconditionFailed");
        (await lab.SendAsync("PUT", stage.Path, stage.Body, headers: ("If-None-Match", "*"))).Expect(412, "PreconditionFailed");
        (await lab.SendAsync("DELETE", stage.Path, headers: ("If-Match", Wrong))).Expect(412, "PreconditionFailed");
        if (stage.Type.CanPatch)
        {
            (await lab.SendAsync("PATCH", stage.Path, """{"tags":{"a":"b"}}""", headers: ("If-Match", Wrong))).Expect(412, "PreconditionFailed");
        }

        var after = (await lab.SendAsync("GET", stage.Path)).Expect(200);
        Assert.Equal((before.ETag, before.Text), (after.ETag, after.Text));
    }

    [Theory]
    [MemberData(nameof(EveryType.Made), MemberType = typeof(EveryType))]
    public async Task The_right_tag_lets_a_write_pass_once(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        if (!stage.Sample.HasETag)
        {
            return;
        }

        var tag = (await lab.SendAsync("GET", stage.Path)).Expect(200).ETag;
        await lab.Client.FollowAsync((await lab.SendAsync("PUT", stage.Path, stage.Body, headers: ("If-Match", tag))).Expect(200), lab.TokenOf(Who.Owner));
        (await lab.SendAsync("PUT", stage.Path, stage.Body, headers: ("If-Match", tag))).Expect(412, "PreconditionFailed");
        (await lab.SendAsync("PUT", stage.Path, stage.Body, headers: ("If-Match", "*"))).Expect(200);
    }

    [Theory]
    [MemberData(nameof(EveryType.Made), MemberType = typeof(EveryType))]
    public async Task What_is_not_there_has_no_tag(string type)
    {
        var stage = await Stage.SetAsync(lab, type);
        if (!stage.Sample.HasETag || stage.Sample.Stays || stage.Sample.IsGiven)
        {
            return;
        }

        (await lab.SendAsync("PUT", stage.Path, stage.Body, headers: ("If-Match", "*"))).Expect(412, "PreconditionFailed");
        (await lab.SendAsync("PUT", stage.Path, stage.Body, headers: ("If-Match", Wrong))).Expect(412, "PreconditionFailed");
        (await lab.SendAsync("GET", stage.Path)).Expect(404);
        (await lab.SendAsync("PUT", stage.Path, stage.Body, headers: ("If-None-Match", "*"))).Expect(stage.Type.CreatedStatus);
    }
}
