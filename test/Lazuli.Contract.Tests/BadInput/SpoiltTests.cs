using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.Types;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.BadInput;

/// <summary>Every value of every type's body spoilt in turn, every query option and path that makes no sense: refused or taken, but never a failure of the server.</summary>
public sealed class SpoiltTests(Lab lab)
{
    private static readonly string[] Values =
    [
        "null", "{}", "[]", "\"\"", "\"x\"", "\"a/b\"", "-1", "99999999999", "true", "{\"id\":\"x\"}", "[{}]", "[\"x\"]", "\"" + new string('é', 300) + "\"",
    ];

    [Theory]
    [MemberData(nameof(EveryType.Made), MemberType = typeof(EveryType))]
    public async Task A_spoilt_body_makes_no_failure_when_the_resource_is_new(string type)
    {
        var stage = await Stage.SetAsync(lab, type);
        foreach (var body in Spoil(JsonNode.Parse(stage.Body!)!))
        {
            var answer = await lab.SendAsync("PUT", stage.Path, body);
            Assert.True(answer.Status < 500, $"{answer.Status} for {body}");
            if (answer.Status < 300)
            {
                await EndedAsync(answer, body);
                if (!stage.Sample.Stays && !stage.Sample.IsGiven)
                {
                    await RemoveAsync(stage.Path);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryType.Made), MemberType = typeof(EveryType))]
    public async Task A_spoilt_body_makes_no_failure_when_the_resource_is_there(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        var shown = (await lab.SendAsync("GET", stage.Path)).Expect(200).Json;
        foreach (var body in Spoil(shown))
        {
            foreach (var method in stage.Type.CanPatch ? new[] { "PUT", "PATCH" } : ["PUT"])
            {
                var answer = await lab.SendAsync(method, stage.Path, body);
                Assert.True(answer.Status < 500, $"{method}: {answer.Status} for {body}");
            }
        }

        (await lab.SendAsync("GET", stage.Path)).Expect(200);
    }

    [Theory]
    [MemberData(nameof(EveryType.All), MemberType = typeof(EveryType))]
    public async Task Options_that_make_no_sense_make_no_failure(string type)
    {
        var stage = await Stage.PlayAsync(lab, type);
        foreach (var option in new[] { "$top=0", "$top=-1", "$top=x", "$top=99999999999999", "$top=", "$skiptoken=x", "$skiptoken=", "$skiptoken=////", "$skiptoken=eA", "$filter=(", "$filter=name eq 'x", "$filter='", "$filter=a b c d", "$expand=x", "$expand=,", "$select=x" })
        {
            foreach (var path in new[] { stage.Path, stage.Collection, $"{stage.Group}/resources" })
            {
                var answer = await lab.SendAsync("GET", $"{path}?{option}");
                Assert.True(answer.Status < 500, $"{answer.Request}: {answer.Status}");
            }
        }

        foreach (var tag in new[] { "x", "\"", "W/", "W/\"\"", ",", "*,*", new string('"', 2000) })
        {
            (await lab.SendAsync("GET", stage.Path, headers: ("If-None-Match", tag))).Expect(200, 304);
            Assert.True((await lab.SendAsync("DELETE", $"{stage.Path}-none", headers: ("If-Match", tag))).Status < 500);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/subscriptions")]
    [InlineData("/subscriptions/")]
    [InlineData("/subscriptions/x")]
    [InlineData("/providers")]
    [InlineData("/providers/x")]
    [InlineData("/providers/x/y")]
    [InlineData("{subscription}/providers/Microsoft.Compute/virtualMachines/a/b")]
    [InlineData("{subscription}/resourceGroups/a/providers")]
    [InlineData("{subscription}/resourceGroups/a/providers/Microsoft.Compute")]
    [InlineData("{subscription}/resourceGroups/a/providers/Microsoft.Compute/virtualMachines/%2f")]
    [InlineData("{subscription}/resourceGroups/a/providers/Microsoft.Compute/virtualMachines/%ff")]
    [InlineData("{subscription}/resourceGroups/a/providers/Microsoft.Compute/virtualMachines/%zz")]
    [InlineData("{subscription}/resourceGroups/a/providers/providers/providers/providers")]
    [InlineData("{subscription}/resourceGroups/%F0%9F%92%A3/providers/Microsoft.Network/virtualNetworks/%E2%80%AE")]
    [InlineData("{subscription}/providers/Microsoft.Compute/locations/eastus/operations/x")]
    [InlineData("{subscription}/providers/Microsoft.Compute/locations/eastus/operationResults/..")]
    [InlineData("{subscription}/operationresults/x")]
    public async Task Paths_that_name_nothing_make_no_failure(string path)
    {
        foreach (var method in new[] { "GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "BREW" })
        {
            var answer = await lab.SendAsync(method, $"{path.Replace("{subscription}", lab.Subscription, StringComparison.Ordinal)}?api-version=2024-03-01", method is "PUT" or "POST" ? "{}" : null);
            Assert.True(answer.Status < 500, $"{answer.Request}: {answer.Status}");
        }
    }

    private static IEnumerable<string> Spoil(JsonNode good)
    {
        foreach (var path in Paths(good, []).ToList())
        {
            foreach (var value in Values)
            {
                var copy = good.DeepClone();
                var owner = path[..^1].Aggregate(copy, (node, step) => (step is int i ? node[i] : node[(string)step])!);
                if (path[^1] is int at)
                {
                    owner.AsArray()[at] = JsonNode.Parse(value);
                }
                else
                {
                    owner.AsObject()[(string)path[^1]] = JsonNode.Parse(value);
                }

                yield return copy.ToJsonString();
            }
        }
    }

    private static IEnumerable<object[]> Paths(JsonNode? node, object[] at)
    {
        var steps = node switch
        {
            JsonObject o => o.Select(p => ((object)p.Key, p.Value)),
            JsonArray a => a.Select((v, i) => ((object)i, v)),
            _ => [],
        };
        foreach (var (step, value) in steps)
        {
            yield return [.. at, step];
            foreach (var below in Paths(value, [.. at, step]))
            {
                yield return below;
            }
        }
    }

    private async Task EndedAsync(Answer answer, string body)
    {
        if (answer.Header("Azure-AsyncOperation") is { } status)
        {
            await lab.Client.EndAsync(new Uri(status).PathAndQuery, lab.TokenOf(Who.Owner), body);
        }
    }

    private async Task RemoveAsync(string path) => await lab.Client.FollowAsync((await lab.SendAsync("DELETE", path)).Expect(200, 202, 204), lab.TokenOf(Who.Owner));
}
