using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lazuli.Kernel.Operations;

/// <summary>
/// Forgets activity-log events after 90 days and changes after 14, in the background: a little at a time, each little in a transaction of its own, so that no writer
/// waits for it and a crash loses nothing but the rest of a pass, which the next one takes up.
/// </summary>
public sealed partial class EventPruner(IResourceStore store, TimeProvider time, ILogger<EventPruner> log) : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Between = TimeSpan.FromHours(1);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    /// <summary>One pass over all that is too old now. Returns how many events it forgot.</summary>
    public async Task<int> PassAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var count = await PruneAsync("", now - ActivityLog.Retention, cancellationToken);
        foreach (var record in store.ListByType(ResourceTypeName.Subscription.Key).ToList())
        {
            var subscription = record.Key[(record.Key.LastIndexOf('/') + 1)..];
            count += await PruneAsync(subscription, now - ActivityLog.Retention, cancellationToken);
            count += await PruneAsync(ChangeLog.Stream(subscription), now - ChangeLog.Retention, cancellationToken);
        }

        return count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var wait = First; ; wait = Between)
            {
                await Task.Delay(wait, time, stoppingToken);
                try
                {
                    if (await PassAsync(stoppingToken) is > 0 and var count)
                    {
                        Log.Forgot(log, count);
                    }
                }
                catch (IOException e)
                {
                    Log.Failed(log, e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task<int> PruneAsync(string subscription, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var count = 0;
        while (await store.PruneEventsAsync(subscription, before, cancellationToken) is > 0 and var some)
        {
            count += some;
            await Task.Delay(Breath, time, cancellationToken);
        }

        return count;
    }

    private static partial class Log
    {
        [LoggerMessage(1210, LogLevel.Information, "Forgot {Count} events that were kept long enough")]
        public static partial void Forgot(ILogger logger, int count);

        [LoggerMessage(1211, LogLevel.Error, "Old events could not be forgotten; the next pass tries again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
