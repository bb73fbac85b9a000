using System.Text;
using System.Text.Json.Nodes;

namespace Lazuli.Providers.Tests.Compute;

public sealed class BootDiagnosticsTests
{
    [Fact]
    public async Task The_links_lead_to_log_and_screen_for_as_long_as_was_asked()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();

        var data = JsonNode.Parse((await cloud.SendAsync("POST", ComputeCloud.Vm() + "/retrieveBootDiagnosticsData", query: "sasUriExpirationTimeInMinutes=5")).Content().Span)!;

        var log = await cloud.Links.ReadAsync(Token(data, "serialConsoleLogBlobUri"), TestContext.Current.CancellationToken);
        Assert.Contains("Boot 1 of vm", Encoding.UTF8.GetString(log!.Bytes), StringComparison.Ordinal);
        var screen = await cloud.Links.ReadAsync(Token(data, "consoleScreenshotBlobUri"), TestContext.Current.CancellationToken);
        Assert.Equal("image/png", screen!.ContentType);

        cloud.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(await cloud.Links.ReadAsync(Token(data, "serialConsoleLogBlobUri"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("lz1.AAAA")]
    [InlineData("nonsense")]
    public async Task A_link_that_is_not_ours_leads_nowhere(string token)
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();

        Assert.Null(await cloud.Links.ReadAsync(token, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Nothing_is_handed_out_when_it_is_switched_off_or_asked_for_too_long()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();
        Assert.Equal(400, (await cloud.SendAsync("POST", ComputeCloud.Vm() + "/retrieveBootDiagnosticsData", query: "sasUriExpirationTimeInMinutes=1441")).Status);

        await cloud.SucceedAsync("PATCH", ComputeCloud.Vm(), """{"properties":{"diagnosticsProfile":{"bootDiagnostics":{"enabled":false}}}}""");

        Assert.Equal(409, (await cloud.SendAsync("POST", ComputeCloud.Vm() + "/retrieveBootDiagnosticsData")).Status);
    }

    private static string Token(JsonNode data, string name)
    {
        var uri = (string)data[name]!;
        Assert.StartsWith("https://localhost/bootdiagnostics/", uri, StringComparison.Ordinal);
        return uri[(uri.LastIndexOf('/') + 1)..];
    }
}
