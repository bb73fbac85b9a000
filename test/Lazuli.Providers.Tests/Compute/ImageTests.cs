using System.Text.Json.Nodes;

namespace Lazuli.Providers.Tests.Compute;

/// <summary>Machines seen from their images: Windows, plans, generations.</summary>
public sealed class ImageTests
{
    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task A_machine_of_Windows_has_Windows_defaults_and_keeps_what_it_was_told()
    {
        await using var cloud = await ComputeCloud.StartAsync();

        var vm = await cloud.MakeVmAsync(change: b => Windows(b, """{ "timeZone": "W. Europe Standard Time", "winRM": { "listeners": [ { "protocol": "Http" } ] } }"""));

        var profile = vm["properties"]!["osProfile"]!;
        Assert.Null(profile["linuxConfiguration"]);
        Assert.Null(profile["adminPassword"]);
        var windows = profile["windowsConfiguration"]!;
        Assert.Equal(
            (true, true, "W. Europe Standard Time", "AutomaticByOS", "ImageDefault", "Http"),
            ((bool)windows["provisionVMAgent"]!, (bool)windows["enableAutomaticUpdates"]!, (string?)windows["timeZone"], (string?)windows["patchSettings"]!["patchMode"],
                (string?)windows["patchSettings"]!["assessmentMode"], (string?)windows["winRM"]!["listeners"]![0]!["protocol"]));
        Assert.Equal("Windows", (string?)vm["properties"]!["storageProfile"]!["osDisk"]!["osType"]);
        Assert.Equal(127, (int?)vm["properties"]!["storageProfile"]!["osDisk"]!["diskSizeGB"]);
        Assert.Equal("Windows", cloud.Item()!.Metadata.OsType);

        var changed = await cloud.SendAsync("PATCH", ComputeCloud.Vm(), """{"properties":{"osProfile":{"windowsConfiguration":{"timeZone":"UTC"}}}}""");
        Assert.Equal((409, "PropertyChangeNotAllowed"), (changed.Status, (string?)JsonNode.Parse(changed.Content().Span)!["code"]));
    }

    [Fact]
    public async Task Windows_is_refused_at_once_where_the_node_provisions_Linux_only()
    {
        await using var cloud = await ComputeCloud.StartAsync(windows: false);
        await cloud.MakeNicAsync();
        var body = ComputeCloud.Body();
        Windows(body);

        var (status, text) = await PutAsync(cloud, body);

        Assert.Equal(400, status);
        Assert.Contains("FeatureNotSupported", text, StringComparison.Ordinal);
        Assert.Contains("MicrosoftWindowsServer:WindowsServer:2019-Datacenter:1.0.0", text, StringComparison.Ordinal);
        Assert.Null(cloud.Stored());
    }

    public static TheoryData<string, string, string, string> BadWindows => new()
    {
        { "computerName", "\"sixteenletters-x\"", "InvalidParameter", "Windows computer name cannot be more than 15 characters long" },
        { "computerName", "\"12345\"", "InvalidParameter", "be entirely numeric" },
        { "adminUsername", "\"someone.\"", "InvalidParameter", "adminUsername" },
        { "adminUsername", "\"twentyoneletters-xxxx\"", "InvalidParameter", "adminUsername" },
        { "adminUsername", "\"administrator\"", "InvalidParameter", "adminUsername" },
        { "adminPassword", "\"Ab1!xyz\"", "InvalidParameter", "must be between 8-123 characters long" },
        { "adminPassword", "null", "InvalidParameter", "Required parameter 'adminPassword' is missing (null)." },
        { "linuxConfiguration", "{}", "InvalidParameter", "Parameter 'linuxConfiguration' is not allowed." },
        { "windowsConfiguration", """{"timeZone":"Europe/Berlin"}""", "InvalidParameter", "windowsConfiguration.timeZone" },
        { "windowsConfiguration", """{"enableAutomaticUpdates":false,"patchSettings":{"patchMode":"AutomaticByOS"}}""", "InvalidParameter", "enableAutomaticUpdates" },
        { "windowsConfiguration", """{"patchSettings":{"patchMode":"Sometimes"}}""", "InvalidParameter", "patchMode" },
        { "windowsConfiguration", """{"patchSettings":{"patchMode":"AutomaticByPlatform"}}""", "FeatureNotSupported", "windowsConfiguration.patchSettings" },
        { "windowsConfiguration", """{"winRM":{"listeners":[{"protocol":"Https"}]}}""", "InvalidParameter", "listeners.certificateUrl" },
        { "windowsConfiguration", """{"winRM":{"listeners":[{"protocol":"Https","certificateUrl":"https://v/c"}]}}""", "FeatureNotSupported", "winRM.listeners.certificateUrl" },
        { "windowsConfiguration", """{"additionalUnattendContent":[{"passName":"OobeSystem"}]}""", "FeatureNotSupported", "additionalUnattendContent" },
    };

