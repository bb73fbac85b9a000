using System.Diagnostics;

namespace Lazuli.Bench;

/// <summary>Waits for a process to have nothing to do.</summary>
internal static class Idle
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    /// <summary>Returns once the process has used less than a twentieth of a processor for five seconds.</summary>
    public static async Task WaitAsync(Process process, CancellationToken cancellationToken)
    {
        while (true)
        {
            process.Refresh();
            var before = process.TotalProcessorTime;
            await Task.Delay(Window, cancellationToken);
            process.Refresh();
            if (process.TotalProcessorTime - before < Window / 20)
            {
                return;
            }
        }
    }
}
