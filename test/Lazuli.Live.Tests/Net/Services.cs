using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Live.Tests.Net;

/// <summary>One <see cref="Service"/> in each of several guests.</summary>
internal sealed class Services(IReadOnlyList<Service> all) : IDisposable
{
    public static string[] Addresses(params NicItem[] nics) => [.. nics.Select(n => n.IpConfigs[0].PrivateAddress)];

    /// <summary>In guests that are there.</summary>
    public static Services Serve(int port, params NicItem[] nics) => new([.. nics.Select(n => Service.Open(n, port))]);

    /// <summary>Makes the network, then serves in its guests.</summary>
    public static async Task<Services> ServeAsync(LiveNetWorld world, VnetState state, int port, params NicItem[] nics)
    {
        await world.ApplyAsync(state);
        return Serve(port, nics);
    }

    public void Dispose()
    {
        foreach (var service in all)
        {
            service.Dispose();
        }
    }
}
