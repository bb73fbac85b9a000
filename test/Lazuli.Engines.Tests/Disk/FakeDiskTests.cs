using Lazuli.Engines.Disk;
using Lazuli.Engines.Disk.Fake;

namespace Lazuli.Engines.Tests.Disk;

public sealed class FakeDiskTests : DiskConformance
{
    protected override IDiskEngine Disks { get; } = new FakeDiskEngine(_ => false);
}
