using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Types;

/// <summary>Who may do what with a resource of each type, and where it may not be.</summary>
public sealed class RightsTests(Lab lab)
{
    [Theory]
    [MemberData(nameof(EveryType.All), MemberType = typeof(EveryType))]
    public async Task Without_a_right_there_is_nothing_to_see_or_do(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        var before = await stage.ShownAsync();
        foreach (var (method, verb) in new[] { ("GET", "read"), ("PUT", "write"), ("PATCH", "write"), ("DELETE", "delete") })
        {
            var body = verb == "write" ? stage.Body ?? "{}" : null;
            var refused = (await lab.SendAsync(method, stage.Path, body, Who.Nobody)).Expect(403, "AuthorizationFailed");
            Assert.Contains($"'{type}/{verb}'", refused.Text, StringComparison.Ordinal);
            var stranger = (await lab.SendAsync(method, stage.Path, body, Who.Stranger)).Expect(401, "AuthenticationFailed");
            Assert.Contains("Bearer authorization_uri=", stranger.Header("WWW-Authenticate") ?? "", StringComparison.Ordinal);
            if (verb != "read")
            {
                (await lab.SendAsync(method, stage.Path, body, Who.Reader)).Expect(403, "AuthorizationFailed");
            }
        }

        if (stage.Path.StartsWith(stage.Group + "/", StringComparison.Ordinal))
        {
            (await lab.SendAsync("GET", stage.Path, who: Who.Reader)).Expect(200);
        }

        Assert.Equal(before.ToJsonString(), (await stage.ShownAsync()).ToJsonString());
    }

    [Theory]
    [MemberData(nameof(EveryType.Actions), MemberType = typeof(EveryType))]
    public async Task An_action_needs_its_own_right(string type, string action)
    {
        var stage = await Stage.PlayAsync(lab, type);
        var before = await stage.ShownAsync();
        var method = stage.Type.Actions.First(a => a.Name == action).Method;
        var permission = $"'{type}/{action}/{(method == HttpMethod.Get ? "read" : "action")}'";

        var refused = (await lab.SendAsync(method.Method, $"{stage.Path}/{action}", who: Who.Nobody)).Expect(403, "AuthorizationFailed");
        Assert.Contains(permission, refused.Text, StringComparison.Ordinal);
        var read = await lab.SendAsync(method.Method, $"{stage.Path}/{action}", who: Who.Reader);
        if (method == HttpMethod.Get && !stage.Sample.AtTenant)
        {
            Assert.NotEqual(403, read.Status);
        }
        else
        {
            read.Expect(403, "AuthorizationFailed");
        }

        (await lab.SendAsync(method.Method, $"{stage.Path}/{action}", who: Who.Stranger)).Expect(401);
        Assert.Equal(before.ToJsonString(), (await stage.ShownAsync()).ToJsonString());
    }

    [Theory]
    [MemberData(nameof(EveryType.All), MemberType = typeof(EveryType))]
    public async Task In_a_group_or_subscription_that_is_not_there_is_nothing(string type)
    {
        var stage = await Stage.SetAsync(lab, type);
        if (stage.Sample.AtTenant)
        {
            return;
        }

        var elsewhere = stage.Path.Replace(stage.Group, stage.Group + "-none", StringComparison.Ordinal);
        (await lab.SendAsync("GET", elsewhere)).Expect(404, "ResourceGroupNotFound");
        var foreign = stage.Path.Replace(lab.Subscription, "/subscriptions/" + Guid.NewGuid(), StringComparison.Ordinal);
        (await lab.SendAsync("GET", foreign)).Expect(404, "SubscriptionNotFound");
        if (stage.Type.CanPut)
        {
            (await lab.SendAsync("PUT", foreign, stage.Body)).Expect(404, "SubscriptionNotFound");
            if (type != "Microsoft.Resources/resourceGroups")
            {
                (await lab.SendAsync("PUT", elsewhere, stage.Body)).Expect(404, "ResourceGroupNotFound");
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryType.All), MemberType = typeof(EveryType))]
    public async Task A_child_needs_its_parent(string type)
    {
        var stage = await Stage.SetAsync(lab, type);
        if (stage.Type.Name.Depth == 1)
        {
            return;
        }

        var segments = stage.Path.Split('/');
        segments[^3] += "-none";
        var orphan = string.Join('/', segments);
        (await lab.SendAsync("GET", orphan)).Expect(404, "ParentResourceNotFound");
        if (stage.Type.CanPut)
        {
            (await lab.SendAsync("PUT", orphan, stage.Body)).Expect(404, "ParentResourceNotFound");
        }
    }
}
