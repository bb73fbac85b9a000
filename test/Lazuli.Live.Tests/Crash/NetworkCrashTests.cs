using System.Diagnostics;
using System.Text.Json.Nodes;
using Lazuli.Live.Tests.Cloud;
using Lazuli.Live.Tests.Matrix;
using Lazuli.Live.Tests.Net;
using static Lazuli.Live.Tests.Crash.CrashTests;

namespace Lazuli.Live.Tests.Crash;

/// <summary>
/// <c>kill -9</c> in the middle of random changes of a random cloud: networks, peerings, groups, routes, appliances, load balancers, NAT gateways, public addresses. Then packets
/// go where the oracle of the packet matrix says. <c>LAZULI_KILLS</c> says how often, <c>LAZULI_SEED</c> repeats a run's choices.
/// </summary>
[Collection("machine's network")]
public sealed class NetworkCrashTests
{
    private const int DefaultKills = 4;
    private const int KillsPerLook = 10;
    private const int Attempts = 90;
    private const int Looks = 3;
    private int _port = 20_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kills_in_the_middle_of_changes_leave_the_network_as_it_was_asked_for_and_nothing_behind()
    {
        Isolation.Require();
        var seed = Number("LAZULI_SEED") ?? Random.Shared.Next(1_000_000);
        var kills = Number("LAZULI_KILLS") ?? DefaultKills;
        Say($"seed {seed}, {kills} kills");
        await using var cloud = await LiveCloud.CreateAsync(Token);
        try
        {
            await RunAsync(cloud, new Random(seed), kills);
        }
        catch (Exception e) when (e is not OperationCanceledException || !Token.IsCancellationRequested)
        {
            throw new Xunit.Sdk.XunitException($"Seed {seed}: {e}\n{cloud.Logs}");
        }
    }

    private async Task RunAsync(LiveCloud cloud, Random random, int kills)
    {
        var begin = Stopwatch.GetTimestamp();
        var drawing = new Drawing(random) { Extends = false };
        var drawn = drawing.Cloud();
        RestCloud.Tame(drawn);
        var writer = new RestWriter(cloud);
        await writer.ApplyAsync(Rest(cloud, drawn), drawn, Token);
        await LookAsync(cloud, writer, drawing, drawn, "made");
        Say($"{writer.Writes} writes, made after {Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} s");
        for (var kill = 0; kill < kills; kill++)
        {
            var change = drawing.Change(drawn);
            RestCloud.Tame(drawn);
            var applying = writer.ApplyAsync(Rest(cloud, drawn), drawn, Token);
            await Task.Delay(random.Next(700), Token);
            await KillAsync(cloud, random);
            if (random.Next(4) == 0)
            {
                // Another one finds them starting, or not even that.
                await Task.Delay(random.Next(700), Token);
                await KillAsync(cloud, random);
                kill++;
            }

            await cloud.UntilUpAsync(Token);
            await applying;
            if ((kill + 1) % KillsPerLook == 0 || kill + 1 >= kills)
            {
                await LookAsync(cloud, writer, drawing, drawn, $"kill {kill}, {change}");
            }
        }

        Say($"{kills} kills, {writer.Writes} writes, agreed after {Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} s");
        await new Owned(cloud, cloud.InGroup, "2021-04-01").DeleteAsync(Token);
        await Remains.AssertNoneAsync(cloud, Token);
        await cloud.DownAsync();
        Assert.Empty(Remains.Processes(cloud));
    }

    private static RestCloud Rest(LiveCloud cloud, Matrix.Cloud drawn) => new(drawn, cloud.InGroup, "westeurope");

    /// <summary>Real packets between stand-ins for guests, until all agree with the oracle; what is said to be settled may be a moment late.</summary>
    private async Task LookAsync(LiveCloud cloud, RestWriter writer, Drawing drawing, Matrix.Cloud drawn, string when)
    {
        await writer.UntilSettledAsync(Token);
        var rest = Rest(cloud, drawn);
        var addresses = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var place in rest.Publics)
        {
            addresses[place] = (string?)(await cloud.GetAsync(rest.PublicPath(place), Bodies.NetworkVersion, Token)).Body["properties"]?["ipAddress"] ?? "none";
        }

        var real = RestCloud.With(drawn, addresses);
        await using var guests = new StandIns(cloud, rest);
        await guests.PlugAsync(real, Token);
        using var exchange = new Exchange(guests.Outside);
        real.Cards.ForEach(exchange.Listen);
        for (var look = 1; ; look++)
        {
            var attempts = drawing.Attempts(real, Attempts, () => _port++).Select(a => (Attempt: a, Fates: Oracle.Ask(real, a))).ToList();
            var outcomes = await exchange.TryAsync(attempts);
            var wrong = attempts.Zip(outcomes).Where(x => !Exchange.Agrees(x.First.Attempt, x.First.Fates, x.Second)).ToList();
            if (wrong.Count == 0)
            {
                Say($"{when}: {attempts.Count} attempts agree at look {look}, {outcomes.Count(o => o.Answered)} answered");
                return;
            }

            Assert.True(look < Looks, $"{when}: {wrong.Count} of {attempts.Count}\n" + PacketMatrixTests.Explain(wrong, real));
        }
    }
}
