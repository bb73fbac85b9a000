using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Lazuli.Engines.Vm;
using Microsoft.Win32.SafeHandles;

namespace Lazuli.Engines.Linux.Vm;

/// <summary>
/// Machines as QEMU processes that outlive this one. What runs is found by looking at the host's processes, never by trusting a file; a process that
/// can't be talked to is ended. Every machine's process has a user, a directory and disks of its own, no capability and a system call filter.
/// </summary>
public sealed class QemuVmEngine : IVmEngine, IVmConsole, IAsyncDisposable
{
    private const int LogBytes = 1 << 20;
    private static readonly TimeSpan AdoptLimit = TimeSpan.FromSeconds(5);
    private readonly QemuOptions _options;
    private readonly TimeProvider _time;
    private readonly QemuLauncher _launcher;
    private readonly ConcurrentDictionary<string, QemuMachine> _machines = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly List<Channel<VmEvent>> _watchers = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _trimming;

    public QemuVmEngine(QemuOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _launcher = new(options, time);
        _trimming = TrimAsync();
    }

    /// <summary>What executes the guests' instructions here, and why.</summary>
    public Task<AcceleratorFinding> FindAcceleratorAsync() => _launcher.FindAcceleratorAsync();

    public async Task<IReadOnlyList<VmRun>> ListAsync(CancellationToken cancellationToken)
    {
        var processes = QemuProcess.FindBelow(_options.Directory);
        var found = await Task.WhenAll(processes.Select(p => AdoptAsync(p.Key, p.Value, cancellationToken)));
        return [.. found.OfType<QemuMachine>().Select(m => m.Run).OrderBy(r => r.Spec.Key, StringComparer.Ordinal)];
    }

    public async Task<VmRun> StartAsync(VmSpec spec, CancellationToken cancellationToken)
    {
        if (await FindAsync(spec.Key, cancellationToken) is { } running)
        {
            if (!running.ShutDown)
            {
                return running.Run;
            }

            await EndAsync(running, cancellationToken);
        }

        var machine = await _launcher.LaunchAsync(spec, Tell, cancellationToken);
        _machines[spec.Key] = machine;
        return machine.Run;
    }

    public async Task StopAsync(string key, TimeSpan grace, CancellationToken cancellationToken)
    {
        if (await FindAsync(key, cancellationToken) is { } machine)
        {
            try
            {
                await machine.AskToShutDownAsync(grace, cancellationToken);
            }
            catch (IOException)
            {
                // It is gone or deaf: ending it is what is left.
            }

            await EndAsync(machine, cancellationToken);
        }
    }

    public Task RestartAsync(string key, TimeSpan grace, CancellationToken cancellationToken) => TellAsync(key, async machine =>
    {
        await machine.AskToShutDownAsync(grace, cancellationToken);
        await machine.ResetAsync(cancellationToken);
        return true;
    }, cancellationToken);

    public Task<IReadOnlyList<int>> SetDataDisksAsync(string key, IReadOnlyList<VmSpecDisk> disks, CancellationToken cancellationToken)
        => TellAsync(key, machine => SetDataDisksAsync(machine, disks, cancellationToken), cancellationToken);

    public Task EjectMediaAsync(string key, CancellationToken cancellationToken) => TellAsync(key, async machine =>
    {
        if (machine.HasMedia)
        {
            await machine.EjectAsync(cancellationToken);
        }

        return true;
    }, cancellationToken);

    public Task RemoveAsync(string key, CancellationToken cancellationToken)
    {
        var files = QemuFiles.Of(_options.Directory, key);
        if (Directory.Exists(files.Directory))
        {
            Directory.Delete(files.Directory, recursive: true);
        }

        return Task.CompletedTask;
    }

    public async Task<IReadOnlyList<string>> SweepAsync(Func<IReadOnlySet<string>> keep, CancellationToken cancellationToken)
    {
        var processes = QemuProcess.FindBelow(_options.Directory).ToDictionary(p => NameOf(p.Key), p => p.Value);
        var directories = Directory.Exists(_options.Directory) ? Directory.EnumerateDirectories(_options.Directory).Select(d => Path.GetFileName(d)) : [];
        var there = processes.Keys.Union(directories).ToList();
        List<string> orphans = [.. there.Except(keep().Select(VmRun.NameOf)).Order(StringComparer.Ordinal)];
        foreach (var orphan in orphans)
        {
            var files = new QemuFiles(_options.Directory, orphan);
            if (processes.TryGetValue(orphan, out var process))
            {
                process.Kill();
                await process.WaitAsync(TimeSpan.FromSeconds(30), _time, cancellationToken);
            }

            if (QemuLauncher.Read(files) is { } record)
            {
                _launcher.TakeBack(record.Spec);
                if (_machines.TryRemove(record.Spec.Key, out var machine))
                {
                    await machine.DisposeAsync();
                }
            }

            if (Directory.Exists(files.Directory))
            {
                Directory.Delete(files.Directory, recursive: true);
            }
        }

        return orphans;
    }

    public async IAsyncEnumerable<VmEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<VmEvent>(new() { SingleReader = true });
        lock (_gate)
        {
            _watchers.Add(channel);
        }

