using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Lazuli.Guest.Http;

namespace Lazuli.Engines.Tests.Guest;

public class ImdsTests
{
    [Theory]
    [InlineData("instance/compute/vmId?api-version=2017-08-01&format=text", "02aab8a4-74ef-476e-8182-f6d2ba4166a6")]
    [InlineData("instance/compute/name?api-version=2021-02-01&format=text", "web1")]
    [InlineData("instance/compute/location?api-version=2025-04-07&format=text", "westeurope")]
    [InlineData("instance/compute/tags?api-version=2021-02-01&format=text", "baz:<ü&>;foo:bar")]
    [InlineData("instance/compute/tagsList/1/value?api-version=2021-02-01&format=text", "bar")]
    [InlineData("instance/compute/userData?api-version=2021-01-01&format=text", "dXNlcg==")]
    [InlineData("instance/compute/azEnvironment?api-version=2018-10-01&format=text", "AzurePublicCloud")]
    [InlineData("instance/compute/osProfile/disablePasswordAuthentication?api-version=2020-10-01&format=text", "true")]
    [InlineData("instance/compute/publicKeys/0/keyData?api-version=2018-04-02&format=text", "ssh-ed25519 AAAA alice")]
    [InlineData("instance/compute/storageProfile/osDisk/diskSizeGB?api-version=2019-06-01&format=text", "30")]
    [InlineData("instance/compute/storageProfile/dataDisks/0/lun?api-version=2019-06-01&format=text", "3")]
    [InlineData("instance/compute/zone?api-version=2017-12-01&format=text", "1")]
    [InlineData("instance/network/interface/0/macAddress?api-version=2017-04-02&format=text", "000D3A010203")]
    [InlineData("instance/network/interface/0/ipv4/ipAddress/0/privateIpAddress?api-version=2017-04-02&format=text", "127.0.1.4")]
    [InlineData("instance/network/interface/0/ipv4/ipAddress/0/publicIpAddress?api-version=2017-04-02&format=text", "203.0.113.7")]
    [InlineData("instance/network/interface/0/ipv4/ipAddress/1/privateIpAddress?api-version=2017-04-02&format=text", "127.0.1.9")]
    [InlineData("instance/network/interface/0/ipv4/subnet/0/address?api-version=2017-04-02&format=text", "127.0.1.0")]
    [InlineData("instance/network/interface/0/ipv4/subnet/0/prefix?api-version=2017-04-02&format=text", "24")]
    [InlineData("instance/network/interface/0/ipv6/ipAddress/0/privateIpAddress?api-version=2017-04-02&format=text", "fd00::4")]
    [InlineData("instance?api-version=2021-02-01&format=text", "compute/\nnetwork/")]
    [InlineData("INSTANCE/Compute/VMID?api-version=2021-02-01&format=Text", "02aab8a4-74ef-476e-8182-f6d2ba4166a6")]
    public async Task A_path_leads_to_its_value(string path, string expected)
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        Assert.Equal((HttpStatusCode.OK, expected), await GetAsync(host, path));
    }

    [Theory]
    [InlineData("instance/compute/userData?api-version=2020-12-01&format=text", 404, "Not found")]
    [InlineData("instance/compute/nothing?api-version=2021-02-01", 404, "Not found")]
    [InlineData("instance/network/interface/1?api-version=2021-02-01", 404, "Not found")]
    [InlineData("instance/network/interface/-1?api-version=2021-02-01", 404, "Not found")]
    [InlineData("instance/compute/vmId?api-version=2021-02-01", 400, "format=text")]
    [InlineData("instance?api-version=2021-02-01&format=xml", 400, "Supported formats")]
    [InlineData("instance?api-version=2021-02-01&api-version=2021-02-01", 400, "Duplicate")]
    [InlineData("instance", 400, "\"newest-versions\":[\"2025-04-07\",\"2024-07-17\",\"2024-03-15\"]")]
    [InlineData("instance?api-version=2021-02-02", 400, "newest-versions")]
    [InlineData("attested/document?api-version=2021-02-01", 404, "Not found")]
    [InlineData("loadbalancer?api-version=2020-10-01", 404, "No load balancer metadata is found")]
    [InlineData("loadbalancer?api-version=2019-11-01", 404, "Not found")]
    [InlineData("identity/oauth2/token?api-version=2018-02-01&resource=https://management.azure.com/", 400, "Identity not found")]
    [InlineData("identity/oauth2/token?api-version=2018-02-01", 400, "Required audience parameter")]
    [InlineData("nothing?api-version=2021-02-01", 404, "Not found")]
    public async Task What_is_not_there_is_refused(string path, int status, string contains)
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        var (code, body) = await GetAsync(host, path);
        Assert.Equal(status, (int)code);
        Assert.Contains(contains, body, StringComparison.Ordinal);
        Assert.NotNull(JsonNode.Parse(body)!["error"]);
    }

    [Fact]
    public async Task Each_version_shows_what_it_introduced_and_nothing_later()
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        var names = async (string version) => JsonNode.Parse((await GetAsync(host, "instance/compute?api-version=" + version)).Body)!.AsObject().Select(p => p.Key).ToArray();
        Assert.Equal(
            ["location", "name", "offer", "osType", "platformFaultDomain", "platformUpdateDomain", "publisher", "sku", "version", "vmId", "vmSize"],
            await names("2017-04-02"));
        Assert.DoesNotContain("osProfile", await names("2020-06-01"));
        Assert.Contains("osProfile", await names("2020-07-15"));
        Assert.DoesNotContain("physicalZone", await names("2023-07-01"));
        var newest = await names("2025-04-07");
        Assert.Contains("physicalZone", newest);
        Assert.Equal(newest.Order(StringComparer.OrdinalIgnoreCase), newest);
    }

    [Fact]
    public async Task Every_listed_version_is_served()
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        var versions = JsonNode.Parse((await GetAsync(host, "versions")).Body)!["apiVersions"]!.AsArray().Select(v => v!.ToString()).ToArray();
        Assert.Equal(35, versions.Length);
        Assert.Equal(versions.Order(StringComparer.Ordinal), versions);
        foreach (var version in versions.Take(12).Concat(versions.TakeLast(12)))
        {
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(host, "instance?api-version=" + version)).Status);
        }
    }

    [Fact]
    public async Task Provisioning_agents_are_told_of_custom_data_in_the_extended_form()
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        var extended = JsonNode.Parse((await GetAsync(host, "instance?api-version=2021-08-01&extended=true")).Body)!;
        Assert.True(extended["extended"]!["compute"]!["hasCustomData"]!.GetValue<bool>());
        Assert.Equal("None", extended["extended"]!["compute"]!["ppsType"]!.ToString());
        Assert.Null(JsonNode.Parse((await GetAsync(host, "instance?api-version=2021-08-01")).Body)!["extended"]);
    }

    [Fact]
    public async Task Only_scheduled_events_say_that_there_are_none()
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        var (status, body) = await GetAsync(host, "scheduledevents?api-version=2020-07-01");
        Assert.Equal((HttpStatusCode.OK, """{"DocumentIncarnation":1,"Events":[]}"""), (status, body));
    }

    [Fact]
    public async Task A_request_without_the_header_or_through_a_proxy_is_refused()
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        using var client = host.Client("a", GuestSamples.Web1, GuestSamples.Metadata);
        var bare = await client.GetAsync("metadata/instance?api-version=2021-02-01", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, bare.StatusCode);
        Assert.Contains("Required metadata header not specified", await bare.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        client.DefaultRequestHeaders.Add("Metadata", "True");
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "10.0.0.1");
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("metadata/instance?api-version=2021-02-01", TestContext.Current.CancellationToken)).StatusCode);
        client.DefaultRequestHeaders.Remove("X-Forwarded-For");
        using var nothing = new ByteArrayContent([]);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.PutAsync("metadata/instance?api-version=2021-02-01", nothing, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Guests_see_themselves_by_network_and_address_and_changes_at_once()
    {
        var b = GuestSamples.Vnet("b");
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet(), b with { Vms = [GuestSamples.Vm("vm9", "other", "nic1")] });
        const string Path = "instance/compute/name?api-version=2021-02-01&format=text";
        Assert.Equal("web1", (await GetAsync(host, Path)).Body);
        Assert.Equal("web2", (await GetAsync(host, Path, source: GuestSamples.Web2)).Body);
        Assert.Equal("other", (await GetAsync(host, Path, vnet: "b")).Body);

        await host.Services.ApplyAsync(b with { Vms = [GuestSamples.Vm("vm9", "renamed", "nic1")] }, TestContext.Current.CancellationToken);
        Assert.Equal("renamed", (await GetAsync(host, Path, vnet: "b")).Body);
    }

    [Fact]
    public async Task A_stranger_in_the_network_is_not_answered()
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetAsync(host, "versions", source: "127.0.1.77"));
    }

    [Fact]
    public async Task A_removed_network_answers_nobody_and_the_others_go_on()
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet(), GuestSamples.Vnet("b"));
        using var kept = host.Client("a", GuestSamples.Web1, GuestSamples.Metadata);
        kept.DefaultRequestHeaders.Add("Metadata", "true");
        await kept.GetAsync("metadata/versions", TestContext.Current.CancellationToken);

        await host.Services.RemoveAsync("a");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => kept.GetAsync("metadata/versions", TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(host, "versions", vnet: "b")).Status);
    }

    [Fact]
    public async Task A_flood_of_one_guest_is_turned_away_and_the_neighbour_is_served()
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        using var client = host.Client("a", GuestSamples.Web1, GuestSamples.Metadata);
        client.DefaultRequestHeaders.Add("Metadata", "true");
        var codes = new List<HttpStatusCode>();
        for (var i = 0; i < 200; i++)
        {
            codes.Add((await client.GetAsync("metadata/versions", TestContext.Current.CancellationToken)).StatusCode);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, codes);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(host, "versions", source: GuestSamples.Web2)).Status);
    }

    [Fact]
    public async Task A_guest_that_holds_all_its_connections_open_takes_none_from_its_neighbour()
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        var held = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 100; i++)
            {
                var client = new TcpClient(new IPEndPoint(IPAddress.Parse(GuestSamples.Web1), 0));
                held.Add(client);
                await ConnectAsync(client, host.Find("a", GuestSamples.Metadata));
            }

            // The 17th and later ones are closed by the host, perhaps before the client sees them open.
            Assert.All(held.Skip(GuestListener.PerGuest), c => Assert.True(Ended(c)));
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(host, "versions", source: GuestSamples.Web2)).Status);
        }
        finally
        {
            held.ForEach(c => c.Dispose());
        }
    }

    [Theory]
    [InlineData("GET / HTTP/9.9\r\n\r\n")]
    [InlineData("\0\u0001\u0002\r\n\r\n")]
    [InlineData("GET /metadata/versions HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("POST /metadata/instance HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("POST /metadata/instance HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\nMetadata: true\r\n\r\n")]
    public async Task Bytes_that_are_no_request_are_refused_and_the_service_goes_on(string bytes)
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        using var client = new TcpClient(new IPEndPoint(IPAddress.Parse(GuestSamples.Web1), 0));
        await client.ConnectAsync(host.Find("a", GuestSamples.Metadata), TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(System.Text.Encoding.Latin1.GetBytes(bytes), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream());
        Assert.Matches("^HTTP/1.1 (400|405|413|505) ", await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "");
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(host, "versions")).Status);
    }

    private static async Task ConnectAsync(TcpClient client, IPEndPoint to)
    {
        try
        {
            await client.ConnectAsync(to, TestContext.Current.CancellationToken);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            client.Dispose();
        }
    }

    private static bool Ended(TcpClient client)
    {
        if (!client.Connected)
        {
            return true;
        }

        try
        {
            client.ReceiveTimeout = 5000;
            return client.GetStream().Read(new byte[1]) == 0;
        }
        catch (IOException error) when (error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return true;
        }
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(GuestHost host, string path, string vnet = "a", string source = GuestSamples.Web1)
    {
        using var client = host.Client(vnet, source, GuestSamples.Metadata);
        client.DefaultRequestHeaders.Add("Metadata", "true");
        var response = await client.GetAsync("metadata/" + path, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
