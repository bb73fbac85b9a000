using System.Diagnostics;
using System.Globalization;
using Lazuli.Engines.Linux.Host;

namespace Lazuli.Node.Launch;

/// <summary>A process remembered in a file by its number and its start, so that a later one of the same number isn't taken for it.</summary>
public sealed record KnownProcess(int Id, string Identity)
{
    public bool IsAlive => IdentityOf(Id) == Identity;

    /// <summary>The name of the program that it runs now; null when it is gone.</summary>
    public string? Command
    {
        get
        {
            try
            {
                return File.ReadAllText($"/proc/{Id}/comm").Trim();
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    public static KnownProcess? Read(string path)
    {
        try
        {
            var words = File.ReadAllText(path).Split(' ', 2);
            var known = new KnownProcess(int.Parse(words[0], CultureInfo.InvariantCulture), words[1]);
            return known.IsAlive ? known : null;
        }
        catch (Exception e) when (e is IOException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    public static KnownProcess? Of(int id) => IdentityOf(id) is { } identity ? new(id, identity) : null;

    public void Write(string path) => AtomicFile.Write(path, System.Text.Encoding.ASCII.GetBytes($"{Id} {Identity}"));

    public void Kill()
    {
        try
        {
            using var process = Process.GetProcessById(Id);
            if (IsAlive)
            {
                process.Kill();
            }
        }
        catch (ArgumentException)
        {
            // It is gone.
        }
    }

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (IsAlive)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
        }
    }

    /// <summary>The boot of the host and the start within it, in ticks; null when it is gone or a zombie.</summary>
    private static string? IdentityOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : $"{fields[19]} {File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}";
        }
        catch (IOException)
        {
            return null;
        }
    }
}
