using System.Text;
using System.Text.Json.Nodes;
using Lazuli.Engines.Node;
using Lazuli.Providers.Tests.Compute;

namespace Lazuli.Providers.Tests.Resources.Moves;

/// <summary>Moving what is on the machine: the machine keeps it as it is.</summary>
public sealed class MachineMoveTests
{
    private const string Target = $"/subscriptions/{ComputeCloud.Subscription}/resourceGroups/rg2";

    [Fact]
    public async Task A_running_machine_notices_nothing_and_is_found_in_its_new_group()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        var disk = await PlayAsync(cloud);
        var before = await ReportsAsync(cloud);
        var etag = await Text(cloud, ComputeCloud.Vm());

        await MoveAsync(cloud, ComputeCloud.Vm(), ComputeCloud.Nic(), disk);

        Assert.Equal(404, (await cloud.SendAsync("GET", ComputeCloud.Vm())).Status);
        var vm = await cloud.GetAsync(Moved(ComputeCloud.Vm()));
        Assert.Equal(Moved(ComputeCloud.Vm()), (string?)vm["id"]);
        Assert.Equal(Moved(disk), (string?)vm["properties"]!["storageProfile"]!["osDisk"]!["managedDisk"]!["id"]);
        Assert.Equal(Moved(ComputeCloud.Nic()), (string?)vm["properties"]!["networkProfile"]!["networkInterfaces"]![0]!["id"]);
        Assert.Equal(Moved(ComputeCloud.Vm()), (string?)(await cloud.GetAsync(Moved(disk)))["managedBy"]);
        var nic = await cloud.GetAsync(Moved(ComputeCloud.Nic()));
        Assert.StartsWith(ComputeCloud.Id("Microsoft.Network/virtualNetworks", "vnet-eastus"), (string?)nic["properties"]!["ipConfigurations"]![0]!["properties"]!["subnet"]!["id"], StringComparison.Ordinal);
        Assert.Equal(Moved(ComputeCloud.Nic()) + "/ipConfigurations/ip", (string?)nic["properties"]!["ipConfigurations"]![0]!["id"]);
        Assert.NotEqual(etag, await Text(cloud, Moved(ComputeCloud.Vm())));

