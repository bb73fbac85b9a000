using System.Diagnostics;
using System.Globalization;
using Lazuli.Live.Tests.Cloud;

namespace Lazuli.Live.Tests.Crash;

/// <summary>
/// <c>kill -9</c> of the server, of the node, or of both, at random moments while clients create, change and delete machines. <c>LAZULI_KILLS</c> says how often,
/// <c>LAZULI_SEED</c> repeats a run's choices. Where <c>LAZULI_LOGS</c> names a directory, the whole logs of server and node stay there.
/// </summary>
public sealed class CrashTests
{
    private const int DefaultKills = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kills_at_any_moment_lose_no_acknowledged_write_leave_nothing_behind_and_no_machine_notices()
    {
        var seed = Number("LAZULI_SEED") ?? Random.Shared.Next();
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

    [Fact]
    public async Task A_first_start_that_is_killed_at_any_moment_leaves_nothing_that_the_next_one_does_not_find()
    {
        var seed = Number("LAZULI_SEED") ?? Random.Shared.Next();
        Say($"seed {seed}");
        var random = new Random(seed);
        await using var cloud = new LiveCloud();
        for (var kill = 0; kill < 6; kill++)
        {
            cloud.Start();
            await Task.Delay(300 + random.Next(1500), Token);
            await cloud.KillServerAsync(Token);
        }

        cloud.Start();
        await cloud.UntilUpAsync(Token);
        var files = new[] { "holder", "node" }.Select(f => File.ReadAllText(Path.Combine(cloud.Node.Directory, f)).Split(' ')[0]).Order(StringComparer.Ordinal);
        Assert.Equal(files, Remains.Processes(cloud).Order(StringComparer.Ordinal));
        await cloud.DownAsync();
        Assert.Empty(Remains.Processes(cloud));
    }

    private static async Task RunAsync(LiveCloud cloud, Random random, int kills)
    {
        var begin = Stopwatch.GetTimestamp();
        string Net(string type, string name) => $"{cloud.InGroup}/providers/Microsoft.Network/{type}/{name}";
        var rules = new Owned(cloud, Net("networkSecurityGroups", "rules"), Bodies.NetworkVersion);
        var network = new Owned(cloud, Net("virtualNetworks", "net"), Bodies.NetworkVersion);
        var address = new Owned(cloud, Net("publicIPAddresses", "steady-ip"), Bodies.NetworkVersion);
        var nic = new Owned(cloud, Net("networkInterfaces", "steady-nic"), Bodies.NetworkVersion);
        var steady = new Owned(cloud, $"{cloud.InGroup}/providers/Microsoft.Compute/virtualMachines/steady", Bodies.ComputeVersion);
        await rules.PutAsync(Bodies.Rules([("ssh", 1000, "Allow", "22")]), Token);
        await network.PutAsync(Bodies.Network("10.0.0.0/16", "10.0.0.0/24", rules.Path), Token);
        await address.PutAsync(Bodies.PublicAddress(), Token);
        await nic.PutAsync(Bodies.Nic(network.Path, address.Path), Token);
        await steady.PutAsync(Bodies.Machine("steady", nic.Path, cloud.PublicKey), Token);
        await steady.UntilSettledAsync(Token);
        var process = Assert.Single(cloud.Machines());
        var ip = (await cloud.GetAsync(address.Path, Bodies.NetworkVersion, Token)).Body["properties"]?["ipAddress"]?.GetValue<string>() ?? "";
        using var session = new GuestSession(cloud, ip);
        await session.CheckAsync(Token);
        Say($"steady machine at {ip} after {Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} s");

        using var stopping = new CancellationTokenSource();
        Machinist[] machinists = [new(cloud, "m1", network.Path, random.Next()), new(cloud, "m2", network.Path, random.Next())];
        var networker = new Networker(cloud, rules, random.Next());
        Task[] working = [.. machinists.Select(m => m.RunAsync(stopping.Token, Token)), networker.RunAsync(stopping.Token, Token)];
        var kill = 0;

        // None of them ends before it is told to, except by a fault.
        for (; kill < kills && !working.Any(w => w.IsCompleted); kill++)
        {
            await Task.Delay(random.Next(2500), Token);
            await KillAsync(cloud, random);

            // Else the next kill finds them starting, or not even that.
            if (random.Next(4) != 0)
            {
                await cloud.UntilUpAsync(Token);
                await session.CheckAsync(Token);
            }
        }

        await cloud.UntilUpAsync(Token);
        await stopping.CancelAsync();
        await Task.WhenAll(working);
        Say($"{kill} kills after {Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} s");

        // Every acknowledged write is there, and true.
        Owned[] all = [network, address, nic, steady, .. networker.All, .. machinists.SelectMany(m => m.All)];
        foreach (var owned in all)
        {
            await owned.UntilSettledAsync(Token);
            await owned.CheckAsync(Token);
        }

        await UntilEndedAsync(cloud, [.. all.SelectMany(o => o.Operations)]);
        foreach (var machinist in machinists)
        {
            await UntilPowerAsync(cloud, machinist);
        }

        await session.CheckAsync(Token);
        Assert.Equal(1 + machinists.Count(m => m.Power == "running"), cloud.Machines().Count);
        Assert.Contains(process, cloud.Machines());
        Assert.Single(Directory.EnumerateFiles(Path.Combine(cloud.Node.Directory, "machines"), "*.vm.json").Select(File.ReadAllText), r => r.Contains("/steady\"", StringComparison.Ordinal) && r.Contains("\"boots\":1,", StringComparison.Ordinal));

        await new Owned(cloud, cloud.InGroup, "2021-04-01").DeleteAsync(Token);
        await Remains.AssertNoneAsync(cloud, Token);
        Say($"everything gone after {Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} s");
        await cloud.DownAsync();
        Assert.Empty(Remains.Processes(cloud));
    }

    internal static async Task KillAsync(LiveCloud cloud, Random random)
    {
        var what = random.Next(3);
        if (what != 0)
        {
            cloud.KillNode();
        }

        if (what != 1)
        {
            await cloud.KillServerAsync(Token);
            cloud.Start();
        }
    }

    /// <summary>Every operation that a client was told of has come to its end.</summary>
    private static async Task UntilEndedAsync(LiveCloud cloud, IReadOnlyList<string> operations)
    {
        Say($"{operations.Count} asynchronous operations");
        Assert.NotEmpty(operations);
        var begin = Stopwatch.GetTimestamp();
        foreach (var operation in operations)
        {
            while (true)
            {
                var answer = await cloud.GetAsync(operation, "", Token);
                if (answer.Body["status"]?.GetValue<string>() is "Succeeded" or "Failed" or "Canceled")
                {
                    break;
                }

                Assert.True(answer.Status == 200 && Stopwatch.GetElapsedTime(begin) < Patience, $"{operation} doesn't end: {answer}");
                await Task.Delay(200, Token);
            }
        }
    }

    private static async Task UntilPowerAsync(LiveCloud cloud, Machinist machinist)
    {
        var begin = Stopwatch.GetTimestamp();
        while (true)
        {
            var view = await cloud.GetAsync(machinist.Machine.Path + "/instanceView", Bodies.ComputeVersion, Token);
            if (view.Body.ToJsonString().Contains($"\"PowerState/{machinist.Power}\"", StringComparison.Ordinal))
            {
                return;
            }

            Assert.True(Stopwatch.GetElapsedTime(begin) < Patience, $"{machinist.Machine.Path} isn't {machinist.Power}: {view}");
            await Task.Delay(200, Token);
        }
    }

    internal static int? Number(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;

    internal static void Say(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        TestContext.Current.SendDiagnosticMessage(line);
    }
}
