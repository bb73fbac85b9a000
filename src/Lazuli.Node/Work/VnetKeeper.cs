using System.Collections.Concurrent;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Node.Work;

/// <summary>
/// Keeps one network with its NICs, its security rules and its guest services. A NIC without what it refers to, or one that
/// the engine refuses, doesn't keep the others from being made.
/// </summary>
internal sealed class VnetKeeper(Board board, INetEngine net, IGuestSide guests, FlowLogKeeper flowLogs, Action<string> poke)
{
    private readonly ConcurrentDictionary<string, string> _appliedNet = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _appliedGuests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _knownVms = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HashSet<string>> _shared = new(StringComparer.Ordinal);

    /// <summary>Networks that are on the machine: a peer is joined when it is there.</summary>
    private readonly ConcurrentDictionary<string, bool> _there = new(StringComparer.Ordinal);

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
        var all = board.Users(key).Where(u => u.Item is NicItem or LoadBalancerItem or EndpointItem or LinkServiceItem).ToList();
        var leaving = all.Where(n => n.Leaving && !board.IsHeld(n.Key) && !board.Users(n.Key).Any(u => u.Item is VmItem)).ToList();
        var nics = all.Except(leaving).ToList();
        if (vnet is null)
        {
            leaving.ForEach(Leave);
            return null;
        }

        if (vnet.Leaving && nics.Count == 0)
        {
            flowLogs.Watch(key, []);
            await guests.RemoveAsync(key);
            await net.RemoveAsync(key, cancellationToken);
            _appliedNet.TryRemove(key, out _);
            _appliedGuests.TryRemove(key, out _);
            _shared.TryRemove(key, out _);
            _there.TryRemove(key, out _);
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
            var shared = SharedKeys(rest.Append(vnet)).Select(board.Get).OfType<ItemState>().ToList();
            var item = (VnetItem)vnet.Item;
            item = item with { Peers = [.. item.Peers.Where(p => _there.ContainsKey(p.VnetKey) && board.Get(p.VnetKey) is { Leaving: false })] };
            var neighbours = Neighbours(item);
            var logs = flowLogs.About(item, rest.Select(r => r.Item).OfType<NicItem>());
            var content = ContentOf([vnet, .. rest, .. shared, .. neighbours, .. logs]) + '\n' + string.Join(' ', item.Peers.Select(p => p.VnetKey));
            try
            {
                if (_appliedNet.GetValueOrDefault(vnet.Key) != content)
                {
                    // Who listens before rules tell misses nothing.
                    if (_there.ContainsKey(vnet.Key))
                    {
                        flowLogs.Watch(vnet.Key, logs);
                    }

                    await net.ApplyAsync(new()
                    {
                        Vnet = item,
                        // What is there already comes first, so that of two that want the same the newcomer is refused.
                        Nics = [.. rest.OrderBy(n => n.Phase != ItemPhase.Applied).Select(n => n.Item).OfType<NicItem>()],
                        Balancers = [.. rest.OrderBy(n => n.Phase != ItemPhase.Applied).Select(n => n.Item).OfType<LoadBalancerItem>()],
                        Endpoints = [.. rest.OrderBy(n => n.Phase != ItemPhase.Applied).Select(n => n.Item).OfType<EndpointItem>()],
                        LinkServices = [.. rest.OrderBy(n => n.Phase != ItemPhase.Applied).Select(n => n.Item).OfType<LinkServiceItem>()],
                        Nsgs = [.. shared.Select(r => r.Item).OfType<NsgItem>()],
                        RouteTables = [.. shared.Select(r => r.Item).OfType<RouteTableItem>()],
                        Nats = [.. shared.Select(r => r.Item).OfType<NatItem>()],
                        FlowLogs = [.. logs.Select(l => (FlowLogItem)l.Item)],
                        Neighbours = [.. neighbours.Select(n => (NicItem)n.Item)],
                    }, cancellationToken);
                    _appliedNet[vnet.Key] = content;
                }

                flowLogs.Watch(vnet.Key, logs);
                _shared[vnet.Key] = [.. shared.Select(r => r.Hash)];
                if (!vnet.Leaving && _there.TryAdd(vnet.Key, true))
                {
                    PokePeers(vnet);
                }

                return refused;
            }
            catch (NetException e) when (rest.Any(n => n.Key == e.Key))
            {
                refused[e.Key] = e.Error;
            }
        }
    }

    /// <summary>NICs of peers that rules here may name by their application security groups.</summary>
    private List<ItemState> Neighbours(VnetItem vnet)
        => [.. vnet.Peers.SelectMany(p => board.Users(p.VnetKey)).Where(u => u is { Leaving: false, Item: NicItem nic } && nic.IpConfigs.Any(c => c.GroupKeys.Count > 0))];

    private void PokePeers(ItemState vnet)
    {
        foreach (var peer in ((VnetItem)vnet.Item).Peers)
        {
            poke(peer.VnetKey);
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
                Nics = [.. nics.Select(n => n.Item).OfType<NicItem>()],
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

        foreach (var shared in SharedKeys(nics.Append(vnet)))
        {
            poke(shared);
        }
    }

    /// <summary>A security group, a route table or a NAT gateway is true when every network that refers to it has its content.</summary>
    public void KeepShared(ItemState shared)
    {
        var users = board.Users(shared.Key);
        var vnets = users.Select(u => u.Item is NicItem nic ? nic.VnetKey : u.Key).Distinct(StringComparer.Ordinal).ToList();
        if (shared.Leaving && users.Count == 0)
        {
            board.Remove(shared.Key);
            return;
        }

        var waiting = vnets.Where(v => !(_shared.GetValueOrDefault(v)?.Contains(shared.Hash) ?? false)).ToList();
        if (waiting.Count == 0 && !shared.Leaving)
        {
            board.Update(shared, s => s with { Phase = ItemPhase.Applied, Error = null });
        }

        waiting.ForEach(poke);
    }

    /// <summary>Rules of peers may name a NIC by its application security groups.</summary>
    public void NicChanged(NicItem nic)
    {
        poke(nic.VnetKey);
        if (board.Get(nic.VnetKey) is { } vnet)
        {
            PokePeers(vnet);
        }
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

    private bool Missing(ItemState state) => SharedKeys([state]).Any(k => board.Get(k) is null);

    /// <summary>What networks and NICs have in common with others: everything that they refer to but each other.</summary>
    private static IEnumerable<string> SharedKeys(IEnumerable<ItemState> states)
        => states.SelectMany(s => s.Item switch
        {
            VnetItem v => v.References(),
            NicItem { NsgKey: { } key } => [key],
            _ => [],
        }).Distinct(StringComparer.Ordinal);

    private static string ContentOf(IEnumerable<ItemState> states) => string.Join('\n', states.Select(s => s.Key + ' ' + s.Hash));
}
