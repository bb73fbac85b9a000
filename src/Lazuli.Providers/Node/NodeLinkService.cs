using Lazuli.Engines.Node;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lazuli.Providers.Node;

/// <summary>
/// Keeps the node told and listened to. First every reconciler's projection of every resource, so that the first document is really complete; then, on
/// each connection: the node's snapshot, everything, and from there on what changes (what gathers while one document is under way goes
/// with the next). A node that can't be reached is tried again with growing pauses; its machines go on meanwhile.
/// </summary>
public sealed partial class NodeLinkService(NodeLink link, INode node, KernelServices kernel, IServiceProvider services, ILogger<NodeLinkService> log) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private readonly NodeGenerations _generations = new(kernel.Store);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await PrimeAsync(stoppingToken);
            var pause = FirstPause;
            while (true)
            {
                var connected = kernel.Time.GetTimestamp();
                try
                {
                    await ConnectAsync(stoppingToken);
                }
                catch (IOException e)
                {
                    pause = kernel.Time.GetElapsedTime(connected) > LongestPause ? FirstPause : pause;
                    Log.Lost(log, e.Message, pause);
                }

                await Task.Delay(pause, kernel.Time, stoppingToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task PrimeAsync(CancellationToken cancellationToken)
    {
        var types = kernel.Registry.Types.Where(t => t.Reconciler?.IsAssignableTo(typeof(INodeProjection)) == true).ToArray();
        foreach (var type in types)
        {
            var projection = (INodeProjection)ActivatorUtilities.GetServiceOrCreateInstance(services, type.Reconciler ?? throw new InvalidOperationException());
            foreach (var record in kernel.Store.ListByType(type.Name.Key))
            {
                await PrimeAsync(projection, ResourceId.Parse(record.Key), cancellationToken);
            }
        }

        link.Primed();
    }

    // An incomplete document would remove what runs, so nothing is sent before every projection worked.
    private async Task PrimeAsync(INodeProjection projection, ResourceId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                projection.Prime(id);
                return;
            }
#pragma warning disable CA1031 // Whatever it is: it is logged, and tried again.
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                Log.NoProjection(log, id.Key, e);
                await Task.Delay(LongestPause, kernel.Time, cancellationToken);
            }
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var reports = node.WatchAsync(connection.Token).GetAsyncEnumerator(connection.Token);
        if (!await reports.MoveNextAsync())
        {
            throw new IOException("The node closed the connection.");
        }

        link.HearAll(reports.Current);
        Log.Connected(log, reports.Current.Generation, reports.Current.Items.Count);
        var sending = SendAsync(connection.Token);
        var listening = ListenAsync(reports);
        var first = await Task.WhenAny(sending, listening);
        await connection.CancelAsync();
        await Task.WhenAll(sending, listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        await first;
    }

    private async Task ListenAsync(IAsyncEnumerator<NodeReport> reports)
    {
        while (await reports.MoveNextAsync())
        {
            link.Hear(reports.Current);
        }

        throw new IOException("The node closed the connection.");
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        long? held = null;
        while (true)
        {
            var generation = await _generations.NextAsync(cancellationToken);
            while (link.Next(generation, held) is { } document)
            {
                var result = await node.ApplyAsync(document, cancellationToken);
                if (result == ApplyResult.Stale)
                {
                    Log.Stale(log, generation);
                    throw new IOException("The node has seen a newer document than this server ever made.");
                }

                held = result == ApplyResult.Accepted ? generation : null;
                generation = await _generations.NextAsync(cancellationToken);
            }

            await link.Changed.WaitAsync(cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3100, LogLevel.Information, "Connected to the node: it holds generation {Generation} with {Items} items")]
        public static partial void Connected(ILogger logger, long generation, int items);

        [LoggerMessage(3101, LogLevel.Warning, "No node: {Reason} Again in {Pause}")]
        public static partial void Lost(ILogger logger, string reason, TimeSpan pause);

        [LoggerMessage(3102, LogLevel.Error, "The node refuses generation {Generation}: another server is in charge of it, or this state directory is an old copy")]
        public static partial void Stale(ILogger logger, long generation);

        [LoggerMessage(3103, LogLevel.Error, "{Key} can't be put into the node's document, so none is sent")]
        public static partial void NoProjection(ILogger logger, string key, Exception exception);
    }
}
