using System.Text;
using System.Text.Json.Nodes;
using Lazuli.Engines.Linux.Host;
using Lazuli.Live.Tests.Net;

namespace Lazuli.Live.Tests.Cloud;

/// <summary>Three machines behind a load balancer, all made by the REST API: who answers, and who doesn't any more.</summary>
[Collection("machine's network")]
public sealed class BalancedMachinesTests : IAsyncLifetime
{
    private const int ProbeSeconds = 5;
    private LiveCloud? _cloud;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LiveCloud Cloud => _cloud ?? throw new InvalidOperationException();

    public async ValueTask InitializeAsync()
    {
        Isolation.Require();
        _cloud = await LiveCloud.CreateAsync(Token);
    }

    public async ValueTask DisposeAsync() => await Cloud.DisposeAsync();

    [Fact]
    public async Task A_load_balancer_spreads_over_machines_drops_one_that_is_ill_and_takes_it_back()
    {
        var rules = await PutAsync("networkSecurityGroups/rules", Bodies.Rules(("web", 100, "Allow", "80"), ("ssh", 110, "Allow", "22")));
        var network = await PutAsync("virtualNetworks/v", Bodies.Network("10.0.0.0/16", "10.0.0.0/24", rules));
        var address = await PutAsync("publicIPAddresses/front", Bodies.PublicAddress());
        await PutAsync("loadBalancers/b", Balancer("Default"));
        var machines = await Task.WhenAll(new[] { "a", "b", "c" }.Select((name, i) => MachineAsync(name, network, i)));
        var front = (string?)(await Cloud.GetAsync(address, Bodies.NetworkVersion, Token)).Body["properties"]?["ipAddress"] ?? "";

        // Each is reached by its own port, whatever the load balancer thinks of it.
        for (var i = 0; i < machines.Length; i++)
        {
            Assert.Equal(machines[i], await InAsync(front, i, "hostname"));
        }

        Assert.Equal(["a", "b", "c"], await UntilAsync(front, names => names is ["a", "b", "c"]));
        var health = await HealthAsync();
        Assert.Equal((3, 0), ((int?)health["up"], (int?)health["down"]));

        // Nobody answers in its place from its death until two probes at most have failed; afterwards the others do.
        var watching = WatchAsync(front);
        await InAsync(front, 1, "sudo killall httpd");
        var answers = await watching;
        var first = answers.FindIndex(a => a.Name == "nobody");
        var last = answers.FindLastIndex(a => a.Name == "nobody");
        Assert.True(first >= 0 && answers[last].At - answers[first].At <= 2 * ProbeSeconds, string.Join('\n', answers));
        Assert.Equal(["a", "c"], answers.Skip(last + 1).Select(a => a.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains((await HealthAsync())["loadBalancerBackendAddresses"]!.AsArray(), m => (string?)m!["state"] == "Down");

        await InAsync(front, 1, "sudo httpd -h /var/www");
        Assert.Equal(["a", "b", "c"], await UntilAsync(front, names => names is ["a", "b", "c"]));

        await PutAsync("loadBalancers/b", Balancer("SourceIP"));
        Assert.Single(await NamesAsync(front));
    }

    private static string At(string path) => "/providers/Microsoft.Network/" + path;

    private JsonObject Balancer(string distribution)
    {
        JsonObject Own(string part) => Bodies.Reference(Cloud.InGroup + At("loadBalancers/b/" + part));
        JsonObject Part(string name, JsonObject properties) => new() { ["name"] = name, ["properties"] = properties };
        return new()
        {
            ["location"] = "westeurope",
            ["sku"] = new JsonObject { ["name"] = "Standard" },
            ["properties"] = new JsonObject
            {
                ["frontendIPConfigurations"] = new JsonArray(Part("f", new() { ["publicIPAddress"] = Bodies.Reference(Cloud.InGroup + At("publicIPAddresses/front")) })),
                ["backendAddressPools"] = new JsonArray(Part("pool", [])),
                ["probes"] = new JsonArray(Part("p", new() { ["protocol"] = "Http", ["port"] = 80, ["requestPath"] = "/", ["intervalInSeconds"] = ProbeSeconds, ["numberOfProbes"] = 1 })),
                ["loadBalancingRules"] = new JsonArray(Part("web", new()
                {
                    ["protocol"] = "Tcp",
                    ["frontendPort"] = 80,
                    ["backendPort"] = 80,
                    ["loadDistribution"] = distribution,
                    ["frontendIPConfiguration"] = Own("frontendIPConfigurations/f"),
                    ["backendAddressPool"] = Own("backendAddressPools/pool"),
                    ["probe"] = Own("probes/p"),
                })),
                ["inboundNatRules"] = new JsonArray([.. Enumerable.Range(0, 3).Select(i => Part($"ssh{i}", new()
                {
                    ["protocol"] = "Tcp",
                    ["frontendPort"] = 2200 + i,
                    ["backendPort"] = 22,
                    ["frontendIPConfiguration"] = Own("frontendIPConfigurations/f"),
                }))]),
            },
        };
    }

    private async Task<string> MachineAsync(string name, string network, int number)
    {
        var nic = Bodies.Nic(network, null);
        var own = nic["properties"]!["ipConfigurations"]![0]!["properties"]!.AsObject();
        own["loadBalancerBackendAddressPools"] = new JsonArray(Bodies.Reference(Cloud.InGroup + At("loadBalancers/b/backendAddressPools/pool")));
        own["loadBalancerInboundNatRules"] = new JsonArray(Bodies.Reference(Cloud.InGroup + At($"loadBalancers/b/inboundNatRules/ssh{number}")));
        var machine = Bodies.Machine(name, await PutAsync("networkInterfaces/" + name, nic), Cloud.PublicKey);
        machine["properties"]!["osProfile"]!["customData"] = Convert.ToBase64String(Encoding.UTF8.GetBytes("#!/bin/sh\nmkdir -p /var/www\nhostname > /var/www/index.html\n"));
        var path = $"{Cloud.InGroup}/providers/Microsoft.Compute/virtualMachines/{name}";
        await SettleAsync(path, Bodies.ComputeVersion, machine);
        return name;
    }

    private Task<string> PutAsync(string path, JsonObject body) => SettleAsync(Cloud.InGroup + At(path), Bodies.NetworkVersion, body);

    private async Task<string> SettleAsync(string path, string version, JsonObject body)
    {
        var answer = await Cloud.SendAsync(HttpMethod.Put, path, version, body, Token);
        Assert.True(answer is { Status: 200 or 201 }, $"{path}: {answer?.Status} {answer?.Body}\n{Cloud.Logs}");
        while ((await Cloud.GetAsync(path, version, Token)) is var now && now.State != "Succeeded")
        {
            Assert.True(now.State is not ("Failed" or null), $"{path}: {now.Body}\n{Cloud.Logs}");
            await Task.Delay(100, Token);
        }

        return path;
    }

    private async Task<JsonNode> HealthAsync()
        => (await Cloud.SendAsync(HttpMethod.Post, Cloud.InGroup + At("loadBalancers/b/loadBalancingRules/web/health"), Bodies.NetworkVersion, null, Token))?.Body ?? new JsonObject();

    /// <summary>A command in the n-th machine, by its inbound NAT rule.</summary>
    private async Task<string> InAsync(string front, int number, string command)
    {
        var words = Cloud.Ssh(front, "-p", $"{2200 + number}");
        return (await HostProgram.RunAsync(words[0], [.. words.Skip(1), command], limit: TimeSpan.FromSeconds(90), cancellationToken: Token)).Trim();
    }

    /// <summary>Who answers 24 requests from outside.</summary>
    private async Task<IReadOnlyList<string>> NamesAsync(string front)
        => [.. (await HostProgram.RunAsync(Cloud.Outside[0],
            [.. Cloud.Outside.Skip(1), "sh", "-c", $"for i in $(seq 24); do curl -s -m 5 http://{front}/ || echo nobody; done"], limit: TimeSpan.FromSeconds(150), cancellationToken: Token))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Who answers when, in seconds, five times a second, until the answers could have changed.</summary>
    private async Task<List<(double At, string Name)>> WatchAsync(string front)
        => [.. (await HostProgram.RunAsync(Cloud.Outside[0],
            [.. Cloud.Outside.Skip(1), "sh", "-c", $"for i in $(seq 90); do echo $(date +%s.%N) $(curl -s -m 2 http://{front}/ || echo nobody); sleep 0.18; done"], limit: TimeSpan.FromSeconds(150), cancellationToken: Token))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')).Select(w => (double.Parse(w[0], System.Globalization.CultureInfo.InvariantCulture), w[1]))];

    private async Task<IReadOnlyList<string>> UntilAsync(string front, Predicate<IReadOnlyList<string>> holds)
    {
        for (var patience = 0; ; patience++)
        {
            var names = await NamesAsync(front);
            if (holds(names) || patience == 30)
            {
                return names;
            }

            await Task.Delay(500, Token);
        }
    }
}
