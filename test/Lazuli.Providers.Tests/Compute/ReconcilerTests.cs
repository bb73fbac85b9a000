using System.Text;
using System.Text.Json.Nodes;
using Lazuli.Engines.Node;
using Lazuli.Engines.Node.Fake;
using Lazuli.Kernel.Operations;

namespace Lazuli.Providers.Tests.Compute;

/// <summary>A pass may come at any time, twice, and after a cut anywhere.</summary>
public sealed class ReconcilerTests
{
    private const string DataDisk = """[{"lun":0,"createOption":"Empty","diskSizeGB":4,"deleteOption":"Delete"}]""";

    [Fact]
    public async Task A_second_pass_over_everything_changes_nothing()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync(change: body => body["properties"]!["storageProfile"]!["dataDisks"] = JsonNode.Parse(DataDisk));
        await cloud.UntilAsync(() => cloud.Kernel.Queue.IsIdle);
        var (sequence, item) = (cloud.Store.Sequence, NodeDocument.HashOf(cloud.Item()!));

        for (var i = 0; i < 2; i++)
        {
            cloud.PassAll();
            await cloud.UntilAsync(() => cloud.Kernel.Queue.IsIdle);
        }

        Assert.Equal(sequence, cloud.Store.Sequence);
        Assert.Equal(item, NodeDocument.HashOf(cloud.Item()!));
    }

    /// <summary>Each thing that a creation waits for, held until the server has been replaced.</summary>
    [Theory]
    [InlineData("vm")]
    [InlineData("os")]
    [InlineData("data")]
    public async Task A_creation_cut_while_it_waits_is_finished_by_the_next_server(string what)
    {
        await using var first = await ComputeCloud.StartAsync();
        await first.MakeNicAsync();
        var body = ComputeCloud.Body();
        body["properties"]!["storageProfile"]!["osDisk"]!["name"] = "os";
        body["properties"]!["storageProfile"]!["dataDisks"] = JsonNode.Parse("""[{"lun":0,"name":"data","createOption":"Empty","diskSizeGB":4}]""");
        var held = (what == "vm" ? ComputeCloud.Vm() : ComputeCloud.Disk(what)).ToLowerInvariant();
        first.Node.Hold(held);
        var put = await first.SendAsync("PUT", ComputeCloud.Vm(), body.ToJsonString());
        await first.UntilAsync(() => first.Item() is not null);

        var second = await first.RestartAsync();
        second.Node.Release(held);

        Assert.Equal(OperationStatus.Succeeded, (await second.EndAsync(put.OperationId!)).Status);
        Assert.Equal(2, second.Store.ListByType("microsoft.compute/disks").Count());
        Assert.Equal(1, second.Stored()!.Properties.State!.Observed!.Boots);
        await second.StopAsync();
    }

    [Fact]
    public async Task A_deletion_cut_in_the_middle_is_finished_by_the_next_server()
    {
        await using var first = await ComputeCloud.StartAsync();
        await first.MakeVmAsync(change: body =>
        {
            body["properties"]!["storageProfile"]!["dataDisks"] = JsonNode.Parse(DataDisk);
            body["properties"]!["storageProfile"]!["osDisk"]!["deleteOption"] = "Delete";
        });
        first.Node.Hold(ComputeCloud.Vm().ToLowerInvariant());
        var delete = await first.SendAsync("DELETE", ComputeCloud.Vm());

        var second = await first.RestartAsync();
        second.Node.Release(ComputeCloud.Vm().ToLowerInvariant());

        // What had gone before the new server listened is noticed by its own slow look.
        await second.UntilAsync(() =>
        {
            second.Clock.Advance(TimeSpan.FromSeconds(1));
            return second.Kernel.Operations.Get(delete.OperationId!)!.Status != OperationStatus.InProgress && !second.Store.ListByType("microsoft.compute/disks").Any();
        });
        Assert.Equal(OperationStatus.Succeeded, (await second.EndAsync(delete.OperationId!)).Status);
        await second.StopAsync();
    }

    /// <summary>It would be gone soon, and the machine would wait for it for ever.</summary>
    [Theory]
    [InlineData("Microsoft.Network/networkInterfaces")]
    [InlineData("Microsoft.Compute/disks")]
    public async Task A_machine_can_t_take_what_is_being_deleted(string type)
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeNicAsync();
        await cloud.SucceedAsync("PUT", ComputeCloud.Disk("data"), """{"location":"eastus","properties":{"creationData":{"createOption":"Empty"},"diskSizeGB":4}}""");
        var body = ComputeCloud.Body();
        body["properties"]!["storageProfile"]!["dataDisks"] = JsonNode.Parse($$$"""[{"lun":0,"createOption":"Attach","managedDisk":{"id":"{{{ComputeCloud.Disk("data")}}}"} }]""");
        var going = type.EndsWith("disks", StringComparison.Ordinal) ? ComputeCloud.Disk("data") : ComputeCloud.Nic();
        cloud.Node.Hold(going.ToLowerInvariant());
        var deletion = await cloud.SendAsync("DELETE", going);

        var refused = await cloud.SendAsync("PUT", ComputeCloud.Vm(), body.ToJsonString());

        Assert.Equal(409, refused.Status);
        Assert.Contains("\"ReferencedResourceNotProvisioned\"", Encoding.UTF8.GetString(refused.Content().Span), StringComparison.Ordinal);
        Assert.Equal(404, (await cloud.SendAsync("GET", ComputeCloud.Vm())).Status);
        cloud.Node.Release(going.ToLowerInvariant());
        Assert.Equal(OperationStatus.Succeeded, (await cloud.EndAsync(deletion.OperationId!)).Status);
    }

    [Fact]
    public async Task A_restart_of_the_server_leaves_a_running_machine_alone()
    {
        await using var first = await ComputeCloud.StartAsync();
        await first.MakeVmAsync();

        var second = await first.RestartAsync();
        second.PassAll();
        await second.UntilAsync(() => second.Kernel.Queue.IsIdle && second.Item() is not null);

        Assert.Equal(1, second.Stored()!.Properties.State!.Observed!.Boots);
        await second.SucceedAsync("POST", ComputeCloud.Vm() + "/restart");
        Assert.Equal(2, second.Stored()!.Properties.State!.Observed!.Boots);
        await second.StopAsync();
    }

    [Fact]
    public async Task A_failed_creation_can_be_deleted()
    {
        await using var cloud = await ComputeCloud.StartAsync(new FakeNodeOptions { MaxVms = 0 });
        await cloud.MakeNicAsync();
        Assert.Equal(OperationStatus.Failed, (await cloud.RunAsync("PUT", ComputeCloud.Vm(), ComputeCloud.Body().ToJsonString())).Status);

        await cloud.SucceedAsync("DELETE", ComputeCloud.Vm());

        Assert.Equal(404, (await cloud.SendAsync("GET", ComputeCloud.Vm())).Status);
    }

    [Fact]
    public async Task Secrets_reach_the_guest_and_are_neither_shown_nor_stored_in_the_clear()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        var vm = await cloud.MakeVmAsync(change: body => body["properties"]!["osProfile"] = JsonNode.Parse(
            """{"computerName":"guest","adminUsername":"azureuser","adminPassword":"Tr0ub4dor&3","customData":"Y3VzdG9tLWRhdGE="}"""));

        var stored = Encoding.UTF8.GetString(cloud.Store.Get(ComputeCloud.Vm().ToLowerInvariant())!.Body.Span);

        foreach (var text in new[] { vm.ToJsonString(), stored })
        {
            Assert.DoesNotContain("Tr0ub4dor", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Y3VzdG9tLWRhdGE=", text, StringComparison.Ordinal);
        }

        Assert.Equal(("Tr0ub4dor&3", "Y3VzdG9tLWRhdGE="), (cloud.Item()!.Provisioning!.AdminPassword, cloud.Item()!.Provisioning!.CustomData));
        await cloud.SucceedAsync("PATCH", ComputeCloud.Vm(), """{"tags":{"a":"b"}}""");
        Assert.Equal("Tr0ub4dor&3", cloud.Item()!.Provisioning!.AdminPassword);
    }

    [Fact]
    public async Task What_the_key_s_owner_passes_as_password_is_not_checked_and_not_handed_on()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync(change: body => body["properties"]!["osProfile"]!["adminPassword"] = ComputeCloud.Key);

        Assert.Null(cloud.Item()!.Provisioning!.AdminPassword);
        Assert.Equal(ComputeCloud.Key, cloud.Item()!.Provisioning!.SshKeys.Single().KeyData);
    }
}
