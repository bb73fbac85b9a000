using System.Net;
using System.Text;
using System.Xml.Linq;
using Lazuli.Engines.Node;
using Lazuli.Guest;
using Lazuli.Guest.WireServer;

namespace Lazuli.Engines.Tests.Guest;

public class WireServerTests
{
    private static string Ready(string container, string instance) =>
        $"""<?xml version="1.0" encoding="utf-8"?><Health xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><GoalStateIncarnation>1</GoalStateIncarnation><Container><ContainerId>{container}</ContainerId><RoleInstanceList><Role><InstanceId>{instance}</InstanceId><Health><State>Ready</State></Health></Role></RoleInstanceList></Container></Health>""";

    [Fact]
    public async Task An_agent_gets_from_versions_to_a_ready_report()
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        using var client = host.Client("a", GuestSamples.Web1, GuestSamples.WireServer);
        var versions = XElement.Parse(await client.GetStringAsync("/?comp=versions", TestContext.Current.CancellationToken));
        Assert.Contains("2012-11-30", versions.Element("Supported")!.Elements("Version").Select(v => v.Value));

        var state = XElement.Parse(await client.GetStringAsync("/machine/?comp=goalstate", TestContext.Current.CancellationToken));
        Assert.Equal("1", state.Element("Incarnation")!.Value);
        Assert.Equal("Started", state.Element("Machine")!.Element("ExpectedState")!.Value);
        var container = state.Element("Container")!;
        var role = container.Element("RoleInstanceList")!.Element("RoleInstance")!;
        var configuration = role.Element("Configuration")!;
        Assert.Null(configuration.Element("Certificates"));

        var hosting = XElement.Parse(await GetAsync(client, configuration, "HostingEnvironmentConfig"));
        Assert.Equal("_web1", hosting.Element("Incarnation")!.Attribute("instance")!.Value);
        Assert.Equal("_web1", hosting.Element("Role")!.Attribute("name")!.Value);
        Assert.NotNull(hosting.Element("Deployment")!.Attribute("name"));
        Assert.Equal("SharedConfig", XElement.Parse(await GetAsync(client, configuration, "SharedConfig")).Name.LocalName);
        Assert.Equal("FullConfig", XElement.Parse(await GetAsync(client, configuration, "FullConfig")).Name.LocalName);
        var extensions = XElement.Parse(await GetAsync(client, configuration, "ExtensionsConfig"));
        Assert.Equal("BlockBlob", extensions.Element("StatusUploadBlob")!.Attribute("statusBlobType")!.Value);
        Assert.Empty(extensions.Descendants("Plugin"));

