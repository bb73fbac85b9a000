using System.Text;
using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.ResourceManager;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Compute.Models;
using Azure.ResourceManager.Resources;
using Azure.ResourceManager.Resources.Models;

namespace Lazuli.Clients.Tests.DotNet;

/// <summary>Azure's .NET SDK, told only where Lazuli is (its certificate is trusted by SSL_CERT_FILE, see <see cref="Cloud"/>).</summary>
public sealed class DotNetSdkTests(Cloud cloud)
{
    private const string NetworkVersion = "2024-05-01";

    [Fact]
    public async Task Groups_disks_and_a_machine_are_made_read_listed_and_deleted()
    {
        cloud.Require();
        var subscription = await Client(cloud.Connection.ClientSecret).GetDefaultSubscriptionAsync();
        Assert.Equal(cloud.Connection.SubscriptionId, subscription.Data.SubscriptionId);
        var group = (await subscription.GetResourceGroups().CreateOrUpdateAsync(WaitUntil.Completed, "dotnet", new(AzureLocation.WestEurope))).Value;
        Assert.Contains("dotnet", await subscription.GetResourceGroups().GetAllAsync().Select(g => g.Data.Name).ToListAsync());

        var disk = (await group.GetManagedDisks().CreateOrUpdateAsync(WaitUntil.Completed, "data",
            new(AzureLocation.WestEurope) { CreationData = new(DiskCreateOption.Empty), DiskSizeGB = 4 })).Value;
        Assert.Equal((4, DiskState.Unattached), (disk.Data.DiskSizeGB, disk.Data.DiskState));
        Assert.Equal(["data"], await group.GetManagedDisks().GetAllAsync().Select(d => d.Data.Name).ToListAsync());

        var (nic, address) = await NetworkAsync(group);
        var keyFile = Path.Combine(cloud.Directory, "dotnet-key");
        await Shell.DoAsync(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keyFile]);
        var vm = (await group.GetVirtualMachines().CreateOrUpdateAsync(WaitUntil.Completed, "vm", await MachineAsync(nic, disk.Id, keyFile + ".pub"))).Value;

        Assert.Equal("Succeeded", vm.Data.ProvisioningState);
        Assert.True(Cloud.Runs(vm.Data.VmId!));
        var view = (await vm.InstanceViewAsync()).Value;
        Assert.Equal(["ProvisioningState/succeeded", "PowerState/running"], view.Statuses.Select(s => s.Code));
        Assert.Equal("custom data ran on vm", await cloud.InGuestAsync(address, keyFile, "cat /etc/custom"));
        Assert.Equal(((4L << 30) / 512).ToString(System.Globalization.CultureInfo.InvariantCulture), await cloud.InGuestAsync(address, keyFile, "cat /sys/class/block/sda/size"));
        Assert.Equal(["vm"], await group.GetVirtualMachines().GetAllAsync().Select(m => m.Data.Name).ToListAsync());
        Assert.Equal(disk.Id, (await group.GetVirtualMachineAsync("vm")).Value.Data.StorageProfile.DataDisks.Single().ManagedDisk.Id);

