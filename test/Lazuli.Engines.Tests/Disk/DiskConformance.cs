using Lazuli.Engines.Disk;

namespace Lazuli.Engines.Tests.Disk;

/// <summary>What every engine of disks keeps.</summary>
public abstract class DiskConformance
{
    private const long MiB = 1 << 20;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract IDiskEngine Disks { get; }

    [Fact]
    public async Task A_disk_is_made_once_and_grows_but_never_shrinks()
    {
        var made = await Disks.EnsureAsync(new() { Key = "a", SizeBytes = 4 * MiB }, Token);
        Assert.Equal(4 * MiB, made.SizeBytes);
        Assert.Equal(8 * MiB, (await Disks.EnsureAsync(new() { Key = "a", SizeBytes = 8 * MiB }, Token)).SizeBytes);
        Assert.Equal(8 * MiB, (await Disks.EnsureAsync(new() { Key = "a", SizeBytes = 2 * MiB }, Token)).SizeBytes);
        Assert.Equal(made with { SizeBytes = 8 * MiB }, Assert.Single(await Disks.ListAsync(Token)));
    }

    [Fact]
    public async Task A_copy_is_as_big_as_its_origin_or_bigger()
    {
        await Disks.EnsureAsync(new() { Key = "a", SizeBytes = 4 * MiB }, Token);
        Assert.Equal(4 * MiB, (await Disks.EnsureAsync(new() { Key = "b", SizeBytes = MiB, CopyOfKey = "a" }, Token)).SizeBytes);
        Assert.Equal(6 * MiB, (await Disks.EnsureAsync(new() { Key = "c", SizeBytes = 6 * MiB, CopyOfKey = "a" }, Token)).SizeBytes);
    }

    [Fact]
    public async Task A_copy_of_nothing_is_refused_and_leaves_nothing()
    {
        var refused = await Assert.ThrowsAsync<DiskException>(() => Disks.EnsureAsync(new() { Key = "b", SizeBytes = MiB, CopyOfKey = "nobody" }, Token));
        Assert.Equal("NotFound", refused.Error.Code);
        Assert.Empty(await Disks.ListAsync(Token));
    }

    [Fact]
    public async Task A_removed_disk_is_gone_and_removing_it_again_does_nothing()
    {
        await Disks.EnsureAsync(new() { Key = "a", SizeBytes = MiB }, Token);
        await Disks.RemoveAsync("a", Token);
        await Disks.RemoveAsync("a", Token);
        Assert.Empty(await Disks.ListAsync(Token));
    }

    [Fact]
    public async Task A_sweep_removes_what_nobody_wants()
    {
        await Disks.EnsureAsync(new() { Key = "a", SizeBytes = MiB }, Token);
        await Disks.EnsureAsync(new() { Key = "b", SizeBytes = MiB }, Token);
        Assert.Equal([DiskState.NameOf("b")], await Disks.SweepAsync(() => new HashSet<string> { "a" }, Token));
        Assert.Equal(DiskState.NameOf("a"), Assert.Single(await Disks.ListAsync(Token)).Name);
    }
}
