using System.Globalization;
using System.Text;

namespace Lazuli.Engines.Linux.Vm;

/// <summary>A process, told apart from a later one of the same number by its start.</summary>
internal readonly record struct QemuProcess(int Id, long Start)
{
    /// <summary>
    /// The QEMU that listens at this socket, by its command line, in our mount namespace: elsewhere the same path means another file.
    /// A process that hides its command line can only hide from its own node.
    /// </summary>
    public static QemuProcess? Find(string qmpPath) => All().FirstOrDefault(p => p.Socket == qmpPath).Process;

    /// <summary>All QEMUs whose socket is below a directory, by socket.</summary>
    public static Dictionary<string, QemuProcess> FindBelow(string directory)
    {
        Dictionary<string, QemuProcess> found = new(StringComparer.Ordinal);
        foreach (var (socket, process) in All())
        {
            if (process is { } running && socket.StartsWith(directory + "/", StringComparison.Ordinal))
            {
                found[socket] = running;
            }
        }

        return found;
    }

    public bool IsAlive => StartOf(Id) == Start;

    public void Kill()
    {
        if (IsAlive)
        {
            Native.Kill(Id);
        }
    }

    /// <summary>False when it is still there after the time.</summary>
    public async Task<bool> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        while (IsAlive)
        {
            if (time.GetElapsedTime(begin) > limit)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), time, cancellationToken);
        }

        return true;
    }

    public static QemuProcess? Of(int id) => StartOf(id) is { } start ? new(id, start) : null;

    private static IEnumerable<(string Socket, QemuProcess? Process)> All()
    {
        var here = NamespaceOf("self");
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            var name = Path.GetFileName(directory);
            if (int.TryParse(name, CultureInfo.InvariantCulture, out var id) && SocketOf(id) is { } socket && NamespaceOf(name) == here)
            {
                yield return (socket, Of(id));
            }
        }
    }

    private static string? SocketOf(int id)
    {
        const string marker = "socket,id=qmp,path=";
        try
        {
            var line = File.ReadAllText($"/proc/{id}/cmdline", Encoding.UTF8);
            if (!line.StartsWith("qemu-system-", StringComparison.Ordinal) && !line.Contains("/qemu-system-", StringComparison.Ordinal))
            {
                return null;
            }

            var at = line.IndexOf(marker, StringComparison.Ordinal);
            return at < 0 ? null : line[(at + marker.Length)..line.IndexOf(",server=on", at, StringComparison.Ordinal)].Replace(",,", ",", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static string? NamespaceOf(string process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/ns/mnt").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Ticks since the host's boot, or null when it is gone or a zombie.</summary>
    private static long? StartOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
