using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Vm;

namespace Lazuli.Engines.Linux.Vm;

/// <summary>Starts QEMU processes: users, files and TAPs handed over, capabilities dropped, away from our session.</summary>
internal sealed class QemuLauncher(QemuOptions options, TimeProvider time)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PassThrough = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _users = new(StringComparer.Ordinal);
    private Task<AcceleratorFinding>? _accelerator;

    public Task<AcceleratorFinding> FindAcceleratorAsync()
    {
        lock (_gate)
        {
            return _accelerator ??= AcceleratorProbe.FindAsync(options.Program, options.Directory, CancellationToken.None);
        }
    }

    public async Task<QemuMachine> LaunchAsync(VmSpec spec, Action<VmEvent> tell, CancellationToken cancellationToken)
    {
        var files = QemuFiles.Of(options.Directory, spec.Key);
        var accelerator = await FindAcceleratorAsync().WaitAsync(cancellationToken);
        var record = new QemuRecord { Spec = spec, User = UserOf(files.Name), StartedAt = time.GetUtcNow() };
        try
        {
            Prepare(files, record);
            var process = Launch(files, record, QemuCommandLine.Render(spec, files, accelerator.Accelerator));
            return await ConnectAsync(files, record, process, StartLimit, time, tell, cancellationToken)
                ?? throw new VmException(VmErrors.StartFailed(spec.Key, Complaint(files, process)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HostProgramException)
        {
            throw new VmException(VmErrors.StartFailed(spec.Key, e.Message), e);
        }
    }

    /// <summary>Connects as soon as the process listens; null when it ended or didn't listen in time.</summary>
    public static async Task<QemuMachine?> ConnectAsync(
        QemuFiles files, QemuRecord record, QemuProcess process, TimeSpan limit, TimeProvider time, Action<VmEvent> tell, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        while (process.IsAlive && time.GetElapsedTime(begin) < limit)
        {
            try
            {
                return await QemuMachine.ConnectAsync(files, record, process, time, tell, cancellationToken);
            }
            catch (Exception e) when (e is SocketException or IOException or QmpException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), time, cancellationToken);
            }
        }

        return null;
    }

    public static void Give(QemuRecord record, string path)
    {
        if (record.User is { } user)
        {
            Native.Give(path, user);
        }
    }

    public void TakeBack(VmSpec spec)
    {
        foreach (var disk in spec.DataDisks.Append(spec.OsDisk))
        {
            TakeBack(disk);
        }
    }

    public void TakeBack(VmSpecDisk disk)
    {
        if (options.FirstUser is not null)
        {
            Native.Give(disk.Path, 0);
        }
    }

    public static void Write(QemuFiles files, QemuRecord record)
        => AtomicFile.Write(files.Record, JsonSerializer.SerializeToUtf8Bytes(record, QemuJson.Default.QemuRecord));

    public static QemuRecord? Read(QemuFiles files)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(files.Record), QemuJson.Default.QemuRecord);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    private void Prepare(QemuFiles files, QemuRecord record)
    {
        Directory.CreateDirectory(options.Directory, PassThrough);
        Directory.CreateDirectory(files.Directory, PassThrough);
        Directory.CreateDirectory(files.Run, OwnerOnly);
        File.Delete(files.Qmp);
        Write(files, record);
        Give(record, files.Run);
        foreach (var disk in record.Spec.DataDisks.Append(record.Spec.OsDisk))
        {
            Give(record, disk.Path);
        }

        if (record.Spec.MediaPath is { } media)
        {
            Give(record, media);
        }

        if (record.Spec.Kernel is { OwnInitrdPath: { } initrd })
        {
            Give(record, initrd);
        }

        if (record.Spec.NetworkNamespace is { } home && record.User is { } user)
        {
            foreach (var nic in record.Spec.Nics)
            {
                Native.GiveTap(home, nic.Interface, user);
            }
        }
    }

    private QemuProcess Launch(QemuFiles files, QemuRecord record, List<string> words)
    {
        List<string> chain = ["-c", "exec \"$@\" </dev/null >>\"$0\" 2>&1", files.Output, "setsid"];
        if (record.Spec.NetworkNamespace is null)
        {
            chain.AddRange("unshare", "--net");
        }

        chain.Add("setpriv");
        if (record.User is { } user)
        {
            var number = user.ToString(CultureInfo.InvariantCulture);
            chain.AddRange("--reuid", number, "--regid", number, "--clear-groups");
        }

        chain.AddRange("--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", options.Program);
        chain.AddRange(words);
        File.WriteAllText(files.Output, "");
        using var process = HostProgram.Start(new ProcessStartInfo("/bin/sh", chain) { WorkingDirectory = "/" }, record.Spec.NetworkNamespace);
        return QemuProcess.Of(process.Id) ?? new(process.Id, 0);
    }

    private int? UserOf(string machine)
    {
        if (options.FirstUser is not { } first)
        {
            return null;
        }

        lock (_gate)
        {
            if (_users.Count == 0 && Directory.Exists(options.Directory))
            {
                foreach (var directory in Directory.EnumerateDirectories(options.Directory))
                {
                    if (Read(new(options.Directory, Path.GetFileName(directory))) is { User: { } taken })
                    {
                        _users[Path.GetFileName(directory)] = taken;
                    }
                }
            }

            if (!_users.TryGetValue(machine, out var user))
            {
                user = Enumerable.Range(first, options.UserCount).Except(_users.Values).First();
                _users[machine] = user;
            }

            return user;
        }
    }

    private static string Complaint(QemuFiles files, QemuProcess process)
    {
        process.Kill();
        var said = File.ReadAllText(files.Output).Trim();
        return said.Length == 0 ? "QEMU doesn't answer." : said.Length > 1000 ? said[^1000..] : said;
    }
}
