using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Lazuli.Bench;

/// <summary>Threads that stay where they are: what is compared is done at the same places.</summary>
internal static partial class Processors
{
    /// <summary>Runs work on a thread of its own, on the n-th of the processors that this process may use.</summary>
    public static Task<T> RunAsync<T>(int n, Func<T> work)
        => Task.Factory.StartNew(() =>
        {
            Pin(n);
            return work();
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Pin(int n)
    {
        using var self = Process.GetCurrentProcess();
        var allowed = (ulong)self.ProcessorAffinity;
        int[] processors = [.. Enumerable.Range(0, 64).Where(i => (allowed >> i & 1) != 0)];
        var mask = 1UL << processors[n % processors.Length];
        if (SetAffinity(0, sizeof(ulong), in mask) != 0)
        {
            throw new BenchFailureException($"Can't keep to a processor: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nint size, in ulong mask);
}