        try
        {
            await foreach (var happened in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return happened;
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(channel);
            }
        }
    }

    public async Task<byte[]?> ReadSerialLogAsync(string key, CancellationToken cancellationToken)
    {
        var files = QemuFiles.Of(_options.Directory, key);
        byte[] all = [.. await ReadAsync(files.OldSerialLog, cancellationToken) ?? [], .. await ReadAsync(files.SerialLog, cancellationToken) ?? []];
        return all.Length > LogBytes ? all[^LogBytes..] : File.Exists(files.SerialLog) ? all : null;
    }

    public async Task<byte[]?> ScreenshotAsync(string key, CancellationToken cancellationToken)
    {
        if (await FindAsync(key, cancellationToken) is not { ShutDown: false } machine)
        {
            return null;
        }

        return await TellAsync(key, async _ =>
        {
            File.Delete(machine.Files.Screen);
            await machine.ExecuteAsync("screendump", new JsonObject { ["filename"] = machine.Files.Screen, ["format"] = "png" }, cancellationToken);
            var picture = await ReadAsync(machine.Files.Screen, cancellationToken);
            File.Delete(machine.Files.Screen);
            return picture;
        }, cancellationToken);
    }

    /// <summary>Lets go of the machines; they run on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_trimming.IsCompleted)
        {
            return;
        }

        await _ending.CancelAsync();
        await _trimming;
        foreach (var machine in _machines.Values)
        {
            await machine.DisposeAsync();
        }

        _machines.Clear();
    }

    private async Task<IReadOnlyList<int>> SetDataDisksAsync(QemuMachine machine, IReadOnlyList<VmSpecDisk> disks, CancellationToken cancellationToken)
    {
        var had = machine.Record.Spec.DataDisks;
        var wanted = disks.ToDictionary(d => d.Lun ?? throw new ArgumentException("A data disk has a LUN.", nameof(disks)));
        foreach (var disk in had.Where(h => !wanted.TryGetValue(h.Lun ?? 0, out var want) || want with { SizeBytes = h.SizeBytes } != h))
        {
            if (await machine.UnplugAsync(disk, cancellationToken))
            {
                _launcher.TakeBack(disk);
            }
        }

        foreach (var disk in disks)
        {
            if (!machine.Luns.Contains(disk.Lun ?? 0))
            {
                QemuLauncher.Give(machine.Record, disk.Path);
                await machine.UnplugAsync(disk, cancellationToken);
                await machine.PlugAsync(disk, cancellationToken);
            }
            else
            {
                await machine.GrowAsync(disk, cancellationToken);
            }
        }

        await machine.ReadBlockAsync(cancellationToken);
        machine.Replace(machine.Record.Spec with { DataDisks = [.. disks, .. had.Where(h => machine.Luns.Contains(h.Lun ?? 0) && !wanted.ContainsKey(h.Lun ?? 0))] });
        QemuLauncher.Write(machine.Files, machine.Record);
        return machine.Luns;
    }

    private async Task<QemuMachine?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (_machines.TryGetValue(key, out var machine) && machine.IsAlive)
        {
            return machine;
        }

        var files = QemuFiles.Of(_options.Directory, key);
        return QemuProcess.Find(files.Qmp) is { } process ? await AdoptAsync(files.Qmp, process, cancellationToken) : null;
    }

    private async Task<QemuMachine?> AdoptAsync(string socket, QemuProcess process, CancellationToken cancellationToken)
    {
        var files = new QemuFiles(_options.Directory, NameOf(socket));
        var record = QemuLauncher.Read(files);
        if (record is not null)
        {
            if (_machines.TryGetValue(record.Spec.Key, out var known) && known.Process == process && known.IsAlive)
            {
                return known;
            }

            if (await QemuLauncher.ConnectAsync(files, record, process, AdoptLimit, _time, Tell, cancellationToken) is { } machine)
            {
                _machines[record.Spec.Key] = machine;
                return machine;
            }
        }

        process.Kill();
        await process.WaitAsync(TimeSpan.FromSeconds(30), _time, cancellationToken);
        return null;
    }

    private static string NameOf(string socket) => Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(socket))) ?? "";

    private async Task EndAsync(QemuMachine machine, CancellationToken cancellationToken)
    {
        await machine.EndAsync(cancellationToken);
        _machines.TryRemove(new(machine.Record.Spec.Key, machine));
        await machine.DisposeAsync();
        _launcher.TakeBack(machine.Record.Spec);
    }

    private async Task<T> TellAsync<T>(string key, Func<QemuMachine, Task<T>> action, CancellationToken cancellationToken)
    {
        var machine = await FindAsync(key, cancellationToken) ?? throw new VmException(VmErrors.NotRunning(key));
        try
        {
            return await action(machine);
        }
        catch (Exception e) when (e is QmpException or IOException)
        {
            throw new VmException(VmErrors.Failed(key, e.Message), e);
        }
    }

    private void Tell(VmEvent happened)
    {
        lock (_gate)
        {
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(happened);
            }
        }
    }

    /// <summary>Bytes of a file that a hostile process may have put there: never through a link, at most twice the log's limit.</summary>
    private async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.LinkTarget is not null || file.UnixFileMode.HasFlag(UnixFileMode.SetUser))
        {
            return null;
        }

        using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(handle);
        var bytes = new byte[Math.Min(length, 2 * Math.Max(_options.SerialLogLimit, LogBytes))];
        var read = await RandomAccess.ReadAsync(handle, bytes, length - bytes.Length, cancellationToken);
        return bytes[..read];
    }

    private async Task TrimAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                foreach (var machine in _machines.Values)
                {
                    await TrimAsync(machine.Files);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task TrimAsync(QemuFiles files)
    {
        try
        {
            var log = new FileInfo(files.SerialLog);
            if (log.Exists && log.LinkTarget is null && log.Length > _options.SerialLogLimit && await ReadAsync(files.SerialLog, _ending.Token) is { } bytes)
            {
                await File.WriteAllBytesAsync(files.OldSerialLog, bytes.Length > LogBytes ? bytes[^LogBytes..] : bytes, _ending.Token);
                using var handle = File.OpenHandle(files.SerialLog, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                RandomAccess.SetLength(handle, 0);
            }
        }
        catch (IOException)
        {
            // The machine was removed just now; or the disk is full, and the next round tries again.
        }
    }
}
