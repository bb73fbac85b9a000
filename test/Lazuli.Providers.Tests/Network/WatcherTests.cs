using System.Text.Json.Nodes;
using Lazuli.Engines.Node;

namespace Lazuli.Providers.Tests.Network;

/// <summary>What a watcher has below it, and what it says of connections, as clients see it.</summary>
public sealed class WatcherTests
{
    private const string Watcher = "networkWatchers/w";

    [Fact]
    public async Task A_capture_runs_is_stopped_for_good_and_can_be_fetched()
    {
        await using var cloud = await MachinesAsync();
        var path = NetworkCloud.Id($"{Watcher}/packetCaptures/c");
        var made = await cloud.SucceedAsync("PUT", path, Capture("\"filters\":[{\"protocol\":\"TCP\",\"localPort\":\"22;80-90\"}],\"bytesToCapturePerPacket\":64"));
        Assert.Equal((64, 1073741824, 18000), ((int?)made["properties"]!["bytesToCapturePerPacket"], (int?)made["properties"]!["totalBytesPerSession"], (int?)made["properties"]!["timeLimitInSeconds"]));
        var item = cloud.Item<PacketCaptureItem>($"{Watcher}/packetCaptures/c");
        Assert.Equal((64, "22;80-90", "TCP"), (item?.BytesPerPacket, item?.Filters[0].LocalPorts, item?.Filters[0].Protocol));
        Assert.Equal("Running", (string?)(await cloud.AskAsync(path + "/queryStatus"))["packetCaptureStatus"]);
        var file = await cloud.SendAsync("GET", path + "/download");
        Assert.Equal((200, 24, 404), (file.Status, file.Content().Length, (await cloud.SendAsync("GET", NetworkCloud.Id($"{Watcher}/packetCaptures/none/download"))).Status));

        Assert.Equal(["PropertyChangeNotAllowed"], await cloud.CodesAsync("PUT", path, Capture("\"timeLimitInSeconds\":5")));
        await PostAsync(cloud, path + "/stop");
        await cloud.UntilAsync(() => cloud.Item<PacketCaptureItem>($"{Watcher}/packetCaptures/c")?.Stopped == true);
        await cloud.SucceedAsync("PUT", path, Capture("\"filters\":[{\"protocol\":\"TCP\",\"localPort\":\"22;80-90\"}],\"bytesToCapturePerPacket\":64"));
        var status = await cloud.AskAsync(path + "/queryStatus");
        Assert.Equal(("Stopped", "Manual"), ((string?)status["packetCaptureStatus"], (string?)status["stopReason"]));
        Assert.Equal(["CannotDeleteResource"], await cloud.CodesAsync("DELETE", NetworkCloud.Id(Watcher)));
        await cloud.SucceedAsync("DELETE", path);
        await cloud.SucceedAsync("DELETE", NetworkCloud.Id(Watcher));
    }

