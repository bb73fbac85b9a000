using System.Collections.Concurrent;
using System.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Net.Fake;

/// <summary>
/// Networks in memory. What would happen to a packet is told by <see cref="Evaluate"/>, written straight from Azure's words and sharing
/// nothing with the real engine's ruleset, so that each checks the other.
/// </summary>
public sealed class FakeNetEngine(NetOptions options) : INetEngine
{
    private readonly ConcurrentDictionary<string, VnetState> _vnets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _publicOwners = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, NicCounters> _counters = new(StringComparer.Ordinal);

    /// <summary>What the machine shall refuse, for tests; null when it takes everything.</summary>
    public Func<VnetState, ItemError?>? Refuse { get; set; }

    public Task ApplyAsync(VnetState state, CancellationToken cancellationToken)
    {
        VnetCheck.Check(state, options);
        if (Refuse?.Invoke(state) is { } error)
        {
            throw new NetException(state.Vnet.Key, error);
        }

        _vnets[state.Vnet.Key] = state;
        var publics = PublicAddresses(state).ToHashSet(StringComparer.Ordinal);
        foreach (var lost in _publicOwners.Where(o => o.Value == state.Vnet.Key && !publics.Contains(o.Key)))
        {
            _publicOwners.TryRemove(lost);
        }

        foreach (var address in publics)
        {
            _publicOwners[address] = state.Vnet.Key;
        }

        return Task.CompletedTask;
    }

    public Task RemoveAsync(string vnetKey, CancellationToken cancellationToken)
    {
        _vnets.TryRemove(vnetKey, out _);
        foreach (var lost in _publicOwners.Where(o => o.Value == vnetKey))
        {
            _publicOwners.TryRemove(lost);
        }

        return Task.CompletedTask;
    }

    public async Task<IReadOnlyList<string>> SweepAsync(Func<IReadOnlySet<string>> keep, CancellationToken cancellationToken)
    {
        var there = _vnets.Keys.ToList();
        var orphans = there.Except(keep()).ToList();
        foreach (var orphan in orphans)
        {
            await RemoveAsync(orphan, cancellationToken);
        }

        return [.. orphans.Select(NicDevice.NamespaceOf).Order(StringComparer.Ordinal)];
    }

    public Task<IReadOnlyList<VnetPresence>> ListAsync(CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<VnetPresence>>(
        [
            .. _vnets.Values
                .Select(v => new VnetPresence(NicDevice.NamespaceOf(v.Vnet.Key), [.. v.Nics.Select(n => NicDevice.InterfaceOf(n.Key)).Order(StringComparer.Ordinal)]))
                .OrderBy(p => p.Namespace, StringComparer.Ordinal),
        ]);

    public Task<IReadOnlyList<NicCounters>> ReadCountersAsync(string vnetKey, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<NicCounters>>(_vnets.TryGetValue(vnetKey, out var state)
            ? [.. state.Nics.Select(n => CountersOf(n.Key)).OrderBy(c => c.Interface, StringComparer.Ordinal)]
            : []);

    /// <summary>Follows a packet to whoever gets it, and counts it as one of 64 bytes.</summary>
    /// <exception cref="NotSupportedException">A network has peers, route tables or NAT gateways: only packets tell what those do.</exception>
    public FlowVerdict Evaluate(Flow flow)
    {
        if (_vnets.Values.Any(v => v.Vnet.Peers.Count > 0 || v.RouteTables.Count > 0 || v.Nats.Count > 0 || v.Vnet.OutboundAddress is not null))
        {
            throw new NotSupportedException("The plain reading knows security groups and public addresses only.");
        }

        var verdict = flow.SourceNicKey is null ? FromOutside(flow) : FromNic(flow, flow.SourceNicKey);
        if (verdict.Receiver is { } receiver)
        {
            Count(flow.SourceNicKey, sent: true);
            Count(receiver == FlowVerdict.Platform ? null : receiver, sent: false);
        }

        return verdict;
    }

    private FlowVerdict FromNic(Flow flow, string nicKey)
    {
        var state = _vnets.Values.FirstOrDefault(v => v.Nics.Any(n => n.Key == nicKey));
        if (state is null)
        {
            return FlowVerdict.Lost;
        }

        var nic = state.Nics.First(n => n.Key == nicKey);
        var config = nic.IpConfigs.FirstOrDefault(c => c.PrivateAddress == flow.Source.ToString());
        if (config is null && !nic.IpForwarding)
        {
            return FlowVerdict.Lost;
        }

        if (flow.Destination.Equals(WellKnown.Platform) || flow.Destination.Equals(WellKnown.Metadata))
        {
            return config is not null && IsService(flow) ? new FlowVerdict { Receiver = FlowVerdict.Platform, SourceSeen = flow.Source } : FlowVerdict.Lost;
        }

        if (!NaiveNsg.Allows(state, nic, flow, inbound: false))
        {
            return FlowVerdict.Lost;
        }

        var neighbour = state.Nics.FirstOrDefault(n => n.IpConfigs.Any(c => c.PrivateAddress == flow.Destination.ToString()));
        if (neighbour is not null)
        {
            return NaiveNsg.Allows(state, neighbour, flow, inbound: true)
                ? new FlowVerdict { Receiver = neighbour.Key, SourceSeen = flow.Source }
                : FlowVerdict.Lost;
        }

        return config?.PublicAddress is { } address && !NaiveNsg.IsIn(state.Vnet, flow.Destination)
            ? FromOutside(flow with { SourceNicKey = null, Source = IPAddress.Parse(address) })
            : FlowVerdict.Lost;
    }

    private FlowVerdict FromOutside(Flow flow)
    {
        if (!_publicOwners.TryGetValue(flow.Destination.ToString(), out var vnetKey) || !_vnets.TryGetValue(vnetKey, out var state))
        {
            return FlowVerdict.Lost;
        }

        var (nic, config) = (from n in state.Nics from c in n.IpConfigs where c.PublicAddress == flow.Destination.ToString() select (n, c)).First();
        var inside = flow with { Destination = IPAddress.Parse(config.PrivateAddress) };
        return NaiveNsg.Allows(state, nic, inside, inbound: true) && !(config.PublicSecureByDefault && NaiveNsg.HasNone(state, nic))
            ? new FlowVerdict { Receiver = nic.Key, SourceSeen = flow.Source }
            : FlowVerdict.Lost;
    }

    private static bool IsService(Flow flow) => flow.Destination.Equals(WellKnown.Metadata)
        ? flow is { Protocol: "tcp", DestinationPort: 80 }
        : flow is { Protocol: "tcp", DestinationPort: 53 or 80 or 32526 } or { Protocol: "udp", DestinationPort: 53 or 67 };

    private static IEnumerable<string> PublicAddresses(VnetState state)
        => state.Nics.SelectMany(n => n.IpConfigs).Select(c => c.PublicAddress).OfType<string>();

    private NicCounters CountersOf(string nicKey) => _counters.GetOrAdd(nicKey, k => new NicCounters
    {
        Interface = NicDevice.InterfaceOf(k),
        ReceivedBytes = 0,
        ReceivedPackets = 0,
        SentBytes = 0,
        SentPackets = 0,
    });

    private void Count(string? nicKey, bool sent)
    {
        if (nicKey is not null)
        {
            var old = CountersOf(nicKey);
            _counters[nicKey] = sent
                ? old with { SentBytes = old.SentBytes + 64, SentPackets = old.SentPackets + 1 }
                : old with { ReceivedBytes = old.ReceivedBytes + 64, ReceivedPackets = old.ReceivedPackets + 1 };
        }
    }
}
