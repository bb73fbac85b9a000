using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Lazuli.Contract.Tests.World;
using Lazuli.Engines.Node.Fake;
using Lazuli.Kernel.Identity;

namespace Lazuli.Contract.Tests.Crash;

/// <summary>
/// The server is killed with -9 at random moments while clients create, change and delete machines, interfaces and disks: <c>LAZULI_KILLS</c> times (25), and
/// now and then once more while it starts again.
/// The seed is printed; <c>LAZULI_SEED</c> sets it. After a failure the state directory stays in the one that <c>LAZULI_LOGS</c> names.
/// </summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Clients = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(3);
    private static readonly int Kills = Number("LAZULI_KILLS") ?? 25;
    private readonly int _seed = Number("LAZULI_SEED") ?? Random.Shared.Next();
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("lazuli-kill-");
    private readonly ConcurrentBag<string> _operations = [];
    private int _answers;
    private string _token = "";
    private string _group = "";

    [Fact]
    public async Task Every_acknowledged_write_is_there_after_kill_9_and_nothing_stays_half_done()
    {
        output.WriteLine($"LAZULI_SEED={_seed}");
        var random = new Random(_seed);
        var (acknowledged, operations, lost) = (0, 0, 0);
        var server = await ServerProcess.StartAsync(_state.FullName);
        try
        {
            await SetUpAsync(server.Client);
            var owned = Enumerable.Range(0, Clients).Select(Things).ToArray();
            for (var round = 0; round < Kills; round++)
            {
                var context = $"LAZULI_SEED={_seed}, round {round}";
                var clients = owned.Select((things, i) => WorkAsync(server.Client, things, new Random(random.Next()), $"{round}-{i}")).ToArray();
                await AnsweredAsync(random.Next(60));
                await Task.Delay(random.Next(20));
                await server.KillAsync();
                acknowledged += (await Task.WhenAll(clients)).Sum();
                server.Dispose();
                if (random.Next(5) == 0)
                {
                    await ServerProcess.MiscarryAsync(_state.FullName, TimeSpan.FromMilliseconds(random.Next(1500)));
                }

                server = await ServerProcess.StartAsync(_state.FullName);
                operations += _operations.Count;
                lost += owned.Sum(things => things.Count(t => t.Possible.Count > 1));
                await CheckAsync(server.Client, owned.SelectMany(t => t), context);
            }

            output.WriteLine($"{Kills} kills, {acknowledged} requests acknowledged, {operations} operations followed, {lost} requests without an answer.");
            Assert.True(acknowledged > Kills, "The clients hardly did anything.");
            await VanishAsync(server);
        }
        catch
        {
            output.WriteLine(server.Log);
            if (Environment.GetEnvironmentVariable("LAZULI_LOGS") is { Length: > 0 } kept)
            {
                await server.KillAsync();
                foreach (var file in _state.EnumerateFiles("*", SearchOption.AllDirectories).Where(f => f.Extension != ".sock"))
                {
                    var copy = Path.Combine(kept, _state.Name, Path.GetRelativePath(_state.FullName, file.FullName));
                    Directory.CreateDirectory(Path.GetDirectoryName(copy) ?? kept);
                    file.CopyTo(copy);
                }
            }

            throw;
        }
        finally
        {
            server.Dispose();
        }
    }

    public void Dispose() => _state.Delete(recursive: true);

    private async Task SetUpAsync(ArmClient client)
    {
        var first = FirstCredentials.Read(_state.FullName) ?? throw new InvalidOperationException();
        _token = await client.TokenAsync(first.TenantId, first.ClientId, first.ClientSecret);
        _group = $"/subscriptions/{first.SubscriptionId}/resourceGroups/kill";
        (await client.SendAsync("PUT", _group, _token, """{"location":"eastus"}""")).Expect(201);
        await client.FollowAsync((await client.SendAsync("PUT", _group + Samples.ByType["Microsoft.Network/virtualNetworks"].Path, _token, Samples.ByType["Microsoft.Network/virtualNetworks"].Body)).Expect(201), _token);
    }

    // Two disks, an interface and a machine on it. What is in use is refused; that is an answer, too.
    private Owned[] Things(int client)
    {
        Owned Thing(string type, string name, bool isMachine = false)
        {
            var sample = Samples.ByType[type];
            var text = (sample.Body ?? "").Replace("{group}", _group, StringComparison.Ordinal)
                .Replace("networkInterfaces/n", $"networkInterfaces/n{client}", StringComparison.Ordinal)
                .Replace("\"name\":\"os\"", $"\"name\":\"os{client}\"", StringComparison.Ordinal);
            return new(
                $"{_group}{sample.Path[..sample.Path.LastIndexOf('/')]}/{name}{client}",
                mark => text.Replace("\"location\":\"eastus\"", $"\"location\":\"eastus\",\"tags\":{{\"mark\":\"{mark}\"}}", StringComparison.Ordinal),
                isMachine);
        }

        return
        [
            Thing("Microsoft.Compute/disks", "k"), Thing("Microsoft.Compute/disks", "l"), Thing("Microsoft.Network/networkInterfaces", "n"),
            Thing("Microsoft.Compute/virtualMachines", "m", isMachine: true),
        ];
    }

    private async Task<int> WorkAsync(ArmClient client, Owned[] things, Random random, string mark)
    {
        for (var i = 0; ; i++)
        {
            // The machine, the last of them, as often as all the others.
            var thing = things[Math.Min(random.Next((things.Length * 2) - 1), things.Length - 1)];
            if (await thing.ActAsync(random, $"{mark}-{i}", (method, path, body) => client.SendAsync(method, path, _token, body)) is not { } answer)
            {
                return i;
            }

            Interlocked.Increment(ref _answers);
            if (answer.Header("Azure-AsyncOperation") is { } operation)
            {
                _operations.Add(new Uri(operation).PathAndQuery);
            }
        }
    }

    // So many answers, whatever the machine's speed: most rounds die at work, some before the first.
    private async Task AnsweredAsync(int count)
    {
        var (until, waited) = (Volatile.Read(ref _answers) + count, Stopwatch.StartNew());
        while (Volatile.Read(ref _answers) < until && waited.Elapsed < LongestRound)
        {
            await Task.Delay(1);
        }
    }

    private async Task CheckAsync(ArmClient client, IEnumerable<Owned> things, string context)
    {
        foreach (var operation in _operations)
        {
            var end = await client.EndAsync(operation, _token);
            Assert.True((string?)end.Json["status"] == "Succeeded", $"{end.Text} {context}");
        }

        _operations.Clear();
        foreach (var thing in things)
        {
            thing.Seen(await SettledAsync(client, thing, context), context);
        }

        foreach (var resource in (await client.SendAsync("GET", _group + "/resources?$expand=provisioningState", _token)).Expect(200).Json["value"]!.AsArray())
        {
            Assert.True((string?)resource!["provisioningState"] == "Succeeded", $"{resource.ToJsonString()} {context}");
        }
    }

    private async Task<Known?> SettledAsync(ArmClient client, Owned thing, string context)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var shown = (await client.SendAsync("GET", thing.Path, _token)).Expect(200, 404);
            if (shown.Status == 404)
            {
                return null;
            }

            if (shown.State is not ("Creating" or "Updating" or "Deleting"))
            {
                Assert.True(shown.State == "Succeeded", $"{shown.Text} {context}");
                return new Known((string?)shown.Json["tags"]?["mark"] ?? "", thing.IsMachine ? await PowerAsync(client, thing.Path) : null);
            }

            Assert.True(waited.Elapsed < Patience, $"{thing.Path} stays {shown.State}. {context}\n{shown.Text}");
            await Task.Delay(10);
        }
    }

    private async Task<string?> PowerAsync(ArmClient client, string machine)
        => (from status in (await client.SendAsync("GET", machine + "/instanceView", _token)).Expect(200).Json["statuses"]!.AsArray()
            let code = (string?)status!["code"]
            where code.StartsWith("PowerState/", StringComparison.Ordinal)
            select code[11..]).SingleOrDefault();

    // When the group is gone, nothing of it is left: not in the store, not on the node.
    private async Task VanishAsync(ServerProcess server)
    {
        await server.Client.FollowAsync((await server.Client.SendAsync("DELETE", _group, _token)).Expect(202), _token);
        (await server.Client.SendAsync("GET", _group, _token)).Expect(404);
        await server.KillAsync();
        using var node = new FakeNode(TimeProvider.System, new FakeNodeOptions { Directory = Path.Combine(_state.FullName, "fake-node") });
        await foreach (var report in node.WatchAsync(TestContext.Current.CancellationToken))
        {
            Assert.Empty(report.Items);
            return;
        }
    }

    private static int? Number(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
