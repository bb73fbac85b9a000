using Lazuli.Guest;

namespace Lazuli.Node.Work;

/// <summary>What guests see of their host; <see cref="GuestServices"/> in a node, nobody where machines have no guests.</summary>
internal interface IGuestSide
{
    Task ApplyAsync(GuestVnet vnet, CancellationToken cancellationToken);
    Task RemoveAsync(string vnetKey);
}

internal sealed class GuestSide(GuestServices services) : IGuestSide
{
    public Task ApplyAsync(GuestVnet vnet, CancellationToken cancellationToken) => services.ApplyAsync(vnet, cancellationToken);

    public Task RemoveAsync(string vnetKey) => services.RemoveAsync(vnetKey);
}
