using Lazuli.Engines.Dns;
using Lazuli.Engines.Node;

namespace Lazuli.Node.Work;

/// <summary>Tells the name servers what the document says: an item is true as soon as they know it.</summary>
internal sealed class DnsKeeper(Board board, DnsCatalogue names, Action<string> poke)
{
    public void Keep(ItemState state)
    {
        if (!state.Leaving)
        {
            names.Set((DnsItem)state.Item);
            board.Update(state, s => s with { Phase = ItemPhase.Applied, Error = null });
            return;
        }

        names.Remove(state.Key);
        if (board.Users(state.Key).Count == 0 && board.Remove(state.Key))
        {
            foreach (var referent in state.Item.References())
            {
                poke(referent);
            }
        }
    }
}
