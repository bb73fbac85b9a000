using System.Collections.Concurrent;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Microsoft.Extensions.Logging;

namespace Lazuli.Node.Work;

/// <summary>
/// Watches the flows of networks that flow logs are about, and writes them down. Flows that were let pass are followed to their end; the follower lives in memory, so that after a
/// restart only new flows are followed.
/// </summary>
internal sealed partial class FlowLogKeeper(Board board, IFlowWatching? net, NodeOptions options, TimeProvider time, Action<string> poke, ILogger logger)
{
    private const int MostFlows = 100_000;
    private readonly ConcurrentDictionary<string, Network> _networks = new(StringComparer.Ordinal);
    private readonly FlowLogFiles _files = new(options.FlowLogDirectory);

    /// <summary>A log is true as soon as the networks know of it.</summary>
    public void Keep(ItemState log)
    {
        foreach (var vnet in board.Keys().Where(k => board.Get(k)?.Item is VnetItem))
        {
            poke(vnet);
        }

        if (log.Leaving)
        {
            board.Remove(log.Key);
        }
        else
        {
            board.Update(log, s => net is null
                ? s with { Phase = ItemPhase.Failed, Error = new("FeatureNotSupported", "This machine watches no flows.") }
                : s with { Phase = ItemPhase.Applied, Error = null });
        }
    }

    /// <summary>The logs that are about one of these NICs.</summary>
    public IReadOnlyList<ItemState> About(VnetItem vnet, IEnumerable<NicItem> nics)
    {
        var all = board.Keys().Select(board.Get).OfType<ItemState>().Where(s => s is { Leaving: false, Item: FlowLogItem { Enabled: true } }).OrderBy(s => s.Key, StringComparer.Ordinal).ToList();
        return all.Count == 0 ? [] : [.. all.Where(l => nics.Any(n => FlowLogs.IsAbout((FlowLogItem)l.Item, n, SubnetOf(vnet, n))))];
    }

    /// <summary>From now on the network's flows are watched for these logs; for none of them no more.</summary>
    public void Watch(string vnetKey, IReadOnlyList<ItemState> logs)
    {
        if (net is null || logs.Count == 0)
        {
            if (_networks.TryRemove(vnetKey, out var old))
            {
                old.End();
            }

            return;
        }

        var network = _networks.GetOrAdd(vnetKey, _ => new());
        if (network.Watching.IsCompleted)
        {
            network.Watching = WatchAsync(net, vnetKey, network);
        }
    }

