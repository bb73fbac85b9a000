using Lazuli.Engines.Node;

namespace Lazuli.Engines.Disk;

/// <summary>
/// Keeps disk images. A disk that was answered is complete and on stable storage; one cut short in the making leaves nothing
/// under its name. Calls about one disk must not overlap. Failures are <see cref="DiskException"/>.
/// </summary>
public interface IDiskEngine
{
    /// <summary>
    /// Makes the disk, or adopts the one under its key, and grows it to the size asked for. One that a machine has open keeps its
    /// size (the answer says which): the machine must grow it. A disk never shrinks.
    /// </summary>
    Task<DiskState> EnsureAsync(DiskSpec spec, CancellationToken cancellationToken);

    /// <summary>Removes the disk's bytes; nothing happens when there are none. Refused while a machine has it open.</summary>
    Task RemoveAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Removes every disk whose key is not in <paramref name="keep"/>, which is asked after looking at what is there, and that no machine has open; answers the
    /// names of those removed.
    /// </summary>
    Task<IReadOnlyList<string>> SweepAsync(Func<IReadOnlySet<string>> keep, CancellationToken cancellationToken);

    /// <summary>What is on the host, ordered by name; leftovers of cut-off calls are removed by the way.</summary>
    Task<IReadOnlyList<DiskState>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>A disk to be made: empty, over a base image, or a copy of another disk.</summary>
public sealed record DiskSpec
{
    public required string Key { get; init; }
    public required long SizeBytes { get; init; }

    /// <summary>Absolute path of a qcow2 image that never changes; the disk holds only the difference.</summary>
    public string? BasePath { get; init; }

    /// <summary>A disk of this engine that no machine may be writing to.</summary>
    public string? CopyOfKey { get; init; }
}

/// <summary>A disk as it is.</summary>
public sealed record DiskState
{
    /// <summary><see cref="NameOf"/> its key.</summary>
    public required string Name { get; init; }
    public required string Path { get; init; }

    /// <summary>What a guest sees.</summary>
    public required long SizeBytes { get; init; }

    public static string NameOf(string key) => MachineName.Of("lzd", key);
}

/// <summary>A disk can't be made or removed.</summary>
public sealed class DiskException(ItemError error, Exception? inner = null) : Exception($"{error.Code}: {error.Message}", inner)
{
    public ItemError Error { get; } = error;
}
