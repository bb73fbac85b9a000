using System.Text.Json.Nodes;
using Lazuli.Engines.Linux.Host;
using Lazuli.Live.Tests.Crash;
using Lazuli.Live.Tests.Net;

namespace Lazuli.Live.Tests.Cloud;

/// <summary>Two spokes and a hub whose machine forwards between them, all made by the REST API: real guests, peerings, route tables.</summary>
[Collection("machine's network")]
public sealed class HubAndSpokeTests : IAsyncLifetime
{
    private const string Hop = "10.0.0.4";
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
    public async Task Spokes_reach_each_other_as_long_as_the_hubs_machine_forwards_and_its_NIC_may()
    {
        var rules = await PutAsync("networkSecurityGroups/rules", Bodies.Rules([("ssh", 1000, "Allow", "22")]));
        await NetworkAsync("hub", "10.0", rules, null);
        await NetworkAsync("one", "10.1", rules, "10.2.0.0/16");
        await NetworkAsync("two", "10.2", rules, "10.1.0.0/16");
        foreach (var (own, other) in new[] { ("hub", "one"), ("one", "hub"), ("hub", "two"), ("two", "hub") })
        {
            await PutAsync($"virtualNetworks/{own}/virtualNetworkPeerings/{other}", Properties(new()
            {
                ["remoteVirtualNetwork"] = Bodies.Reference(At("virtualNetworks/" + other)),
                ["allowVirtualNetworkAccess"] = true,
                ["allowForwardedTraffic"] = true,
            }));
        }

        var machines = await Task.WhenAll(MachineAsync("hub", forwards: true), MachineAsync("one"), MachineAsync("two"));
        var (hub, one) = (machines[0], machines[1]);

        // Nothing forwards yet but the network.
        Assert.Equal("", await KnockAsync(one));
        await Cloud.InGuestAsync(hub, "sudo sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'", Token);
        Assert.Equal("SSH-", await KnockAsync(one));

        await PutAsync("networkInterfaces/hub", Nic("hub", forwards: false));
        Assert.Equal("", await KnockAsync(one));
        await PutAsync("networkInterfaces/hub", Nic("hub", forwards: true));
        Assert.Equal("SSH-", await KnockAsync(one));

        await Cloud.InGuestAsync(hub, "sudo sh -c 'echo 0 > /proc/sys/net/ipv4/ip_forward'", Token);
        Assert.Equal("", await KnockAsync(one));
    }

    private string At(string path) => $"{Cloud.InGroup}/providers/Microsoft.Network/{path}";

    private static JsonObject Properties(JsonObject properties) => new() { ["properties"] = properties };

    private async Task NetworkAsync(string name, string stem, string rules, string? beyond)
    {
        var body = Bodies.Network(stem + ".0.0/16", stem + ".0.0/24", rules);
        if (beyond is not null)
        {
            var routes = Properties(new()
            {
                ["routes"] = new JsonArray(new JsonObject
                {
                    ["name"] = "beyond",
                    ["properties"] = new JsonObject { ["addressPrefix"] = beyond, ["nextHopType"] = "VirtualAppliance", ["nextHopIpAddress"] = Hop },
                }),
            });
            routes["location"] = "westeurope";
            body["properties"]!["subnets"]![0]!["properties"]!["routeTable"] = Bodies.Reference(await PutAsync("routeTables/" + name, routes));
        }

        await PutAsync("virtualNetworks/" + name, body);
    }

    private JsonObject Nic(string name, bool forwards)
    {
        var nic = Bodies.Nic(At("virtualNetworks/" + name), At("publicIPAddresses/" + name));
        nic["properties"]!["enableIPForwarding"] = forwards;
        return nic;
    }

    /// <summary>The machine's public address.</summary>
    private async Task<string> MachineAsync(string name, bool forwards = false)
    {
        var address = await PutAsync("publicIPAddresses/" + name, Bodies.PublicAddress());
        var machine = new Owned(Cloud, $"{Cloud.InGroup}/providers/Microsoft.Compute/virtualMachines/{name}", Bodies.ComputeVersion);
        await machine.PutAsync(Bodies.Machine(name, await PutAsync("networkInterfaces/" + name, Nic(name, forwards)), Cloud.PublicKey), Token);
        await machine.UntilSettledAsync(Token);
        return (string?)(await Cloud.GetAsync(address, Bodies.NetworkVersion, Token)).Body["properties"]?["ipAddress"] ?? "";
    }

    /// <summary>Writes it and waits until it is true.</summary>
    private async Task<string> PutAsync(string path, JsonObject body)
    {
        var owned = new Owned(Cloud, At(path), Bodies.NetworkVersion);
        await owned.PutAsync(body, Token);
        await owned.UntilSettledAsync(Token);
        return owned.Path;
    }

    /// <summary>What the second spoke's machine says first, asked by the first one's.</summary>
    private Task<string> KnockAsync(string from) => Cloud.InGuestAsync(from, "{ timeout 3 nc -w 2 10.2.0.4 22 </dev/null | head -c 4; } || true", Token);
}
