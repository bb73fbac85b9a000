namespace Lazuli.Clients.Tests.AzureCli;

/// <summary><c>az network</c>: networks, rules, addresses and interfaces without a machine.</summary>
public sealed class NetworkTests(Cloud cloud)
{
    [Fact]
    public async Task A_network_is_made_read_listed_and_taken_apart()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n net -l westeurope");

        await az.RunAsync("network vnet create -g net -n v --address-prefix 10.9.0.0/16 --subnet-name a --subnet-prefixes 10.9.1.0/24");
        await az.RunAsync("network vnet subnet create -g net --vnet-name v -n b --address-prefixes 10.9.2.0/24");
        await az.RunAsync("network nsg create -g net -n n");
        await az.RunAsync("network nsg rule create -g net --nsg-name n -n ssh --priority 100 --destination-port-ranges 22 --access Allow --protocol Tcp");
        await az.RunAsync("network public-ip create -g net -n p --sku Standard");
        await az.RunAsync("network nic create -g net -n i --vnet-name v --subnet a --network-security-group n --public-ip-address p");

        Assert.Equal("10.9.0.0/16", (string?)(await az.RunAsync("network vnet show -g net -n v"))!["addressSpace"]!["addressPrefixes"]![0]);
        Assert.Equal(["a", "b"], (await az.RunAsync("network vnet subnet list -g net --vnet-name v"))!.AsArray().Select(s => (string?)s!["name"]));
        Assert.Equal("22", (string?)(await az.RunAsync("network nsg rule show -g net --nsg-name n -n ssh"))!["destinationPortRange"]);
        var address = (string?)(await az.RunAsync("network public-ip show -g net -n p"))!["ipAddress"];
        Assert.StartsWith("198.18.", address);
        Assert.Equal("10.9.1.4", (string?)(await az.RunAsync("network nic show -g net -n i"))!["ipConfigurations"]![0]!["privateIPAddress"]);
        foreach (var (kind, name) in new[] { ("vnet", "v"), ("nsg", "n"), ("public-ip", "p"), ("nic", "i") })
        {
            Assert.Equal([name], (await az.RunAsync($"network {kind} list -g net"))!.AsArray().Select(r => (string?)r!["name"]));
        }

        Assert.Contains("(PublicIPAddressCannotBeDeleted)", await az.FailAsync("network public-ip delete -g net -n p"));
        Assert.Contains("(InUseSubnetCannotBeDeleted)", await az.FailAsync("network vnet delete -g net -n v"));
        await az.RunAsync("network nic delete -g net -n i");
        await az.RunAsync("network public-ip delete -g net -n p");
        await az.RunAsync("network nsg delete -g net -n n");
        await az.RunAsync("network vnet subnet delete -g net --vnet-name v -n b");
        await az.RunAsync("network vnet delete -g net -n v");
        Assert.Empty((await az.RunAsync("resource list -g net"))!.AsArray());
        await az.RunAsync("group delete -n net --yes");
    }
}
