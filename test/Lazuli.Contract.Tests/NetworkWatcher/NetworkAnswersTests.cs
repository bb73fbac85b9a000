using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;
using Lazuli.Live.Tests.Matrix;

namespace Lazuli.Contract.Tests.NetworkWatcher;

/// <summary>
/// The packet matrix's clouds by REST, and the matrix's oracle about them: what Network Watcher and the effective views answer about each group and each route on a packet's way must be
/// what decides about the packet. That packets do the same is the matrix's own business (`Lazuli.Live.Tests.Matrix`).
/// </summary>
public sealed class NetworkAnswersTests(Lab lab)
{
    private const int Attempts = 60;
    private const int Changes = 4;

    [Theory]
    [InlineData(12)]
    public async Task IP_flow_verify_next_hop_and_effective_views_answer_as_packets_fare(int seed)
    {
        var drawing = new Drawing(new Random(seed)) { Extends = false };
        var cloud = drawing.Cloud();
        RestCloud.Tame(cloud);
        var group = await lab.GroupAsync();
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        await WriteAsync(cloud, group, written);
        await lab.SucceedAsync("PUT", group + "/providers/Microsoft.Network/networkWatchers/w", """{"location":"eastus"}""");
        var rest = new RestCloud(cloud, group, "eastus");
        await Task.WhenAll(cloud.Cards.Select(c => lab.SucceedAsync("PUT", MachineOf(group, c), Machine(c, rest.NicPath(c.Name)))));
        var (verified, hops, denied) = (0, 0, 0);
        for (var change = 0; change <= Changes; change++)
        {
            if (change > 0)
            {
                drawing.Change(cloud);
                RestCloud.Tame(cloud);
                await WriteAsync(cloud, group, written);
            }

            // Asked once, however many packets come by.
            var port = 20_000;
            var steps = drawing.Attempts(cloud, Attempts, () => port++).SelectMany(a => Oracle.Ask(cloud, a)).SelectMany(f => f.Steps).Distinct().ToList();
            foreach (var own in steps.GroupBy(s => s.Card.Name))
            {
                var card = own.First().Card;
                var nic = new RestCloud(cloud, group, "eastus").NicPath(card.Name);
                var groups = (await AskAsync(nic + "/effectiveNetworkSecurityGroups"))["value"]?.AsArray() ?? [];
                var routes = (await AskAsync(nic + "/effectiveRouteTable"))["value"]?.AsArray() ?? [];
                foreach (var step in own)
                {
                    var what = $"seed {seed}, change {change}, {card.Name}: {step}";
                    if (step.Inbound is { } inbound)
                    {
                        // Effective rules call everybody 0.0.0.0/0, as Azure's do, and so an IPv4 prefix of that name.
                        Assert.True(Six.Is(step.Packet.Source) || step.Allowed == groups.All(g => Allows(g?["effectiveSecurityRules"]?.AsArray() ?? [], step.Packet, inbound)), $"{what}\n{groups}");
                        var (here, there) = inbound ? (step.Packet.Target, step.Packet.Source) : (step.Packet.Source, step.Packet.Target);
                        if (step.Packet.Protocol is "tcp" or "udp" && card.Addresses.Exists(a => a.Private == here))
                        {
                            var answer = await VerifyAsync(group, card, step.Packet, inbound, here, there);
                            Assert.True((string?)answer["access"] == (step.Allowed ? "Allow" : "Deny"), $"{what}: {answer}");
                            verified++;
                            denied += step.Allowed ? 0 : 1;
                        }
                    }
                    else
                    {
                        var said = await NextHopAsync(group, card, step.Packet.Target);
                        var hop = step.Hop == "Peering" ? "VirtualNetworkPeering" : step.Hop;
                        Assert.True(hop == (string?)said["nextHopType"] && (step.Hop != "VirtualAppliance" || step.To == (string?)said["nextHopIpAddress"]), $"{what}: {said}");
                        var route = routes.Where(r => (string?)r?["state"] == "Active").MaxBy(r => Covers((string?)r?["addressPrefix"]?[0], step.Packet.Target));
                        Assert.True((step.Hop == "Peering" ? "VNetPeering" : step.Hop) == (string?)route?["nextHopType"], $"{what}: {route}");
                        hops++;
                    }
                }
            }
        }

        Assert.True(verified > 100 && hops > 100 && denied > 20, $"{verified} flows verified, {denied} denied, {hops} next hops");
    }

