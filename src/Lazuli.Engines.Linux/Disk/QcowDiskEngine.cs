using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using Lazuli.Engines.Disk;
using Lazuli.Engines.Linux.Host;

namespace Lazuli.Engines.Linux.Disk;

/// <summary>
/// Disks as qcow2 files in one directory. A disk is made under a draft's name, flushed, and renamed: under its own name it is always complete.
/// QEMU's own image locks tell what is in use.
/// </summary>
public sealed class QcowDiskEngine(string directory) : IDiskEngine
{
    private const string Suffix = ".qcow2";
    private const string Draft = ".draft";
    private const string Locked = "lock";

    // qcow2 header: magic, then at byte 24 the virtual size, big-endian.
    private const uint Magic = 0x514649fb;
    private const int SizeOffset = 24;
    private static readonly TimeSpan CopyLimit = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, bool> _making = new(StringComparer.Ordinal);

    public async Task<DiskState> EnsureAsync(DiskSpec spec, CancellationToken cancellationToken)
    {
        var path = PathOf(spec.Key);
        if (!File.Exists(path))
        {
            await MakeAsync(spec, path, cancellationToken);
        }

        var state = Read(path) ?? throw new DiskException(DiskErrors.Failed(spec.Key, "its file isn't a qcow2 image"));
        if (state.SizeBytes >= spec.SizeBytes)
        {
            return state;
        }

        try
        {
            await ImageAsync(["resize", "-q", "-f", "qcow2", path, Text(spec.SizeBytes)], null, cancellationToken);
        }
        catch (HostProgramException e) when (IsLock(e))
        {
            return state;
        }
        catch (HostProgramException e)
        {
            throw new DiskException(DiskErrors.Failed(spec.Key, e.Errors), e);
        }

        return state with { SizeBytes = spec.SizeBytes };
    }

    public async Task RemoveAsync(string key, CancellationToken cancellationToken)
    {
        if (!await TryRemoveAsync(PathOf(key), cancellationToken))
        {
            throw new DiskException(DiskErrors.InUse(key));
        }
    }

    public async Task<IReadOnlyList<string>> SweepAsync(Func<IReadOnlySet<string>> keep, CancellationToken cancellationToken)
    {
        var there = await ListAsync(cancellationToken);
        var names = keep().Select(DiskState.NameOf).ToHashSet(StringComparer.Ordinal);
        List<string> removed = [];
        foreach (var disk in there)
        {
            if (!names.Contains(disk.Name) && await TryRemoveAsync(disk.Path, cancellationToken))
            {
                removed.Add(disk.Name);
            }
        }

        return removed;
    }

    public Task<IReadOnlyList<DiskState>> ListAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        foreach (var draft in Directory.EnumerateFiles(directory, "*" + Draft))
        {
            if (!_making.ContainsKey(draft))
            {
                File.Delete(draft);
            }
        }

        return Task.FromResult<IReadOnlyList<DiskState>>(
            [.. Directory.EnumerateFiles(directory, "*" + Suffix).Order(StringComparer.Ordinal).Select(Read).OfType<DiskState>()]);
    }

    /// <summary>Where a disk's bytes are, whether it exists or not.</summary>
    public string PathOf(string key) => Path.Combine(directory, DiskState.NameOf(key) + Suffix);

    private async Task MakeAsync(DiskSpec spec, string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var draft = path + Draft;
        _making[draft] = true;
        try
        {
            await DraftAsync(spec, draft, cancellationToken);
            File.SetUnixFileMode(draft, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            using (var file = File.OpenHandle(draft, FileMode.Open, FileAccess.ReadWrite))
            {
                RandomAccess.FlushToDisk(file);
            }

            File.Move(draft, path, overwrite: false);
        }
        catch (HostProgramException e)
        {
            throw new DiskException(IsLock(e) && spec.CopyOfKey is { } origin ? DiskErrors.InUse(origin) : DiskErrors.Failed(spec.Key, e.Errors), e);
        }
        finally
        {
            File.Delete(draft);
            _making.TryRemove(draft, out _);
        }
    }

    private async Task DraftAsync(DiskSpec spec, string draft, CancellationToken cancellationToken)
    {
        if (spec.CopyOfKey is { } origin)
        {
            var source = PathOf(origin);
            if (!File.Exists(source))
            {
                throw new DiskException(DiskErrors.NotFound(origin));
            }

            await ImageAsync(["convert", "-q", "-f", "qcow2", "-O", "qcow2", source, draft], CopyLimit, cancellationToken);
        }
        else if (spec.BasePath is { } image)
        {
            var size = Math.Max(spec.SizeBytes, Read(image)?.SizeBytes ?? throw new DiskException(DiskErrors.Failed(spec.Key, "its image is missing or not qcow2")));
            await ImageAsync(["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", image, draft, Text(size)], null, cancellationToken);
        }
        else
        {
            await ImageAsync(["create", "-q", "-f", "qcow2", draft, Text(spec.SizeBytes)], null, cancellationToken);
        }
    }

    private static async Task<bool> TryRemoveAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return true;
        }

        try
        {
            await ImageAsync(["info", "-f", "qcow2", path], null, cancellationToken);
        }
        catch (HostProgramException e) when (IsLock(e))
        {
            return false;
        }
        catch (HostProgramException)
        {
            // Not an image any more; nobody can have it open.
        }

        File.Delete(path);
        return true;
    }

    private static Task<string> ImageAsync(IReadOnlyList<string> words, TimeSpan? limit, CancellationToken cancellationToken)
        => HostProgram.RunAsync("qemu-img", words, limit: limit, cancellationToken: cancellationToken);

    private static bool IsLock(HostProgramException e) => e.Errors.Contains(Locked, StringComparison.Ordinal);

    private static DiskState? Read(string path)
    {
        Span<byte> header = stackalloc byte[SizeOffset + sizeof(long)];
        try
        {
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.Read(file, header, 0) != header.Length || BinaryPrimitives.ReadUInt32BigEndian(header) != Magic)
            {
                return null;
            }
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        return new() { Name = Path.GetFileNameWithoutExtension(path), Path = path, SizeBytes = BinaryPrimitives.ReadInt64BigEndian(header[SizeOffset..]) };
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