        // The machine has the same things under the same keys, and the guest went on; what it is told of itself is new.
        cloud.PassAll();
        await cloud.UntilAsync(() => Item(cloud)?.Metadata.ResourceGroupName == "rg2");
        Assert.Equal(Moved(ComputeCloud.Vm()), Item(cloud)?.Metadata.ResourceId, ignoreCase: true);
        await SettledAsync(cloud);
        var after = await ReportsAsync(cloud);
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        Assert.Equal(before[ComputeCloud.Vm().ToLowerInvariant()].Vm?.Boots, after[ComputeCloud.Vm().ToLowerInvariant()].Vm?.Boots);
        Assert.Equal("PowerState/running", (string?)(await cloud.GetAsync(Moved(ComputeCloud.Vm()) + "/instanceView"))["statuses"]![1]!["code"]);
    }

    [Fact]
    public async Task The_machine_s_names_outlive_a_restart_and_actions_and_deletion_reach_it()
    {
        var first = await ComputeCloud.StartAsync();
        var disk = await PlayAsync(first);
        await MoveAsync(first, ComputeCloud.Vm(), ComputeCloud.Nic(), disk);
        await using var cloud = await first.RestartAsync();
        var keys = (await ReportsAsync(cloud)).Keys.ToList();
        Assert.Contains(ComputeCloud.Vm().ToLowerInvariant(), keys);
        Assert.DoesNotContain(Moved(ComputeCloud.Vm()).ToLowerInvariant(), keys);

        await cloud.SucceedAsync("POST", Moved(ComputeCloud.Vm()) + "/deallocate");
        Assert.Equal("PowerState/deallocated", (string?)(await cloud.GetAsync(Moved(ComputeCloud.Vm()) + "/instanceView"))["statuses"]![1]!["code"]);
        await cloud.SucceedAsync("DELETE", Moved(ComputeCloud.Vm()));
        await cloud.SucceedAsync("DELETE", Moved(disk));
        keys = [.. (await ReportsAsync(cloud)).Keys];
        Assert.DoesNotContain(ComputeCloud.Vm().ToLowerInvariant(), keys);
        Assert.DoesNotContain(disk.ToLowerInvariant(), keys);
    }

    [Fact]
    public async Task What_is_made_under_the_old_id_is_another_machine_and_both_can_change_places()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        var disk = await PlayAsync(cloud);
        await MoveAsync(cloud, ComputeCloud.Vm(), ComputeCloud.Nic(), disk);
        var firstVmId = (string?)(await cloud.GetAsync(Moved(ComputeCloud.Vm())))["properties"]!["vmId"];

        await cloud.MakeVmAsync();
        var secondVmId = (string?)(await cloud.GetAsync(ComputeCloud.Vm()))["properties"]!["vmId"];
        Assert.NotEqual(firstVmId, secondVmId);
        var reports = await ReportsAsync(cloud);
        Assert.Equal(2, reports.Values.Count(r => r.Vm is { Power: VmPowerState.Running }));
        Assert.Equal(2, reports.Keys.Count(k => k.Contains("networkinterfaces/nic", StringComparison.Ordinal)));

        await cloud.SucceedAsync("DELETE", ComputeCloud.Vm());
        var left = Assert.Single((await ReportsAsync(cloud)).Values.Where(r => r.Vm is { Power: VmPowerState.Running }));
        Assert.Equal(ComputeCloud.Vm().ToLowerInvariant(), left.Key);
        Assert.Equal(firstVmId, (string?)(await cloud.GetAsync(Moved(ComputeCloud.Vm())))["properties"]!["vmId"]);
    }

    [Fact]
    public async Task A_machine_is_not_torn_apart()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        var disk = await PlayAsync(cloud);
        foreach (var alone in new[] { ComputeCloud.Vm(), ComputeCloud.Nic(), disk })
        {
            var refused = await SendMoveAsync(cloud, "moveResources", alone);
            Assert.Equal(409, refused.Status);
            Assert.Equal("ResourceMoveProviderValidationFailed", (string?)refused.Json["code"]);
            var missing = refused.Json["details"]!.AsArray();
            Assert.Equal(2, missing.Count);
            Assert.All(missing, m => Assert.Equal("MissingMoveDependentResources", (string?)m!["code"]));
        }

        Assert.Equal(200, (await cloud.SendAsync("GET", ComputeCloud.Vm())).Status);
        Assert.Equal(204, (await SendMoveAsync(cloud, "validateMoveResources", ComputeCloud.Vm(), ComputeCloud.Nic(), disk)).Status);
        Assert.Equal(200, (await cloud.SendAsync("GET", ComputeCloud.Vm())).Status);
    }

    private static async Task<string> PlayAsync(ComputeCloud cloud)
    {
        await cloud.SucceedAsync("PUT", Target, """{"location":"westus"}""", version: "2021-04-01");
        var vm = await cloud.MakeVmAsync();
        await SettledAsync(cloud);
        return (string)vm["properties"]!["storageProfile"]!["osDisk"]!["managedDisk"]!["id"]!;
    }

    private static Task SettledAsync(ComputeCloud cloud) => cloud.UntilAsync(() => cloud.Kernel.Queue.IsIdle);

    private static VmItem? Item(ComputeCloud cloud) => cloud.ItemAt(Moved(ComputeCloud.Vm())) as VmItem;

    private static string Moved(string id) => id.Replace("/resourceGroups/rg/", "/resourceGroups/rg2/", StringComparison.Ordinal);

    private static async Task<string> Text(ComputeCloud cloud, string path) => Encoding.UTF8.GetString((await cloud.SendAsync("GET", path)).Content().Span);

    private static async Task MoveAsync(ComputeCloud cloud, params string[] ids)
    {
        var (status, json) = await SendMoveAsync(cloud, "moveResources", ids);
        Assert.True(status == 202, $"{status} {json}");
    }

    private static async Task<(int Status, JsonNode Json)> SendMoveAsync(ComputeCloud cloud, string action, params string[] ids)
    {
        var body = new JsonObject { ["resources"] = new JsonArray([.. ids.Select(i => (JsonNode)i)]), ["targetResourceGroup"] = Target };
        var answer = await cloud.SendAsync("POST", $"{ComputeCloud.Group}/{action}", body.ToJsonString(), version: "2024-03-01");
        return (answer.Status, answer.Content().IsEmpty ? new JsonObject() : JsonNode.Parse(answer.Content().Span)!);
    }

    private static async Task<Dictionary<string, ItemReport>> ReportsAsync(ComputeCloud cloud)
    {
        await foreach (var report in cloud.Node.WatchAsync(TestContext.Current.CancellationToken))
        {
            return report.Items.ToDictionary(i => i.Key);
        }

        throw new InvalidOperationException("The node said nothing.");
    }
}
