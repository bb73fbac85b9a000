using Lazuli.Engines.Dns;
using Lazuli.Engines.Node;

namespace Lazuli.Node.Work;

/// <summary>Tells the name servers what the document says: an item is true as soon as they know it. Endpoints of profiles are checked from then on.</summary>
internal sealed class DnsKeeper(Board board, DnsCatalogue names, TrafficProber? traffic, Action<string> poke)
{
    public void Keep(ItemState state)
    {
        if (!state.Leaving)
        {
            names.Set((DnsItem)state.Item);
            var status = state.Item is TrafficItem profile ? traffic?.Keep(profile) : null;
            board.Update(state, s => s with { Phase = ItemPhase.Applied, Error = null, Traffic = status });
            return;
        }

        names.Remove(state.Key);
        traffic?.Forget(state.Key);
        if (board.Users(state.Key).Count == 0 && board.Remove(state.Key))
        {
            foreach (var referent in state.Item.References())
            {
                poke(referent);
            }
        }
    }
}
