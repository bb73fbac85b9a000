using System.Collections.Concurrent;
using Lazuli.Kernel.Ids;

namespace Lazuli.Providers.Node;

/// <summary>What the node said last about something of each resource. In memory: it says so again on each connection.</summary>
public sealed class NodeWord<T>
    where T : class
{
    private readonly ConcurrentDictionary<string, T> _words = new(StringComparer.Ordinal);

    public T? Get(ResourceId resource) => _words.GetValueOrDefault(resource.Key);

    public void Set(ResourceId resource, T? word)
    {
        if (word is null)
        {
            _words.TryRemove(resource.Key, out _);
        }
        else
        {
            _words[resource.Key] = word;
        }
    }
}
