using Lazuli.Kernel.Reconcile;

namespace Lazuli.Kernel.Tests.Reconcile;

public sealed class ReconcileQueueTests
{
    [Fact]
    public async Task A_look_that_is_due_within_a_millisecond_is_waited_for_by_a_timer()
    {
        using var stop = new CancellationTokenSource();
        var clock = new StandingClock();
        var queue = new ReconcileQueue(clock);
        queue.Poke("key", TimeSpan.FromMicroseconds(300));
        var running = Task.Run(() => queue.RunAsync(1, (_, _) => Task.FromResult<TimeSpan?>(null), stop.Token), CancellationToken.None);
        Assert.Same(clock.Timer, await Task.WhenAny(clock.Timer, running));
        Assert.Equal(TimeSpan.FromMilliseconds(1), await clock.Timer);
        await stop.CancelAsync();
        await running;
    }

    // It doesn't move, and it is not to be asked for ever.
    private sealed class StandingClock : TimeProvider
    {
        private readonly TaskCompletionSource<TimeSpan> _timer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _asked;

        public Task<TimeSpan> Timer => _timer.Task;

        public override DateTimeOffset GetUtcNow()
            => Interlocked.Increment(ref _asked) < 100 ? DateTimeOffset.UnixEpoch : throw new InvalidOperationException("It is asked again and again.");

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timer.TrySetResult(dueTime);
            return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
