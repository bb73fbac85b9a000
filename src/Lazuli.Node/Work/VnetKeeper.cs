using System.Collections.Concurrent;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Node.Work;

/// <summary>
/// Keeps one network with its NICs, its security rules and its guest services. A NIC without what it refers to, or one that
/// the engine refuses, doesn't keep the others from being made.
/// </summary>
internal sealed class VnetKeeper(Board board, INetEngine net, IGuestSide guests, Action<string> poke)
{
    private readonly ConcurrentDictionary<string, string> _appliedNet = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _appliedGuests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _knownVms = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HashSet<string>> _rules = new(StringComparer.Ordinal);

    /// <summary>The guest services know this content of the machine.</summary>
    public bool Knows(ItemState vm) => _knownVms.GetValueOrDefault(vm.Key) == vm.Hash;

    /// <summary>The next pass makes everything anew, whatever was made before.</summary>
    public void Doubt()
    {
        _appliedNet.Clear();
        _appliedGuests.Clear();
    }

    public async Task<TimeSpan?> KeepAsync(string key, CancellationToken cancellationToken)
    {
        var vnet = board.Get(key);
        var all = board.Users(key).Where(u => u.Item is NicItem).ToList();
        var leaving = all.Where(n => n.Leaving && !board.IsHeld(n.Key) && !board.Users(n.Key).Any(u => u.Item is VmItem)).ToList();
        var nics = all.Except(leaving).ToList();
        if (vnet is null)
        {
            leaving.ForEach(Leave);
            return null;
        }

        if (vnet.Leaving && nics.Count == 0)
        {
            await guests.RemoveAsync(key);
            await net.RemoveAsync(key, cancellationToken);
            _appliedNet.TryRemove(key, out _);
            _appliedGuests.TryRemove(key, out _);
            _rules.TryRemove(key, out _);
            leaving.ForEach(Leave);
            Leave(vnet);
            return null;
        }

        if (Missing(vnet))
        {
            board.Update(vnet, s => s with { Phase = ItemPhase.Pending });
            return null;
        }

        var ready = nics.Where(n => !Missing(n)).ToList();
        var refused = await ApplyAsync(vnet, ready, cancellationToken);
        ready.RemoveAll(n => refused.ContainsKey(n.Key));
        await TellGuestsAsync(vnet, ready, cancellationToken);
        leaving.ForEach(Leave);
        Report(vnet, nics, ready, refused);
        return refused.Count > 0 ? TimeSpan.FromSeconds(10) : null;
    }

    /// <summary>Makes the network of those NICs that the engine doesn't refuse; answers the others and why.</summary>
    private async Task<Dictionary<string, ItemError>> ApplyAsync(ItemState vnet, List<ItemState> nics, CancellationToken cancellationToken)
    {
        Dictionary<string, ItemError> refused = new(StringComparer.Ordinal);
        while (true)
        {
            var rest = nics.Where(n => !refused.ContainsKey(n.Key)).ToList();
            var rules = NsgKeys(rest.Append(vnet)).Select(board.Get).OfType<ItemState>().ToList();
            var content = ContentOf([vnet, .. rest, .. rules]);
            try
            {
                if (_appliedNet.GetValueOrDefault(vnet.Key) != content)
                {
                    await net.ApplyAsync(new()
                    {
                        Vnet = (VnetItem)vnet.Item,
                        // What is there already comes first, so that of two that want the same the newcomer is refused.
                        Nics = [.. rest.OrderBy(n => n.Phase != ItemPhase.Applied).Select(n => (NicItem)n.Item)],
                        Nsgs = [.. rules.Select(r => r.Item).OfType<NsgItem>()],
                    }, cancellationToken);
                    _appliedNet[vnet.Key] = content;
                }

                _rules[vnet.Key] = [.. rules.Select(r => r.Hash)];
                return refused;
            }
            catch (NetException e) when (rest.Any(n => n.Key == e.Key))
            {
                refused[e.Key] = e.Error;
            }
        }
    }

