using System.Security.Cryptography;
using System.Text;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Image.Fake;

/// <summary>
/// Images by name only: every source is there at once, nothing is on disk. <see cref="Fail"/> dials in what a machine without
/// network, packages or files would answer.
/// </summary>
public sealed class FakeImageEngine : IImageEngine
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, ImageArtifact> _cached = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ItemError> _failures = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>From now on the image can't be had; null lets it be had again. One that is cached stays.</summary>
    public void Fail(string urn, ItemError? error)
    {
        lock (_gate)
        {
            if (error is null)
            {
                _failures.Remove(urn);
            }
            else
            {
                _failures[urn] = error;
            }
        }
    }

    public Task<ImageArtifact> EnsureAsync(ImageSource source, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_cached.TryGetValue(source.Urn, out var artifact))
            {
                return Task.FromResult(artifact);
            }

            if (_failures.TryGetValue(source.Urn, out var error))
            {
                return Task.FromException<ImageArtifact>(new ImageException(error));
            }

            progress?.Report($"making image {source.Urn}");
            return Task.FromResult(_cached[source.Urn] = Make(source));
        }
    }

    public Task<ImageArtifact?> FindAsync(ImageSource source, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_cached.GetValueOrDefault(source.Urn));
        }
    }

    public Task<IReadOnlyList<ImageArtifact>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<ImageArtifact>>([.. _cached.Values]);
        }
    }

    private static ImageArtifact Make(ImageSource source)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source.Urn)));
        var sizeGB = ImageCatalogue.Default.Resolve(source.Urn)?.Image.DiskSizeGB ?? 30;
        var direct = source is BuilderImageSource;
        return new()
        {
            Urn = source.Urn,
            Digest = digest,
            DiskPath = $"/images/{digest}/disk.qcow2",
            VirtualSizeBytes = (long)sizeGB << 30,
            KernelPath = direct ? $"/images/{digest}/vmlinuz" : null,
            InitrdPath = direct ? $"/images/{digest}/initrd" : null,
            KernelCommandLine = direct ? "root=/dev/vda console=ttyS0" : null,
            OsType = source.OsType,
            Generation = source.Generation,
        };
    }
}
