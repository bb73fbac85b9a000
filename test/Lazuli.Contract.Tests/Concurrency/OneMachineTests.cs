using System.Diagnostics;
using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Concurrency;

/// <summary>Many clients on one machine's resource: ten seconds, or as long as <c>LAZULI_STRESS_SECONDS</c> says.</summary>
public sealed class OneMachineTests(Lab lab)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable("LAZULI_STRESS_SECONDS"), System.Globalization.CultureInfo.InvariantCulture, out var seconds) ? seconds : 10);

    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private long _accepted;
    private long _refused;
    private string _machine = "";

    private bool GoesOn => _elapsed.Elapsed < Length;

    [Fact]
    public async Task Eight_writers_and_eight_readers_lose_no_update_and_see_no_failure()
    {
        var stage = await Stage.PlayAsync(lab, "Microsoft.Compute/virtualMachines");
        _machine = stage.Path;
        _elapsed.Restart();
        await Task.WhenAll([
            .. Enumerable.Range(0, 6).Select(i => CountAsync(i % 2 == 0)),
            InsistAsync(stage.Body ?? ""),
            SwitchAsync(),
            .. Enumerable.Range(0, 5).Select(_ => ReadAsync()),
            .. Enumerable.Range(0, 3).Select(_ => ListAsync(stage.Collection)),
        ]);

        Assert.True(_accepted > 0 && _refused > 0, $"{_accepted} accepted, {_refused} refused: nobody met anybody.");
        Assert.Equal(_accepted, CountOf((await lab.SendAsync("GET", _machine)).Expect(200).Json));
        var done = (await lab.SendAsync("PATCH", _machine, """{"tags":{}}""")).Expect(200);
        await lab.Client.FollowAsync(done, lab.TokenOf(Who.Owner));
        Assert.Equal("Succeeded", (await lab.SendAsync("GET", _machine)).State);
    }

    // Read, add one, write back under the tag that was read: what was accepted counts.
    private async Task CountAsync(bool byPatch)
    {
        while (GoesOn)
        {
            var read = (await lab.SendAsync("GET", _machine)).Expect(200);
            var next = (CountOf(read.Json) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            var body = byPatch ? new JsonObject() : read.Json.AsObject();
            body["tags"] = new JsonObject { ["count"] = next };

            var written = await lab.SendAsync(byPatch ? "PATCH" : "PUT", _machine, body.ToJsonString(), headers: ("If-Match", read.ETag));
            if (written.Status == 200)
            {
                Interlocked.Increment(ref _accepted);
                (await lab.SendAsync("PATCH", _machine, """{"tags":{"count":"-1"}}""", headers: ("If-Match", read.ETag))).Expect(412, "PreconditionFailed");
            }
            else
            {
                Refused(written);
            }
        }
    }

    private async Task InsistAsync(string body)
    {
        while (GoesOn)
        {
            (await lab.SendAsync("PUT", _machine, body, headers: ("If-None-Match", "*"))).Expect(412, "PreconditionFailed");
        }
    }

    private async Task SwitchAsync()
    {
        string[] actions = ["powerOff", "start", "restart", "deallocate", "start"];
        for (var i = 0; GoesOn; i++)
        {
            var answer = await lab.SendAsync("POST", $"{_machine}/{actions[i % actions.Length]}");
            if (answer.Status == 202)
            {
                await lab.Client.FollowAsync(answer, lab.TokenOf(Who.Owner));
            }
            else
            {
                Refused(answer);
            }
        }
    }

    private async Task ReadAsync()
    {
        var (last, states) = (0L, new[] { "Succeeded", "Updating" });
        while (GoesOn)
        {
            var read = (await lab.SendAsync("GET", _machine)).Expect(200);
            var count = CountOf(read.Json);
            Assert.True(count >= last, $"{count} was read after {last}.");
            Assert.Contains(read.State, states);
            last = count;
            (await lab.SendAsync("GET", _machine + "/instanceView")).Expect(200);
        }
    }

    private async Task ListAsync(string collection)
    {
        while (GoesOn)
        {
            Assert.Single((await lab.SendAsync("GET", collection)).Expect(200).Json["value"]!.AsArray());
        }
    }

    private void Refused(Answer answer)
    {
        Assert.True((answer.Status, answer.Code) is (412, "PreconditionFailed") or (409, "AnotherOperationInProgress"), $"{answer.Request}: {answer.Status} {answer.Text}");
        Interlocked.Increment(ref _refused);
    }

    private static long CountOf(JsonNode machine) => (string?)machine["tags"]?["count"] is { } text ? long.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 0;
}
