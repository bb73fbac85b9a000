using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Lazuli.Kernel.Ids;
using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Bench;

/// <summary>Template deployments: the language alone, and deployments over HTTPS on the fake engine.</summary>
internal static class Templates
{
    private const int Many = 800;
    private const int Levels = 10;
    private const int Clients = 16;
    private const string Version = "?api-version=2021-04-01";
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Bytes of template text read and evaluated per second of one processor, beside System.Text.Json, which only reads them.</summary>
    public static async Task<BenchResult> ParseAsync(Lab lab, CancellationToken cancellationToken)
    {
        byte[][] texts = [.. TemplateTexts.All().Select(Encoding.UTF8.GetBytes)];
        var size = texts.Sum(t => t.Length) / 1e6;
        lab.Say(string.Create(CultureInfo.InvariantCulture, $"{texts.Length} templates, {texts.Min(t => t.Length)} to {texts.Max(t => t.Length)} bytes"));
        for (var i = 0; i < 3; i++)
        {
            // What is compiled first, and then again for its speed, doesn't count.
            await RateAsync(() => Evaluate(texts));
            await RateAsync(() => Parse(texts));
        }

        var measured = await Pair.AlternateAsync(9, async () => size * await RateAsync(() => Evaluate(texts)), async () => size * await RateAsync(() => Parse(texts)));
        var read = size * await RateAsync(() => Array.ForEach(texts, t => ValueReader.Read(t)));
        lab.Say(string.Create(CultureInfo.InvariantCulture, $"reading alone: {read:F0} MB per second"));
        cancellationToken.ThrowIfCancellationRequested();
        return BenchResult.Speed(lab.Name, measured, goal: 50);
    }

    /// <summary>A template of 800 independent resources from PUT to Succeeded; its floor is the same resources by PUTs of their own, from 16 clients at once.</summary>
    public static async Task<BenchResult> ManyAsync(Lab lab, CancellationToken cancellationToken)
    {
        using var server = await LazuliProcess.UpAsync(lab, lab.Folder("state"), "fake");
        var body = Body(ManyResources(""));
        var (turn, floors) = (0, 0);
        var measured = await Pair.AlternateAsync(
            5,
            async () =>
            {
                var group = await GroupAsync(server, $"m{turn++}");
                return await WithProcessorAsync(lab, server, async () => (await DeployAsync(server, group, body, cancellationToken)).TotalSeconds);
            },
            async () => await OneByOneAsync(server, await GroupAsync(server, $"f{floors++}"), cancellationToken));
        return BenchResult.Limit(lab.Name, measured, "seconds", goal: 1.0);
    }

    /// <summary>What-if of the 800 once they are there; its floor is a GET of each, one after the other.</summary>
    public static async Task<BenchResult> WhatIfAsync(Lab lab, CancellationToken cancellationToken)
    {
        using var server = await LazuliProcess.UpAsync(lab, lab.Folder("state"), "fake");
        var group = await GroupAsync(server, "w");
        var body = Body(ManyResources(""));
        await DeployAsync(server, group, body, cancellationToken);
        var measured = await Pair.AlternateAsync(
            7,
            () => WithProcessorAsync(lab, server, async () =>
            {
                var start = Stopwatch.GetTimestamp();
                var answer = await server.AskAsync($"{group}/providers/Microsoft.Resources/deployments/main/whatIf{Version}", body);
                var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
                using var json = JsonDocument.Parse(answer);
                var changes = json.RootElement.GetProperty("properties").GetProperty("changes").EnumerateArray().Select(c => c.GetProperty("changeType").GetString()).ToList();
                return changes.Count == Many && changes.TrueForAll(c => c == "NoChange") ? took : throw new BenchFailureException("what-if saw changes: " + string.Join(", ", changes.Distinct()));
            }),
            async () =>
            {
                var start = Stopwatch.GetTimestamp();
                for (var i = 0; i < Many; i++)
                {
                    await server.SendAsync("GET", ResourcePath(group, i));
                }

                return Stopwatch.GetElapsedTime(start).TotalSeconds;
            });
        return BenchResult.Limit(lab.Name, measured, "seconds", goal: 0.5);
    }

    /// <summary>What each level of deployments nested in deployments adds; its floor is what each of as many deployments takes, one after the other.</summary>
    public static async Task<BenchResult> ChainAsync(Lab lab, CancellationToken cancellationToken)
    {
        using var server = await LazuliProcess.UpAsync(lab, lab.Folder("state"), "fake");
        var group = await GroupAsync(server, "c");
        var (flat, nested) = (Body(Resource(0, "")), Body(Nest(Levels)));
        for (var i = 0; i < 5; i++)
        {
            await DeployAsync(server, group, nested, cancellationToken);
        }

        var measured = await Pair.AlternateAsync(
            9,
            async () =>
            {
                var alone = await DeployAsync(server, group, flat, cancellationToken);
                return (await DeployAsync(server, group, nested, cancellationToken) - alone).TotalSeconds / Levels;
            },
            async () =>
            {
                var start = Stopwatch.GetTimestamp();
                for (var i = 0; i < Levels; i++)
                {
                    await DeployAsync(server, group, flat, cancellationToken);
                }

                return Stopwatch.GetElapsedTime(start).TotalSeconds / Levels;
            });
        return BenchResult.Limit(lab.Name, measured, "seconds", goal: 0.020);
    }

    // On a machine that does other things, too, the processor time says more than the clock.
    private static async Task<double> WithProcessorAsync(Lab lab, LazuliProcess server, Func<Task<double>> measure)
    {
        server.Process.Refresh();
        var before = server.Process.TotalProcessorTime;
        var result = await measure();
        server.Process.Refresh();
        lab.Say(string.Create(CultureInfo.InvariantCulture, $"{result:F3} s; the server's processor time: {(server.Process.TotalProcessorTime - before).TotalSeconds:F3} s"));
        return result;
    }

