using System.Collections.Concurrent;
using Lazuli.Engines.Dns;
using Lazuli.Kernel.Ids;

namespace Lazuli.Providers.Network.TrafficManagerProfiles;

/// <summary>What the node said last about the endpoints of each profile. In memory: it says so again on each connection.</summary>
public sealed class TrafficHealth
{
    private readonly ConcurrentDictionary<string, TrafficStatus> _statuses = new(StringComparer.Ordinal);

    public TrafficStatus? Get(string profileKey) => _statuses.GetValueOrDefault(profileKey);

    public void Set(ResourceId profile, TrafficStatus? status)
    {
        if (status is null)
        {
            _statuses.TryRemove(profile.Key, out _);
        }
        else
        {
            _statuses[profile.Key] = status;
        }
    }
}
