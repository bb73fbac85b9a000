using Lazuli.Engines.Image;

namespace Lazuli.Engines.Tests.Image;

/// <summary>What every image engine keeps.</summary>
public abstract class ImageConformance
{
    protected static readonly BuilderImageSource Buildable = new() { Urn = "lazuli:micro:1:1.0.0", Builder = "micro" };

    protected static readonly DownloadImageSource Unreachable = new()
    {
        Urn = "Canonical:ubuntu-24_04-lts:server:24.04.202504300",
        Generation = "V2",
        Url = new("https://images.example/noble.img"),
        Checksum = "sha256:0000",
    };

    /// <summary>With an empty cache; it can build <see cref="Buildable"/> and has no way to <see cref="Unreachable"/>.</summary>
    protected abstract IImageEngine Create();

    [Fact]
    public async Task An_image_is_answered_under_its_urn_and_listed()
    {
        var engine = Create();
        Assert.Empty(await engine.ListAsync(TestContext.Current.CancellationToken));
        Assert.Null(await engine.FindAsync(Buildable, TestContext.Current.CancellationToken));
        var image = await engine.EnsureAsync(Buildable, null, TestContext.Current.CancellationToken);
        Assert.Equal("lazuli:micro:1:1.0.0", image.Urn);
        Assert.Equal("V1", image.Generation);
        Assert.Equal("Linux", image.OsType);
        Assert.Matches("^[0-9a-f]{64}$", image.Digest);
        Assert.True(image.VirtualSizeBytes > 0);
        Assert.Contains(image.Digest, image.DiskPath, StringComparison.Ordinal);
        Assert.Equal([image], await engine.ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(image, await engine.FindAsync(Buildable, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Asking_again_answers_the_same_image_without_making_it()
    {
        var engine = Create();
        var first = await engine.EnsureAsync(Buildable, null, TestContext.Current.CancellationToken);
        var said = new Lines();
        Assert.Equal(first, await engine.EnsureAsync(Buildable, said, TestContext.Current.CancellationToken));
        Assert.Empty(said.All);
    }

    [Fact]
    public async Task Many_calls_at_once_make_one_image()
    {
        var engine = Create();
        var said = new Lines();
        var images = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(_ => Task.Run(() => engine.EnsureAsync(Buildable, said, TestContext.Current.CancellationToken))));
        Assert.Single(images.Distinct());
        Assert.Single(said.All, l => l.EndsWith($"image {Buildable.Urn}", StringComparison.Ordinal) && !l.StartsWith("waiting", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_source_out_of_reach_is_refused_with_its_urn_and_what_would_help()
    {
        var engine = Create();
        var refused = await Assert.ThrowsAsync<ImageException>(() => engine.EnsureAsync(Unreachable, null, TestContext.Current.CancellationToken));
        Assert.Contains(Unreachable.Urn, refused.Error.Message, StringComparison.Ordinal);
        Assert.Contains("noble.img", refused.Error.Message, StringComparison.Ordinal);
        Assert.Contains("put the file at", refused.Error.Message, StringComparison.Ordinal);
        Assert.Empty(await engine.ListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_cancelled_call_leaves_nothing()
    {
        var engine = Create();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.EnsureAsync(Buildable, null, cancelled.Token));
        Assert.Empty(await engine.ListAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Keeps what was said, at once (<see cref="Progress{T}"/> hands it to another thread).</summary>
    protected sealed class Lines : IProgress<string>
    {
        private readonly List<string> _all = [];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (_all)
                {
                    return [.. _all];
                }
            }
        }

        public Action<string>? Then { get; init; }

        public void Report(string value)
        {
            lock (_all)
            {
                _all.Add(value);
            }

            Then?.Invoke(value);
        }
    }
}
