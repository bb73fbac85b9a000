using Lazuli.Engines.Image;
using Lazuli.Engines.Image.Fake;

namespace Lazuli.Engines.Tests.Image;

public sealed class FakeImageTests : ImageConformance
{
    protected override IImageEngine Create()
    {
        var engine = new FakeImageEngine();
        engine.Fail(Unreachable.Urn, ImageErrors.DownloadFailed(Unreachable.Urn, Unreachable.Url, "no route to host", "/downloads/noble.img"));
        return engine;
    }

    [Fact]
    public async Task A_failure_that_was_taken_back_lets_the_image_be_made()
    {
        var engine = (FakeImageEngine)Create();
        engine.Fail(Unreachable.Urn, null);
        var image = await engine.EnsureAsync(Unreachable, null, TestContext.Current.CancellationToken);
        Assert.Null(image.KernelPath);
        Assert.Equal(30L << 30, image.VirtualSizeBytes);
    }
}
