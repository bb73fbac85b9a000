namespace Lazuli.Clients.Tests.AzureCli;

/// <summary><c>az vm</c> on a machine that boots in seconds: what <c>az</c> says is what the guest and the wire show.</summary>
public sealed class MicroTests(Cloud cloud, MicroMachine micro) : IClassFixture<MicroMachine>
{
    [Fact]
    public async Task A_created_machine_runs_where_az_says_and_has_done_what_its_custom_data_says()
    {
        var vm = await micro.GetAsync();

        Assert.Equal("VM running", (string?)vm.Created["powerState"]);
        Assert.True(Cloud.Runs(vm.VmId));
        Assert.Equal("made by custom data on microvm", await vm.InGuestAsync("cat /var/www/index.html"));
        Assert.Contains((string)vm.Created["privateIpAddress"]!, await vm.InGuestAsync("ip -4 addr show eth0"));
        Assert.Equal(((string)vm.Created["macAddress"]!).Replace('-', ':').ToLowerInvariant(), await vm.InGuestAsync("cat /sys/class/net/eth0/address"));

        var shown = (await vm.VmAsync("show", "-d"))!;
        Assert.Equal(("VM running", vm.PublicAddress, "Succeeded"), ((string?)shown["powerState"], (string?)shown["publicIps"], (string?)shown["provisioningState"]));
        var network = (await vm.VmAsync("list-ip-addresses"))![0]!["virtualMachine"]!["network"]!;
        Assert.Equal(vm.PublicAddress, (string?)network["publicIpAddresses"]![0]!["ipAddress"]);
        Assert.Equal((string?)vm.Created["privateIpAddress"], (string?)network["privateIpAddresses"]![0]);
        Assert.Contains((await vm.Az.RunAsync("vm list -d"))!.AsArray(), m => ((string?)m!["name"], (string?)m["powerState"]) == (vm.Name, "VM running"));
    }

    [Fact]
    public async Task The_instance_view_has_the_guests_own_report()
    {
        var vm = await micro.GetAsync();

        var view = (await vm.VmAsync("get-instance-view"))!["instanceView"]!;

        Assert.Equal(["ProvisioningState/succeeded", "PowerState/running"], view["statuses"]!.AsArray().Select(s => (string?)s!["code"]));
        Assert.Equal("Ready", (string?)view["vmAgent"]!["statuses"]![0]!["displayStatus"]);
    }

    [Fact]
    public async Task The_boot_log_is_what_the_guest_wrote_to_its_serial_port()
    {
        var vm = await micro.GetAsync();
        await vm.VmAsync("boot-diagnostics enable");
        var word = $"written-{Guid.NewGuid():n}";

        await vm.InGuestAsync($"sudo sh -c 'echo {word} > /dev/ttyS0'");

        Assert.Contains(word, (string?)await vm.VmAsync("boot-diagnostics get-boot-log"));
    }

    [Fact]
    public async Task A_stopped_machine_is_off_the_wire_until_it_is_started()
    {
        var vm = await micro.GetAsync();
        var before = await vm.BootIdAsync();

        await vm.VmAsync("stop");
        Assert.Equal("VM stopped", await vm.PowerStateAsync());
        Assert.False(await cloud.ReachesAsync(vm.PublicAddress, 22));

        await vm.VmAsync("start");
        Assert.Equal("VM running", await vm.PowerStateAsync());
        Assert.NotEqual(before, await vm.BootIdAsync());
    }

    [Fact]
    public async Task A_restart_boots_the_guest_again()
    {
        var vm = await micro.GetAsync();
        var before = await vm.BootIdAsync();

        await vm.VmAsync("restart");

        Assert.NotEqual(before, await vm.BootIdAfterAsync(before));
        Assert.Equal("VM running", await vm.PowerStateAsync());
    }

    [Fact]
    public async Task A_deallocated_machine_is_gone_from_the_host_and_comes_back_with_its_new_size_and_its_disk()
    {
        var vm = await micro.GetAsync();
        await vm.InGuestAsync("echo kept > ~/kept");

        await vm.VmAsync("deallocate");
        Assert.Equal("VM deallocated", await vm.PowerStateAsync());
        Assert.False(Cloud.Runs(vm.VmId));
        Assert.Contains("Standard_B2s", (await vm.VmAsync("list-vm-resize-options"))!.AsArray().Select(s => (string?)s!["name"]));
        await vm.VmAsync("resize", "--size Standard_B2s");
        await vm.VmAsync("start");

        Assert.Equal("2", await vm.InGuestAsync("nproc"));
        Assert.InRange(int.Parse(await vm.InGuestAsync("awk '/MemTotal/ {print $2}' /proc/meminfo"), System.Globalization.CultureInfo.InvariantCulture), 3_600_000, 4_200_000);
        Assert.Equal("kept", await vm.InGuestAsync("cat ~/kept"));
    }

    [Fact]
    public async Task An_attached_disk_appears_in_the_running_guest_and_goes_when_it_is_detached()
    {
        var vm = await micro.GetAsync();
        const string Disks = "cat /sys/class/block/sd*/size 2>/dev/null || true";
        const string Sectors = "8388608";
        Assert.Equal("", await vm.InGuestAsync(Disks));

        await vm.Az.RunAsync($"vm disk attach -g {vm.Group} --vm-name {vm.Name} --name data --new --size-gb 4");
        Assert.Equal(Sectors, await vm.InGuestUntilAsync(Disks, Sectors));
        Assert.Equal("Attached", (string?)(await vm.Az.RunAsync($"disk show -g {vm.Group} -n data"))!["diskState"]);
        Assert.Contains("(OperationNotAllowed)", await vm.Az.FailAsync($"disk delete -g {vm.Group} -n data --yes"));

        await vm.Az.RunAsync($"vm disk detach -g {vm.Group} --vm-name {vm.Name} --name data");
        Assert.Equal("", await vm.InGuestUntilAsync(Disks, ""));
        Assert.Equal("Unattached", (string?)(await vm.Az.RunAsync($"disk show -g {vm.Group} -n data"))!["diskState"]);
        await vm.Az.RunAsync($"disk delete -g {vm.Group} -n data --yes");
    }

    [Fact]
    public async Task A_port_is_closed_until_it_is_opened()
    {
        var vm = await micro.GetAsync();
        await vm.InGuestAsync("true");
        Assert.False(await cloud.ReachesAsync(vm.PublicAddress, 80));

        await vm.VmAsync("open-port", "--port 80");

        Assert.Contains("made by custom data", await Shell.DoAsync(cloud.Exec("curl", "-sS", "--max-time", "20", $"http://{vm.PublicAddress}/")));
    }
}
