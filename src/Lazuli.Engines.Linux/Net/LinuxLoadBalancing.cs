using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Linux.Net;

/// <summary>What an engine knows of load balancers: who is well, what was applied, and the global ones.</summary>
internal sealed class LinuxLoadBalancing(NetOptions options, EdgeNamespace edge, PolicyTables tables, KeyedGate gate) : ILoadBalancing
{
    private const string Global = "global load balancers";
    private const int Udp = 17;
    private readonly ConcurrentDictionary<string, IReadOnlySet<ProbedMember>> _up = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, VnetState> _states = new(StringComparer.Ordinal);
    private IReadOnlyList<LoadBalancerItem> _globals = [];

    /// <summary>The members of a load balancer that answer.</summary>
    public IReadOnlySet<ProbedMember> Up(string balancerKey) => _up.GetValueOrDefault(balancerKey) ?? FrozenSet<ProbedMember>.Empty;

    /// <summary>This is on the machine now. Called by who holds the network's gate.</summary>
    public async Task AppliedAsync(VnetState state, CancellationToken cancellationToken)
    {
        var before = _states.GetValueOrDefault(state.Vnet.Key)?.Balancers ?? [];
        _states[state.Vnet.Key] = state;
        if (before.Count > 0 || state.Balancers.Count > 0)
        {
            ForgetDatagrams(state);
            await RefreshGlobalAsync(cancellationToken);
        }
    }

    /// <summary>The network has gone.</summary>
    public void Removed(string vnetNamespace)
    {
        foreach (var key in _states.Keys.Where(k => NicDevice.NamespaceOf(k) == vnetNamespace))
        {
            _states.TryRemove(key, out _);
        }
    }

    public async Task SetHealthAsync(string balancerKey, IReadOnlySet<ProbedMember> up, CancellationToken cancellationToken)
    {
        _up[balancerKey] = up.ToFrozenSet();
        foreach (var vnet in _states.Values.Where(s => s.Balancers.Any(b => b.Key == balancerKey)).Select(s => s.Vnet.Key))
        {
            var name = NicDevice.NamespaceOf(vnet);
            await gate.RunAsync(name, async () =>
            {
                if (_states.TryGetValue(vnet, out var state))
                {
                    await GuardAsync(balancerKey, async () =>
                    {
                        await HostProgram.RunAsync("nft", ["-f", "-"], new LoadBalancerRenderer(state).RenderHealth(Up), name, cancellationToken: cancellationToken);
                        ForgetDatagrams(state);
                        await tables.ApplyAsync(name, state, KernelView.Read(name), Up, cancellationToken);
                    });
                }
            }, cancellationToken);
        }

        await RefreshGlobalAsync(cancellationToken);
    }

    public Task ApplyGlobalAsync(IReadOnlyList<LoadBalancerItem> balancers, CancellationToken cancellationToken)
    {
        LoadBalancerCheck.Check(balancers, options, [], []);
        _globals = balancers;
        return RefreshGlobalAsync(cancellationToken, always: true);
    }

    public Task<ProbeAnswer> ProbeAsync(string vnetKey, string address, BalancerProbe probe, TimeSpan patience, CancellationToken cancellationToken)
    {
        // The gateway's address is on each NIC's own link.
        var device = Ipv6.Is(address) ? _states.GetValueOrDefault(vnetKey)?.Nics.FirstOrDefault(n => n.IpConfigs.Any(c => c.PrivateAddress == address)) is { } nic ? NicDevice.InterfaceOf(nic.Key) : "" : null;
        return device is "" ? Task.FromResult(ProbeAnswer.NoConnection) : LoadBalancerProbe.AskAsync(NicDevice.NamespaceOf(vnetKey), IPAddress.Parse(address), device, probe, patience, cancellationToken);
    }

    public Task<IReadOnlyList<BalancerCounters>> ReadBalancersAsync(string vnetKey, CancellationToken cancellationToken)
        => _states.TryGetValue(vnetKey, out var state)
            ? LoadBalancerMeters.ReadAsync(NicDevice.NamespaceOf(vnetKey), state.Balancers, cancellationToken)
            : Task.FromResult<IReadOnlyList<BalancerCounters>>([]);

    // UDP has no connections that could end: its flows leave a member that gets no new ones.
    private void ForgetDatagrams(VnetState state)
    {
        var wanted = (from balancer in state.Balancers
                      from rule in balancer.Rules.Where(r => r.Protocol != "tcp")
                      let mark = BalancerMarks.Of(balancer, rule.Name, 'r')
                      select (mark, Targets: LoadBalancerPlan.Targets(balancer, rule, Up(balancer.Key)).ToHashSet(StringComparer.Ordinal))).ToDictionary(r => r.mark, r => r.Targets);
        if (wanted.Count > 0)
        {
            var name = NicDevice.NamespaceOf(state.Vnet.Key);
            Conntrack.Forget(name, [.. Conntrack.List(name, BalancerMarks.Balanced)
                .Where(f => f.Protocol == Udp && wanted.TryGetValue(f.Mark & ~BalancerMarks.Floating, out var targets) && !targets.Contains(f.Answerer.ToString()))]);
        }
    }

    private Task RefreshGlobalAsync(CancellationToken cancellationToken, bool always = false)
        => gate.RunAsync(Global, () => _globals.Count == 0 && !always ? Task.CompletedTask : GuardAsync(Global, async () =>
        {
            await edge.EnsureAsync(cancellationToken);
            await HostProgram.RunAsync("nft", ["-f", "-"], GlobalBalancers.Render(_globals, IsAlive), EdgeNamespace.Name, cancellationToken: cancellationToken);
        }), cancellationToken);

    private bool IsAlive(string address) => _states.Values.SelectMany(s => s.Balancers).Any(b => LoadBalancerPlan.IsAlive(b, address, Up(b.Key)));

    private static async Task GuardAsync(string key, Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception e) when (e is HostProgramException or IOException or UnauthorizedAccessException)
        {
            throw new NetException(key, new ItemError("NetworkingInternalOperationError", e.Message), e);
        }
    }
}
