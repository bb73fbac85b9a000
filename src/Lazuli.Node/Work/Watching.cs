using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Microsoft.Extensions.Logging;

namespace Lazuli.Node.Work;

/// <summary>Everything that looks at packets: captures, flow logs, connection monitors, and questions that are answered at once.</summary>
internal sealed partial class Watching : INodePackets
{
    private readonly Board _board;
    private readonly IPacketWatching? _net;
    private readonly CaptureKeeper _captures;
    private readonly MonitorKeeper _monitors;
    private readonly ILogger _logger;

    public Watching(Board board, INetEngine net, NodeOptions options, TimeProvider time, Action<string> poke, ILogger logger)
    {
        (_board, _net, _logger) = (board, net as IPacketWatching, logger);
        _captures = new(board, _net, options.CaptureDirectory, time, poke);
        _monitors = new(board, this, time);
        FlowLogs = new(board, net as IFlowWatching, options, time, poke, logger);
    }

    public FlowLogKeeper FlowLogs { get; }

    public async Task<TimeSpan?> KeepAsync(ItemState state, CancellationToken cancellationToken)
    {
        switch (state.Item)
        {
            case PacketCaptureItem:
                return await _captures.KeepAsync(state);
            case ConnectionMonitorItem:
                return await _monitors.KeepAsync(state, cancellationToken);
            default:
                FlowLogs.Keep(state);
                return null;
        }
    }

    /// <summary>Removes the files of captures that nobody wants.</summary>
    public IEnumerable<string> Sweep(Func<IReadOnlySet<string>> keep) => _captures.Sweep(keep);

    /// <summary>Ends captures, to go on at the next start.</summary>
    public Task EndAsync() => _captures.EndAllAsync();

    public Task<Stream?> OpenCaptureAsync(string captureKey, CancellationToken cancellationToken) => Task.FromResult(_captures.Open(captureKey));

    public async Task<PathProbe?> ProbeAsync(ProbeRequest request, CancellationToken cancellationToken)
    {
        if (_net is null || _board.Get(request.NicKey) is not { Phase: ItemPhase.Applied })
        {
            return null;
        }

        try
        {
            return await _net.ProbeAsync(request, cancellationToken);
        }
        catch (IOException e)
        {
            Log.NotProbed(_logger, request.NicKey, e);
            return null;
        }
    }

    public async Task<string?> ResolveAsync(string vnetKey, string name, CancellationToken cancellationToken)
        => _board.Get(vnetKey) is { Phase: ItemPhase.Applied } ? (await NameQuestion.AskAsync(vnetKey, name, cancellationToken))?.ToString() : null;

    private static partial class Log
    {
        [LoggerMessage(4006, LogLevel.Warning, "Nothing could be sent in the name of {Key}")]
        public static partial void NotProbed(ILogger logger, string key, Exception exception);
    }
}
