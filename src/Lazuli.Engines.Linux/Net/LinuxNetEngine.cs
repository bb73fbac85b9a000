using System.Collections.Concurrent;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// Virtual networks by Linux's own means: a namespace each, a TAP per NIC with a host route, nftables for security groups and
/// public addresses. The process must be root of its network namespace, and <c>/run/netns</c> its own.
/// </summary>
public sealed class LinuxNetEngine : INetEngine, ILoadBalancing, IPacketWatching, IFlowWatching
{
    // Two peers may make the wire between them at the same moment.
    private const string Wires = "wires";
    private readonly NetOptions _options;
    private readonly EdgeNamespace _edge;
    private readonly PolicyTables _tables = new();
    private readonly KeyedGate _gate = new();
    private readonly LinuxPacketWatching _watching = new();
    private readonly LinuxFlowWatching _flows = new();
    private readonly LinuxLoadBalancing _balancing;

    /// <summary>What this engine has made of each namespace.</summary>
    private readonly ConcurrentDictionary<string, Made> _made = new(StringComparer.Ordinal);

    public LinuxNetEngine(NetOptions options)
    {
        _options = options;
        _edge = new(options);
        _balancing = new(options, _edge, _tables, _gate);
    }

    public Task ApplyAsync(VnetState state, CancellationToken cancellationToken)
    {
        VnetCheck.Check(state, _options);
        var name = NicDevice.NamespaceOf(state.Vnet.Key);
        return _gate.RunAsync(name, async () =>
        {
            try
            {
                await ApplyAsync(name, state, cancellationToken);
            }
            catch (Exception e) when (e is HostProgramException or IOException or UnauthorizedAccessException)
            {
                throw new NetException(state.Vnet.Key, new ItemError("NetworkingInternalOperationError", e.Message), e);
            }
        }, cancellationToken);
    }

    public Task RemoveAsync(string vnetKey, CancellationToken cancellationToken) => RemoveNamespaceAsync(NicDevice.NamespaceOf(vnetKey), cancellationToken);

    public async Task<IReadOnlyList<string>> SweepAsync(Func<IReadOnlySet<string>> keep, CancellationToken cancellationToken)
    {
        var there = NetNamespace.List("lzv");
        var orphans = there.Except(keep().Select(NicDevice.NamespaceOf), StringComparer.Ordinal).ToList();
        foreach (var orphan in orphans)
        {
            await RemoveNamespaceAsync(orphan, cancellationToken);
        }

        return orphans;
    }

