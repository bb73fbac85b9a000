using Lazuli.Engines.Disk;
using Lazuli.Engines.Disk.Fake;
using Lazuli.Engines.Vm;
using Lazuli.Engines.Vm.Fake;

namespace Lazuli.Engines.Tests.Vm;

public sealed class FakeVmTests : VmConformance
{
    private readonly FakeVmEngine _engine = new(TimeProvider.System);
    private readonly FakeDiskEngine _disks;

    public FakeVmTests() => _disks = new(_engine.Uses);

    protected override IVmEngine Engine => _engine;
    protected override IDiskEngine Disks => _disks;

    protected override void Kill(VmRun run) => _engine.Kill(run.Spec.Key);

    protected override string Media() => "/fake/media.iso";

    [Fact]
    public async Task A_guest_that_shut_down_is_started_anew()
    {
        var run = await _engine.StartAsync(await SpecAsync(), Token);
        _engine.ShutDownGuest("vm");
        Assert.True(Assert.Single(await _engine.ListAsync(Token)).ShutDown);
        Assert.NotEqual(run.ProcessId, (await _engine.StartAsync(await SpecAsync(), Token)).ProcessId);
    }
}