        await vm.DeallocateAsync(WaitUntil.Completed);
        Assert.False(Cloud.Runs(vm.Data.VmId!));
        await vm.DeleteAsync(WaitUntil.Completed);
        Assert.False((await group.GetVirtualMachines().ExistsAsync("vm")).Value);
        await (await disk.GetAsync()).Value.DeleteAsync(WaitUntil.Completed);
        await group.DeleteAsync(WaitUntil.Completed);
        Assert.False((await subscription.GetResourceGroups().ExistsAsync("dotnet")).Value);
    }

    [Fact]
    public async Task Faults_come_as_the_sdks_own_exceptions()
    {
        cloud.Require();
        var subscription = await Client(cloud.Connection.ClientSecret).GetDefaultSubscriptionAsync();

        var missing = await Assert.ThrowsAsync<RequestFailedException>(() => subscription.GetResourceGroupAsync("nowhere"));
        Assert.Equal((404, "ResourceGroupNotFound"), (missing.Status, missing.ErrorCode));
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => Client("wrong").GetDefaultSubscriptionAsync());
    }

    private static async Task<VirtualMachineData> MachineAsync(ResourceIdentifier nic, ResourceIdentifier disk, string publicKey)
    {
        var data = new VirtualMachineData(AzureLocation.WestEurope)
        {
            HardwareProfile = new() { VmSize = "Standard_B1s" },
            StorageProfile = new()
            {
                ImageReference = new() { Publisher = "lazuli", Offer = "micro", Sku = "1", Version = "latest" },
                OSDisk = new(DiskCreateOptionType.FromImage) { DeleteOption = DiskDeleteOptionType.Delete },
            },
            OSProfile = new()
            {
                ComputerName = "vm",
                AdminUsername = "azureuser",
                CustomData = Convert.ToBase64String(Encoding.UTF8.GetBytes("#!/bin/sh\necho \"custom data ran on $(hostname)\" > /etc/custom\n")),
                LinuxConfiguration = new() { DisablePasswordAuthentication = true },
            },
            NetworkProfile = new(),
        };
        data.StorageProfile.DataDisks.Add(new(0, DiskCreateOptionType.Attach) { ManagedDisk = new() { Id = disk } });
        data.OSProfile.LinuxConfiguration.SshPublicKeys.Add(new() { Path = "/home/azureuser/.ssh/authorized_keys", KeyData = await File.ReadAllTextAsync(publicKey) });
        data.NetworkProfile.NetworkInterfaces.Add(new() { Id = nic });
        return data;
    }

    // There is no network package of the SDK among those we may use: its generic resources do.
    private async Task<(ResourceIdentifier Nic, string Address)> NetworkAsync(ResourceGroupResource group)
    {
        var nsg = await PutAsync(group, "networkSecurityGroups/nsg", new
        {
            securityRules = new[]
            {
                new
                {
                    name = "ssh",
                    properties = new
                    {
                        priority = 100, direction = "Inbound", access = "Allow", protocol = "Tcp", sourceAddressPrefix = "*", sourcePortRange = "*",
                        destinationAddressPrefix = "*", destinationPortRange = "22",
                    },
                },
            },
        });
        var vnet = await PutAsync(group, "virtualNetworks/vnet", new
        {
            addressSpace = new { addressPrefixes = new[] { "10.3.0.0/16" } },
            subnets = new[] { new { name = "a", properties = new { addressPrefix = "10.3.1.0/24", networkSecurityGroup = new { id = nsg.Id.ToString() } } } },
        });
        var ip = await PutAsync(group, "publicIPAddresses/ip", new { publicIPAllocationMethod = "Static" }, new ResourcesSku { Name = "Standard" });
        var nic = await PutAsync(group, "networkInterfaces/nic", new
        {
            ipConfigurations = new[] { new { name = "c", properties = new { subnet = new { id = $"{vnet.Id}/subnets/a" }, publicIPAddress = new { id = ip.Id.ToString() } } } },
        });
        return (nic.Id, ip.Data.Properties.ToObjectFromJson<Dictionary<string, object>>()!["ipAddress"].ToString()!);
    }

    private async Task<GenericResource> PutAsync(ResourceGroupResource group, string path, object properties, ResourcesSku? sku = null)
    {
        var client = Client(cloud.Connection.ClientSecret);
        var data = new GenericResourceData(AzureLocation.WestEurope) { Properties = BinaryData.FromObjectAsJson(properties), Sku = sku };
        return (await client.GetGenericResources().CreateOrUpdateAsync(WaitUntil.Completed, new ResourceIdentifier($"{group.Id}/providers/Microsoft.Network/{path}"), data)).Value;
    }

    private ArmClient Client(string secret)
    {
        var endpoint = new Uri(cloud.Connection.ArmEndpoint);
        var credential = new ClientSecretCredential(cloud.Connection.TenantId, cloud.Connection.ClientId, secret, new ClientSecretCredentialOptions { AuthorityHost = endpoint, DisableInstanceDiscovery = true });
        var options = new ArmClientOptions { Environment = new ArmEnvironment(endpoint, cloud.Connection.ArmEndpoint) };
        foreach (var type in (string[])["networkSecurityGroups", "virtualNetworks", "publicIPAddresses", "networkInterfaces"])
        {
            options.SetApiVersion($"Microsoft.Network/{type}", NetworkVersion);
        }

        return new ArmClient(credential, cloud.Connection.SubscriptionId, options);
    }
}
