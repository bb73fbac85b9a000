using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Engines.Disk;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Node;
using Lazuli.Engines.Vm;

namespace Lazuli.Node.Work;

/// <summary>What a node must not forget about a machine: what was done once, and what its guest has said.</summary>
internal sealed record VmRecord
{
    public required string Key { get; init; }
    public int Boots { get; init; }

    /// <summary>The counts of the item that were obeyed.</summary>
    public int RestartCount { get; init; }
    public int RedeployCount { get; init; }

    /// <summary>The guest shut itself down and waits for a count to grow or for another power state.</summary>
    public bool ShutDownByGuest { get; init; }
    public GuestState Guest { get; init; }
    public DateTimeOffset? GuestReportedAt { get; init; }
    public string? GuestDetail { get; init; }
    public string? AgentVersion { get; init; }
    public string? OsName { get; init; }
    public string? OsVersion { get; init; }

    /// <summary>The OS disk whose guest has reported Ready, or null.</summary>
    public string? ProvisionedDisk { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(VmRecord))]
internal sealed partial class VmRecordJson : JsonSerializerContext;

/// <summary>Machines' records as durable files of a directory.</summary>
internal sealed class VmRecords(string directory)
{
    private const string Suffix = ".vm.json";
    private readonly Lock _gate = new();
    private readonly Dictionary<string, VmRecord> _known = new(StringComparer.Ordinal);

    /// <summary>Reads what an earlier life has left.</summary>
    public void Load()
    {
        Directory.CreateDirectory(directory);
        lock (_gate)
        {
            foreach (var file in Directory.EnumerateFiles(directory, "*" + Suffix))
            {
                if (JsonSerializer.Deserialize(File.ReadAllBytes(file), VmRecordJson.Default.VmRecord) is { } record)
                {
                    _known[record.Key] = record;
                }
            }
        }
    }

    public VmRecord Get(string key)
    {
        lock (_gate)
        {
            return _known.GetValueOrDefault(key) ?? new() { Key = key };
        }
    }

    /// <summary>Changes a record; on stable storage when this returns.</summary>
    public VmRecord Change(string key, Func<VmRecord, VmRecord> change)
    {
        lock (_gate)
        {
            var old = _known.GetValueOrDefault(key);
            var next = change(old ?? new() { Key = key });
            if (next != old)
            {
                AtomicFile.Write(PathOf(key), JsonSerializer.SerializeToUtf8Bytes(next, VmRecordJson.Default.VmRecord));
                _known[key] = next;
            }

            return next;
        }
    }

    public void Remove(string key)
    {
        lock (_gate)
        {
            _known.Remove(key);
            File.Delete(PathOf(key));
        }
    }

    /// <summary>
    /// Removes every file of the directory, machines' and disks', that belongs to none of the keys, which are asked for after looking at
    /// what is there; answers the names of those removed.
    /// </summary>
    public IReadOnlyList<string> Sweep(Func<IReadOnlySet<string>> keep)
    {
        lock (_gate)
        {
            List<FileInfo> there = [.. new DirectoryInfo(directory).EnumerateFiles()];
            var keys = keep();
            var names = keys.Select(VmRun.NameOf).Concat(keys.Select(DiskState.NameOf)).ToHashSet(StringComparer.Ordinal);
            List<FileInfo> orphans = [.. there.Where(f => !names.Contains(f.Name.Split('.')[0]))];
            orphans.ForEach(f => f.Delete());
            foreach (var key in _known.Keys.Where(k => !keys.Contains(k)).ToList())
            {
                _known.Remove(key);
            }

            return [.. orphans.Select(f => f.Name)];
        }
    }

    private string PathOf(string key) => Path.Combine(directory, VmRun.NameOf(key) + Suffix);
}