    [Fact]
    public async Task A_flow_log_tells_the_machine_what_to_watch()
    {
        await using var cloud = await MachinesAsync();
        var path = NetworkCloud.Id($"{Watcher}/flowLogs/f");
        var made = await cloud.SucceedAsync("PUT", path, Log("networkSecurityGroups/g", ",\"format\":{\"version\":2},\"retentionPolicy\":{\"enabled\":true,\"days\":3}"));
        Assert.Equal(("JSON", true), ((string?)made["properties"]!["format"]!["type"], (bool?)made["properties"]!["enabled"]));
        Assert.NotNull((string?)made["properties"]!["targetResourceGuid"]);
        var item = cloud.Item<FlowLogItem>($"{Watcher}/flowLogs/f");
        Assert.Equal((NetworkCloud.Id("networkSecurityGroups/g"), 2, 3, true, "logs"), (item?.TargetId, item?.Version, item?.RetentionDays, item?.Enabled, item?.Account));
        Assert.Equal(["FlowLogAlreadyExists"], await cloud.CodesAsync("PUT", NetworkCloud.Id($"{Watcher}/flowLogs/other"), Log("networkSecurityGroups/g")));
        await cloud.SucceedAsync("PUT", path, Log("networkSecurityGroups/g", ",\"enabled\":false"));
        Assert.Equal((false, item?.Guid), (cloud.Item<FlowLogItem>($"{Watcher}/flowLogs/f")?.Enabled, cloud.Item<FlowLogItem>($"{Watcher}/flowLogs/f")?.Guid));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id($"{Watcher}/flowLogs/subnet"), Log("virtualNetworks/v/subnets/a"));
        await cloud.SucceedAsync("DELETE", path);
        Assert.Null(cloud.Item<FlowLogItem>($"{Watcher}/flowLogs/f"));
    }

    [Theory]
    [InlineData("", 1, 0)]
    [InlineData(""","format":{"type":"JSON","version":1},"retentionPolicy":{"enabled":true,"days":90}""", 1, 90)]
    [InlineData(""","format":{"version":2},"retentionPolicy":{"enabled":true,"days":0}""", 2, 0)]
    [InlineData(""","format":{},"retentionPolicy":{"enabled":false,"days":30}""", 1, 0)]
    public async Task A_flow_log_has_the_first_form_and_is_kept_for_ever_unless_told(string more, int version, int days)
    {
        await using var cloud = await MachinesAsync();
        var made = await cloud.SucceedAsync("PUT", NetworkCloud.Id($"{Watcher}/flowLogs/f"), Log("networkSecurityGroups/g", more));
        var item = cloud.Item<FlowLogItem>($"{Watcher}/flowLogs/f");
        Assert.Equal((version, days, version), (item?.Version, item?.RetentionDays, (int?)made["properties"]!["format"]!["version"]));
        Assert.NotNull((bool?)made["properties"]!["retentionPolicy"]!["enabled"]);
    }

    [Fact]
    public async Task A_connection_monitor_has_a_test_for_each_way_starts_and_stops()
    {
        await using var cloud = await MachinesAsync();
        var path = NetworkCloud.Id($"{Watcher}/connectionMonitors/c");
        var made = await cloud.SucceedAsync("PUT", path, "{\"location\":\"eastus\",\"properties\":{\"endpoints\":[{\"name\":\"m\",\"resourceId\":\"" + NetworkCloud.Vm("m")
            + "\"},{\"name\":\"o\",\"resourceId\":\"" + NetworkCloud.Vm("o") + "\"},{\"name\":\"x\",\"type\":\"ExternalAddress\",\"address\":\"example.org\"}],"
            + "\"testConfigurations\":[{\"name\":\"ssh\",\"protocol\":\"Tcp\",\"tcpConfiguration\":{\"port\":22}},{\"name\":\"ping\",\"protocol\":\"Icmp\",\"testFrequencySec\":30}],"
            + "\"testGroups\":[{\"name\":\"g\",\"sources\":[\"m\"],\"destinations\":[\"o\",\"x\"],\"testConfigurations\":[\"ssh\",\"ping\"]}]}}");
        Assert.Equal(("MultiEndpoint", "Running"), ((string?)made["properties"]!["connectionMonitorType"], (string?)made["properties"]!["monitoringStatus"]));
        var tests = cloud.Item<ConnectionMonitorItem>($"{Watcher}/connectionMonitors/c")?.Tests ?? [];
        Assert.Equal([("10.0.0.5", 22, 60), ("10.0.0.5", 0, 30), ("example.org", 22, 60), ("example.org", 0, 30)], tests.Select(t => (t.Destination, t.Port, t.FrequencySeconds)));
        Assert.All(tests, t => Assert.Equal("10.0.0.4", t.Source));
        await PostAsync(cloud, path + "/stop");
        await cloud.UntilAsync(() => cloud.Item<ConnectionMonitorItem>($"{Watcher}/connectionMonitors/c")?.Running == false);
        Assert.Equal("Stopped", (string?)(await cloud.GetAsync(path))["properties"]!["monitoringStatus"]);
        Assert.Equal("Unknown", (string?)(await cloud.AskAsync(path + "/query"))["sourceStatus"]);
        await cloud.SucceedAsync("DELETE", path);
    }

    [Fact]
    public async Task The_way_of_a_connection_is_told_with_what_stands_against_it()
    {
        await using var cloud = await MachinesAsync();
        async Task<JsonNode> Check(string destination, int port = 80)
            => await cloud.AskAsync(NetworkCloud.Id(Watcher) + "/connectivityCheck", "{\"source\":{\"resourceId\":\"" + NetworkCloud.Vm("m") + "\"},\"destination\":{" + destination + ",\"port\":" + port + "}}");
        var refused = await Check("\"resourceId\":\"" + NetworkCloud.Vm("o") + "\"");
        Assert.Equal("Unreachable", (string?)refused["connectionStatus"]);
        var hops = refused["hops"]!.AsArray();
        Assert.Equal(["Source", "VnetLocal"], hops.Select(h => (string?)h!["type"]));
        Assert.Equal((string?)hops[1]!["id"], (string?)hops[0]!["nextHopIds"]![0]);
        Assert.Equal(("Inbound", "NetworkSecurityRule", "UserRule_web"), ((string?)hops[1]!["issues"]![0]!["origin"], (string?)hops[1]!["issues"]![0]!["type"], (string?)hops[1]!["issues"]![0]!["context"]![0]!["value"]));
        var open = await Check("\"address\":\"10.0.0.5\"", 22);
        Assert.Equal(("Unknown", 0), ((string?)open["connectionStatus"], (int?)open["probesSent"]));
        Assert.All(open["hops"]!.AsArray(), h => Assert.Empty(h!["issues"]!.AsArray()));

        var routed = await Check("\"address\":\"10.77.0.1\"");
        Assert.Equal(["Source", "VirtualAppliance"], routed["hops"]!.AsArray().Select(h => (string?)h!["type"]));
        Assert.Equal("UserDefinedRoute", (string?)routed["hops"]![1]!["issues"]![0]!["type"]);
        Assert.Equal("DnsResolution", (string?)(await Check("\"address\":\"nowhere.example\""))["hops"]![0]!["issues"]![0]!["type"]);
        Assert.Equal(["Source", "Internet"], (await Check("\"address\":\"8.8.8.8\""))["hops"]!.AsArray().Select(h => (string?)h!["type"]));
    }

    [Fact]
    public async Task Diagnostics_name_the_groups_and_rules_that_judge_traffic()
    {
        await using var cloud = await MachinesAsync();
        var answer = await cloud.AskAsync(NetworkCloud.Id(Watcher) + "/networkConfigurationDiagnostic", "{\"targetResourceId\":\"" + NetworkCloud.Vm("o") + "\",\"profiles\":["
            + "{\"direction\":\"Inbound\",\"protocol\":\"TCP\",\"source\":\"10.0.0.4\",\"destination\":\"10.0.0.5\",\"destinationPort\":\"80\"},"
            + "{\"direction\":\"Inbound\",\"protocol\":\"TCP\",\"source\":\"VirtualNetwork\",\"destination\":\"10.0.0.5\",\"destinationPort\":\"22\"},"
            + "{\"direction\":\"Inbound\",\"protocol\":\"TCP\",\"source\":\"Internet\",\"destination\":\"*\",\"destinationPort\":\"22\"}]}");
        var results = answer["results"]!.AsArray().Select(r => r!["networkSecurityGroupResult"]!).ToList();
        Assert.Equal(["Deny", "Allow", "Deny"], results.Select(r => (string?)r["securityRuleAccessResult"]));
        var groups = results.Select(r => r["evaluatedNetworkSecurityGroups"]![0]!).ToList();
        Assert.Equal(["UserRule_web", "DefaultRule_AllowVnetInBound", "DefaultRule_DenyAllInBound"], groups.Select(g => (string?)g["matchedRule"]!["ruleName"]));
        Assert.All(groups, g => Assert.Equal(NetworkCloud.Id("networkInterfaces/o"), (string?)g["appliedTo"]));
        Assert.Equal((true, false), ((bool?)groups[1]["rulesEvaluationResult"]![0]!["protocolMatched"], (bool?)groups[1]["rulesEvaluationResult"]![0]!["destinationPortMatched"]));
    }

    private static async Task<JsonNode> PostAsync(NetworkCloud cloud, string path, string body = "")
    {
        var response = await cloud.SendAsync("POST", path, body);
        Assert.True(response.Status < 300, $"{path}: {response.Status} {System.Text.Encoding.UTF8.GetString(response.Content().Span)}");
        return response.Content().IsEmpty ? new JsonObject() : NetworkCloud.Parse(response);
    }

    private static string Capture(string more) => "{\"properties\":{\"target\":\"" + NetworkCloud.Vm("m") + "\",\"storageLocation\":{\"filePath\":\"/var/captures/x.cap\"}," + more + "}}";

    private static string Log(string target, string more = "")
        => "{\"location\":\"eastus\",\"properties\":{\"targetResourceId\":\"" + NetworkCloud.Id(target) + "\",\"storageId\":\"" + NetworkCloud.Group + "/providers/Microsoft.Storage/storageAccounts/logs\"" + more + "}}";

    /// <summary>Two machines; the second's group keeps port 80 closed; a route to an appliance that isn't there.</summary>
    private static async Task<NetworkCloud> MachinesAsync()
    {
        var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("routeTables/t"), """
            {"location":"eastus","properties":{"routes":[{"name":"r","properties":{"addressPrefix":"10.77.0.0/16","nextHopType":"VirtualAppliance","nextHopIpAddress":"10.0.0.9"}}]}}
            """);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/g"), """
            {"location":"eastus","properties":{"securityRules":[{"name":"web","properties":{"priority":100,"direction":"Inbound","access":"Deny","protocol":"Tcp",
              "sourcePortRange":"*","sourceAddressPrefix":"*","destinationAddressPrefix":"*","destinationPortRange":"80"}}]}}
            """);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), $$$$"""
            {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[{"name":"a","properties":{"addressPrefix":"10.0.0.0/24","routeTable":{"id":"{{{{NetworkCloud.Id("routeTables/t")}}}}"}}}]}}
            """);
        foreach (var (name, address, group) in new[] { ("m", "10.0.0.4", (string?)null), ("o", "10.0.0.5", "networkSecurityGroups/g") })
        {
            await cloud.SucceedAsync("PUT", NetworkCloud.Id($"networkInterfaces/{name}"), NetworkCloud.Nic(address: address, group: group));
            await cloud.SucceedAsync("PUT", NetworkCloud.Vm(name), "{\"location\":\"eastus\",\"properties\":{\"networkProfile\":{\"networkInterfaces\":[{\"id\":\"" + NetworkCloud.Id($"networkInterfaces/{name}") + "\"}]}}}");
        }

        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Watcher), """{"location":"eastus"}""");
        return cloud;
    }
}
