using System.Text.Json.Nodes;

namespace Lazuli.Providers.Tests.Compute;

public sealed class DiskTests
{
    [Theory]
    [InlineData("Premium_LRS", 128, "P10", 500, 100)]
    [InlineData("Premium_LRS", 129, "P15", 1100, 125)]
    [InlineData("Premium_LRS", 4, "P1", 120, 25)]
    [InlineData("StandardSSD_LRS", 64, null, 500, 100)]
    [InlineData("Standard_LRS", 64, null, 500, 60)]
    [InlineData("standard_lrs", 32767, null, 2000, 500)]
    public async Task A_disk_has_what_its_size_and_kind_give(string sku, int size, string? tier, int iops, int mbps)
    {
        await using var cloud = await ComputeCloud.StartAsync();

        await cloud.SucceedAsync("PUT", ComputeCloud.Disk("d"), Empty(size, sku));

        var disk = await cloud.GetAsync(ComputeCloud.Disk("d"));
        var properties = disk["properties"]!;
        Assert.Equal(tier, (string?)properties["tier"]);
        Assert.Equal((iops, mbps), ((int)properties["diskIOPSReadWrite"]!, (int)properties["diskMBpsReadWrite"]!));
        Assert.Equal((long)size << 30, (long)properties["diskSizeBytes"]!);
        Assert.Equal(("Unattached", "Succeeded"), ((string?)properties["diskState"], (string?)properties["provisioningState"]));
        Assert.True(Guid.TryParse((string?)properties["uniqueId"], out _));
        Assert.Null(properties["made"]);
    }

    [Fact]
    public async Task A_put_is_accepted_with_202_and_then_updated_with_200()
    {
        await using var cloud = await ComputeCloud.StartAsync();

        var first = await cloud.SendAsync("PUT", ComputeCloud.Disk("d"), Empty(4, "Standard_LRS"));
        await cloud.EndAsync(first.OperationId!);

        Assert.Equal(202, first.Status);
        Assert.Contains(first.Headers, h => h.Key == "Azure-AsyncOperation");
        Assert.Equal(200, (await cloud.SendAsync("PUT", ComputeCloud.Disk("d"), Empty(4, "Standard_LRS"))).Status);
    }

    [Fact]
    public async Task A_disk_grows_and_never_shrinks()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.SucceedAsync("PUT", ComputeCloud.Disk("d"), Empty(32, "Premium_LRS"));

        await cloud.SucceedAsync("PATCH", ComputeCloud.Disk("d"), """{"properties":{"diskSizeGB":64}}""");

        Assert.Equal("P6", (string?)(await cloud.GetAsync(ComputeCloud.Disk("d")))["properties"]!["tier"]);
        var response = await cloud.SendAsync("PATCH", ComputeCloud.Disk("d"), """{"properties":{"diskSizeGB":16}}""");
        Assert.Equal((409, "ResizeDiskError"), (response.Status, (string?)JsonNode.Parse(response.Content().Span)!["code"]));
        Assert.Contains("Current size is 68719476736 bytes, requested size is 17179869184 bytes.", (string?)JsonNode.Parse(response.Content().Span)!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_has_its_origin_s_size_and_outlives_it()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.SucceedAsync("PUT", ComputeCloud.Disk("d"), Empty(32, "Standard_LRS"));

        await cloud.SucceedAsync("PUT", ComputeCloud.Disk("copy"), $$"""{ "location": "eastus", "properties": { "creationData": { "createOption": "Copy", "sourceResourceId": "{{ComputeCloud.Disk("d")}}" } } }""");
        await cloud.SucceedAsync("DELETE", ComputeCloud.Disk("d"));

        var copy = await cloud.GetAsync(ComputeCloud.Disk("copy"));
        Assert.Equal(32, (int)copy["properties"]!["diskSizeGB"]!);
        Assert.Equal("Succeeded", (string?)copy["properties"]!["provisioningState"]);
    }

    [Fact]
    public async Task A_disk_in_use_can_neither_go_nor_be_taken_nor_grow_while_its_machine_runs()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        var vm = await cloud.MakeVmAsync();
        var os = (string)vm["properties"]!["storageProfile"]!["osDisk"]!["managedDisk"]!["id"]!;

        Assert.Equal((409, "OperationNotAllowed"), await FailAsync(cloud, "DELETE", os));
        Assert.Equal((409, "OperationNotAllowed"), await FailAsync(cloud, "PATCH", os, """{"properties":{"diskSizeGB":64}}"""));
        await cloud.MakeNicAsync("nic2");
        var body = ComputeCloud.Body("nic2");
        body["properties"]!["storageProfile"]!["dataDisks"] = JsonNode.Parse($$"""[ { "lun": 0, "createOption": "Attach", "managedDisk": { "id": "{{os}}" } } ]""");
        Assert.Equal((409, "ConflictingUserInput"), await FailAsync(cloud, "PUT", ComputeCloud.Vm("vm2"), body.ToJsonString()));

