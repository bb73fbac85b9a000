using Lazuli.Engines.Node;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Tests.Network;

/// <summary>Whatever is cut and whenever, the machine ends as the store says, and nothing stays in between.</summary>
public sealed class ChaosTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task After_cuts_and_restarts_the_machine_has_what_the_store_has(int seed)
    {
        var random = new Random(seed);
        var cloud = await NetworkCloud.StartAsync();
        var away = false;
        for (var step = 0; step < 120; step++)
        {
            switch (random.Next(16))
            {
                case 0 when !away:
                    cloud.Node.Disconnect();
                    away = true;
                    break;
                case 0 or 1 or 2:
                    cloud.Node.Reconnect();
                    away = false;
                    break;
                case 3 when step % 3 == 0:
                    cloud = await cloud.RestartAsync();
                    break;
                default:
                    await ActAsync(cloud, random);
                    break;
            }
        }

        cloud.Node.Reconnect();
        await cloud.UntilAsync(() => cloud.Kernel.Queue.IsIdle && !Records(cloud).Any(r => State(cloud, r) is not ("Succeeded" or null))
            && Records(cloud).Where(r => State(cloud, r) is not null).All(r => cloud.Link.Report(r) is { Phase: ItemPhase.Applied }));
        var wanted = Records(cloud).Where(r => State(cloud, r) is not null).Order(StringComparer.Ordinal).ToArray();
        await foreach (var report in cloud.Node.WatchAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal(wanted, report.Items.Select(i => i.Key).Order(StringComparer.Ordinal));
            Assert.All(report.Items, i => Assert.Equal((ItemPhase.Applied, NodeDocument.HashOf(cloud.Link.Item(i.Key) ?? throw new InvalidOperationException())), (i.Phase, i.Hash)));
            break;
        }

        Assert.DoesNotContain(cloud.Store.ListByType(Kernel.Operations.OperationLog.RecordType), r => r.References.Count > 0);
        await cloud.DisposeAsync();
    }

    private static async Task ActAsync(NetworkCloud cloud, Random random)
    {
        var (n, v) = (random.Next(5), random.Next(3));
        var (method, path, body) = random.Next(8) switch
        {
            0 or 1 => ("PUT", $"virtualNetworks/v{v}", NetworkCloud.Vnet()),
            2 => ("PUT", $"virtualNetworks/v{v}/subnets/s{n}", $"{{\"properties\":{{\"addressPrefix\":\"10.0.{n + 1}.0/24\"}}}}"),
            3 or 4 => ("PUT", $"networkInterfaces/n{n}", NetworkCloud.Nic($"virtualNetworks/v{v}/subnets/a", publicAddress: random.Next(2) == 0 ? $"publicIPAddresses/p{v}" : null)),
            5 => ("PUT", $"publicIPAddresses/p{v}", NetworkCloud.StandardAddress),
            6 => ("DELETE", $"networkInterfaces/n{n}", null),
            _ => ("DELETE", random.Next(2) == 0 ? $"virtualNetworks/v{v}" : $"publicIPAddresses/p{v}", null),
        };
        var status = (await cloud.SendAsync(method, NetworkCloud.Id(path), body)).Status;
        Assert.True(status < 500, $"{method} {path}: {status}");
    }

    private static string[] Records(NetworkCloud cloud) => [.. cloud.Store.List(NetworkCloud.Group.ToLowerInvariant()).Select(r => r.Key).Where(k => k.Contains("/microsoft.network/", StringComparison.Ordinal))];

    // Null for what has no part on the machine.
    private static string? State(NetworkCloud cloud, string key)
        => (cloud.Kernel.View.Get<Providers.Network.VirtualNetworks.VirtualNetworkProperties>(key)?.Properties as IProvisioned
            ?? cloud.Kernel.View.Get<Providers.Network.NetworkInterfaces.NetworkInterfaceProperties>(key)?.Properties as IProvisioned
            ?? cloud.Kernel.View.Get<Providers.Network.PublicIPAddresses.PublicIPAddressProperties>(key)?.Properties)?.ProvisioningState;
}