    private static void Evaluate(byte[][] texts)
    {
        foreach (var text in texts)
        {
            if (!TemplateCompiler.Compile((ObjectValue)ValueReader.Read(text), ObjectValue.Empty, Facts).Ok(out _, out var error))
            {
                throw new BenchFailureException(error.Message);
            }
        }
    }

    private static void Parse(byte[][] texts)
    {
        foreach (var text in texts)
        {
            using var json = JsonDocument.Parse(text);
        }
    }

    /// <summary>Rounds per second of processor time: what else the machine does does not count.</summary>
    private static Task<double> RateAsync(Action round)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var start = Stopwatch.GetTimestamp();
        var count = 0;
        for (; Stopwatch.GetElapsedTime(start) < Round; count++)
        {
            round();
        }

        process.Refresh();
        return Task.FromResult(count / (process.TotalProcessorTime - before).TotalSeconds);
    }

    private static async Task<string> GroupAsync(LazuliProcess server, string name)
    {
        var group = $"/subscriptions/{server.Subscription}/resourceGroups/{name}";
        await server.SendAsync("PUT", group + Version, """{"location":"westeurope"}""");
        return group;
    }

    /// <summary>From the PUT to the answer that says Succeeded, asked for again as soon as it has come.</summary>
    private static async Task<TimeSpan> DeployAsync(LazuliProcess server, string group, string body, CancellationToken cancellationToken)
    {
        var path = $"{group}/providers/Microsoft.Resources/deployments/main{Version}";
        var start = Stopwatch.GetTimestamp();
        await server.SendAsync("PUT", path, body);
        while (true)
        {
            using var json = JsonDocument.Parse(await server.SendAsync("GET", path));
            var properties = json.RootElement.GetProperty("properties");
            switch (properties.GetProperty("provisioningState").GetString())
            {
                case "Succeeded":
                    return Stopwatch.GetElapsedTime(start);
                case "Failed":
                    throw new BenchFailureException(properties.GetProperty("error").GetRawText());
            }

            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new BenchFailureException("the deployment does not end.");
            }

            await Task.Delay(2, cancellationToken);
        }
    }

    private static async Task<double> OneByOneAsync(LazuliProcess server, string group, CancellationToken cancellationToken)
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => TlsConnection.OpenAsync(server.Endpoint)));
        byte[][] requests = [.. Enumerable.Range(0, Many).Select(i => server.Request("PUT", ResourcePath(group, i), """{"location":"westeurope","properties":{"securityRules":[]}}"""))];
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(connections.Select(async (connection, first) =>
        {
            for (var i = first; i < Many; i += Clients)
            {
                if (await connection.ExchangeAsync(requests[i]) >= 300)
                {
                    throw new BenchFailureException(connection.Body());
                }
            }
        }));
        Array.ForEach(connections, c => c.Dispose());
        for (var i = 0; i < Many; i++)
        {
            while (!(await server.SendAsync("GET", ResourcePath(group, i))).Contains("\"Succeeded\"", StringComparison.Ordinal))
            {
                await Task.Delay(2, cancellationToken);
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static string ResourcePath(string group, int i) => string.Create(CultureInfo.InvariantCulture, $"{group}/providers/Microsoft.Network/networkSecurityGroups/nsg{i}?api-version={Seed.NetworkVersion}");

    private static string Body(string resources) => $$"""{ "properties": { "mode": "Incremental", "template": { {{TemplateTexts.Head}}, "resources": [ {{resources}} ] } } }""";

    private static string ManyResources(string more) => string.Join(",\n", Enumerable.Range(0, Many).Select(i => Resource(i, more)));

    private static string Resource(int i, string more) => string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "type": "Microsoft.Network/networkSecurityGroups",
          "apiVersion": "{{Seed.NetworkVersion}}",
          "name": "[concat('nsg', '{{i}}')]",
          "location": "[resourceGroup().location]",{{more}}
          "properties": {
            "securityRules": []
          }
        }
        """);

    private static string Nest(int levels) => levels == 0 ? Resource(0, "") : string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "type": "Microsoft.Resources/deployments",
          "apiVersion": "2021-04-01",
          "name": "level{{levels}}",
          "properties": {
            "mode": "Incremental",
            "expressionEvaluationOptions": { "scope": "inner" },
            "template": { {{TemplateTexts.Head}}, "resources": [ {{Nest(levels - 1)}} ] }
          }
        }
        """);

    private static DeploymentFacts Facts { get; } = new()
    {
        Scope = ResourceId.Subscription("00000000-1111-2222-3333-444444444444").Group("bench"),
        Deployment = Object("""{"name":"main","properties":{"mode":"Incremental"}}"""),
        Tenant = Object("""{"tenantId":"00000000-1111-2222-3333-444444444444"}"""),
        Environment = Object("""{"name":"AzureCloud"}"""),
        Deployer = Object("""{"objectId":"00000000-1111-2222-3333-444444444444"}"""),
        ResourceGroup = Object("""{"id":"/subscriptions/00000000-1111-2222-3333-444444444444/resourceGroups/bench","name":"bench","location":"westeurope"}"""),
        Subscription = Object("""{"id":"/subscriptions/00000000-1111-2222-3333-444444444444","subscriptionId":"00000000-1111-2222-3333-444444444444"}"""),
        Now = DateTimeOffset.UnixEpoch,
        NewGuid = () => "00000000-1111-2222-3333-444444444444",
        Providers = (_, _) => null,
        Zones = (_, _) => [],
    };

    private static ObjectValue Object(string json) => (ObjectValue)ValueReader.Read(json);
}
