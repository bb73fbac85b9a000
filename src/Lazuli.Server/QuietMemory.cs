using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace Lazuli.Server;

/// <summary>
/// Gives memory back once there has been much to do and then nothing for some seconds: one compacting collection, after which the runtime keeps no more than
/// what is in use, and the C library returns what the compiler and TLS have freed. Otherwise both would keep it for ever, for a server that is left alone has no
/// reason to collect. Nothing happens while requests run; one that arrives in the middle waits for its end (README.md), so large heaps are left to the runtime.
/// </summary>
public sealed partial class QuietMemory(TimeProvider time) : BackgroundService
{
    private const long Quiet = 1_000_000;
    private const long Much = 4_000_000;
    private const long Large = 128_000_000;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    private long _seen;
    private long _collected;

    /// <summary>
    /// Looks at how many bytes have ever been allocated, and how many were in use after the last collection. True: now is the time, since less than a megabyte
    /// was allocated after the last look, but much after the last time, compared with what is in use.
    /// </summary>
    public bool Look(long allocated, long inUse)
    {
        var timely = inUse < Large && allocated - _seen < Quiet && allocated - _collected > Math.Max(Much, inUse / 2);
        _seen = allocated;
        _collected = timely ? allocated : _collected;
        return timely;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Between, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (Look(GC.GetTotalAllocatedBytes(), GC.GetGCMemoryInfo().HeapSizeBytes))
                {
                    GiveBack();
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            _ = TrimHeap(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Only glibc has it.
        }
    }

    // https://man7.org/linux/man-pages/man3/malloc_trim.3.html
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint keep);
}