    private async Task TellGuestsAsync(ItemState vnet, List<ItemState> nics, CancellationToken cancellationToken)
    {
        var vms = nics.SelectMany(n => board.Users(n.Key)).Where(u => u is { Leaving: false, Item: VmItem }).DistinctBy(v => v.Key).ToList();
        var disks = vms.SelectMany(v => ((VmItem)v.Item).DataDisks.Prepend(((VmItem)v.Item).OsDisk)).Select(d => board.Get(d.DiskKey)).OfType<ItemState>().DistinctBy(d => d.Key).ToList();
        var content = ContentOf([vnet, .. nics, .. vms, .. disks]);
        if (_appliedGuests.GetValueOrDefault(vnet.Key) != content)
        {
            await guests.ApplyAsync(new()
            {
                Vnet = (VnetItem)vnet.Item,
                Nics = [.. nics.Select(n => (NicItem)n.Item)],
                Vms = [.. vms.Select(v => (VmItem)v.Item)],
                Disks = [.. disks.Select(d => d.Item).OfType<DiskItem>()],
            }, cancellationToken);
            _appliedGuests[vnet.Key] = content;
        }

        foreach (var vm in vms.Where(v => !Knows(v)))
        {
            _knownVms[vm.Key] = vm.Hash;
            poke(vm.Key);
        }
    }

    private void Report(ItemState vnet, List<ItemState> nics, List<ItemState> ready, Dictionary<string, ItemError> refused)
    {
        if (!vnet.Leaving)
        {
            board.Update(vnet, s => s with { Phase = ItemPhase.Applied, Error = null });
        }

        foreach (var nic in nics.Where(n => !n.Leaving))
        {
            var error = refused.GetValueOrDefault(nic.Key);
            var phase = error is not null ? ItemPhase.Failed : ready.Contains(nic) ? ItemPhase.Applied : ItemPhase.Pending;
            if (nic.Phase != phase || nic.Error != error)
            {
                board.Update(nic, s => s with { Phase = phase, Error = error });
                PokeUsers(nic.Key);
            }
        }

        foreach (var nsg in NsgKeys(nics.Append(vnet)))
        {
            poke(nsg);
        }
    }

    /// <summary>A security group is true when every network that refers to it has its rules.</summary>
    public void KeepNsg(ItemState nsg)
    {
        var users = board.Users(nsg.Key);
        var vnets = users.Select(u => u.Item is NicItem nic ? nic.VnetKey : u.Key).Distinct(StringComparer.Ordinal).ToList();
        if (nsg.Leaving && users.Count == 0)
        {
            board.Remove(nsg.Key);
            return;
        }

        var waiting = vnets.Where(v => !(_rules.GetValueOrDefault(v)?.Contains(nsg.Hash) ?? false)).ToList();
        if (waiting.Count == 0 && !nsg.Leaving)
        {
            board.Update(nsg, s => s with { Phase = ItemPhase.Applied, Error = null });
        }

        waiting.ForEach(poke);
    }

    private void Leave(ItemState state)
    {
        if (board.Remove(state.Key))
        {
            foreach (var referent in state.Item.References())
            {
                poke(referent);
            }
        }
    }

    private void PokeUsers(string key)
    {
        foreach (var user in board.Users(key))
        {
            poke(user.Key);
        }
    }

    private bool Missing(ItemState state) => NsgKeys([state]).Any(k => board.Get(k) is null);

    private static IEnumerable<string> NsgKeys(IEnumerable<ItemState> states)
        => states.SelectMany(s => s.Item switch
        {
            VnetItem v => v.Subnets.Select(n => n.NsgKey),
            NicItem n => [n.NsgKey],
            _ => [],
        }).OfType<string>().Distinct(StringComparer.Ordinal);

    private static string ContentOf(IEnumerable<ItemState> states) => string.Join('\n', states.Select(s => s.Key + ' ' + s.Hash));
}
