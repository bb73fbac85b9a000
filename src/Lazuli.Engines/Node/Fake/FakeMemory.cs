using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lazuli.Engines.Node.Fake;

/// <summary>What decides whether a machine must be started anew.</summary>
internal sealed record FakeStart(int RestartCount, int RedeployCount, int Cpus, int MemoryMiB, string OsDisk)
{
    public static FakeStart Of(VmItem vm) => new(vm.RestartCount, vm.RedeployCount, vm.Cpus, vm.MemoryMiB, vm.OsDisk.DiskKey);
}

/// <summary>A machine as it was left.</summary>
internal sealed record FakeMachine
{
    public required string Key { get; init; }

    /// <summary>Null when the machine is gone.</summary>
    public VmStatus? Vm { get; init; }
    public FakeStart? Started { get; init; }
    public bool ShutDownByGuest { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FakeMachine))]
internal sealed partial class FakeMemoryJson : JsonSerializerContext;

/// <summary>
/// What fake machines do, kept over the end of the process as real ones run on: one line a change. It outlives <c>kill -9</c>, but not the
/// host, as machines don't. Not thread-safe: its owner holds a lock.
/// </summary>
internal sealed class FakeMemory : IDisposable
{
    private const string FileName = "machines.ndjson";
    private const int Slack = 1000;
    private readonly Dictionary<string, FakeMachine> _machines = new(StringComparer.Ordinal);
    private readonly string _path;
    private FileStream _log;
    private int _lines;

    private FakeMemory(string path)
    {
        _path = path;
        foreach (var machine in File.Exists(path) ? Read(path) : [])
        {
            Take(machine);
        }

        _log = Rewritten();
    }

    public static FakeMemory Open(string directory) => new(Path.Combine(directory, FileName));

    /// <summary>What is remembered of a machine, or null.</summary>
    public FakeMachine? Get(string key) => _machines.GetValueOrDefault(key);

    public void Remember(FakeMachine machine)
    {
        Take(machine);
        if (_lines > (2 * _machines.Count) + Slack)
        {
            _log.Dispose();
            _log = Rewritten();
        }
        else
        {
            Write(_log, machine);
        }
    }

    public void Forget(string key)
    {
        if (_machines.ContainsKey(key))
        {
            Remember(new() { Key = key });
        }
    }

    /// <summary>Hands over to the operating system what was remembered.</summary>
    public void Flush() => _log.Flush();

    public void Dispose() => _log.Dispose();

    private void Take(FakeMachine machine)
    {
        if (machine.Vm is null)
        {
            _machines.Remove(machine.Key);
        }
        else
        {
            _machines[machine.Key] = machine;
        }
    }

    /// <summary>The log without its history.</summary>
    private FileStream Rewritten()
    {
        var log = new FileStream(_path + ".new", FileMode.Create, FileAccess.Write, FileShare.Read);
        _lines = 0;
        foreach (var machine in _machines.Values)
        {
            Write(log, machine);
        }

        log.Flush();
        File.Move(_path + ".new", _path, overwrite: true);
        return log;
    }

    private void Write(FileStream log, FakeMachine machine)
    {
        JsonSerializer.Serialize(log, machine, FakeMemoryJson.Default.FakeMachine);
        log.WriteByte((byte)'\n');
        _lines++;
    }

    private static IEnumerable<FakeMachine> Read(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            FakeMachine? machine;
            try
            {
                machine = JsonSerializer.Deserialize(line, FakeMemoryJson.Default.FakeMachine);
            }
            catch (JsonException)
            {
                // A kill cut it short: it was the last.
                yield break;
            }

            if (machine is not null)
            {
                yield return machine;
            }
        }
    }
}
