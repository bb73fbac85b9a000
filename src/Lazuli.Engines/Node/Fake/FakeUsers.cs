namespace Lazuli.Engines.Node.Fake;

/// <summary>Which items refer to which. Not thread-safe: its owner holds a lock.</summary>
internal sealed class FakeUsers
{
    private readonly Dictionary<string, HashSet<string>> _users = new(StringComparer.Ordinal);

    /// <summary>The keys of the items that refer to this one.</summary>
    public IReadOnlyCollection<string> Of(string key) => _users.TryGetValue(key, out var users) ? users : [];

    public void Add(NodeItem item)
    {
        foreach (var referent in item.References())
        {
            if (!_users.TryGetValue(referent, out var users))
            {
                _users[referent] = users = new(StringComparer.Ordinal);
            }

            users.Add(item.Key);
        }
    }

    public void Remove(NodeItem item)
    {
        foreach (var referent in item.References())
        {
            if (_users.TryGetValue(referent, out var users) && users.Remove(item.Key) && users.Count == 0)
            {
                _users.Remove(referent);
            }
        }
    }
}
