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
        Assert.Equal(("contoso.trafficmanager.net", 60, "Enabled", "Online"), ((string?)made["properties"]!["dnsConfig"]!["fqdn"], (int?)made["properties"]!["dnsConfig"]!["ttl"],
            (string?)made["properties"]!["profileStatus"], (string?)made["properties"]!["monitorConfig"]!["profileMonitorStatus"]));
        var azure = await cloud.SucceedAsync("PUT", NetworkCloud.Id(Path + "/azureEndpoints/b"), $$$"""{"properties":{"targetResourceId":"{{{NetworkCloud.Id("publicIPAddresses/p")}}}"}}""");
        Assert.Equal(("web.eastus.cloudapp.azure.com", 2, "Microsoft.Network/trafficManagerProfiles/azureEndpoints", "Unmonitored"), ((string?)azure["properties"]!["target"],
            (int?)azure["properties"]!["priority"], (string?)azure["type"], (string?)azure["properties"]!["endpointMonitorStatus"]));
        await cloud.UntilAsync(() => cloud.IsApplied(Path) && cloud.Item<TrafficItem>(Path)?.Endpoints.Count == 2);
        Assert.Equal(["www.example.org", "web.eastus.cloudapp.azure.com"], cloud.Item<TrafficItem>(Path)!.Endpoints.Select(e => e.Target));

        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Path + "/externalEndpoints/a"), """{"properties":{"target":"www.example.org","endpointStatus":"Disabled"}}""");
        await cloud.UntilAsync(() => cloud.Item<TrafficItem>(Path)?.Endpoints is [{ Name: "b" }]);
        Assert.Equal(200, (await cloud.SendAsync("DELETE", NetworkCloud.Id(Path + "/azureEndpoints/b"))).Status);
        Assert.Equal(["a"], (await cloud.GetAsync(NetworkCloud.Id(Path)))["properties"]!["endpoints"]!.AsArray().Select(e => (string?)e!["name"]));
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
    [InlineData("many values of names", "new", "MultiValue", """{"name":"e","type":"x/externalEndpoints","properties":{"target":"a.b"}}""", "BadRequest")]
    [InlineData("an Azure endpoint of nothing", "new", "Priority", """{"name":"e","type":"x/azureEndpoints","properties":{}}""", "BadRequest")]
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