    public Task<IReadOnlyList<VnetPresence>> ListAsync(CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<VnetPresence>>(
        [
            .. from name in NetNamespace.List("lzv")
               select new VnetPresence(name, [.. NicsIn(name).Select(n => n.Key)]),
        ]);

    public Task<IReadOnlyList<NicCounters>> ReadCountersAsync(string vnetKey, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<NicCounters>>(
        [
            .. from nic in NicsIn(NicDevice.NamespaceOf(vnetKey))
               select new NicCounters
               {
                   Interface = nic.Key,
                   ReceivedBytes = nic.Value.SentBytes,
                   ReceivedPackets = nic.Value.SentPackets,
                   SentBytes = nic.Value.ReceivedBytes,
                   SentPackets = nic.Value.ReceivedPackets,
               },
        ]);

    public Task SetHealthAsync(string balancerKey, IReadOnlySet<ProbedMember> up, CancellationToken cancellationToken) => _balancing.SetHealthAsync(balancerKey, up, cancellationToken);

    public Task ApplyGlobalAsync(IReadOnlyList<LoadBalancerItem> balancers, CancellationToken cancellationToken) => _balancing.ApplyGlobalAsync(balancers, cancellationToken);

    public Task<ProbeAnswer> ProbeAsync(string vnetKey, string address, BalancerProbe probe, TimeSpan patience, CancellationToken cancellationToken)
        => _balancing.ProbeAsync(vnetKey, address, probe, patience, cancellationToken);

    public Task<IReadOnlyList<BalancerCounters>> ReadBalancersAsync(string vnetKey, CancellationToken cancellationToken) => _balancing.ReadBalancersAsync(vnetKey, cancellationToken);

    public Task CaptureAsync(string vnetKey, IReadOnlyList<string> nicKeys, int most, FrameSink take, CancellationToken cancellationToken)
        => _watching.CaptureAsync(vnetKey, nicKeys, most, take, cancellationToken);

    public Task WatchFlowsAsync(string vnetKey, Action<FlowDecision> decided, Action<FlowTraffic> ended, CancellationToken cancellationToken)
        => _flows.WatchFlowsAsync(vnetKey, decided, ended, cancellationToken);

    public IReadOnlyList<FlowTraffic> ReadFlows(string vnetKey) => _flows.ReadFlows(vnetKey);

    public Task<PathProbe> ProbeAsync(ProbeRequest request, CancellationToken cancellationToken) => _watching.ProbeAsync(request, cancellationToken);

    // A namespace that is gone, or half made, has no NICs.
    private static IReadOnlyList<KeyValuePair<string, DeviceTraffic>> NicsIn(string name)
    {
        try
        {
            return [.. KernelView.Read(name).Devices.Where(d => VnetNamespace.IsNic(d.Key)).OrderBy(d => d.Key, StringComparer.Ordinal)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private async Task ApplyAsync(string name, VnetState state, CancellationToken cancellationToken)
    {
        await _edge.EnsureAsync(cancellationToken);
        var isNew = await NetNamespace.EnsureAsync(name, cancellationToken);
        if (isNew)
        {
            // A namespace of this name that died before may still hold the other end.
            await _edge.CutAsync(name, cancellationToken);
            _tables.Made(name);
            _made.TryRemove(name, out _);
        }

        // From here on nobody knows what is there until everything has gone well.
        _made.TryRemove(name, out var before);
        if (before?.State.Vnet.IsDualStack != state.Vnet.IsDualStack)
        {
            Sysctl.MakeRouter(name, proxyArp: true, state.Vnet.IsDualStack);
        }

        var after = new Made(state, NftRenderer.Render(state, _balancing.Up), LoadBalancerMeters.Render(state.Balancers), VnetNamespace.Unseen(state));
        var doubted = before is null || (before.Rules, before.Meters, before.Lines) == (after.Rules, after.Meters, after.Lines);
        var rules = RulesetChange.Between(before?.Rules, after.Rules) + (doubted || before?.Meters != after.Meters ? after.Meters : "");
        await HostProgram.RunAsync("nft", ["-f", "-"], isNew ? RulesetChange.Anew(rules) : rules, name, cancellationToken: cancellationToken);
        if (doubted || before is null || !DifferInRulesOnly(before.State, state))
        {
            var view = KernelView.Read(name);
            if (state.Vnet.Peers.Count > 0 || view.Devices.Keys.Any(PeerWires.IsWire))
            {
                await _gate.RunAsync(Wires, () => IpBatch.RunAsync(name, PeerWires.Changes(state, KernelView.Read(name)), cancellationToken), cancellationToken);
                view = KernelView.Read(name);
            }

            await IpBatch.RunAsync(name, VnetNamespace.Changes(name, state, view, _options, doubted || before?.Lines != after.Lines), cancellationToken);
            await _tables.ApplyAsync(name, state, view, _balancing.Up, cancellationToken);
            await _edge.LinkAsync(name, state, cancellationToken);
            await _edge.RouteAsync(name, VnetNamespace.PublicAddresses(state), doubted, cancellationToken);
        }

        await _balancing.AppliedAsync(state, cancellationToken);
        _made[name] = after;
    }

    private Task RemoveNamespaceAsync(string name, CancellationToken cancellationToken)
        => _gate.RunAsync(name, async () =>
        {
            await _edge.CutAsync(name, cancellationToken);
            await _edge.LinkAsync(name, null, cancellationToken);
            await _gate.RunAsync(Wires, () => NetNamespace.RemoveAsync(name, cancellationToken), cancellationToken);
            _tables.Forget(name);
            _made.TryRemove(name, out _);
            _balancing.Removed(name);
        }, cancellationToken);

    /// <summary>Devices, addresses and routes of one are those of the other. A list that this doesn't know must be the same one.</summary>
    private static bool DifferInRulesOnly(VnetState one, VnetState other) => one == other with
    {
        Vnet = other.Vnet with { Peers = Same(one.Vnet.Peers, other.Vnet.Peers) },
        Nics = Same(one.Nics, other.Nics),
        RouteTables = Same(one.RouteTables, other.RouteTables),
        Nats = Same(one.Nats, other.Nats),
        Balancers = Same(one.Balancers, other.Balancers),
        Endpoints = Same(one.Endpoints, other.Endpoints),
        LinkServices = Same(one.LinkServices, other.LinkServices),
        Nsgs = one.Nsgs,
        FlowLogs = one.FlowLogs,
        Neighbours = one.Neighbours,
    };

    private static IReadOnlyList<T> Same<T>(IReadOnlyList<T> one, IReadOnlyList<T> other) => one.SequenceEqual(other) ? one : other;

    /// <param name="State">What it was made of.</param>
    /// <param name="Rules">The ruleset.</param>
    /// <param name="Meters">The counters' table.</param>
    /// <param name="Lines">What no view of the kernel shows.</param>
    private sealed record Made(VnetState State, string Rules, string Meters, string Lines);
}