        await cloud.SucceedAsync("POST", ComputeCloud.Vm() + "/deallocate");
        await cloud.SucceedAsync("PATCH", os, """{"properties":{"diskSizeGB":64}}""");
        await cloud.UntilAsync(() => cloud.Stored()!.Properties.StorageProfile!.OsDisk!.DiskSizeGB == 64);
    }

    [Fact]
    public async Task The_os_disk_grows_by_its_machine_too()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        var vm = await cloud.MakeVmAsync();
        await cloud.SucceedAsync("POST", ComputeCloud.Vm() + "/deallocate");

        await cloud.SucceedAsync("PATCH", ComputeCloud.Vm(), """{"properties":{"storageProfile":{"osDisk":{"diskSizeGB":48}}}}""");

        var disk = await cloud.GetAsync((string)vm["properties"]!["storageProfile"]!["osDisk"]!["managedDisk"]!["id"]!);
        Assert.Equal(48, (int)disk["properties"]!["diskSizeGB"]!);
    }

    [Fact]
    public async Task A_new_machine_does_not_take_over_a_disk_of_the_same_name()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.SucceedAsync("PUT", ComputeCloud.Disk("os"), Empty(32, "Standard_LRS"));
        await cloud.MakeNicAsync();
        var body = ComputeCloud.Body();
        body["properties"]!["storageProfile"]!["osDisk"]!["name"] = "os";

        var response = await cloud.SendAsync("PUT", ComputeCloud.Vm(), body.ToJsonString());

        Assert.Equal(409, response.Status);
        Assert.Contains("Disk os already exists in resource group rg. Only CreateOption.Attach is supported.", (string?)JsonNode.Parse(response.Content().Span)!["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"creationData":{"createOption":"Empty"}}""", "Standard_LRS", 400, "InvalidParameter")]
    [InlineData("""{"diskSizeGB":0,"creationData":{"createOption":"Empty"}}""", "Standard_LRS", 400, "InvalidParameter")]
    [InlineData("""{"diskSizeGB":40000,"creationData":{"createOption":"Empty"}}""", "Standard_LRS", 400, "InvalidParameter")]
    [InlineData("""{"diskSizeGB":8}""", "Standard_LRS", 400, "InvalidParameter")]
    [InlineData("""{"diskSizeGB":8,"creationData":{"createOption":"Import","sourceUri":"https://x"}}""", "Standard_LRS", 400, "MultipleErrorsOccurred")]
    [InlineData("""{"diskSizeGB":8,"creationData":{"createOption":"Upload"}}""", "Standard_LRS", 400, "FeatureNotSupported")]
    [InlineData("""{"diskSizeGB":8,"creationData":{"createOption":"Empty"}}""", "Tape_LRS", 400, "InvalidParameter")]
    [InlineData("""{"diskSizeGB":8,"creationData":{"createOption":"Empty"}}""", "UltraSSD_LRS", 400, "FeatureNotSupported")]
    [InlineData("""{"diskSizeGB":8,"tier":"P10","creationData":{"createOption":"Empty"}}""", "Standard_LRS", 400, "InvalidParameter")]
    [InlineData("""{"diskSizeGB":8,"tier":"P99","creationData":{"createOption":"Empty"}}""", "Premium_LRS", 400, "InvalidParameter")]
    [InlineData("""{"diskSizeGB":8,"maxShares":2,"creationData":{"createOption":"Empty"}}""", "Premium_LRS", 400, "InvalidParameter")]
    [InlineData("""{"creationData":{"createOption":"FromImage","imageReference":{"id":"/Subscriptions/s/Providers/Microsoft.Compute/Locations/eastus/Publishers/no/ArtifactTypes/VMImage/Offers/no/Skus/no/Versions/1"}}}""", "Premium_LRS", 404, "ImageNotFound")]
    [InlineData("""{"creationData":{"createOption":"Copy","sourceResourceId":"/subscriptions/6b1b3e0e-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Compute/disks/no"}}""", "Premium_LRS", 400, "InvalidResourceReference")]
    public async Task A_bad_disk_is_refused(string properties, string sku, int status, string code)
    {
        await using var cloud = await ComputeCloud.StartAsync();

        Assert.Equal((status, code), await FailAsync(cloud, "PUT", ComputeCloud.Disk("d"), $$"""{ "location": "eastus", "sku": { "name": "{{sku}}" }, "properties": {{properties}} }"""));
    }

    private static string Empty(int size, string sku) => $$"""{ "location": "eastus", "sku": { "name": "{{sku}}" }, "properties": { "diskSizeGB": {{size}}, "creationData": { "createOption": "Empty" } } }""";

    private static async Task<(int Status, string? Code)> FailAsync(ComputeCloud cloud, string method, string path, string? body = null)
    {
        var response = await cloud.SendAsync(method, path, body);
        return (response.Status, (string?)JsonNode.Parse(response.Content().Span)!["code"]);
    }
}
