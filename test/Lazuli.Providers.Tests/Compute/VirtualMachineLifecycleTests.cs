using System.Text.Json.Nodes;
using Lazuli.Engines.Node;
using Lazuli.Engines.Node.Fake;
using Lazuli.Kernel.Operations;

namespace Lazuli.Providers.Tests.Compute;

public sealed class VirtualMachineLifecycleTests
{
    [Fact]
    public async Task A_machine_is_created_with_its_os_disk_and_is_there_when_the_guest_has_said_so()
    {
        await using var cloud = await ComputeCloud.StartAsync();

        var vm = await cloud.MakeVmAsync();

        var properties = vm["properties"]!;
        Assert.Equal("Succeeded", (string?)properties["provisioningState"]);
        Assert.True(Guid.TryParse((string?)properties["vmId"], out _));
        Assert.Equal("1.0.0", (string?)properties["storageProfile"]!["imageReference"]!["exactVersion"]);
        Assert.Equal("latest", (string?)properties["storageProfile"]!["imageReference"]!["version"]);
        Assert.Null(properties["osProfile"]!["adminPassword"]);
        Assert.Null(properties["state"]);
        var osDisk = properties["storageProfile"]!["osDisk"]!;
        Assert.Matches("^vm_OsDisk_1_[0-9a-f]{32}$", (string?)osDisk["name"]);
        var disk = await cloud.GetAsync((string)osDisk["managedDisk"]!["id"]!);
        Assert.Equal(ComputeCloud.Vm(), (string?)disk["managedBy"]);
        Assert.Equal("Attached", (string?)disk["properties"]!["diskState"]);
        Assert.Equal("Linux", (string?)disk["properties"]!["osType"]);
        Assert.Equal("FromImage", (string?)disk["properties"]!["creationData"]!["createOption"]);
        Assert.Equal("Premium_LRS", (string?)disk["sku"]!["name"]);
        var item = cloud.Item()!;
        Assert.Equal((2, 4096), (item.Cpus, item.MemoryMiB));
        Assert.Equal("guest", item.Provisioning!.ComputerName);
        Assert.Equal("Standard_B2s", item.Metadata.VmSize);
    }

    [Fact]
    public async Task The_instance_view_says_what_node_and_guest_reported()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();

        var view = await cloud.GetAsync(ComputeCloud.Vm() + "/instanceView");
        var expanded = await cloud.GetAsync(ComputeCloud.Vm(), "$expand=instanceView");

