using System.Diagnostics;
using Lazuli.Engines.Disk;
using Lazuli.Engines.Linux.Disk;
using Lazuli.Engines.Linux.Vm;
using Lazuli.Engines.Tests.Vm;
using Lazuli.Engines.Vm;

namespace Lazuli.Live.Tests.Vm;

public sealed class QemuVmTests : VmConformance
{
    private const int User = 1_900_000_000;
    private readonly string _directory = Directory.CreateTempSubdirectory("lazuli-vm-").FullName;
    private readonly QemuOptions _options;
    private readonly QemuVmEngine _engine;
    private readonly QcowDiskEngine _disks;

    public QemuVmTests()
    {
        File.SetUnixFileMode(_directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        _options = new() { Directory = Path.Combine(_directory, "vm"), FirstUser = Environment.IsPrivilegedProcess ? User : null };
        _engine = new(_options, TimeProvider.System);
        _disks = new(Path.Combine(_directory, "disk"));
    }

    protected override IVmEngine Engine => _engine;
    protected override IDiskEngine Disks => _disks;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _engine.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Another_engine_adopts_what_runs()
    {
        var run = await _engine.StartAsync(await SpecAsync(), Token);
        await _engine.DisposeAsync();
        await using var heir = new QemuVmEngine(_options, TimeProvider.System);
        Assert.Equal(run, Assert.Single(await heir.ListAsync(Token)) with { Spec = run.Spec, Luns = run.Luns });
        await heir.StopAsync("vm", TimeSpan.Zero, Token);
        Assert.Empty(await heir.ListAsync(Token));
    }

    [Fact]
    public async Task The_process_has_a_user_of_its_own_no_capability_and_a_filter()
    {
        var first = await _engine.StartAsync(await SpecAsync(), Token);
        var second = await _engine.StartAsync(await SpecAsync("other") with { OsDisk = await DiskAsync("os2") }, Token);
        var status = Status(first);
        Assert.Equal("0000000000000000", status["CapEff"]);
        Assert.Equal("0000000000000000", status["CapBnd"]);
        Assert.Equal("1", status["NoNewPrivs"]);
        Assert.Equal("2", status["Seccomp"]);
        if (Environment.IsPrivilegedProcess)
        {
            Assert.NotEqual(status["Uid"], Status(second)["Uid"]);
            Assert.DoesNotContain("0", status["Uid"].Split('\t'));
        }
    }

    [Fact]
    public async Task The_process_sees_no_network_but_its_own()
    {
        var run = await _engine.StartAsync(await SpecAsync(), Token);
        Assert.NotEqual(new FileInfo("/proc/self/ns/net").LinkTarget, new FileInfo($"/proc/{run.ProcessId}/ns/net").LinkTarget);
    }

    [Fact]
    public async Task What_can_not_start_says_why_and_leaves_no_process()
    {
        var spec = await SpecAsync() with { OsDisk = new() { Path = Path.Combine(_directory, "disk", "missing") } };
        var refused = await Assert.ThrowsAsync<VmException>(() => _engine.StartAsync(spec, Token));
        Assert.Contains("missing", refused.Error.Message, StringComparison.Ordinal);
        Assert.Empty(await _engine.ListAsync(Token));
    }

    [Fact]
    public async Task An_open_disk_grows_in_the_machine()
    {
        await _engine.StartAsync(await SpecAsync() with { DataDisks = [await DiskAsync("a", 0)] }, Token);
        Assert.Equal(1 << 20, (await _disks.EnsureAsync(new() { Key = "a", SizeBytes = 3 << 20 }, Token)).SizeBytes);
        await _engine.SetDataDisksAsync("vm", [await DiskAsync("a", 0) with { SizeBytes = 3 << 20 }], Token);
        Assert.Equal(3 << 20, (await _disks.ListAsync(Token)).Single(d => d.Name == DiskState.NameOf("a")).SizeBytes);
    }

    [Fact]
    public async Task The_probe_finds_that_the_translator_runs_guests()
    {
        Directory.CreateDirectory(_options.Directory);
        Assert.Null(await AcceleratorProbe.ProbeAsync(_options.Program, "tcg", _options.Directory, Token));
    }

    protected override void Kill(VmRun run)
    {
        using var process = Process.GetProcessById(run.ProcessId);
        process.Kill();
    }

    protected override string Media()
    {
        var path = Path.Combine(_directory, "media.iso");
        File.WriteAllBytes(path, new byte[4 * 2048]);
        return path;
    }

    private static Dictionary<string, string> Status(VmRun run)
        => File.ReadLines($"/proc/{run.ProcessId}/status").Select(l => l.Split(':', 2)).ToDictionary(p => p[0], p => p[1].Trim());
}
