using System.Diagnostics;
using System.Globalization;
using Lazuli.Contract.Tests.Deployments;
using Lazuli.Contract.Tests.World;
using Lazuli.Kernel.Identity;

namespace Lazuli.Contract.Tests.Crash;

/// <summary>
/// The server is killed with -9 in the middle of a deployment of 200 resources with dependencies, batches and a nested deployment, <c>LAZULI_KILLS</c> times (2): each time it goes on, ends right, and has
/// written nothing twice. Every second deployment is one in mode Complete, which takes away what the one before made.
/// </summary>
public sealed class DeploymentKillTests(ITestOutputHelper output) : IDisposable
{
    private const int Resources = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly int Kills = Number("LAZULI_KILLS") ?? 2;
    private readonly int _seed = Number("LAZULI_SEED") ?? Random.Shared.Next();
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("lazuli-deploy-kill-");
    private string _token = "";
    private string _group = "";

    [Fact]
    public async Task A_deployment_killed_at_any_moment_ends_right_and_writes_nothing_twice()
    {
        output.WriteLine($"LAZULI_SEED={_seed}");
        var random = new Random(_seed);
        var server = await ServerProcess.StartAsync(_state.FullName);
        try
        {
            var first = FirstCredentials.Read(_state.FullName) ?? throw new InvalidOperationException();
            _token = await server.Client.TokenAsync(first.TenantId, first.ClientId, first.ClientSecret);
            _group = $"/subscriptions/{first.SubscriptionId}/resourceGroups/kill";
            (await server.Client.SendAsync("PUT", _group, _token, """{"location":"eastus"}""")).Expect(201);
            for (var round = 0; round < Kills; round++)
            {
                var (context, complete) = ($"LAZULI_SEED={_seed}, round {round}", round % 2 == 1);
                var path = Template.Path(_group, $"round{round}");
                var began = DateTimeOffset.UtcNow;
                var before = (await server.Client.SendAsync("GET", _group + "/resources", _token)).Expect(200).Json["value"]!.AsArray().Count;
                (await server.Client.SendAsync("PUT", path, _token, Body($"r{round}-", complete))).Expect(201);
                var steps = await ProgressAsync(server.Client, path, $"r{round}-", before, random.Next(complete ? Resources + before : Resources));
                await server.KillAsync();
                server.Dispose();
                if (random.Next(4) == 0)
                {
                    await ServerProcess.MiscarryAsync(_state.FullName, TimeSpan.FromMilliseconds(random.Next(1500)));
                }

                server = await ServerProcess.StartAsync(_state.FullName);
                await CheckAsync(server.Client, path, began, complete, $"r{round}-", $"{context}, killed after {steps} steps");
                output.WriteLine($"round {round}: killed after {steps} steps");
            }
        }
        catch
        {
            output.WriteLine(server.Log);
            throw;
        }
        finally
        {
            server.Dispose();
        }
    }

    public void Dispose() => _state.Delete(recursive: true);

