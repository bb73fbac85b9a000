using System.Runtime.InteropServices;

namespace Lazuli.Kernel.Types;

/// <summary>Locks by key, taken together in one order, so that no two holders wait for each other.</summary>
public sealed class KeyedLocks
{
    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>Waits until all keys are free, and holds them until disposed.</summary>
    public async Task<IDisposable> AcquireAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var held = new Holder(this);
        try
        {
            foreach (var key in keys.Distinct().Order(StringComparer.Ordinal))
            {
                Entry entry;
                lock (_entries)
                {
                    ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, key, out _);
                    entry = slot ??= new Entry();
                    entry.Users++;
                }

                try
                {
                    await entry.Gate.WaitAsync(cancellationToken);
                }
                catch
                {
                    Release(key, entry, taken: false);
                    throw;
                }

                held.Add(key, entry);
            }

            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private void Release(string key, Entry entry, bool taken)
    {
        if (taken)
        {
            entry.Gate.Release();
        }

        lock (_entries)
        {
            if (--entry.Users == 0)
            {
                _entries.Remove(key);
                entry.Gate.Dispose();
            }
        }
    }

    private sealed class Entry
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public int Users { get; set; }
    }

    private sealed class Holder(KeyedLocks owner) : IDisposable
    {
        private readonly List<(string Key, Entry Entry)> _held = [];

        public void Add(string key, Entry entry) => _held.Add((key, entry));

        public void Dispose()
        {
            foreach (var (key, entry) in _held)
            {
                owner.Release(key, entry, taken: true);
            }

            _held.Clear();
        }
    }
}
