namespace Lazuli.Kernel.Reconcile;

/// <summary>
/// Keys that wait to be looked at: each at most once at a time, a poke during a pass means one more pass. Knows nothing of what happened,
/// only that somebody should look.
/// </summary>
public sealed class ReconcileQueue(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _due = [];
    private readonly HashSet<string> _running = [];
    private readonly PriorityQueue<string, DateTimeOffset> _order = new();
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>True when nothing runs and nothing is due now.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return _running.Count == 0 && !_due.Values.Any(d => d <= time.GetUtcNow());
            }
        }
    }

    /// <summary>Asks for a look at <paramref name="key"/>, after <paramref name="delay"/> at the latest.</summary>
    public void Poke(string key, TimeSpan delay = default)
    {
        lock (_lock)
        {
            var due = time.GetUtcNow() + delay;
            if (_due.TryGetValue(key, out var before) && before <= due)
            {
                return;
            }

            _due[key] = due;
            if (!_running.Contains(key))
            {
                _order.Enqueue(key, due);
                Signal();
            }
        }
    }

    /// <summary>Runs passes until cancelled. <paramref name="pass"/> returns the longest pause before the next look, or null when none is needed; it doesn't throw.</summary>
    public async Task RunAsync(int workers, Func<string, CancellationToken, Task<TimeSpan?>> pass, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Task changed;
            TimeSpan? wait = null;
            lock (_lock)
            {
                var now = time.GetUtcNow();
                while (_running.Count < workers && _order.TryPeek(out var key, out var due))
                {
                    if (due > now)
                    {
                        // Timers count whole milliseconds: less than one would be no pause at all, again and again until it is due.
                        wait = TimeSpan.FromMilliseconds(Math.Ceiling((due - now).TotalMilliseconds));
                        break;
                    }

                    _order.Dequeue();
                    if (!_running.Contains(key) && _due.TryGetValue(key, out var actual) && actual <= now)
                    {
                        _due.Remove(key);
                        _running.Add(key);
                        _ = Task.Run(() => RunOneAsync(key, pass, cancellationToken), CancellationToken.None);
                    }
                }

                changed = _changed.Task;
            }

            if (wait is { } pause)
            {
                using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                await Task.WhenAny(changed, Task.Delay(pause, time, timer.Token));
                await timer.CancelAsync();
            }
            else
            {
                await changed.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RunOneAsync(string key, Func<string, CancellationToken, Task<TimeSpan?>> pass, CancellationToken cancellationToken)
    {
        var again = await pass(key, cancellationToken);
        lock (_lock)
        {
            _running.Remove(key);
            if (again is { } pause)
            {
                var due = time.GetUtcNow() + pause;
                if (!_due.TryGetValue(key, out var before) || before > due)
                {
                    _due[key] = due;
                }
            }

            if (_due.TryGetValue(key, out var next))
            {
                _order.Enqueue(key, next);
            }

            Signal();
        }
    }

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
