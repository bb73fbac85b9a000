using Lazuli.Guest;

namespace Lazuli.Node.Work;

/// <summary>A node without guest services.</summary>
internal sealed class NoGuests : IGuestSide
{
    public Task ApplyAsync(GuestVnet vnet, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RemoveAsync(string vnetKey) => Task.CompletedTask;
}
