using System.Collections.Concurrent;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Ids;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>What the node said last about the members of each load balancer. In memory: it says so again on each connection.</summary>
public sealed class LoadBalancerHealth
{
    private readonly ConcurrentDictionary<string, LoadBalancerStatus> _statuses = new(StringComparer.Ordinal);

    public LoadBalancerStatus? Get(ResourceId balancer) => _statuses.GetValueOrDefault(balancer.Key);

    public void Set(ResourceId balancer, LoadBalancerStatus? status)
    {
        if (status is null)
        {
            _statuses.TryRemove(balancer.Key, out _);
        }
        else
        {
            _statuses[balancer.Key] = status;
        }
    }
}
