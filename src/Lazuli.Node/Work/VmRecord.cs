using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Engines;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Node;

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

    /// <summary>Reads what an earlier life has left; answers the keys.</summary>
    public IReadOnlyList<string> Load()
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

            return [.. _known.Keys];
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

    private string PathOf(string key) => Path.Combine(directory, MachineName.Of("lzm", key) + Suffix);
}