        Assert.Equal(["ProvisioningState/succeeded", "PowerState/running"], Codes(view));
        Assert.Equal(["ProvisioningState/succeeded", "PowerState/running"], Codes(expanded["properties"]!["instanceView"]!));
        Assert.Equal("9.9.9.9", (string?)view["vmAgent"]!["vmAgentVersion"]);
        Assert.Equal("Ready", (string?)view["vmAgent"]!["statuses"]![0]!["displayStatus"]);
        Assert.Equal("fake", (string?)view["osName"]);
        Assert.Equal("V1", (string?)view["hyperVGeneration"]);
        Assert.Single(view["disks"]!.AsArray());
        Assert.Null((await cloud.GetAsync(ComputeCloud.Vm()))["properties"]!["instanceView"]);
    }

    [Theory]
    [InlineData("powerOff", "", VmPower.Stopped, "PowerState/stopped")]
    [InlineData("powerOff", "skipShutdown=true", VmPower.PoweredOff, "PowerState/stopped")]
    [InlineData("deallocate", "", VmPower.Deallocated, "PowerState/deallocated")]
    public async Task Stopping_ends_when_the_machine_has_stopped_and_start_brings_it_back(string action, string query, VmPower power, string code)
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();

        await cloud.SucceedAsync("POST", $"{ComputeCloud.Vm()}/{action}", query: query);

        Assert.Equal(power, cloud.Item()!.Power);
        Assert.Equal(["ProvisioningState/succeeded", code], Codes(await cloud.GetAsync(ComputeCloud.Vm() + "/instanceView")));
        Assert.Null((await cloud.GetAsync(ComputeCloud.Vm() + "/instanceView"))["vmAgent"]);

        await cloud.SucceedAsync("POST", ComputeCloud.Vm() + "/start");

        Assert.Equal(VmPower.Running, cloud.Item()!.Power);
        Assert.Contains("PowerState/running", Codes(await cloud.GetAsync(ComputeCloud.Vm() + "/instanceView")));
    }

    [Fact]
    public async Task Deallocation_reserves_the_disk()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        var vm = await cloud.MakeVmAsync();
        await cloud.SucceedAsync("POST", ComputeCloud.Vm() + "/deallocate");

        var disk = await cloud.GetAsync((string)vm["properties"]!["storageProfile"]!["osDisk"]!["managedDisk"]!["id"]!);

        Assert.Equal("Reserved", (string?)disk["properties"]!["diskState"]);
    }

    [Theory]
    [InlineData("restart")]
    [InlineData("redeploy")]
    public async Task Restart_and_redeploy_boot_the_machine_once_more(string action)
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();
        var before = cloud.Stored()!.Properties.State!.Observed!.Boots;

        await cloud.SucceedAsync("POST", $"{ComputeCloud.Vm()}/{action}");

        Assert.Equal(before + 1, cloud.Stored()!.Properties.State!.Observed!.Boots);
    }

    [Fact]
    public async Task Reapply_changes_nothing_and_does_not_reboot()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();

        await cloud.SucceedAsync("POST", ComputeCloud.Vm() + "/reapply");

        Assert.Equal(1, cloud.Stored()!.Properties.State!.Observed!.Boots);
    }

    [Fact]
    public async Task A_guest_that_shut_itself_down_is_stopped_and_start_boots_it()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();
        cloud.Node.ShutDownGuest(ComputeCloud.Vm().ToLowerInvariant());
        await cloud.UntilAsync(() => cloud.Stored()!.Properties.State!.Observed!.Power == VmPowerState.Stopped);
        Assert.Contains("PowerState/stopped", Codes(await cloud.GetAsync(ComputeCloud.Vm() + "/instanceView")));

        await cloud.SucceedAsync("POST", ComputeCloud.Vm() + "/start");

        Assert.Equal(VmPowerState.Running, cloud.Stored()!.Properties.State!.Observed!.Power);
    }

    [Fact]
    public async Task Generalize_wants_a_stopped_machine_and_then_forbids_start()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();
        Assert.Equal(409, (await cloud.SendAsync("POST", ComputeCloud.Vm() + "/generalize")).Status);
        await cloud.SucceedAsync("POST", ComputeCloud.Vm() + "/powerOff");

        var response = await cloud.SendAsync("POST", ComputeCloud.Vm() + "/generalize");

        Assert.Equal(200, response.Status);
        Assert.Contains("OSState/generalized", Codes(await cloud.GetAsync(ComputeCloud.Vm() + "/instanceView")));
        var start = await cloud.SendAsync("POST", ComputeCloud.Vm() + "/start");
        Assert.Equal(409, start.Status);
        Assert.Equal("OperationNotAllowed", (string?)JsonNode.Parse(start.Content().Span)!["code"]);
    }

    [Theory]
    [InlineData("restart")]
    [InlineData("redeploy")]
    public async Task A_deallocated_machine_can_t_be_restarted_or_redeployed(string action)
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();
        await cloud.SucceedAsync("POST", ComputeCloud.Vm() + "/deallocate");

        Assert.Equal(409, (await cloud.SendAsync("POST", $"{ComputeCloud.Vm()}/{action}")).Status);
    }

    [Fact]
    public async Task A_new_size_restarts_a_running_machine_and_waits_for_the_start_of_a_deallocated_one()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();

        await cloud.SucceedAsync("PATCH", ComputeCloud.Vm(), """{"properties":{"hardwareProfile":{"vmSize":"standard_b4ms"}}}""");

        Assert.Equal(2, cloud.Stored()!.Properties.State!.Observed!.Boots);
        Assert.Equal((4, 16384), (cloud.Item()!.Cpus, cloud.Item()!.MemoryMiB));
        Assert.Equal("Standard_B4ms", (string?)(await cloud.GetAsync(ComputeCloud.Vm()))["properties"]!["hardwareProfile"]!["vmSize"]);
    }

    [Fact]
    public async Task Data_disks_are_plugged_and_unplugged_while_the_machine_runs()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();

        await cloud.SucceedAsync("PATCH", ComputeCloud.Vm(), """{"properties":{"storageProfile":{"dataDisks":[{"lun":3,"createOption":"Empty","diskSizeGB":16}]}}}""");

        var data = (await cloud.GetAsync(ComputeCloud.Vm()))["properties"]!["storageProfile"]!["dataDisks"]![0]!;
        Assert.Equal(3, cloud.Item()!.DataDisks.Single().Lun);
        Assert.Equal(1, cloud.Stored()!.Properties.State!.Observed!.Boots);
        var id = (string)data["managedDisk"]!["id"]!;
        Assert.Equal(ComputeCloud.Vm(), (string?)(await cloud.GetAsync(id))["managedBy"]);

        await cloud.SucceedAsync("PATCH", ComputeCloud.Vm(), """{"properties":{"storageProfile":{"dataDisks":[]}}}""");

        Assert.Empty(cloud.Item()!.DataDisks);
        var disk = await cloud.GetAsync(id);
        Assert.Null(disk["managedBy"]);
        Assert.Equal("Unattached", (string?)disk["properties"]!["diskState"]);
    }

    [Fact]
    public async Task A_put_of_what_get_showed_changes_nothing()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        var before = await cloud.MakeVmAsync(change: body => body["properties"]!["storageProfile"]!["dataDisks"] = JsonNode.Parse("""[{"lun":0,"createOption":"Empty","diskSizeGB":4}]"""));

        await cloud.SucceedAsync("PUT", ComputeCloud.Vm(), before.ToJsonString());

        var after = await cloud.GetAsync(ComputeCloud.Vm());
        Assert.Equal(before["properties"]!.ToJsonString(), after["properties"]!.ToJsonString());
        Assert.Equal(1, cloud.Stored()!.Properties.State!.Observed!.Boots);
    }

    [Fact]
    public async Task User_data_is_given_to_the_guest_and_shown_only_when_asked_for()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync(change: body => body["properties"]!["userData"] = "aGVsbG8=");

        Assert.Equal("aGVsbG8=", cloud.Item()!.Metadata.UserData);
        Assert.Null((await cloud.GetAsync(ComputeCloud.Vm()))["properties"]!["userData"]);
        Assert.Equal("aGVsbG8=", (string?)(await cloud.GetAsync(ComputeCloud.Vm(), "$expand=userData"))["properties"]!["userData"]);

        await cloud.SucceedAsync("PATCH", ComputeCloud.Vm(), """{"tags":{"a":"b"}}""");

        Assert.Equal("aGVsbG8=", cloud.Item()!.Metadata.UserData);
        Assert.Equal("b", cloud.Item()!.Metadata.Tags["a"]);
    }

    [Fact]
    public async Task Delete_options_decide_what_goes_with_the_machine()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        var vm = await cloud.MakeVmAsync(change: body =>
        {
            body["properties"]!["storageProfile"]!["osDisk"]!["deleteOption"] = "Delete";
            body["properties"]!["storageProfile"]!["dataDisks"] = JsonNode.Parse("""[{"lun":0,"createOption":"Empty","diskSizeGB":4,"deleteOption":"Delete"},{"lun":1,"name":"kept","createOption":"Empty","diskSizeGB":4}]""");
            body["properties"]!["networkProfile"]!["networkInterfaces"]![0]!["properties"] = JsonNode.Parse("""{"deleteOption":"Delete"}""");
        });
        var os = (string)vm["properties"]!["storageProfile"]!["osDisk"]!["managedDisk"]!["id"]!;
        var data = (string)vm["properties"]!["storageProfile"]!["dataDisks"]![0]!["managedDisk"]!["id"]!;

        await cloud.SucceedAsync("DELETE", ComputeCloud.Vm());

        Assert.Equal(404, (await cloud.SendAsync("GET", ComputeCloud.Vm())).Status);
        Assert.Equal(404, (await cloud.SendAsync("GET", os)).Status);
        Assert.Equal(404, (await cloud.SendAsync("GET", data)).Status);
        Assert.Equal(404, (await cloud.SendAsync("GET", ComputeCloud.Nic())).Status);
        var kept = await cloud.GetAsync(ComputeCloud.Disk("kept"));
        Assert.Equal("Unattached", (string?)kept["properties"]!["diskState"]);
        Assert.Null(kept["managedBy"]);
    }

    [Fact]
    public async Task A_public_address_goes_with_its_interface_and_machine_when_it_shall()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        var address = ComputeCloud.Id("Microsoft.Network/publicIPAddresses", "ip");
        await cloud.SucceedAsync("PUT", address, """{ "location": "eastus", "sku": { "name": "Standard" }, "properties": { "publicIPAllocationMethod": "Static" } }""");
        await cloud.MakeNicAsync("nic", publicIp: address);
        var body = ComputeCloud.Body();
        body["properties"]!["networkProfile"]!["networkInterfaces"]![0]!["properties"] = JsonNode.Parse("""{"deleteOption":"Delete"}""");
        await cloud.SucceedAsync("PUT", ComputeCloud.Vm(), body.ToJsonString());

        await cloud.SucceedAsync("DELETE", ComputeCloud.Vm());

        Assert.Equal(404, (await cloud.SendAsync("GET", ComputeCloud.Nic())).Status);
        Assert.Equal(404, (await cloud.SendAsync("GET", address)).Status);
    }

    [Fact]
    public async Task Without_delete_options_disks_and_interface_stay()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        var vm = await cloud.MakeVmAsync();

        await cloud.SucceedAsync("DELETE", ComputeCloud.Vm());

        Assert.Equal(200, (await cloud.SendAsync("GET", ComputeCloud.Nic())).Status);
        Assert.Equal(200, (await cloud.SendAsync("GET", (string)vm["properties"]!["storageProfile"]!["osDisk"]!["managedDisk"]!["id"]!)).Status);
        Assert.Equal(204, (await cloud.SendAsync("DELETE", ComputeCloud.Vm())).Status);
    }

    [Fact]
    public async Task A_group_goes_with_everything_in_it()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();

        var deletion = await cloud.SendAsync("DELETE", ComputeCloud.Group, version: "2021-04-01");
        await cloud.UntilAsync(() =>
        {
            cloud.Clock.Advance(TimeSpan.FromSeconds(1));
            return cloud.Kernel.Operations.Get(deletion.OperationId!)!.Status != OperationStatus.InProgress;
        });

        Assert.Equal(404, (await cloud.SendAsync("GET", ComputeCloud.Group, version: "2021-04-01")).Status);
        Assert.Empty(cloud.Store.List(ComputeCloud.Group.ToLowerInvariant()));
    }

    internal static string[] Codes(JsonNode view) => [.. view["statuses"]!.AsArray().Select(s => (string)s!["code"]!)];
}
