using Lazuli.Engines.Disk.Fake;
using Lazuli.Engines.Image;
using Lazuli.Engines.Net;
using Lazuli.Engines.Net.Fake;
using Lazuli.Engines.Node;
using Lazuli.Engines.Vm;
using Lazuli.Engines.Vm.Fake;
using Lazuli.Guest;
using Lazuli.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lazuli.Engines.Tests.Node;

/// <summary>An image that wants its provisioning media in the initrd, too.</summary>
public sealed class MediaTests : IDisposable
{
    private static readonly VmProvisioning Provisioning = new() { ComputerName = "web1", AdminUsername = "alice", AdminPassword = "secret" };
    private readonly string _directory = Directory.CreateTempSubdirectory("lazuli-node-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_initrd_is_the_machines_own_until_its_guest_was_ready_and_is_the_images_after_that()
    {
        var initrd = Path.Combine(_directory, "image-initrd");
        await File.WriteAllTextAsync(initrd, "an archive", Token);
        var vms = new FakeVmEngine(TimeProvider.System);
        var disks = new FakeDiskEngine(vms.Uses);
        await using var node = new HostNode(
            new() { StateDirectory = _directory, ImageDirectory = _directory, StopGrace = TimeSpan.Zero, FirstPause = TimeSpan.FromMilliseconds(5), LongestPause = TimeSpan.FromMilliseconds(50) },
            new(new FakeNetEngine(new NetOptions()), vms, disks, new OneImage(initrd)), null, TimeProvider.System, NullLoggerFactory.Instance);
        await node.StartAsync(Token);
        var vm = Items.Vm() with { Provisioning = Provisioning };
        await node.ApplyAsync(Items.Document(1, Items.Vnet(), Items.Nic(), Items.Disk() with { Source = new() { ImageUrn = "lazuli:micro:1:1.0.0" } }, vm), Token);

        var kernel = (await RunningAsync(vms)).Kernel;
        var own = kernel?.OwnInitrdPath ?? "";
        Assert.Equal(initrd, kernel?.InitrdPath);
        Assert.Contains("UserPassword>secret</", await File.ReadAllTextAsync(own, Token), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? 0 : File.GetUnixFileMode(own));

        ((IGuestEvents)node).HealthReported(new() { VmKey = "vm", State = GuestState.Ready });
        while (File.Exists(own))
        {
            await Task.Delay(5, Token);
        }

        vms.Kill("vm");
        Assert.Null((await RunningAsync(vms)).Kernel?.OwnInitrdPath);
    }

    private static async Task<VmSpec> RunningAsync(FakeVmEngine vms)
    {
        while (true)
        {
            if (await vms.ListAsync(Token) is [{ } run])
            {
                return run.Spec;
            }

            await Task.Delay(5, Token);
        }
    }

    private sealed class OneImage(string initrd) : IImageEngine
    {
        private readonly ImageArtifact _image = new()
        {
            Urn = "lazuli:micro:1:1.0.0", Digest = "d", DiskPath = "/d", VirtualSizeBytes = 1 << 30, KernelPath = "/k", InitrdPath = initrd, MediaInInitrd = true, Generation = "V1",
        };

        public Task<ImageArtifact> EnsureAsync(ImageSource source, IProgress<string>? progress, CancellationToken cancellationToken) => Task.FromResult(_image);

        public Task<ImageArtifact?> FindAsync(ImageSource source, CancellationToken cancellationToken) => Task.FromResult<ImageArtifact?>(_image);

        public Task<IReadOnlyList<ImageArtifact>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ImageArtifact>>([_image]);
    }
}
