namespace Lazuli.Clients.Tests.AzureCli;

/// <summary>The whole list on one real Debian: systemd, cloud-init, Azure's agent.</summary>
public sealed class DebianTests(Cloud cloud)
{
    private const string CloudConfig = """
        #cloud-config
        write_files:
          - path: /etc/written
            content: written by cloud-init
        runcmd:
          - [sh, -c, "id -un > /etc/ran"]
        """;

    [Fact]
    public async Task Debian_lives_through_all_that_az_can_do_with_it()
    {
        var vm = await Machine.CreateAsync(cloud, "debian", "Debian12", CloudConfig);
        Assert.Equal("VM running", (string?)vm.Created["powerState"]);

        // Ready was reported by cloud-init's network stage; what it was told to run comes at its end.
        Assert.Contains("status: done", await vm.InGuestAsync("cloud-init status --wait"));
        Assert.Equal("written by cloud-init\nroot", await vm.InGuestAsync("cat /etc/written; echo; cat /etc/ran"));
        Assert.Equal("debianvm\n0", await vm.InGuestAsync("hostname; sudo -n id -u"));
        Assert.Equal("Ready", (string?)(await vm.VmAsync("get-instance-view"))!["instanceView"]!["vmAgent"]!["statuses"]![0]!["displayStatus"]);
        Assert.Contains("debianvm login:", (string?)await vm.VmAsync("boot-diagnostics get-boot-log"));

        await vm.Az.RunAsync($"vm disk attach -g debian --vm-name {vm.Name} --name data --new --size-gb 8");
        Assert.Equal("8G", await vm.InGuestUntilAsync("lsblk -dno SIZE /dev/disk/azure/scsi1/lun0 | xargs", "8G"));
        await vm.InGuestAsync("sudo mkfs.ext4 -q /dev/disk/azure/scsi1/lun0 && sudo mount /dev/disk/azure/scsi1/lun0 /mnt && echo kept | sudo tee /mnt/file && sync");

        Assert.Contains($"WALinuxAgent-{await vm.AgentVersionAsync()} ", await vm.InGuestAsync("sudo waagent --version"), StringComparison.Ordinal);

        var first = await vm.BootIdAsync();
        await vm.VmAsync("restart");
        Assert.NotEqual(first, await vm.BootIdAfterAsync(first));

        await vm.VmAsync("deallocate");
        Assert.False(Cloud.Runs(vm.VmId));
        await vm.VmAsync("resize", "--size Standard_B2s");
        await vm.VmAsync("start");
        Assert.Equal("2\nkept", await vm.InGuestAsync("nproc; sudo mount /dev/disk/azure/scsi1/lun0 /mnt && cat /mnt/file"));

        await vm.VmAsync("delete", "--yes");
        Assert.False(Cloud.Runs(vm.VmId));
        await vm.Az.RunAsync("group delete -n debian --yes");
        Assert.Equal("false", (await vm.Az.RunAsync("group exists -n debian"))!.ToJsonString());
    }
}
