using Microsoft.Extensions.Logging;

namespace Lazuli.Node.Work;

/// <summary>Removes what an earlier life, or a program that it had started, has left after its item was gone.</summary>
internal sealed partial class Sweeper(NodeEngines engines, VmRecords records, Watching watching, Board board, ILogger logger)
{
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var name in (IEnumerable<string>)
            [
                .. await engines.Vm.SweepAsync(Wanted, cancellationToken),
                .. await engines.Net.SweepAsync(Wanted, cancellationToken),
                .. await engines.Disk.SweepAsync(Wanted, cancellationToken),
                .. records.Sweep(Wanted),
                .. watching.Sweep(Wanted),
            ])
        {
            Log.Swept(logger, name);
        }
    }

    /// <summary>What fails is said, and left to the next pass.</summary>
    public async Task SweepSoftlyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SweepAsync(cancellationToken);
        }
#pragma warning disable CA1031 // Whatever it is: the next pass tries again.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Log.NotSwept(logger, e);
        }
    }

    private IReadOnlySet<string> Wanted() => board.Keys().ToHashSet(StringComparer.Ordinal);

    private static partial class Log
    {
        [LoggerMessage(4003, LogLevel.Warning, "Swept {Name}, which nobody wants")]
        public static partial void Swept(ILogger logger, string name);

        [LoggerMessage(4005, LogLevel.Error, "What nobody wants couldn't be swept")]
        public static partial void NotSwept(ILogger logger, Exception exception);
    }
}
