using System.Collections.Concurrent;
using Lazuli.Engines.Node;

namespace Lazuli.Node.Work;

/// <summary>Runs the tests of connection monitors, each at its frequency. What they came to is kept in memory: a node's restart begins anew.</summary>
internal sealed class MonitorKeeper(Board board, INodePackets packets, TimeProvider time)
{
    private const int MostStates = 100;
    private const int Checks = 4;
    private readonly ConcurrentDictionary<string, Monitor> _monitors = new(StringComparer.Ordinal);

    public async Task<TimeSpan?> KeepAsync(ItemState state, CancellationToken cancellationToken)
    {
        var item = (ConnectionMonitorItem)state.Item;
        if (state.Leaving)
        {
            _monitors.TryRemove(state.Key, out _);
            board.Remove(state.Key);
            return null;
        }

        // True from the first moment on: tests take their time.
        var monitor = _monitors.GetOrAdd(state.Key, _ => new([], []));
        board.Update(state, s => s with { Phase = ItemPhase.Applied, Error = null, Monitor = new() { States = [.. monitor.States] } });
        if (!item.Running || item.Tests.Count == 0)
        {
            return null;
        }

        foreach (var test in item.Tests.Where(t => monitor.Next.GetValueOrDefault(t.Name) <= time.GetUtcNow()))
        {
            monitor.Next[test.Name] = time.GetUtcNow().AddSeconds(test.FrequencySeconds);
            monitor.Add(await RunAsync(test, cancellationToken));
        }

        board.Update(state, s => s with { Monitor = new() { States = [.. monitor.States] } });
        var wait = item.Tests.Min(t => monitor.Next[t.Name]) - time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private async Task<MonitorState> RunAsync(MonitorTest test, CancellationToken cancellationToken)
    {
        var address = System.Net.IPAddress.TryParse(test.Destination, out _) ? test.Destination : await packets.ResolveAsync(test.VnetKey, test.Destination, cancellationToken);
        var probe = address is null ? null : await packets.ProbeAsync(new()
        {
            VnetKey = test.VnetKey,
            NicKey = test.NicKey,
            MacAddress = test.MacAddress,
            Source = test.Source,
            Destination = address,
            Port = test.Port,
            Count = Checks,
            PatienceMilliseconds = 500,
        }, cancellationToken);
        var now = time.GetUtcNow();
        var times = probe?.Milliseconds ?? [];
        return new()
        {
            Test = test.Name,
            Reachable = address is null ? false : probe is null ? null
                : probe.Failed * 100 <= test.MostFailedPercent * probe.Sent && times.Count > 0 && (test.LongestMilliseconds is null || times.Average() <= test.LongestMilliseconds),
            From = now,
            Until = now,
            Sent = probe?.Sent ?? 0,
            Failed = probe?.Failed ?? 0,
            Least = times.Count > 0 ? times.Min() : 0,
            Average = times.Count > 0 ? times.Average() : 0,
            Most = times.Count > 0 ? times.Max() : 0,
        };
    }

    private sealed record Monitor(List<MonitorState> States, Dictionary<string, DateTimeOffset> Next)
    {
        public void Add(MonitorState state)
        {
            var last = States.FindLastIndex(s => s.Test == state.Test);
            if (last >= 0 && States[last] is var before && before.Reachable == state.Reachable)
            {
                States[last] = state with { From = before.From, Sent = before.Sent + state.Sent, Failed = before.Failed + state.Failed };
                return;
            }

            if (last >= 0)
            {
                States[last] = States[last] with { Until = state.From };
            }

            States.Add(state);
            if (States.Count > MostStates)
            {
                States.RemoveAt(0);
            }
        }
    }
}
