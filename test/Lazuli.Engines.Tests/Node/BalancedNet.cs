using System.Collections.Concurrent;
using Lazuli.Engines.Net;
using Lazuli.Engines.Net.Fake;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Tests.Node;

/// <summary>The fake networks with load balancing whose members answer as a test says; notes what it is told.</summary>
internal sealed class BalancedNet(FakeNetEngine inner) : INetEngine, ILoadBalancing
{
    /// <summary>What members answer, by address.</summary>
    public ConcurrentDictionary<string, ProbeAnswer> Answers { get; } = new();

    /// <summary>Everything that it was told, in order: <c>health KEY ADDRESS…</c>, <c>apply KEY…</c>, <c>global KEY…</c>, <c>ask ADDRESS</c>.</summary>
    public ConcurrentQueue<string> Told { get; } = new();

    public Task ApplyAsync(VnetState state, CancellationToken cancellationToken)
    {
        Told.Enqueue("apply " + string.Join(' ', state.Balancers.Select(b => b.Key)));
        return inner.ApplyAsync(state, cancellationToken);
    }

    public Task RemoveAsync(string vnetKey, CancellationToken cancellationToken) => inner.RemoveAsync(vnetKey, cancellationToken);

    public Task<IReadOnlyList<string>> SweepAsync(Func<IReadOnlySet<string>> keep, CancellationToken cancellationToken) => inner.SweepAsync(keep, cancellationToken);

    public Task<IReadOnlyList<VnetPresence>> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

    public Task<IReadOnlyList<NicCounters>> ReadCountersAsync(string vnetKey, CancellationToken cancellationToken) => inner.ReadCountersAsync(vnetKey, cancellationToken);

    public Task SetHealthAsync(string balancerKey, IReadOnlySet<ProbedMember> up, CancellationToken cancellationToken)
    {
        Told.Enqueue(string.Join(' ', up.Select(u => u.Address).Order(StringComparer.Ordinal).Prepend(balancerKey).Prepend("health")));
        return Task.CompletedTask;
    }

    public Task ApplyGlobalAsync(IReadOnlyList<LoadBalancerItem> balancers, CancellationToken cancellationToken)
    {
        Told.Enqueue(string.Join(' ', balancers.Select(b => b.Key).Prepend("global")));
        return Task.CompletedTask;
    }

    public Task<ProbeAnswer> ProbeAsync(string vnetKey, string address, BalancerProbe probe, TimeSpan patience, CancellationToken cancellationToken)
    {
        Told.Enqueue("ask " + address);
        return Task.FromResult(Answers.GetValueOrDefault(address, ProbeAnswer.NoConnection));
    }

    public Task<IReadOnlyList<BalancerCounters>> ReadBalancersAsync(string vnetKey, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<BalancerCounters>>([]);
}
