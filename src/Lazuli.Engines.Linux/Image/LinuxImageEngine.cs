using Lazuli.Engines.Image;

namespace Lazuli.Engines.Linux.Image;

/// <summary>
/// Images as files under one cache directory: <c>images/DIGEST/{image.json,disk.qcow2,vmlinuz,initrd}</c>, and <c>image-keys/KEY</c>
/// that says which digest a source (with its parameters, and a builder's own scripts) led to. Each image is made in a
/// directory of its own and renamed into place, under a file lock per key.
/// </summary>
/// <param name="cacheDirectory">Absolute; made when it isn't there. Any number of processes may share it.</param>
/// <param name="http">For downloads; null refuses them with the address and the place where the file may be put by hand.</param>
/// <param name="buildersDirectory">One folder per builder, and what they share; null takes those that come with the program.</param>
public sealed class LinuxImageEngine(string cacheDirectory, HttpMessageInvoker? http, string? buildersDirectory = null) : IImageEngine
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(100);
    private readonly ImageStore _store = new(cacheDirectory);
    private readonly ImageBuilder _builder = new(buildersDirectory ?? Path.Combine(AppContext.BaseDirectory, "Image", "Builders"));
    private readonly ImageFiles _files = new(Path.Combine(cacheDirectory, "downloads"), Path.Combine(cacheDirectory, "supplied"), http);

    /// <summary>The cache that all state directories of a user share: <c>LAZULI_CACHE</c>, else <c>XDG_CACHE_HOME/lazuli</c>, else <c>~/.cache/lazuli</c>.</summary>
    public static string SharedCache
        => Environment.GetEnvironmentVariable("LAZULI_CACHE") is { Length: > 0 } set ? Path.GetFullPath(set)
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? Path.Combine(xdg, "lazuli")
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "lazuli");

    public async Task<ImageArtifact> EnsureAsync(ImageSource source, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var key = KeyOf(source);
        if (_store.Find(key) is { } cached)
        {
            return Named(cached, source);
        }

        using var held = await LockAsync(key, source, progress, cancellationToken);
        if (_store.Find(key) is { } madeMeanwhile)
        {
            return Named(madeMeanwhile, source);
        }

        var work = _store.NewWorkDirectory(key);
        try
        {
            await FillAsync(source, work, progress, cancellationToken);
            return await _store.CommitAsync(key, work, source, cancellationToken);
        }
        finally
        {
            ImageStore.Remove(work);
        }
    }

    public Task<ImageArtifact?> FindAsync(ImageSource source, CancellationToken cancellationToken)
        => Task.FromResult(_store.Find(KeyOf(source)) is { } cached ? Named(cached, source) : null);

    public Task<IReadOnlyList<ImageArtifact>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(_store.List());

    private static ImageArtifact Named(ImageArtifact cached, ImageSource source) => cached with { Urn = source.Urn, Generation = source.Generation, OsType = source.OsType };

    private string KeyOf(ImageSource source) => source switch
    {
        BuilderImageSource s => _builder.KeyOf(s),
        DownloadImageSource s => ImageStore.Hash("download", s.Checksum),
        FileImageSource s => ImageFiles.KeyOf(s.Urn, s.Path),
        SuppliedImageSource s => ImageFiles.KeyOf(s.Urn, _files.PlaceOf(s)),
        _ => throw new ImageException(ImageErrors.Unknown(source.Urn)),
    };

    private Task FillAsync(ImageSource source, string work, IProgress<string>? progress, CancellationToken cancellationToken) => source switch
    {
        BuilderImageSource s => _builder.BuildAsync(s, work, progress, cancellationToken),
        DownloadImageSource s => _files.DownloadAsync(s, work, progress, cancellationToken),
        FileImageSource s => ImageFiles.ImportAsync(s.Urn, s.Path, work, cancellationToken),
        SuppliedImageSource s => ImageFiles.ImportAsync(s.Urn, _files.PlaceOf(s), work, cancellationToken),
        _ => throw new ImageException(ImageErrors.Unknown(source.Urn)),
    };

    /// <summary>The kernel drops the lock with its process, so a killed one never blocks the next.</summary>
    private async Task<FileStream> LockAsync(string key, ImageSource source, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        for (var said = false; ; said = true)
        {
            if (_store.TryLock(key) is { } held)
            {
                return held;
            }

            if (!said)
            {
                progress?.Report($"waiting for another process that makes image {source.Urn}");
            }

            await Task.Delay(LockPoll, cancellationToken);
        }
    }
}
