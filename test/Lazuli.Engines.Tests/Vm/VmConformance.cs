using Lazuli.Engines.Disk;
using Lazuli.Engines.Vm;

namespace Lazuli.Engines.Tests.Vm;

/// <summary>What every engine of machines keeps. The machines have empty disks: nothing boots, and nobody answers when asked to shut down.</summary>
public abstract class VmConformance : IAsyncLifetime
{
    private static readonly byte[] PngMagic = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract IVmEngine Engine { get; }
    protected abstract IDiskEngine Disks { get; }

    /// <summary>Ends the machine's process behind the engine's back.</summary>
    protected abstract void Kill(VmRun run);

    /// <summary>A path of an ISO image.</summary>
    protected abstract string Media();

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var run in await Engine.ListAsync(CancellationToken.None))
        {
            await Engine.StopAsync(run.Spec.Key, TimeSpan.Zero, CancellationToken.None);
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_started_machine_is_listed_and_starting_it_again_adopts_it()
    {
        var spec = await SpecAsync();
        var run = await Engine.StartAsync(spec, Token);
        Assert.False(run.ShutDown);
        Assert.Equal(spec.VmId, Assert.Single(await Engine.ListAsync(Token)).Spec.VmId);
        Assert.Equal(run.ProcessId, (await Engine.StartAsync(spec, Token)).ProcessId);
    }

    [Fact]
    public async Task A_stopped_machine_is_gone_and_its_disk_is_free()
    {
        await Engine.StartAsync(await SpecAsync(), Token);
        await Assert.ThrowsAsync<DiskException>(() => Disks.RemoveAsync("os", Token));
        await Engine.StopAsync("vm", TimeSpan.Zero, Token);
        Assert.Empty(await Engine.ListAsync(Token));
        await Disks.RemoveAsync("os", Token);
        Assert.Empty(await Disks.ListAsync(Token));
    }

    [Fact]
    public async Task Stopping_what_does_not_run_does_nothing()
    {
        await Engine.StopAsync("nobody", TimeSpan.FromMinutes(5), Token);
        await Engine.RemoveAsync("nobody", Token);
        await Assert.ThrowsAsync<VmException>(() => Engine.RestartAsync("nobody", TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task Data_disks_are_made_exactly_as_told()
    {
        var spec = await SpecAsync();
        await Engine.StartAsync(spec with { DataDisks = [await DiskAsync("a", 0)] }, Token);
        Assert.Equal([0], Assert.Single(await Engine.ListAsync(Token)).Luns);
        Assert.Equal([0, 63], await Engine.SetDataDisksAsync("vm", [await DiskAsync("b", 63) with { Iops = 500, BytesPerSecond = 60_000_000 }, await DiskAsync("a", 0)], Token));
        Assert.Equal([63], await Engine.SetDataDisksAsync("vm", [await DiskAsync("b", 63) with { Iops = 500, BytesPerSecond = 60_000_000 }], Token));
        Assert.Equal([63], Assert.Single(await Engine.ListAsync(Token)).Luns);
        await Disks.RemoveAsync("a", Token);
        await Assert.ThrowsAsync<DiskException>(() => Disks.RemoveAsync("b", Token));
        Assert.Empty(await Engine.SetDataDisksAsync("vm", [], Token));
    }

    [Fact]
    public async Task Media_is_taken_out_once()
    {
        await Engine.StartAsync(await SpecAsync() with { MediaPath = Media() }, Token);
        Assert.True(Assert.Single(await Engine.ListAsync(Token)).HasMedia);
        await Engine.EjectMediaAsync("vm", Token);
        await Engine.EjectMediaAsync("vm", Token);
        Assert.False(Assert.Single(await Engine.ListAsync(Token)).HasMedia);
    }

    [Fact]
    public async Task A_process_that_dies_is_told_of()
    {
        await using var watch = Engine.WatchAsync(Token).GetAsyncEnumerator(Token);
        var next = watch.MoveNextAsync();
        var run = await Engine.StartAsync(await SpecAsync(), Token);
        Kill(run);
        Assert.True(await next);
        Assert.Equal(new(run.Spec.Key, VmEventKind.Died), watch.Current);
        Assert.Empty(await Engine.ListAsync(Token));
    }

    [Fact]
    public async Task A_restart_keeps_the_process()
    {
        var run = await Engine.StartAsync(await SpecAsync(), Token);
        await Engine.RestartAsync("vm", TimeSpan.FromMilliseconds(1), Token);
        Assert.Equal(run.ProcessId, Assert.Single(await Engine.ListAsync(Token)).ProcessId);
    }

    [Fact]
    public async Task Consoles_live_as_long_as_what_they_show()
    {
        var console = Assert.IsType<IVmConsole>(Engine, exactMatch: false);
        Assert.Null(await console.ReadSerialLogAsync("vm", Token));
        Assert.Null(await console.ScreenshotAsync("vm", Token));
        await Engine.StartAsync(await SpecAsync(), Token);
        Assert.Equal(PngMagic, (await console.ScreenshotAsync("vm", Token))?[..4]);
        await Engine.StopAsync("vm", TimeSpan.Zero, Token);
        Assert.Null(await console.ScreenshotAsync("vm", Token));
        Assert.NotNull(await console.ReadSerialLogAsync("vm", Token));
        await Engine.RemoveAsync("vm", Token);
        Assert.Null(await console.ReadSerialLogAsync("vm", Token));
    }

    [Fact]
    public async Task A_sweep_ends_what_nobody_wants()
    {
        await Engine.StartAsync(await SpecAsync(), Token);
        await Engine.StartAsync(await SpecAsync("orphan") with { OsDisk = await DiskAsync("os2") }, Token);
        Assert.Equal([VmRun.NameOf("orphan")], await Engine.SweepAsync(() => new HashSet<string> { "vm" }, Token));
        Assert.Equal("vm", Assert.Single(await Engine.ListAsync(Token)).Spec.Key);
        Assert.Null(await Assert.IsType<IVmConsole>(Engine, exactMatch: false).ReadSerialLogAsync("orphan", Token));
        await Disks.RemoveAsync("os2", Token);
        Assert.Empty(await Engine.SweepAsync(() => new HashSet<string> { "vm" }, Token));
    }

    protected async Task<VmSpec> SpecAsync(string key = "vm") => new()
    {
        Key = key,
        Name = key,
        VmId = new Guid("7b9a1d2c-1c1f-4c55-9a3e-1f2b3c4d5e6f"),
        Cpus = 1,
        MemoryMiB = 64,
        OsDisk = await DiskAsync("os"),
    };

    protected async Task<VmSpecDisk> DiskAsync(string key, int? lun = null)
        => new() { Path = (await Disks.EnsureAsync(new() { Key = key, SizeBytes = 1 << 20 }, Token)).Path, Lun = lun };
}
