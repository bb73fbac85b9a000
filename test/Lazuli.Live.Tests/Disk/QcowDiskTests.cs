using Lazuli.Engines.Disk;
using Lazuli.Engines.Linux.Disk;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Tests.Disk;

namespace Lazuli.Live.Tests.Disk;

public sealed class QcowDiskTests : DiskConformance, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("lazuli-disk-").FullName;

    public QcowDiskTests() => Disks = new QcowDiskEngine(_directory);

    protected override IDiskEngine Disks { get; }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_disk_over_an_image_shows_the_images_bytes_and_keeps_it_as_it_is()
    {
        var image = Path.Combine(_directory, "image");
        await HostProgram.RunAsync("qemu-img", ["create", "-q", "-f", "qcow2", image, "4M"], cancellationToken: Token);
        await HostProgram.RunAsync("qemu-io", ["-f", "qcow2", "-c", "write -P 0x5a 0 64k", image], cancellationToken: Token);
        var before = await File.ReadAllBytesAsync(image, Token);

        var disk = await Disks.EnsureAsync(new() { Key = "a", SizeBytes = 8 << 20, BasePath = image }, Token);
        Assert.Contains("64 KiB", await HostProgram.RunAsync("qemu-io", ["-f", "qcow2", "-c", "read -P 0x5a 0 64k", disk.Path], cancellationToken: Token), StringComparison.Ordinal);
        await HostProgram.RunAsync("qemu-io", ["-f", "qcow2", "-c", "write -P 0x11 0 64k", disk.Path], cancellationToken: Token);
        Assert.Equal(before, await File.ReadAllBytesAsync(image, Token));
    }

    [Fact]
    public async Task What_a_cut_call_left_is_swept_and_never_taken_for_a_disk()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, DiskState.NameOf("a") + ".qcow2.draft"), "half", Token);
        Assert.Empty(await Disks.ListAsync(Token));
        Assert.Empty(Directory.EnumerateFiles(_directory));
    }
}
