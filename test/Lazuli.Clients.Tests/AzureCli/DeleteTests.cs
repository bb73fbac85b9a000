namespace Lazuli.Clients.Tests.AzureCli;

/// <summary><c>az vm delete</c> and <c>az group delete</c>.</summary>
public sealed class DeleteTests(Cloud cloud)
{
    [Fact]
    public async Task A_deleted_machine_ends_and_takes_with_it_what_it_was_told_to()
    {
        var vm = await Machine.CreateAsync(cloud, "ends", "Micro", "#!/bin/sh\n", "--os-disk-delete-option", "Delete");
        Assert.True(Cloud.Runs(vm.VmId));

        await vm.VmAsync("delete", "--yes");

        Assert.False(Cloud.Runs(vm.VmId));
        Assert.Contains("(ResourceNotFound)", await vm.Az.FailAsync($"vm show -g ends -n {vm.Name}"));
        var left = (await vm.Az.RunAsync("resource list -g ends"))!.AsArray().Select(r => ((string)r!["type"]!).Split('/')[^1]).Order();
        Assert.Equal(["networkInterfaces", "networkSecurityGroups", "publicIPAddresses", "virtualNetworks"], left);
        await vm.Az.RunAsync("group delete -n ends --yes");
        Assert.Equal("false", (await vm.Az.RunAsync("group exists -n ends"))!.ToJsonString());
    }

    [Fact]
    public async Task A_deleted_group_takes_its_running_machine_with_it()
    {
        var vm = await Machine.CreateAsync(cloud, "all", "Micro", "#!/bin/sh\n");
        Assert.True(Cloud.Runs(vm.VmId));

        await vm.Az.RunAsync("group delete -n all --yes");

        Assert.False(Cloud.Runs(vm.VmId));
        Assert.Equal("false", (await vm.Az.RunAsync("group exists -n all"))!.ToJsonString());
        Assert.False(await cloud.ReachesAsync(vm.PublicAddress, 22));
    }
}
