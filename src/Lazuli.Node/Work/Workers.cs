namespace Lazuli.Node.Work;

/// <summary>
/// One worker per key, never two: a poke starts it or makes it run once more. It is called again after the pause that it
/// asks for, and with growing pauses while it fails.
/// </summary>
internal sealed class Workers(Func<string, CancellationToken, Task<TimeSpan?>> work, Action<string, Exception> failed, NodeOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Worker> _workers = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ending = new();

    public void Poke(string key)
    {
        lock (_gate)
        {
            if (_ending.IsCancellationRequested)
            {
                return;
            }

            if (!_workers.TryGetValue(key, out var worker))
            {
                _workers[key] = worker = new();
            }

            worker.Timer?.Dispose();
            worker.Timer = null;
            worker.Again = true;
            if (worker.Running.IsCompleted)
            {
                worker.Running = Task.Run(() => RunAsync(key, worker));
            }
        }
    }

    /// <summary>Forgets a key that settled for good.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            _ending.Cancel();
            running = [.. _workers.Values.Select(w => w.Running)];
            foreach (var worker in _workers.Values)
            {
                worker.Timer?.Dispose();
            }
        }

        await Task.WhenAll(running);
    }

    private async Task RunAsync(string key, Worker worker)
    {
        while (true)
        {
            lock (_gate)
            {
                if (!worker.Again || _ending.IsCancellationRequested)
                {
                    worker.Running = Task.CompletedTask;
                    if (worker.Timer is null)
                    {
                        _workers.Remove(key);
                    }

                    return;
                }

                worker.Again = false;
            }

            TimeSpan? pause;
            try
            {
                pause = await work(key, _ending.Token);
                worker.Failures = 0;
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                continue;
            }
            catch (Exception e)
            {
                failed(key, e);
                pause = options.FirstPause * Math.Pow(2, Math.Min(worker.Failures++, 16));
                pause = pause < options.LongestPause ? pause : options.LongestPause;
            }

            lock (_gate)
            {
                if (pause is { } wait && !worker.Again && !_ending.IsCancellationRequested)
                {
                    worker.Timer = time.CreateTimer(_ => Poke(key), null, wait, Timeout.InfiniteTimeSpan);
                }
            }
        }
    }

    private sealed class Worker
    {
        public Task Running { get; set; } = Task.CompletedTask;
        public bool Again { get; set; }
        public ITimer? Timer { get; set; }
        public int Failures { get; set; }
    }
}
