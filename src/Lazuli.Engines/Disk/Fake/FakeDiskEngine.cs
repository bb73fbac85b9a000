namespace Lazuli.Engines.Disk.Fake;

/// <summary>Disks in memory: names and sizes without bytes. What is in use is told by <paramref name="inUse"/>, given a disk's path.</summary>
public sealed class FakeDiskEngine(Func<string, bool> inUse) : IDiskEngine
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, DiskState> _disks = new(StringComparer.Ordinal);

    public Task<DiskState> EnsureAsync(DiskSpec spec, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var name = DiskState.NameOf(spec.Key);
            if (!_disks.TryGetValue(name, out var disk))
            {
                disk = Make(spec, name);
            }
            else if (disk.SizeBytes < spec.SizeBytes && !inUse(disk.Path))
            {
                disk = disk with { SizeBytes = spec.SizeBytes };
            }

            _disks[name] = disk;
            return Task.FromResult(disk);
        }
    }

    public Task RemoveAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var name = DiskState.NameOf(key);
            if (_disks.TryGetValue(name, out var disk) && inUse(disk.Path))
            {
                throw new DiskException(DiskErrors.InUse(key));
            }

            _disks.Remove(name);
            return Task.CompletedTask;
        }
    }

    public Task<IReadOnlyList<DiskState>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<DiskState>>([.. _disks.Values]);
        }
    }

    public Task<IReadOnlyList<string>> SweepAsync(Func<IReadOnlySet<string>> keep, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var names = keep().Select(DiskState.NameOf).ToHashSet(StringComparer.Ordinal);
            List<string> removed = [.. _disks.Values.Where(d => !names.Contains(d.Name) && !inUse(d.Path)).Select(d => d.Name)];
            removed.ForEach(name => _disks.Remove(name));
            return Task.FromResult<IReadOnlyList<string>>(removed);
        }
    }

    private DiskState Make(DiskSpec spec, string name)
    {
        var size = spec.SizeBytes;
        if (spec.CopyOfKey is { } origin)
        {
            if (!_disks.TryGetValue(DiskState.NameOf(origin), out var source))
            {
                throw new DiskException(DiskErrors.NotFound(origin));
            }

            if (inUse(source.Path))
            {
                throw new DiskException(DiskErrors.InUse(origin));
            }

            size = Math.Max(size, source.SizeBytes);
        }

        return new() { Name = name, Path = $"/fake/{name}.qcow2", SizeBytes = size };
    }
}
