namespace Lazuli.Providers.Tests.Network;

/// <summary>No address is ever given twice, whoever asks at the same time.</summary>
public sealed class AllocationTests
{
    private static readonly string[] Known = ["SubnetIsFull", "PrivateIPAddressIsAllocated", "PrivateIPAddressInReservedRange"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task NICs_made_changed_and_deleted_at_once_never_share_an_address(int seed)
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet(subnet: "10.0.0.0/28"));
        var requests = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            var random = new Random((seed * 100) + worker);
            for (var i = 0; i < 25; i++)
            {
                var path = NetworkCloud.Id($"networkInterfaces/n{random.Next(18)}");
                if (random.Next(4) == 0)
                {
                    await cloud.SendAsync("DELETE", path);
                    continue;
                }

                var response = await cloud.SendAsync("PUT", path, NetworkCloud.Nic(address: random.Next(3) == 0 ? $"10.0.0.{random.Next(16)}" : null));
                if (response.Status >= 400)
                {
                    Assert.Contains((string?)NetworkCloud.Parse(response)["code"] ?? "", Known.Append("AnotherOperationInProgress"));
                }

                AssertUnique(cloud);
            }
        }));
        await Task.WhenAll(requests);
        AssertUnique(cloud);
    }

    [Fact]
    public async Task A_subnet_gives_all_its_addresses_and_not_one_more()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet(subnet: "10.0.0.0/28"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => cloud.SendAsync("PUT", NetworkCloud.Id($"networkInterfaces/n{n}"), NetworkCloud.Nic())));
        Assert.Equal(11, answers.Count(a => a.Status == 201));
        Assert.All(answers.Where(a => a.Status != 201), a => Assert.Equal("SubnetIsFull", (string?)NetworkCloud.Parse(a)["code"]));
        Assert.Equal(Enumerable.Range(4, 11).Select(n => $"10.0.0.{n}").Order(StringComparer.Ordinal), Addresses(cloud).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Public_addresses_made_at_once_are_all_different()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => cloud.SendAsync("PUT", NetworkCloud.Id($"publicIPAddresses/p{n}"), NetworkCloud.StandardAddress)));
        Assert.All(answers, a => Assert.Equal(201, a.Status));
        Assert.Equal(40, answers.Select(a => (string?)NetworkCloud.Parse(a)["properties"]?["ipAddress"]).Distinct().Count());
    }

    [Fact]
    public async Task A_public_address_goes_to_one_of_two_NICs_that_ask_at_once()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/w"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), NetworkCloud.StandardAddress);
        var answers = await Task.WhenAll(new[] { "v", "w" }.Select(v => cloud.SendAsync(
            "PUT", NetworkCloud.Id($"networkInterfaces/{v}"), NetworkCloud.Nic($"virtualNetworks/{v}/subnets/a", publicAddress: "publicIPAddresses/p"))));
        Assert.Equal([201, 400], answers.Select(a => a.Status).Order());
        Assert.Equal("PublicIPAddressInUse", (string?)NetworkCloud.Parse(answers.Single(a => a.Status == 400))["code"]);
    }

    [Fact]
    public async Task A_dynamic_address_stays_over_changes_and_a_static_one_may_be_taken_over()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/a"), NetworkCloud.Nic());
        var before = await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/b"), NetworkCloud.Nic());
        await cloud.SucceedAsync("DELETE", NetworkCloud.Id("networkInterfaces/a"));
        var after = await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/b"), NetworkCloud.Nic());
        Assert.Equal(("10.0.0.5", "10.0.0.5"), (Address(before), Address(after)));
        Assert.Equal((string?)before["properties"]?["macAddress"], (string?)after["properties"]?["macAddress"]);
        Assert.Equal("10.0.0.9", Address(await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/b"), NetworkCloud.Nic(address: "10.0.0.9"))));
        Assert.Equal("10.0.0.4", Address(await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/a"), NetworkCloud.Nic())));
    }

    private static string? Address(System.Text.Json.Nodes.JsonNode nic) => (string?)nic["properties"]?["ipConfigurations"]?[0]?["properties"]?["privateIPAddress"];

    private static string[] Addresses(NetworkCloud cloud)
        => [.. cloud.Kernel.View.List<Providers.Network.NetworkInterfaces.NetworkInterfaceProperties>(Kernel.Ids.ResourceTypeName.Parse("Microsoft.Network/networkInterfaces"), Kernel.Ids.ResourceId.Tenant)
            .SelectMany(n => n.Properties.IpConfigurations ?? []).Select(c => c.Properties?.PrivateIPAddress ?? "")];

    private static void AssertUnique(NetworkCloud cloud)
    {
        var addresses = Addresses(cloud);
        Assert.Equal(addresses.Length, addresses.Distinct().Count());
        Assert.DoesNotContain("", addresses);
    }
}
