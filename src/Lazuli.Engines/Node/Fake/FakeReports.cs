using System.Threading.Channels;

namespace Lazuli.Engines.Node.Fake;

/// <summary>Who watches a fake node, and what they have yet to be told: batches that name each item once. Not thread-safe: its owner holds a lock.</summary>
internal sealed class FakeReports
{
    private readonly List<Channel<NodeReport>> _watchers = [];
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private List<ItemReport> _batch = [];

    /// <summary>A channel that holds the snapshot and gets every later report.</summary>
    public Channel<NodeReport> Watch(NodeReport snapshot)
    {
        var channel = Channel.CreateUnbounded<NodeReport>(new() { SingleReader = true });
        channel.Writer.TryWrite(snapshot);
        _watchers.Add(channel);
        return channel;
    }

    public void Unwatch(Channel<NodeReport> channel) => _watchers.Remove(channel);

    public void Add(long generation, ItemReport report)
    {
        if (!_keys.Add(report.Key))
        {
            Flush(generation);
            _keys.Add(report.Key);
        }

        _batch.Add(report);
    }

    /// <summary>Sends what was added.</summary>
    public void Flush(long generation)
    {
        if (_batch.Count == 0)
        {
            return;
        }

        Send(new() { Generation = generation, Items = _batch });
        _batch = [];
        _keys.Clear();
    }

    /// <summary>Sends what was added; then whoever watches gets the error.</summary>
    public void End(long generation, IOException error)
    {
        Flush(generation);
        foreach (var watcher in _watchers)
        {
            watcher.Writer.TryComplete(error);
        }
    }

    private void Send(NodeReport report)
    {
        foreach (var watcher in _watchers)
        {
            watcher.Writer.TryWrite(report);
        }
    }
}