    // 1 network, 25 interfaces on it, 64 disks in batches, 106 security groups, and 4 more in a nested deployment after the first interfaces.
    private static string Body(string prefix, bool complete)
    {
        static string Of(string type, string version, string name, string copy, string rest)
            => $"{{\"type\":\"{type}\",\"apiVersion\":\"{version}\",\"name\":\"{name}\",\"location\":\"eastus\"{(copy.Length > 0 ? $",\"copy\":{copy}" : "")}{(rest.Length > 0 ? "," + rest : "")}}}";

        var vnet = Of("Microsoft.Network/virtualNetworks", "2023-11-01", $"{prefix}v", "", "\"properties\":{\"addressSpace\":{\"addressPrefixes\":[\"10.0.0.0/16\"]},\"subnets\":[{\"name\":\"s\",\"properties\":{\"addressPrefix\":\"10.0.0.0/24\"}}]}");
        var nics = Of("Microsoft.Network/networkInterfaces", "2023-11-01", $"[concat('{prefix}n', copyIndex())]", "{\"name\":\"nics\",\"count\":25}",
            $"\"dependsOn\":[\"{prefix}v\"],\"properties\":{{\"ipConfigurations\":[{{\"name\":\"ip\",\"properties\":{{\"subnet\":{{\"id\":\"[resourceId('Microsoft.Network/virtualNetworks/subnets', '{prefix}v', 's')]\"}}}}}}]}}");
        var disks = Of("Microsoft.Compute/disks", "2024-03-02", $"[concat('{prefix}d', copyIndex())]", "{\"name\":\"disks\",\"count\":64,\"mode\":\"serial\",\"batchSize\":16}",
            "\"sku\":{\"name\":\"Standard_LRS\"},\"properties\":{\"diskSizeGB\":4,\"creationData\":{\"createOption\":\"Empty\"}}");
        var groups = Of("Microsoft.Network/networkSecurityGroups", "2023-11-01", $"[concat('{prefix}g', copyIndex())]", "{\"name\":\"groups\",\"count\":106}", "");
        var nested = Template.Nested("inner", "\"dependsOn\":[\"nics\"]", $"\"resources\":[{Of("Microsoft.Network/networkSecurityGroups", "2023-11-01", $"[concat('{prefix}i', copyIndex())]", "{\"name\":\"i\",\"count\":4}", "")}]");
        var body = Template.Body($"\"resources\":[{vnet},{nics},{disks},{groups},{nested}],\"outputs\":{{\"ip\":{{\"type\":\"string\",\"value\":\"[reference('{prefix}n7').ipConfigurations[0].properties.privateIPAddress]\"}}}}");
        return complete ? body.Replace("\"mode\":\"Incremental\",\"template\"", "\"mode\":\"Complete\",\"template\"", StringComparison.Ordinal) : body;
    }

    // So many resources made or gone, noted or not, whatever the machine's speed.
    private async Task<int> ProgressAsync(ArmClient client, string path, string prefix, int before, int wanted)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var names = (await client.SendAsync("GET", _group + "/resources", _token)).Expect(200).Json["value"]!.AsArray().Select(r => (string)r!["name"]!).ToList();
            var made = names.Count(n => n.StartsWith(prefix, StringComparison.Ordinal));
            var progress = made + before - (names.Count - made);
            if (progress >= wanted || (await client.SendAsync("GET", path, _token)).State is "Succeeded" or "Failed")
            {
                return progress;
            }

            Assert.True(waited.Elapsed < Patience, $"Only {progress} steps of {path}.");
        }
    }

    private async Task CheckAsync(ArmClient client, string path, DateTimeOffset began, bool complete, string prefix, string context)
    {
        var waited = Stopwatch.StartNew();
        Answer shown;
        while ((shown = (await client.SendAsync("GET", path, _token)).Expect(200)).State is "Accepted" or "Running")
        {
            Assert.True(waited.Elapsed < Patience, $"{path} does not end. {context}");
            await Task.Delay(20);
        }

        Assert.True(shown.State == "Succeeded", $"{shown.Text} {context}");
        Assert.StartsWith("10.0.0.", (string?)shown.Json["properties"]!["outputs"]!["ip"]!["value"], StringComparison.Ordinal);
        Assert.Equal(Resources, shown.Json["properties"]!["outputResources"]!.AsArray().Count);
        foreach (var operation in (await client.SendAsync("GET", path + "/operations", _token)).Expect(200).Json["value"]!.AsArray())
        {
            Assert.True((string?)operation!["properties"]!["provisioningState"] == "Succeeded", $"{operation.ToJsonString()} {context}");
        }

        var there = (await client.SendAsync("GET", _group + "/resources?$expand=provisioningState", _token)).Expect(200).Json["value"]!.AsArray();
        Assert.All(there, r => Assert.True((string?)r!["provisioningState"] == "Succeeded", $"{r.ToJsonString()} {context}"));
        Assert.True(Resources == there.Count(r => ((string)r!["name"]!).StartsWith(prefix, StringComparison.Ordinal)), context);
        Assert.True(!complete || there.Count == Resources, $"{there.Count} resources are left. {context}");

        foreach (var (what, count) in await EventsAsync(client, (string)shown.Json["properties"]!["correlationId"]!, began))
        {
            Assert.True(count == 1, $"{what}: {count} times. {context}");
        }
    }

    private async Task<IEnumerable<(string What, int Count)>> EventsAsync(ArmClient client, string correlation, DateTimeOffset began)
    {
        var subscription = _group[.._group.IndexOf("/resourceGroups", StringComparison.Ordinal)];
        var filter = $"eventTimestamp ge '{began.AddMinutes(-1).ToString("O", CultureInfo.InvariantCulture)}' and correlationId eq '{correlation}'";
        var events = (await client.SendAsync("GET", $"{subscription}/providers/Microsoft.Insights/eventtypes/management/values?$filter={Uri.EscapeDataString(filter)}&api-version=2015-04-01", _token)).Expect(200);
        return from entry in events.Json["value"]!.AsArray()
               group entry by $"{entry["operationName"]!["value"]} {entry["resourceId"]}" into same
               select (same.Key, same.Count());
    }

    private static int? Number(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
