using Lazuli.Server;

namespace Lazuli.Providers.Tests;

public sealed class QuietMemoryTests : IDisposable
{
    private const long Megabyte = 1_000_000;
    private readonly QuietMemory _memory = new(TimeProvider.System);

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void After_much_work_the_first_quiet_look_is_the_time_once()
    {
        Assert.False(_memory.Look(50 * Megabyte, 0));
        Assert.True(_memory.Look((50 * Megabyte) + 1000, 0));
        Assert.False(_memory.Look((50 * Megabyte) + 2000, 0));
    }

    [Fact]
    public void While_there_is_work_it_is_never_the_time()
    {
        for (var look = 1; look < 100; look++)
        {
            Assert.False(_memory.Look(look * 2 * Megabyte, 0));
        }
    }

    [Fact]
    public void Little_work_gives_no_reason()
    {
        Assert.False(_memory.Look(3 * Megabyte, 0));
        Assert.False(_memory.Look(3 * Megabyte, 0));
        Assert.False(_memory.Look((3 * Megabyte) + 900_000, 0));
        Assert.True(_memory.Look((3 * Megabyte) + 1_800_000, 0));
    }

    [Fact]
    public void The_more_is_in_use_the_more_must_have_happened()
    {
        Assert.False(_memory.Look(40 * Megabyte, 100 * Megabyte));
        Assert.False(_memory.Look(40 * Megabyte, 100 * Megabyte));
        Assert.False(_memory.Look(60 * Megabyte, 100 * Megabyte));
        Assert.True(_memory.Look(60 * Megabyte, 100 * Megabyte));
    }

    [Fact]
    public void A_large_heap_would_hold_requests_up_for_too_long()
    {
        Assert.False(_memory.Look(1000 * Megabyte, 200 * Megabyte));
        Assert.False(_memory.Look(1000 * Megabyte, 200 * Megabyte));
        Assert.True(_memory.Look(1000 * Megabyte, 100 * Megabyte));
    }
}