    /// <summary>Reads effective rules as a client would: by priority, the first that matches.</summary>
    private static bool Allows(JsonArray rules, Packet packet, bool inbound)
    {
        bool IsIn(JsonNode? rule, string side, string address)
        {
            var expanded = rule?[side == "source" ? "expandedSourceAddressPrefix" : "expandedDestinationAddressPrefix"]?.AsArray();
            return (expanded ?? rule?[side + "AddressPrefixes"]?.AsArray() ?? []).Any(p => Covers((string?)p, address) >= 0);
        }

        bool IsPort(JsonNode? rule, string side, int port) => (rule?[side + "PortRanges"]?.AsArray() ?? []).Any(p =>
            ((string?)p ?? "").Split('-') is [var first, var last] && int.Parse(first, CultureInfo.InvariantCulture) <= port && port <= int.Parse(last, CultureInfo.InvariantCulture));

        var rule = rules.Where(r => (string?)r?["direction"] == (inbound ? "Inbound" : "Outbound")).OrderBy(r => (int?)r?["priority"]).First(r =>
            (string?)r?["protocol"] is var protocol && (protocol == "All" || string.Equals(protocol, packet.Protocol, StringComparison.OrdinalIgnoreCase))
            && IsIn(r, "source", packet.Source) && IsIn(r, "destination", packet.Target)
            && (packet.Protocol is not ("tcp" or "udp")
                ? protocol != "All" || new[] { "source", "destination" }.All(s => (string?)r?[s + "PortRanges"]?[0] == "0-65535")
                : IsPort(r, "source", packet.SourcePort) && IsPort(r, "destination", packet.TargetPort)));
        return (string?)rule?["access"] == "Allow";
    }

    /// <summary>The length of a prefix that an address is in, or -1.</summary>
    private static int Covers(string? prefix, string address)
        => prefix is null ? -1 : prefix == address ? 128 : IPNetwork.TryParse(prefix, out var network) && network.Contains(IPAddress.Parse(address)) ? network.PrefixLength : -1;

    private static string MachineOf(string group, Card card) => $"{group}/providers/Microsoft.Compute/virtualMachines/{card.Name.Replace('/', '-')}";

    private static string Machine(Card card, string nic) => $$$$"""
        {"location":"eastus","properties":{"hardwareProfile":{"vmSize":"Standard_B1s"},
          "storageProfile":{"imageReference":{"publisher":"lazuli","offer":"micro","sku":"1","version":"latest"},"osDisk":{"createOption":"FromImage","name":"{{{{card.Name.Replace('/', '-')}}}}-os"}},
          "osProfile":{"computerName":"guest","adminUsername":"azureuser","adminPassword":"Long-enough-1!"},
          "networkProfile":{"networkInterfaces":[{"id":"{{{{nic}}}}"}]}}}
        """;

    private async Task WriteAsync(Cloud cloud, string group, Dictionary<string, string> written)
    {
        var rest = new RestCloud(cloud, group, "eastus");
        var documents = rest.Documents().Select(d => (d.Path, Body: d.Body.ToJsonString())).ToList();
        foreach (var gone in written.Keys.Except(documents.Select(d => d.Path)).ToList())
        {
            await lab.SucceedAsync("DELETE", gone);
            written.Remove(gone);
        }

        var changed = documents.Where(d => written.GetValueOrDefault(d.Path) != d.Body).ToList();
        foreach (var card in changed.Exists(d => d.Path.Contains("/loadBalancers/", StringComparison.Ordinal) || d.Path.Contains("/networkInterfaces/", StringComparison.Ordinal)) ? cloud.Cards : [])
        {
            if (written.Remove(rest.NicPath(card.Name)))
            {
                await lab.SucceedAsync("PUT", rest.NicPath(card.Name), rest.NicOf(card, whole: false).ToJsonString());
            }
        }

        foreach (var (path, body) in documents.Where(d => written.GetValueOrDefault(d.Path) != d.Body))
        {
            await lab.SucceedAsync("PUT", path, body);
            written[path] = body;
        }
    }

    private Task<JsonNode> VerifyAsync(string group, Card card, Packet packet, bool inbound, string here, string there) => AskAsync(group + "/providers/Microsoft.Network/networkWatchers/w/ipFlowVerify", new()
    {
        ["targetResourceId"] = MachineOf(group, card),
        ["direction"] = inbound ? "Inbound" : "Outbound",
        ["protocol"] = packet.Protocol.ToUpperInvariant(),
        ["localPort"] = Text(inbound ? packet.TargetPort : packet.SourcePort),
        ["remotePort"] = Text(inbound ? packet.SourcePort : packet.TargetPort),
        ["localIPAddress"] = here,
        ["remoteIPAddress"] = there,
    });

    private Task<JsonNode> NextHopAsync(string group, Card card, string target) => AskAsync(group + "/providers/Microsoft.Network/networkWatchers/w/nextHop", new()
    {
        ["targetResourceId"] = MachineOf(group, card),
        ["sourceIPAddress"] = card.Addresses.Find(a => a.IsSix == Six.Is(target))?.Private,
        ["destinationIPAddress"] = target,
    });

    private async Task<JsonNode> AskAsync(string path, JsonObject? question = null)
        => (await lab.AskAsync(path, question?.ToJsonString())).Expect(200).Json;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
