using System.Text.Json.Nodes;
using Lazuli.Engines.Dns;

namespace Lazuli.Providers.Tests.Network.Dns;

/// <summary>Traffic Manager profiles as their clients see them, and as the machine gets them.</summary>
public sealed class TrafficManagerTests
{
    private const string Path = "trafficManagerProfiles/t";

    [Fact]
    public async Task A_profile_and_its_endpoints_are_one_truth()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), """
            {"location":"eastus","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static","dnsSettings":{"domainNameLabel":"web"}}}
            """);
        var made = await cloud.SucceedAsync("PUT", NetworkCloud.Id(Path), Profile("Priority", External("a", "www.example.org")));
        Assert.Equal(("contoso.trafficmanager.net", 60, "Enabled"), ((string?)made["properties"]!["dnsConfig"]!["fqdn"], (int?)made["properties"]!["dnsConfig"]!["ttl"],
            (string?)made["properties"]!["profileStatus"]));
        Assert.Contains((string?)made["properties"]!["monitorConfig"]!["profileMonitorStatus"], (string[])["CheckingEndpoints", "Online"]);
        var azure = await cloud.SucceedAsync("PUT", NetworkCloud.Id(Path + "/azureEndpoints/b"), $$$"""{"properties":{"targetResourceId":"{{{NetworkCloud.Id("publicIPAddresses/p")}}}"}}""");
        Assert.Equal(("web.eastus.cloudapp.azure.com", 2, "Microsoft.Network/trafficManagerProfiles/azureEndpoints"), ((string?)azure["properties"]!["target"],
            (int?)azure["properties"]!["priority"], (string?)azure["type"]));
        Assert.Contains((string?)azure["properties"]!["endpointMonitorStatus"], (string[])["CheckingEndpoint", "Online"]);
        await cloud.UntilAsync(() => cloud.IsApplied(Path) && cloud.Item<TrafficItem>(Path)?.Endpoints.Count == 2);
        Assert.Equal(["www.example.org", "web.eastus.cloudapp.azure.com"], cloud.Item<TrafficItem>(Path)!.Endpoints.Select(e => e.Target));

        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Path + "/externalEndpoints/a"), """{"properties":{"target":"www.example.org","endpointStatus":"Disabled"}}""");
        await cloud.UntilAsync(() => cloud.Item<TrafficItem>(Path)?.Endpoints is [{ Name: "b" }]);
        Assert.Equal(200, (await cloud.SendAsync("DELETE", NetworkCloud.Id(Path + "/azureEndpoints/b"))).Status);
        Assert.Equal(["a"], (await cloud.GetAsync(NetworkCloud.Id(Path)))["properties"]!["endpoints"]!.AsArray().Select(e => (string?)e!["name"]));
    }

    [Fact]
    public async Task How_endpoints_are_is_shown_and_goes_up_to_the_profiles_above()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Path), Profile("Priority", External("a", "198.18.0.4") + "," + External("b", "198.18.0.5")));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("trafficManagerProfiles/outer"), Profile("Priority", $$$"""
            {"name":"n","type":"Microsoft.Network/trafficManagerProfiles/nestedEndpoints","properties":{"targetResourceId":"{{{NetworkCloud.Id(Path)}}}","minChildEndpoints":2}}
            """).Replace("contoso", "outer", StringComparison.Ordinal));
        await IsAsync(cloud, Path, "Online", "Online Online");
        await IsAsync(cloud, "trafficManagerProfiles/outer", "Online", "Online");

        cloud.Node.ReportEndpoint(NetworkCloud.Id(Path).ToLowerInvariant(), "b", EndpointHealth.Degraded);
        await IsAsync(cloud, Path, "Degraded", "Online Degraded");
        await IsAsync(cloud, "trafficManagerProfiles/outer", "Degraded", "Degraded");

        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Path + "/externalEndpoints/b"), """{"properties":{"target":"198.18.0.5","alwaysServe":"Enabled"}}""");
        await IsAsync(cloud, Path, "Online", "Online Unmonitored");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Path + "/externalEndpoints/b"), """{"properties":{"target":"198.18.0.5","endpointStatus":"Disabled"}}""");
        await IsAsync(cloud, Path, "Online", "Online Disabled");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Path), Profile("Priority", External("a", "198.18.0.4")).Replace("\"properties\":{\"traffic", "\"properties\":{\"profileStatus\":\"Disabled\",\"traffic", StringComparison.Ordinal));
        await IsAsync(cloud, Path, "Disabled", "Inactive");
        await IsAsync(cloud, "trafficManagerProfiles/outer", "Inactive", "Stopped");

        static async Task IsAsync(NetworkCloud cloud, string path, string profile, string endpoints)
        {
            var found = "";
            for (var i = 0; i < 200 && found != $"{profile}: {endpoints}"; i++)
            {
                var properties = (await cloud.GetAsync(NetworkCloud.Id(path)))["properties"]!;
                found = $"{(string?)properties["monitorConfig"]!["profileMonitorStatus"]}: {string.Join(' ', properties["endpoints"]!.AsArray().Select(e => (string?)e!["properties"]!["endpointMonitorStatus"]))}";
                await Task.Delay(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
            }

            Assert.Equal($"{profile}: {endpoints}", found);
        }
    }

    [Fact]
    public async Task The_monitor_and_headers_are_on_the_machine()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Path), """
            {"location":"global","properties":{"trafficRoutingMethod":"Priority","dnsConfig":{"relativeName":"contoso","ttl":5},
              "monitorConfig":{"protocol":"HTTPS","port":8443,"path":"/health?x=1","intervalInSeconds":10,"timeoutInSeconds":5,"toleratedNumberOfFailures":0,
                "customHeaders":[{"name":"host","value":"contoso.com"}],"expectedStatusCodeRanges":[{"min":200,"max":299},{"min":301,"max":301}]},
              "endpoints":[{"name":"a","type":"Microsoft.Network/trafficManagerProfiles/externalEndpoints","properties":{"target":"198.18.0.4","customHeaders":[{"name":"x","value":"y"}]}}]}}
            """);
        await cloud.UntilAsync(() => cloud.Item<TrafficItem>(Path) is not null);
        var item = cloud.Item<TrafficItem>(Path)!;
        Assert.Equal(("https", 8443, "/health?x=1", 10, 5, 0), (item.Monitor.Protocol, item.Monitor.Port, item.Monitor.Path, item.Monitor.IntervalSeconds, item.Monitor.TimeoutSeconds, item.Monitor.Tolerated));
        Assert.Equal([new("host", "contoso.com")], item.Monitor.Headers);
        Assert.Equal([new(200, 299), new(301, 301)], item.Monitor.Expected);
        Assert.Equal([new("x", "y")], Assert.Single(item.Endpoints).Headers);
    }

    [Fact]
    public async Task The_regions_that_endpoints_may_have_are_told()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        var world = (await cloud.GetAsync("/providers/Microsoft.Network/trafficManagerGeographicHierarchies/default"))["properties"]!["geographicHierarchy"]!;
        Assert.Equal(("WORLD", "World"), ((string?)world["code"], (string?)world["name"]));
        Assert.Equal(["GEO-EU", "GEO-ME", "GEO-NA", "GEO-AS", "GEO-AF", "GEO-AN", "GEO-SA", "GEO-AP"], world["regions"]!.AsArray().Select(r => (string?)r!["code"]));
        var britain = world["regions"]![0]!["regions"]!.AsArray().Single(r => (string?)r!["code"] == "GB")!;
        Assert.Equal(["England", "Northern Ireland", "Scotland", "Wales"], britain["regions"]!.AsArray().Select(r => (string?)r!["name"]));
        Assert.Equal(51, world["regions"]![2]!["regions"]!.AsArray().Single(r => (string?)r!["code"] == "US")!["regions"]!.AsArray().Count);
        Assert.InRange((await cloud.SendAsync("GET", NetworkCloud.Id(Path + "/heatMaps/default"))).Status, 400, 404);
    }

    [Fact]
    public async Task Whether_a_name_is_free_is_told()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Path), Profile("Priority"));
        foreach (var (name, reason) in new[] { ("contoso", "AlreadyExists"), ("Contoso", "AlreadyExists"), ("other", null), ("a b", "Name not valid") })
        {
            var answer = NetworkCloud.Parse(await cloud.SendAsync(
                "POST", "/providers/Microsoft.Network/checkTrafficManagerNameAvailability", $$"""{"name":"{{name}}","type":"Microsoft.Network/trafficManagerProfiles"}"""));
            Assert.Equal((reason is null, reason), ((bool)answer["nameAvailable"]!, (string?)answer["reason"]));
        }
    }

    [Theory]
    [InlineData("a name that is none", "a b", "Priority", "", "BadRequest")]
    [InlineData("a name in use", "taken", "Priority", "", "Conflict")]
    [InlineData("no such method", "new", "Luck", "", "InvalidParameter")]
    [InlineData("a target that is none", "new", "Priority", """{"name":"e","type":"x/externalEndpoints","properties":{"target":"a b"}}""", "BadRequest")]
    [InlineData("a kind that is none", "new", "Priority", """{"name":"e","type":"x/otherEndpoints","properties":{"target":"a.b"}}""", "BadRequest")]
    [InlineData("a weight too high", "new", "Priority", """{"name":"e","type":"x/externalEndpoints","properties":{"target":"a.b","weight":1001}}""", "InvalidParameter")]
    [InlineData("one priority twice", "new", "Priority", """{"name":"e","type":"x/externalEndpoints","properties":{"target":"a.b","priority":1}},{"name":"f","type":"x/externalEndpoints","properties":{"target":"a.c","priority":1}}""", "BadRequest")]
    [InlineData("one target twice", "new", "Priority", """{"name":"e","type":"x/externalEndpoints","properties":{"target":"a.b"}},{"name":"f","type":"x/externalEndpoints","properties":{"target":"a.b"}}""", "BadRequest")]
    [InlineData("no region", "new", "Geographic", """{"name":"e","type":"x/externalEndpoints","properties":{"target":"a.b"}}""", "BadRequest")]
    [InlineData("a region that is none", "new", "Geographic", """{"name":"e","type":"x/externalEndpoints","properties":{"target":"a.b","geoMapping":["XX"]}}""", "BadRequest")]
    [InlineData("many values of names", "new", "MultiValue", """{"name":"e","type":"x/externalEndpoints","properties":{"target":"a.b"}}""", "BadRequest")]
    [InlineData("an Azure endpoint of nothing", "new", "Priority", """{"name":"e","type":"x/azureEndpoints","properties":{}}""", "BadRequest")]
    [InlineData("a nested profile with nothing", "new", "Priority", """{"name":"e","type":"x/nestedEndpoints","properties":{"targetResourceId":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/trafficManagerProfiles/none"}}""", "InvalidResourceReference")]
    [InlineData("a header of no name", "new", "Priority", """{"name":"e","type":"x/externalEndpoints","properties":{"target":"a.b","customHeaders":[{"name":"a b","value":"c"}]}}""", "BadRequest")]
    [InlineData("a subnet that is none", "new", "Subnet", """{"name":"e","type":"x/externalEndpoints","properties":{"target":"a.b","subnets":[{"first":"10.0.0.0","scope":300}]}}""", "BadRequest")]
    public async Task What_Azure_refuses_is_refused(string why, string name, string method, string endpoints, string code)
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("trafficManagerProfiles/other"), Profile("Priority").Replace("contoso", "taken", StringComparison.Ordinal));
        var codes = await cloud.CodesAsync("PUT", NetworkCloud.Id(Path), Profile(method, endpoints).Replace("contoso", name, StringComparison.Ordinal));
        Assert.True(codes.Contains(code), $"{why}: {string.Join(' ', codes)}");
    }

    private static string Profile(string method, string endpoints = "") => $$$"""
        {"location":"global","properties":{"trafficRoutingMethod":"{{{method}}}","dnsConfig":{"relativeName":"contoso"},"monitorConfig":{"protocol":"HTTP","port":80,"path":"/"},"endpoints":[{{{endpoints}}}]}}
        """;

    private static string External(string name, string target) => new JsonObject
    {
        ["name"] = name,
        ["type"] = "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
        ["properties"] = new JsonObject { ["target"] = target },
    }.ToJsonString();
}
