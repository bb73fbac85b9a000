using System.Globalization;
using System.Text.Json.Nodes;
using Lazuli.Engines.Vm;

namespace Lazuli.Engines.Linux.Vm;

/// <summary>A live QEMU process and our connection to it.</summary>
internal sealed class QemuMachine : IAsyncDisposable
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    // No guest gets from its reset to the next in less.
    private static readonly TimeSpan OneReset = TimeSpan.FromSeconds(2);
    private readonly QmpClient _qmp;
    private readonly TimeProvider _time;
    private readonly Action<VmEvent> _tell;
    private readonly Task _listening;
    private TaskCompletionSource _shutDown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _asked;
    private long _lastReset;

    private QemuMachine(QemuFiles files, QemuRecord record, QemuProcess process, QmpClient qmp, TimeProvider time, Action<VmEvent> tell)
    {
        Files = files;
        Record = record;
        Process = process;
        _qmp = qmp;
        _time = time;
        _tell = tell;
        _listening = ListenAsync();
    }

    public QemuFiles Files { get; }
    public QemuRecord Record { get; private set; }
    public QemuProcess Process { get; }
    public bool ShutDown => _shutDown.Task.IsCompleted;
    public IReadOnlyList<int> Luns { get; private set; } = [];
    public bool HasMedia { get; private set; }

    /// <summary>The connection is up and the process there.</summary>
    public bool IsAlive => !_listening.IsCompleted && Process.IsAlive;

    public VmRun Run => new()
    {
        Spec = Record.Spec,
        ProcessId = Process.Id,
        StartedAt = Record.StartedAt,
        ShutDown = ShutDown,
        Luns = Luns,
        HasMedia = HasMedia,
    };

    public static async Task<QemuMachine> ConnectAsync(
        QemuFiles files, QemuRecord record, QemuProcess process, TimeProvider time, Action<VmEvent> tell, CancellationToken cancellationToken)
    {
        var qmp = await QmpClient.ConnectAsync(files.Qmp, cancellationToken);
        var machine = new QemuMachine(files, record, process, qmp, time, tell);
        try
        {
            var status = await qmp.ExecuteAsync("query-status", null, cancellationToken);
            if ((string?)status?["status"] is "shutdown")
            {
                machine._shutDown.TrySetResult();
            }

            await machine.ReadBlockAsync(cancellationToken);
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    public Task<JsonNode?> ExecuteAsync(string command, JsonObject? arguments, CancellationToken cancellationToken)
        => _qmp.ExecuteAsync(command, arguments, cancellationToken);

    /// <summary>Asks until the guest has shut down or the time is over.</summary>
    public async Task AskToShutDownAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        _asked = true;
        var begin = _time.GetTimestamp();
        while (!ShutDown && IsAlive && grace - _time.GetElapsedTime(begin) is { } left && left > TimeSpan.Zero)
        {
            // A guest that is still booting drops the request.
            await ExecuteAsync("system_powerdown", null, cancellationToken);
            var pause = left < AskAgain ? left : AskAgain;
            await Task.WhenAny(_shutDown.Task, _listening, Task.Delay(pause, _time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Ends the process: told to quit, killed when it doesn't.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        _asked = true;
        try
        {
            await ExecuteAsync("quit", null, cancellationToken);
        }
        catch (IOException)
        {
            // Gone already, or deaf: what follows sees to it.
        }

        if (!await Process.WaitAsync(TimeSpan.FromSeconds(5), _time, cancellationToken))
        {
            Process.Kill();
            await Process.WaitAsync(TimeSpan.FromSeconds(30), _time, cancellationToken);
        }
    }

    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync("system_reset", null, cancellationToken);
        if (ShutDown)
        {
            _shutDown = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await ExecuteAsync("cont", null, cancellationToken);
        }

        _asked = false;
    }

    public void Replace(VmSpec spec) => Record = Record with { Spec = spec };

    /// <summary>Learns which LUNs and media are in now.</summary>
    public async Task ReadBlockAsync(CancellationToken cancellationToken)
    {
        var blocks = await ExecuteAsync("query-block", null, cancellationToken) as JsonArray ?? [];
        List<int> luns = [];
        var media = false;
        foreach (var block in blocks.OfType<JsonObject>())
        {
            var device = (string?)block["qdev"];
            if (QemuDisk.LunOf(device) is { } lun)
            {
                luns.Add(lun);
            }

            media |= device == QemuDisk.Drive && block["inserted"] is not null;
        }

        luns.Sort();
        Luns = luns;
        HasMedia = media;
    }

    public async Task PlugAsync(VmSpecDisk disk, CancellationToken cancellationToken)
    {
        if (QemuDisk.Throttle(disk) is { } group)
        {
            await ExecuteAsync("object-add", group, cancellationToken);
        }

        await ExecuteAsync("blockdev-add", QemuDisk.Node(disk), cancellationToken);
        await ExecuteAsync("device_add", QemuDisk.Device(disk, bootable: false), cancellationToken);
    }

    /// <summary>False when the guest doesn't let go of it in time.</summary>
    public async Task<bool> UnplugAsync(VmSpecDisk disk, CancellationToken cancellationToken)
    {
        var name = QemuDisk.NameOf(disk);
        if (disk.Lun is { } lun && Luns.Contains(lun))
        {
            await TryAsync("device_del", new() { ["id"] = name }, cancellationToken);
            var begin = _time.GetTimestamp();
            while (Luns.Contains(lun))
            {
                if (_time.GetElapsedTime(begin) > TimeSpan.FromSeconds(5))
                {
                    return false;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(10), _time, cancellationToken);
                await ReadBlockAsync(cancellationToken);
            }
        }

        await TryAsync("blockdev-del", new() { ["node-name"] = name }, cancellationToken);
        await TryAsync("object-del", new() { ["id"] = QemuDisk.ThrottleName(disk) }, cancellationToken);
        return true;
    }

    /// <summary>Grows an open disk to the size that its guest shall see.</summary>
    public async Task GrowAsync(VmSpecDisk disk, CancellationToken cancellationToken)
    {
        var name = QemuDisk.NameOf(disk);
        var nodes = await ExecuteAsync("query-named-block-nodes", new() { ["flat"] = true }, cancellationToken) as JsonArray ?? [];
        var size = nodes.OfType<JsonObject>().Where(n => (string?)n["node-name"] == name).Select(n => (long?)n["image"]?["virtual-size"]).FirstOrDefault();
        if (size < disk.SizeBytes)
        {
            await ExecuteAsync("block_resize", new() { ["node-name"] = name, ["size"] = disk.SizeBytes }, cancellationToken);
        }
    }

    public async Task EjectAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync("eject", new() { ["id"] = QemuDisk.Drive, ["force"] = true }, cancellationToken);
        await TryAsync("blockdev-del", new() { ["node-name"] = QemuDisk.MediaNode }, cancellationToken);
        HasMedia = false;
    }

    public async ValueTask DisposeAsync()
    {
        _asked = true;
        await _qmp.DisposeAsync();
        await _listening;
    }

    private async Task TryAsync(string command, JsonObject arguments, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(command, arguments, cancellationToken);
        }
        catch (QmpException)
        {
            // It isn't there (any more): the caller looks at what is.
        }
    }

    private async Task ListenAsync()
    {
        await foreach (var happened in _qmp.Events.ReadAllAsync())
        {
            var guest = (bool?)happened.Data?["guest"] is true;
            switch (happened.Name)
            {
                case "SHUTDOWN" when guest:
                    _shutDown.TrySetResult();
                    Tell(VmEventKind.GuestShutDown);
                    break;
                case "RESET":
                    // The firmware resets the machine once or twice more by itself: one boot, not three.
                    var begins = _lastReset == 0 || _time.GetElapsedTime(_lastReset) > OneReset;
                    _lastReset = _time.GetTimestamp();
                    if (guest && begins)
                    {
                        Tell(VmEventKind.GuestReset);
                    }

                    break;
                default:
                    break;
            }
        }

        Tell(VmEventKind.Died);
    }

    private void Tell(VmEventKind kind)
    {
        if (!_asked)
        {
            _tell(new(Record.Spec.Key, kind));
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Files.Name} ({Process.Id})");
}
