using System.Collections.Concurrent;

namespace Lazuli.Engines.Linux.Host;

/// <summary>Lets one caller at a time work on each name.</summary>
public sealed class KeyedGate
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    /// <summary>Runs an action when nobody else works on the name.</summary>
    public async Task RunAsync(string name, Func<Task> action, CancellationToken cancellationToken)
    {
        var gate = _gates.GetOrAdd(name, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            await action();
        }
        finally
        {
            gate.Release();
        }
    }
}
