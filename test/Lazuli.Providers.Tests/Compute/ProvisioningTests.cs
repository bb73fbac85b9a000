using Lazuli.Engines.Node;
using Lazuli.Engines.Node.Fake;
using Lazuli.Kernel.Operations;

namespace Lazuli.Providers.Tests.Compute;

public sealed class ProvisioningTests
{
    private static readonly string Key = ComputeCloud.Vm().ToLowerInvariant();

    [Fact]
    public async Task A_guest_that_never_reports_ends_in_a_time_out_and_may_still_come()
    {
        await using var cloud = await ComputeCloud.StartAsync(new FakeNodeOptions { SilentGuests = true });
        await cloud.MakeNicAsync();
        var put = await cloud.SendAsync("PUT", ComputeCloud.Vm(), ComputeCloud.Body().ToJsonString());
        await cloud.UntilAsync(() => cloud.Stored()?.Properties.State?.Observed?.Power == VmPowerState.Running);
        Assert.Equal("Unknown", (string?)(await cloud.GetAsync(ComputeCloud.Vm() + "/instanceView"))["vmAgent"]!["vmAgentVersion"]);
        Assert.Equal(OperationStatus.InProgress, cloud.Kernel.Operations.Get(put.OperationId!)!.Status);

        await cloud.UntilAsync(() =>
        {
            cloud.Clock.Advance(TimeSpan.FromMinutes(1));
            return cloud.Kernel.Operations.Get(put.OperationId!)!.Status != OperationStatus.InProgress;
        });

        var (status, error) = await cloud.EndAsync(put.OperationId!);
        Assert.Equal((OperationStatus.Failed, "OSProvisioningTimedOut"), (status, error?.Code));
        Assert.True(cloud.Clock.GetUtcNow() >= cloud.Stored()!.Properties.State!.Observed!.StartedAt + TimeSpan.FromMinutes(20));
        Assert.Contains("ProvisioningState/failed/OSProvisioningTimedOut", VirtualMachineLifecycleTests.Codes(await cloud.GetAsync(ComputeCloud.Vm() + "/instanceView")));

        cloud.Node.ReportGuest(Key, GuestState.Ready);
        await cloud.UntilAsync(() => cloud.Stored()!.Properties.ProvisioningState == "Succeeded");
        Assert.Contains("ProvisioningState/succeeded", VirtualMachineLifecycleTests.Codes(await cloud.GetAsync(ComputeCloud.Vm() + "/instanceView")));
    }

    [Fact]
    public async Task A_guest_that_says_that_it_failed_fails_the_creation_with_its_words()
    {
        await using var cloud = await ComputeCloud.StartAsync(new FakeNodeOptions { SilentGuests = true });
        await cloud.MakeNicAsync();
        var put = await cloud.SendAsync("PUT", ComputeCloud.Vm(), ComputeCloud.Body().ToJsonString());
        await cloud.UntilAsync(() => cloud.Stored()?.Properties.State?.Observed?.Power == VmPowerState.Running);

        cloud.Node.ReportGuest(Key, GuestState.NotReady, "no ovf-env.xml");

        var (status, error) = await cloud.EndAsync(put.OperationId!);
        Assert.Equal((OperationStatus.Failed, "OSProvisioningClientError"), (status, error?.Code));
        Assert.Contains("no ovf-env.xml", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_of_a_specialized_disk_is_there_when_it_runs()
    {
        await using var cloud = await ComputeCloud.StartAsync(new FakeNodeOptions { SilentGuests = true });
        await cloud.MakeNicAsync();
        await cloud.SucceedAsync("PUT", ComputeCloud.Disk("os"), """{"location":"eastus","properties":{"osType":"Linux","diskSizeGB":8,"creationData":{"createOption":"Empty"}}}""");
        var body = ComputeCloud.Body();
        var properties = body["properties"]!.AsObject();
        properties.Remove("osProfile");
        properties["storageProfile"] = System.Text.Json.Nodes.JsonNode.Parse($$"""{ "osDisk": { "createOption": "Attach", "osType": "Linux", "managedDisk": { "id": "{{ComputeCloud.Disk("os")}}" } } }""");

        await cloud.SucceedAsync("PUT", ComputeCloud.Vm(), body.ToJsonString());

        Assert.Null(cloud.Item()!.Provisioning);
        Assert.Equal("os", (string?)(await cloud.GetAsync(ComputeCloud.Vm()))["properties"]!["storageProfile"]!["osDisk"]!["name"]);
    }

    [Fact]
    public async Task A_disk_that_can_t_be_made_fails_its_machine_with_the_same_error()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeNicAsync();
        var body = ComputeCloud.Body();
        body["properties"]!["storageProfile"]!["osDisk"]!["name"] = "bad";
        cloud.Node.Fail(ComputeCloud.Disk("bad").ToLowerInvariant(), new ItemError("ImageBuildFailed", "no mmdebstrap"));

        var (status, error) = await cloud.RunAsync("PUT", ComputeCloud.Vm(), body.ToJsonString());

        Assert.Equal((OperationStatus.Failed, "ImageBuildFailed", "no mmdebstrap"), (status, error?.Code, error?.Message));
        Assert.Equal("Failed", (string?)(await cloud.GetAsync(ComputeCloud.Vm()))["properties"]!["provisioningState"]);

        cloud.Node.Release(ComputeCloud.Disk("bad").ToLowerInvariant());
        await cloud.UntilAsync(() => cloud.Stored()!.Properties.ProvisioningState == "Succeeded");
    }

    [Fact]
    public async Task No_capacity_is_Azure_s_allocation_failure()
    {
        await using var cloud = await ComputeCloud.StartAsync(new FakeNodeOptions { MaxVms = 0 });
        await cloud.MakeNicAsync();

        var (status, error) = await cloud.RunAsync("PUT", ComputeCloud.Vm(), ComputeCloud.Body().ToJsonString());

        Assert.Equal((OperationStatus.Failed, "AllocationFailed"), (status, error?.Code));
    }

    [Fact]
    public async Task A_restart_of_the_server_in_the_middle_of_a_creation_goes_on_with_it()
    {
        await using var first = await ComputeCloud.StartAsync();
        await first.MakeNicAsync();
        first.Node.Hold(Key);
        var put = await first.SendAsync("PUT", ComputeCloud.Vm(), ComputeCloud.Body().ToJsonString());
        await first.UntilAsync(() => first.Item() is not null);

        var second = await first.RestartAsync();
        second.Node.Release(Key);

        Assert.Equal(OperationStatus.Succeeded, (await second.EndAsync(put.OperationId!)).Status);
        Assert.Single(second.Store.ListByType("microsoft.compute/disks"));
        await second.StopAsync();
    }

    [Fact]
    public async Task A_node_that_was_away_is_told_when_it_is_back()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();
        cloud.Node.Disconnect();
        var stop = await cloud.SendAsync("POST", ComputeCloud.Vm() + "/deallocate");

        cloud.Node.Reconnect();
        await cloud.UntilAsync(() =>
        {
            cloud.Clock.Advance(TimeSpan.FromSeconds(1));
            return cloud.Kernel.Operations.Get(stop.OperationId!)!.Status != OperationStatus.InProgress;
        });

        Assert.Equal(OperationStatus.Succeeded, (await cloud.EndAsync(stop.OperationId!)).Status);
        Assert.Equal(VmPowerState.Deallocated, cloud.Stored()!.Properties.State!.Observed!.Power);
    }
}
