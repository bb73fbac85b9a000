using System.Text;
using System.Text.Json.Nodes;
using Lazuli.Kernel.Http;

namespace Lazuli.Providers.Tests.Compute;

public sealed class CatalogueTests
{
    private const string Base = $"/subscriptions/{ComputeCloud.Subscription}/providers/Microsoft.Compute";
    private const string Images = Base + "/locations/eastus/publishers";

    [Fact]
    public async Task Images_are_found_step_by_step()
    {
        await using var cloud = await ComputeCloud.StartAsync();

        Assert.Contains("Debian", await NamesAsync(cloud, Images));
        Assert.Contains("debian-12", await NamesAsync(cloud, Images + "/debian/artifacttypes/vmimage/offers"));
        Assert.Contains("12", await NamesAsync(cloud, Images + "/Debian/artifacttypes/vmimage/offers/debian-12/skus"));
        Assert.Equal(["12.0.0"], await NamesAsync(cloud, Images + "/Debian/artifacttypes/vmimage/offers/debian-12/skus/12/versions", "$top=1&$orderby=name desc"));
        var version = await cloud.GetAsync(Images + "/Debian/artifacttypes/vmimage/offers/debian-12/skus/12/versions/12.0.0");
        Assert.Equal("V1", (string?)version["properties"]!["hyperVGeneration"]);
        Assert.Equal("x64", (string?)version["properties"]!["architecture"]);
        Assert.Equal("Linux", (string?)version["properties"]!["osDiskImage"]!["operatingSystem"]);
        var expanded = (await cloud.GetAsync(Images + "/Debian/artifacttypes/vmimage/offers/debian-12/skus/12/versions", "$expand=properties/imageDeprecationStatus"))[0]!["properties"]!;
        Assert.Equal(("x64", "Active"), ((string?)expanded["architecture"], (string?)expanded["imageDeprecationStatus"]!["imageState"]));
        Assert.Equal(400, (await cloud.SendAsync("GET", Images + "/Debian/artifacttypes/vmimage/offers/debian-12/skus/12/versions", query: "$expand=x")).Status);
        Assert.Equal(404, (await cloud.SendAsync("GET", Images + "/Debian/artifacttypes/vmimage/offers/debian-12/skus/12/versions/1")).Status);
        Assert.Equal(404, (await cloud.SendAsync("GET", Images + "/nobody/artifacttypes/vmimage/offers")).Status);
    }

    [Fact]
    public async Task Skus_say_what_a_size_can_and_can_be_asked_for_one_region()
    {
        await using var cloud = await ComputeCloud.StartAsync();

        var skus = JsonNode.Parse(Text(await cloud.SendAsync("GET", Base + "/skus", version: "2021-07-01", query: "$filter=location eq 'eastus'")))!["value"]!.AsArray();

        var size = skus.Single(s => (string?)s!["name"] == "Standard_D4s_v3")!;
        var capabilities = size["capabilities"]!.AsArray().ToDictionary(c => (string)c!["name"]!, c => (string)c!["value"]!);
        Assert.Equal(("4", "16", "8", "2", "True", "V1,V2"), (capabilities["vCPUs"], capabilities["MemoryGB"], capabilities["MaxDataDiskCount"], capabilities["MaxNetworkInterfaces"], capabilities["PremiumIO"], capabilities["HyperVGenerations"]));
        Assert.Equal(("Standard", "D4s_v3"), ((string?)size["tier"], (string?)size["size"]));
        var basic = skus.Single(s => (string?)s!["name"] == "Basic_A0")!;
        Assert.Equal(("Basic", "A0"), ((string?)basic["tier"], (string?)basic["size"]));
        Assert.Equal(["1", "2", "3"], size["locationInfo"]![0]!["zones"]!.AsArray().Select(z => (string)z!));
        Assert.Contains(skus, s => (string?)s!["resourceType"] == "disks" && (string?)s["name"] == "Premium_LRS");
        Assert.Equal(400, (await cloud.SendAsync("GET", Base + "/skus", version: "2021-07-01", query: "$filter=name eq 'x'")).Status);
        Assert.True(JsonNode.Parse(Text(await cloud.SendAsync("GET", Base + "/skus", version: "2021-07-01")))!["value"]!.AsArray().Count > skus.Count);
    }

    [Fact]
    public async Task Sizes_and_usages_are_listed_by_region()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();

        var sizes = (await cloud.GetAsync(Base + "/locations/eastus/vmSizes"))["value"]!.AsArray();
        var small = sizes.Single(s => (string?)s!["name"] == "Standard_B1ls")!;
        Assert.Equal((1, 512, 2), ((int)small["numberOfCores"]!, (int)small["memoryInMB"]!, (int)small["maxDataDiskCount"]!));
        var usages = (await cloud.GetAsync(Base + "/locations/eastus/usages"))["value"]!.AsArray().ToDictionary(u => (string)u!["name"]!["value"]!, u => (int)u!["currentValue"]!);
        Assert.Equal((2, 1, 2), (usages["cores"], usages["virtualMachines"], usages["standardBSFamily"]));
        Assert.Single((await cloud.GetAsync(Base + "/locations/eastus/virtualMachines"))["value"]!.AsArray());
        Assert.Empty((await cloud.GetAsync(Base + "/locations/westus/virtualMachines"))["value"]!.AsArray());
        Assert.Equal(400, (await cloud.SendAsync("GET", Base + "/locations/atlantis/vmSizes")).Status);
        Assert.Equal(sizes.Count, (await cloud.GetAsync(ComputeCloud.Vm() + "/vmSizes"))["value"]!.AsArray().Count);
    }

    private static async Task<string[]> NamesAsync(ComputeCloud cloud, string path, string query = "")
        => [.. (await cloud.GetAsync(path, query)).AsArray().Select(n => (string)n!["name"]!)];

    private static string Text(ArmResponse response) => Encoding.UTF8.GetString(response.Content().Span);
}
