namespace Lazuli.Engines.Image;

/// <summary>
/// Turns image sources into files that machines start from. Images are immutable and content-addressed: an artifact that was
/// answered is complete, and stays as it is for as long as its directory is there. Failures are <see cref="ImageException"/>.
/// </summary>
public interface IImageEngine
{
    /// <summary>
    /// Answers the image at once when it is cached, else makes it: building takes seconds to minutes, <paramref name="progress"/>
    /// gets plain lines meanwhile. Calls for one image, also of other processes, wait for each other; a call that is cancelled or
    /// killed leaves nothing under the image's name.
    /// </summary>
    Task<ImageArtifact> EnsureAsync(ImageSource source, IProgress<string>? progress, CancellationToken cancellationToken);

    /// <summary>
    /// The image when it is cached, else null; makes nothing. A builder that has changed since makes another image under the same URN: only
    /// the one that <see cref="EnsureAsync"/> would answer is found.
    /// </summary>
    Task<ImageArtifact?> FindAsync(ImageSource source, CancellationToken cancellationToken);

    /// <summary>What is in the cache, ordered by URN; a changed builder's former images, too.</summary>
    Task<IReadOnlyList<ImageArtifact>> ListAsync(CancellationToken cancellationToken);
}
