using System.Diagnostics;
using System.Security.Cryptography;
using Lazuli.Engines.Image;
using Lazuli.Engines.Linux.Image;
using Lazuli.Engines.Tests.Image;

namespace Lazuli.Live.Tests.Image;

/// <summary>The conformance suite on real files, with a builder of a few lines, and what only files can show.</summary>
public sealed class LinuxImageTests : ImageConformance, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("lazuli-images-").FullName;

    private string Cache => Path.Combine(_root, "cache");

    private string Builders => Path.Combine(_root, "builders");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task The_files_are_read_only_and_described_beside_them()
    {
        var image = await Create().EnsureAsync(Buildable, null, TestContext.Current.CancellationToken);
        Assert.Equal(64L << 20, image.VirtualSizeBytes);
        Assert.Equal("console=ttyS0 quiet", image.KernelCommandLine);
        Assert.Equal("kernel\n", await File.ReadAllTextAsync(image.KernelPath ?? "", TestContext.Current.CancellationToken));
        Assert.True(File.GetAttributes(image.DiskPath).HasFlag(FileAttributes.ReadOnly));
        Assert.Equal(["disk.qcow2", "image.json", "initrd", "vmlinuz"], Names(Path.Combine(Cache, "images", image.Digest)));
        Assert.Contains("\"diskPath\": \"disk.qcow2\"", await File.ReadAllTextAsync(Path.Combine(Cache, "images", image.Digest, "image.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_engine_on_the_same_cache_finds_the_image()
    {
        var image = await Create().EnsureAsync(Buildable, null, TestContext.Current.CancellationToken);
        Assert.Equal([image], await new LinuxImageEngine(Cache, null, Builders).ListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_changed_builder_builds_anew()
    {
        var engine = Create();
        var before = await engine.EnsureAsync(Buildable, null, TestContext.Current.CancellationToken);
        WriteBuilder("console=ttyS1");
        Assert.Null(await engine.FindAsync(Buildable, TestContext.Current.CancellationToken));
        var after = await engine.EnsureAsync(Buildable, null, TestContext.Current.CancellationToken);
        Assert.NotEqual(before.Digest, after.Digest);
        Assert.Equal(after, await engine.FindAsync(Buildable, TestContext.Current.CancellationToken));
        Assert.True(File.Exists(before.DiskPath));
    }

    [Fact]
    public async Task A_build_cut_off_halfway_leaves_no_file_and_no_process()
    {
        var engine = Create();
        WriteBuilder("x", "echo half-made >\"$1/disk.qcow2\"; echo $$ >\"$1/../../pid\"; echo waiting; sleep 1000");
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var cutAtFirstLine = new Lines { Then = line => { if (line.EndsWith("waiting", StringComparison.Ordinal)) { cut.Cancel(); } } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.EnsureAsync(Buildable, cutAtFirstLine, cut.Token));
        Assert.Empty(Names(Path.Combine(Cache, "images")));
        var pid = (await File.ReadAllTextAsync(Path.Combine(Cache, "pid"), TestContext.Current.CancellationToken)).Trim();
        Assert.False(Directory.Exists($"/proc/{pid}"));
    }

    [Fact]
    public async Task What_a_killed_build_left_is_swept_by_the_next_one()
    {
        var engine = Create();
        var image = await engine.EnsureAsync(Buildable, null, TestContext.Current.CancellationToken);
        var key = Names(Path.Combine(Cache, "image-keys")).Single(n => !n.StartsWith('.'));
        File.Delete(Path.Combine(Cache, "image-keys", key));
        var leftover = Directory.CreateDirectory(Path.Combine(Cache, "images", $".{key[..16]}.killed"));
        await File.WriteAllTextAsync(Path.Combine(leftover.FullName, "disk.qcow2"), "half", TestContext.Current.CancellationToken);
        await engine.EnsureAsync(Buildable, null, TestContext.Current.CancellationToken);
        Assert.All(Names(Path.Combine(Cache, "images")), n => Assert.False(n.StartsWith('.')));
        Assert.True(File.Exists(image.DiskPath));
    }

    [Fact]
    public async Task A_missing_program_and_a_failing_builder_are_told_apart()
    {
        var engine = Create();
        WriteBuilder("x", "echo \"this builder needs the program 'mmdebstrap'\" >&2; exit 3");
        var missing = await Assert.ThrowsAsync<ImageException>(() => engine.EnsureAsync(Buildable, null, TestContext.Current.CancellationToken));
        Assert.Contains("install the program 'mmdebstrap'", missing.Error.Message, StringComparison.Ordinal);
        WriteBuilder("x", "echo 'E: no mirror' >&2; exit 1");
        var failed = await Assert.ThrowsAsync<ImageException>(() => engine.EnsureAsync(Buildable, null, TestContext.Current.CancellationToken));
        Assert.Contains(Buildable.Urn, failed.Error.Message, StringComparison.Ordinal);
        Assert.EndsWith("E: no mirror", failed.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_put_into_the_downloads_is_taken_only_with_the_right_checksum()
    {
        var engine = Create();
        var place = Path.Combine(Directory.CreateDirectory(Path.Combine(Cache, "downloads")).FullName, "noble.img");
        await RunAsync("qemu-img", "create", "-q", "-f", "qcow2", place, "48M");
        var wrong = await Assert.ThrowsAsync<ImageException>(() => engine.EnsureAsync(Unreachable, null, TestContext.Current.CancellationToken));
        Assert.Contains(Unreachable.Urn, wrong.Error.Message, StringComparison.Ordinal);
        Assert.Contains(place, wrong.Error.Message, StringComparison.Ordinal);

        var checksum = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(place, TestContext.Current.CancellationToken)));
        var image = await engine.EnsureAsync(Unreachable with { Checksum = $"sha256:{checksum}" }, null, TestContext.Current.CancellationToken);
        Assert.Equal(48L << 20, image.VirtualSizeBytes);
        Assert.Null(image.KernelPath);
        Assert.Equal("V2", image.Generation);
        Assert.True(File.Exists(place));
    }

    [Fact]
    public async Task An_operators_file_of_another_format_becomes_an_image_and_a_missing_one_is_named()
    {
        var engine = Create();
        var source = new FileImageSource { Urn = "me:mine:1:1.0.0", Path = Path.Combine(_root, "disk.raw") };
        var missing = await Assert.ThrowsAsync<ImageException>(() => engine.EnsureAsync(source, null, TestContext.Current.CancellationToken));
        Assert.Contains(source.Path, missing.Error.Message, StringComparison.Ordinal);
        await RunAsync("qemu-img", "create", "-q", "-f", "raw", source.Path, "32M");
        Assert.Equal(32L << 20, (await engine.EnsureAsync(source, null, TestContext.Current.CancellationToken)).VirtualSizeBytes);
    }

    [Fact]
    public async Task An_image_that_must_be_supplied_is_missed_by_name_and_place_until_its_file_is_there()
    {
        var engine = Create();
        var source = ImageCatalogue.Default.Resolve("RedHat:RHEL:83-gen2:latest")?.Source;
        Assert.NotNull(source);
        var place = Path.Combine(Cache, "supplied", "redhat_rhel_83-gen2");
        var missing = await Assert.ThrowsAsync<ImageException>(() => engine.EnsureAsync(source, null, TestContext.Current.CancellationToken));
        Assert.Contains("RedHat:RHEL:83-gen2:1.0.0", missing.Error.Message, StringComparison.Ordinal);
        Assert.Contains(place, missing.Error.Message, StringComparison.Ordinal);

        // As publishers hand it out: a fixed VHD.
        Directory.CreateDirectory(Path.Combine(Cache, "supplied"));
        await RunAsync("qemu-img", "create", "-q", "-f", "vpc", "-o", "subformat=fixed,force_size=on", place + ".vhd", "32M");
        var image = await engine.EnsureAsync(source, null, TestContext.Current.CancellationToken);
        Assert.Equal((32L << 20, "V2", "Linux"), (image.VirtualSizeBytes, image.Generation, image.OsType));
    }

    protected override IImageEngine Create()
    {
        WriteBuilder("console=ttyS0 quiet");
        return new LinuxImageEngine(Cache, null, Builders);
    }

    private static string[] Names(string directory) => [.. Directory.EnumerateFileSystemEntries(directory).Select(e => Path.GetFileName(e)).Order(StringComparer.Ordinal)];

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    private void WriteBuilder(string commandLine, string first = "") => File.WriteAllText(
        Path.Combine(Directory.CreateDirectory(Path.Combine(Builders, "micro")).FullName, "build"),
        $"set -e\n{first}\nqemu-img create -q -f qcow2 \"$1/disk.qcow2\" 64M\necho kernel >\"$1/vmlinuz\"\necho initrd >\"$1/initrd\"\necho '{commandLine}' >\"$1/cmdline\"\n");
}