    [Theory]
    [MemberData(nameof(BadWindows))]
    public async Task A_bad_profile_of_Windows_is_refused(string property, string value, string code, string part)
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeNicAsync();
        var body = ComputeCloud.Body();
        Windows(body);
        body["properties"]!["osProfile"]![property] = JsonNode.Parse(value);

        var (status, text) = await PutAsync(cloud, body);

        Assert.True(status == 400 && text.Contains($"\"code\":\"{code}\"", StringComparison.Ordinal) && text.Contains(part, StringComparison.Ordinal), $"{status} {text}");
    }

    [Theory]
    [InlineData("0001-com-ubuntu-pro-jammy", "pro-22_04-lts-gen2", """{"publisher":"canonical","name":"pro-22_04-lts-gen2","product":"0001-com-ubuntu-pro-jammy"}""", null)]
    [InlineData("0001-com-ubuntu-pro-jammy", "pro-22_04-lts-gen2", "null", "requires Plan information in the request")]
    [InlineData("0001-com-ubuntu-pro-jammy", "pro-22_04-lts-gen2", """{"publisher":"canonical","name":"other","product":"0001-com-ubuntu-pro-jammy"}""", "does not match the image")]
    [InlineData("0001-com-ubuntu-server-jammy", "22_04-lts", """{"publisher":"canonical","name":"22_04-lts","product":"x"}""", "has no plan")]
    public async Task The_plan_is_the_image_s(string offer, string sku, string plan, string? refusal)
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeNicAsync();
        var body = ComputeCloud.Body();
        Image(body, "Canonical", offer, sku);
        body["plan"] = JsonNode.Parse(plan);

        var (status, text) = await PutAsync(cloud, body);

        Assert.True(refusal is null ? status == 201 : status == 400 && text.Contains("VMMarketplaceInvalidInput", StringComparison.Ordinal) && text.Contains(refusal, StringComparison.Ordinal), $"{status} {text}");
        Assert.Equal(refusal is null ? "pro-22_04-lts-gen2" : null, cloud.Stored()?.Plan?.Name);
    }

    [Theory]
    [InlineData("Standard_A2", 201)]
    [InlineData("Basic_A1", 201)]
    [InlineData("Standard_A17", 400)]
    public async Task Sizes_of_the_first_years_are_there(string size, int status)
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeNicAsync();
        var body = ComputeCloud.Body();
        body["properties"]!["hardwareProfile"]!["vmSize"] = size;

        Assert.Equal(status, (await PutAsync(cloud, body)).Status);
    }

    [Fact]
    public async Task An_old_size_does_not_boot_an_image_of_the_second_generation()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeNicAsync();
        var body = ComputeCloud.Body();
        Image(body, "Canonical", "0001-com-ubuntu-server-focal", "20_04-lts-gen2");
        body["properties"]!["hardwareProfile"]!["vmSize"] = "Standard_A2";

        var (status, text) = await PutAsync(cloud, body);

        Assert.Equal(400, status);
        Assert.Contains("cannot boot Hypervisor Generation '2'", text, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Text)> PutAsync(ComputeCloud cloud, JsonObject body)
    {
        var response = await cloud.SendAsync("PUT", ComputeCloud.Vm(), body.ToJsonString());
        return (response.Status, JsonNode.Parse(response.Content().Span)!.ToJsonString(Relaxed));
    }

    private static void Image(JsonObject body, string publisher, string offer, string sku)
        => body["properties"]!["storageProfile"]!["imageReference"] = new JsonObject { ["publisher"] = publisher, ["offer"] = offer, ["sku"] = sku, ["version"] = "latest" };

    private static void Windows(JsonObject body, string configuration = "null")
    {
        Image(body, "MicrosoftWindowsServer", "WindowsServer", "2019-Datacenter");
        body["properties"]!["osProfile"] = new JsonObject
        {
            ["computerName"] = "guest",
            ["adminUsername"] = "someone",
            ["adminPassword"] = "Good enough 1",
            ["windowsConfiguration"] = JsonNode.Parse(configuration),
        };
    }
}
