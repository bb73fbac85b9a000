using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Node.Work;

/// <summary>
/// Keeps load balancers. Those with a network are made with it, by <see cref="VnetKeeper"/>; here they are watched, global ones are made, and those without anything behind
/// them are true as they are.
/// </summary>
internal sealed class BalancerKeeper(Board board, ILoadBalancing? net, BalancerProber? prober, Action<string> poke)
{
    private readonly Lock _gate = new();
    private string _applied = "";

    public async Task<TimeSpan?> KeepAsync(ItemState state, CancellationToken cancellationToken)
    {
        var balancer = (LoadBalancerItem)state.Item;
        if (net is null || prober is null)
        {
            board.Update(state, s => s with { Phase = ItemPhase.Failed, Error = new("FeatureNotSupported", "This machine spreads no connections.") });
            return null;
        }

        if (state.Leaving)
        {
            await prober.ForgetAsync(state.Key, cancellationToken);
            board.Users(state.Key).ToList().ForEach(u => poke(u.Key));
        }
        else
        {
            prober.Watch(balancer);
            board.Update(state, s => s with { LoadBalancer = Same(s.LoadBalancer, prober.StatusOf(balancer)) });
        }

        if (balancer.VnetKey is { } vnet && board.Get(vnet) is not null)
        {
            poke(vnet);
            return null;
        }

        if (balancer.VnetKey is null || state.Leaving)
        {
            await ApplyGlobalAsync(cancellationToken);
            if (state.Leaving && board.Users(state.Key).Count == 0)
            {
                board.Remove(state.Key);
                balancer.References().ToList().ForEach(poke);
            }
            else if (!state.Leaving)
            {
                board.Update(state, s => s with { Phase = ItemPhase.Applied, Error = null });
            }
        }

        return null;
    }

    /// <summary>What is known of a load balancer changed; global ones may go by it.</summary>
    public void Heard(string key)
    {
        poke(key);
        foreach (var user in board.Users(key))
        {
            poke(user.Key);
        }
    }

    /// <summary>The next pass makes everything anew.</summary>
    public void Doubt()
    {
        lock (_gate)
        {
            _applied = "";
        }
    }

    private async Task ApplyGlobalAsync(CancellationToken cancellationToken)
    {
        var all = board.Keys().Select(board.Get).OfType<ItemState>().Where(s => s is { Leaving: false, Item: LoadBalancerItem { Regional.Count: > 0 } }).OrderBy(s => s.Key, StringComparer.Ordinal).ToList();
        var content = string.Join('\n', all.Select(s => s.Hash));
        lock (_gate)
        {
            if (content == _applied)
            {
                return;
            }
        }

        await (net?.ApplyGlobalAsync([.. all.Select(s => (LoadBalancerItem)s.Item)], cancellationToken) ?? Task.CompletedTask);
        lock (_gate)
        {
            _applied = content;
        }
    }

    private static LoadBalancerStatus Same(LoadBalancerStatus? before, LoadBalancerStatus after)
        => before is not null && before.Members.SequenceEqual(after.Members) ? before : after;
}