        var answer = await PostAsync(client, "/machine?comp=health", Ready(container.Element("ContainerId")!.Value, role.Element("InstanceId")!.Value));
        Assert.Equal(HttpStatusCode.OK, answer);
        Assert.Equal([new GuestHealth { VmKey = "vm1", State = GuestState.Ready }], host.Health);
    }

    [Fact]
    public async Task A_failure_comes_with_its_reason_cleaned()
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        using var client = host.Client("a", GuestSamples.Web2, GuestSamples.WireServer);
        var body = Ready(new GoalState(GuestSamples.Vnet().Vms[1]).ContainerId, "x")
            .Replace("<State>Ready</State>", "<State>NotReady</State><Details><SubStatus>ProvisioningFailed</SubStatus><Description>no &lt;user&gt;\u0085 made" + new string('x', 9000) + "</Description></Details>", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(client, "/machine?comp=health", body));
        Assert.True(host.Health.TryDequeue(out var health));
        Assert.Equal(("vm2", GuestState.NotReady, "ProvisioningFailed"), (health.VmKey, health.State, health.SubStatus));
        Assert.StartsWith("no <user> made", health.Detail, StringComparison.Ordinal);
        Assert.Equal(4096, health.Detail!.Length);
    }

    [Theory]
    [InlineData("not xml", 400)]
    [InlineData("<Health><State>Dancing</State></Health>", 400)]
    [InlineData("<Other><State>Ready</State></Other>", 400)]
    [InlineData("<!DOCTYPE Health [<!ENTITY a \"b\">]><Health><State>&a;</State></Health>", 400)]
    [InlineData("<Health><Container><ContainerId>00000000-0000-0000-0000-000000000000</ContainerId></Container><State>Ready</State></Health>", 410)]
    public async Task A_report_that_is_none_is_refused(string body, int status)
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        using var client = host.Client("a", GuestSamples.Web1, GuestSamples.WireServer);
        Assert.Equal(status, (int)await PostAsync(client, "/machine?comp=health", body));
        Assert.Empty(host.Health);
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_refused()
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        using var client = host.Client("a", GuestSamples.Web1, GuestSamples.WireServer);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(client, "/machine?comp=health", new string(' ', HealthReport.MaxBytes + 1)));
    }

    [Theory]
    [InlineData("/machine?comp=roleProperties", 202)]
    [InlineData("/machine?comp=telemetrydata", 200)]
    [InlineData("/HealthService", 200)]
    [InlineData("/machine?comp=unknown", 400)]
    [InlineData("/nothing", 404)]
    public async Task What_agents_post_is_taken(string path, int status)
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        using var client = host.Client("a", GuestSamples.Web1, GuestSamples.WireServer);
        Assert.Equal(status, (int)await PostAsync(client, path, "<a/>"));
    }

    [Fact]
    public async Task The_configuration_of_another_container_is_gone()
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        using var client = host.Client("a", GuestSamples.Web1, GuestSamples.WireServer);
        var answer = await client.GetAsync("/machine/00000000-0000-0000-0000-000000000000/x?comp=config&type=sharedConfig&incarnation=1", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Gone, answer.StatusCode);
    }

    [Fact]
    public void Ids_are_the_same_after_a_restart_and_differ_between_machines()
    {
        var vm = GuestSamples.Vm("vm1", "web1", "nic1");
        Assert.Equal(new GoalState(vm).Document().ToString(), new GoalState(vm).Document().ToString());
        Assert.NotEqual(new GoalState(vm).ContainerId, new GoalState(vm with { VmId = Guid.Empty }).ContainerId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_host_plugin_learns_the_agent_s_version_and_system(bool pageBlob)
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        using var client = host.Client("a", GuestSamples.Web1, GuestSamples.HostPlugin);
        client.DefaultRequestHeaders.Add("x-ms-containerid", new GoalState(GuestSamples.Vnet().Vms[0]).ContainerId);
        Assert.Contains("2015-09-01", await client.GetStringAsync("/versions", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var blob = """{"version":"1.1","timestampUTC":"2026-11-20T08:00:00Z","aggregateStatus":{"guestAgentStatus":{"version":"2.7.3.0","status":"Ready","formattedMessage":{"lang":"en-US","message":"Guest Agent is running"}},"handlerAggregateStatus":[]},"guestOSInfo":{"computerName":"web1","osName":"debian","osVersion":"12.8","version":"2.7.3.0"}}""";
        var content = Convert.ToBase64String(Encoding.UTF8.GetBytes(pageBlob ? blob.PadRight(512) + new string('\0', 10) : blob));
        Assert.Equal(HttpStatusCode.OK, await PutAsync(client, "/status", """{"requestUri":"http://x","headers":[]}"""));
        Assert.Empty(host.Agents);
        Assert.Equal(HttpStatusCode.OK, await PutAsync(client, "/status", $$"""{"requestUri":"http://x","headers":[],"content":"{{content}}"}"""));
        Assert.Equal([new GuestAgent { VmKey = "vm1", AgentVersion = "2.7.3.0", AgentStatus = "Ready", OsName = "debian", OsVersion = "12.8", ComputerName = "web1" }], host.Agents);
    }

    [Theory]
    [InlineData("GET", "/health", 200)]
    [InlineData("GET", "/vmSettings", 404)]
    [InlineData("GET", "/extensionArtifact", 404)]
    [InlineData("PUT", "/vmAgentLog", 200)]
    [InlineData("PUT", "/versions", 405)]
    [InlineData("GET", "/anything", 404)]
    public async Task The_host_plugin_answers_as_the_agent_expects(string method, string path, int status)
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        using var client = host.Client("a", GuestSamples.Web1, GuestSamples.HostPlugin);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        Assert.Equal(status, (int)(await client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_stale_container_is_told_to_look_again()
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        using var client = host.Client("a", GuestSamples.Web1, GuestSamples.HostPlugin);
        client.DefaultRequestHeaders.Add("x-ms-containerid", "old");
        Assert.Equal(HttpStatusCode.Gone, (await client.GetAsync("/versions", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public void No_bytes_break_the_parsers_of_reports()
    {
        var random = new Random(7);
        var health = Encoding.UTF8.GetBytes(Ready("c", "i"));
        var status = """{"content":"eyJndWVzdE9TSW5mbyI6eyJvc05hbWUiOiJkZWJpYW4ifX0="}"""u8.ToArray();
        Assert.NotNull(HealthReport.Parse(health));
        Assert.NotNull(AgentStatus.Parse("v", status));
        for (var i = 0; i < 10_000; i++)
        {
            HealthReport.Parse(Mutate.Bytes(random, health));
            AgentStatus.Parse("v", Mutate.Bytes(random, status));
        }
    }

    private static Task<string> GetAsync(HttpClient client, XElement configuration, string name) =>
        client.GetStringAsync(new Uri(configuration.Element(name)!.Value).PathAndQuery, TestContext.Current.CancellationToken);

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "text/xml");
        return (await client.PostAsync(path, content, TestContext.Current.CancellationToken)).StatusCode;
    }

    private static async Task<HttpStatusCode> PutAsync(HttpClient client, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return (await client.PutAsync(path, content, TestContext.Current.CancellationToken)).StatusCode;
    }
}