    /// <summary>Writes at each interval, and once more at the end.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.FlowLogInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                WriteAll();
            }
        }
        catch (OperationCanceledException)
        {
            foreach (var network in _networks.Values)
            {
                network.End();
            }

            WriteAll();
        }
    }

    private async Task WatchAsync(IFlowWatching watching, string vnetKey, Network network)
    {
        try
        {
            await watching.WatchFlowsAsync(vnetKey, d => network.Decided(d, time.GetUtcNow()), network.Ended, network.Cut.Token);
        }
        catch (IOException e)
        {
            Log.NotWatched(logger, vnetKey, e);
        }
    }

    private void WriteAll()
    {
        foreach (var (key, network) in _networks)
        {
            try
            {
                Write(key, network);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.NotWatched(logger, key, e);
            }
        }

        _files.Sweep(board.Keys().Select(k => board.Get(k)?.Item).OfType<FlowLogItem>(), time.GetUtcNow());
    }

    private void Write(string vnetKey, Network network)
    {
        if (board.Get(vnetKey)?.Item is not VnetItem vnet || net is null)
        {
            return;
        }

        var traffic = network.Watching.IsCompleted && !network.Cut.IsCancellationRequested ? [] : net.ReadFlows(vnetKey);
        var now = time.GetUtcNow();
        var lines = network.Take(traffic, now);
        var nics = board.Users(vnetKey).Select(u => u.Item).OfType<NicItem>().ToDictionary(n => NicDevice.InterfaceOf(n.Key), StringComparer.Ordinal);
        foreach (var log in About(vnet, nics.Values).Select(l => (FlowLogItem)l.Item))
        {
            foreach (var own in lines.Where(l => nics.TryGetValue(l.Decision.Interface, out var nic) && FlowLogs.IsAbout(log, nic, SubnetOf(vnet, nic))
                && (!log.IsOfGroup || l.Decision.Group == FlowLogs.TagOf(log.TargetKey))).GroupBy(l => nics[l.Decision.Interface]))
            {
                _files.Append(log, own.Key, [.. own], tag => GroupOf(vnet, own.Key, tag), now);
            }
        }
    }

    private static string? GroupOf(VnetItem vnet, NicItem nic, string tag)
        => new[] { nic.NsgKey, SubnetOf(vnet, nic)?.NsgKey }.OfType<string>().FirstOrDefault(k => FlowLogs.TagOf(k) == tag);

    private static SubnetSpec? SubnetOf(VnetItem vnet, NicItem nic) => vnet.Subnets.FirstOrDefault(s => s.Key == nic.IpConfigs[0].SubnetKey);

    /// <summary>The flows of one network.</summary>
    private sealed class Network
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<(FlowTuple, string Device, string Group), Followed> _followed = [];
        private readonly Dictionary<FlowTuple, FlowTraffic> _ended = [];
        private List<FlowLine> _lines = [];

        public CancellationTokenSource Cut { get; } = new();
        public Task Watching { get; set; } = Task.CompletedTask;

        public void End() => Cut.Cancel();

        public void Decided(FlowDecision decision, DateTimeOffset now)
        {
            lock (_gate)
            {
                // A flood shall not fill memory and disk.
                if (_lines.Count >= MostFlows)
                {
                    return;
                }

                _lines.Add(new(now, decision, decision.Allowed ? 'B' : 'D', 0, 0, 0, 0));
                if (decision.Allowed && _followed.Count < MostFlows)
                {
                    _followed[(decision.Flow, decision.Interface, decision.Group)] = new(decision);
                }
            }
        }

        public void Ended(FlowTraffic traffic)
        {
            lock (_gate)
            {
                if (_followed.Count > 0)
                {
                    _ended[traffic.Flow] = traffic;
                }
            }
        }

        /// <summary>What there is to write: decisions, and what went through since the last time.</summary>
        public List<FlowLine> Take(IReadOnlyList<FlowTraffic> current, DateTimeOffset now)
        {
            lock (_gate)
            {
                var there = current.GroupBy(t => t.Flow).ToDictionary(g => g.Key, g => g.First());
                foreach (var (key, flow) in _followed.ToArray())
                {
                    var gone = !there.TryGetValue(key.Item1, out var traffic);
                    if (gone && !_ended.TryGetValue(key.Item1, out traffic))
                    {
                        // Let pass here and stopped elsewhere, or forgotten before anybody looked.
                        _followed.Remove(key);
                        continue;
                    }

                    var last = flow.Last;
                    if (traffic is null || (!gone && !traffic.Closed && traffic.Packets + traffic.AnswerPackets == (last?.Packets ?? 0) + (last?.AnswerPackets ?? 0)))
                    {
                        continue;
                    }

                    var ends = gone || traffic.Closed;
                    _lines.Add(new(now, flow.Decision, ends ? 'E' : 'C', traffic.Packets - (last?.Packets ?? 0), traffic.Bytes - (last?.Bytes ?? 0),
                        traffic.AnswerPackets - (last?.AnswerPackets ?? 0), traffic.AnswerBytes - (last?.AnswerBytes ?? 0)));
                    if (ends)
                    {
                        _followed.Remove(key);
                    }
                    else
                    {
                        flow.Last = traffic;
                    }
                }

                _ended.Clear();
                var lines = _lines;
                _lines = [];
                return lines;
            }
        }
    }

    private sealed class Followed(FlowDecision decision)
    {
        public FlowDecision Decision { get; } = decision;

        /// <summary>As it was written last.</summary>
        public FlowTraffic? Last { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(4030, LogLevel.Warning, "Flows of {Key} can't be watched or written")]
        public static partial void NotWatched(ILogger logger, string key, Exception exception);
    }
}
