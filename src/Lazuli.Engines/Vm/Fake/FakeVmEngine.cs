using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;

namespace Lazuli.Engines.Vm.Fake;

/// <summary>
/// Machines in memory that keep the contract of <see cref="IVmEngine"/>: they boot at once, shut down when asked, and hold
/// their disks. <see cref="ShutDownGuest"/>, <see cref="ResetGuest"/> and <see cref="Kill"/> do what guests and hosts do by themselves.
/// </summary>
public sealed class FakeVmEngine(TimeProvider time) : IVmEngine, IVmConsole
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, VmRun> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StringBuilder> _logs = new(StringComparer.Ordinal);
    private readonly List<Channel<VmEvent>> _watchers = [];
    private int _lastProcess;

    /// <summary>A running machine has the image open.</summary>
    public bool Uses(string diskPath)
    {
        lock (_gate)
        {
            return _runs.Values.Any(r => r.Spec.DataDisks.Append(r.Spec.OsDisk).Any(d => d.Path == diskPath));
        }
    }

    public Task<IReadOnlyList<VmRun>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<VmRun>>([.. _runs.Values]);
        }
    }

    public Task<VmRun> StartAsync(VmSpec spec, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_runs.TryGetValue(spec.Key, out var run) || run.ShutDown)
            {
                _runs[spec.Key] = run = new()
                {
                    Spec = spec,
                    ProcessId = ++_lastProcess,
                    StartedAt = time.GetUtcNow(),
                    Luns = Luns(spec.DataDisks),
                    HasMedia = spec.MediaPath is not null,
                };
                Boot(spec.Key);
            }

            return Task.FromResult(run);
        }
    }

    public Task StopAsync(string key, TimeSpan grace, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _runs.Remove(key);
            return Task.CompletedTask;
        }
    }

    public Task RestartAsync(string key, TimeSpan grace, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _runs[key] = Run(key) with { ShutDown = false };
            Boot(key);
            return Task.CompletedTask;
        }
    }

    public Task<IReadOnlyList<int>> SetDataDisksAsync(string key, IReadOnlyList<VmSpecDisk> disks, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var run = Run(key);
            _runs[key] = run = run with { Spec = run.Spec with { DataDisks = disks }, Luns = Luns(disks) };
            return Task.FromResult(run.Luns);
        }
    }

    public Task EjectMediaAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _runs[key] = Run(key) with { HasMedia = false };
            return Task.CompletedTask;
        }
    }

    public Task RemoveAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _logs.Remove(key);
            return Task.CompletedTask;
        }
    }

    public Task<IReadOnlyList<string>> SweepAsync(Func<IReadOnlySet<string>> keep, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            List<string> orphans = [.. _runs.Keys.Union(_logs.Keys).Except(keep()).Order(StringComparer.Ordinal)];
            foreach (var orphan in orphans)
            {
                _runs.Remove(orphan);
                _logs.Remove(orphan);
            }

            return Task.FromResult<IReadOnlyList<string>>([.. orphans.Select(VmRun.NameOf)]);
        }
    }

    public async IAsyncEnumerable<VmEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<VmEvent>();
        lock (_gate)
        {
            _watchers.Add(channel);
        }

        try
        {
            await foreach (var happened in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return happened;
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(channel);
            }
        }
    }

    public Task<byte[]?> ReadSerialLogAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_logs.TryGetValue(key, out var log) ? Encoding.UTF8.GetBytes(log.ToString()) : null);
        }
    }

    /// <summary>A black pixel: there is no screen.</summary>
    public Task<byte[]?> ScreenshotAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_runs.TryGetValue(key, out var run) && !run.ShutDown ? FakeScreen.BlackPixel : null);
        }
    }

    public void ShutDownGuest(string key)
    {
        lock (_gate)
        {
            _runs[key] = Run(key) with { ShutDown = true };
            Tell(new(key, VmEventKind.GuestShutDown));
        }
    }

    public void ResetGuest(string key)
    {
        lock (_gate)
        {
            Run(key);
            Boot(key);
            Tell(new(key, VmEventKind.GuestReset));
        }
    }

    /// <summary>The process dies.</summary>
    public void Kill(string key)
    {
        lock (_gate)
        {
            Run(key);
            _runs.Remove(key);
            Tell(new(key, VmEventKind.Died));
        }
    }

    private VmRun Run(string key)
        => _runs.TryGetValue(key, out var run) ? run : throw new VmException(VmErrors.NotRunning(key));

    private void Boot(string key)
    {
        if (!_logs.TryGetValue(key, out var log))
        {
            _logs[key] = log = new();
        }

        log.Append("A boot of the Fake engine: no kernel runs here.\n");
    }

    private void Tell(VmEvent happened)
    {
        foreach (var watcher in _watchers)
        {
            watcher.Writer.TryWrite(happened);
        }
    }

    private static List<int> Luns(IReadOnlyList<VmSpecDisk> disks) => [.. disks.Select(d => d.Lun ?? 0).Order()];
}
