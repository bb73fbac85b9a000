using System.Diagnostics;
using System.Globalization;

namespace Lazuli.Bench;

/// <summary>A directory of a benchmark's own and the processes that it started: gone when disposed.</summary>
public sealed class Lab : IDisposable
{
    private readonly List<Process> _processes = [];

    public Lab(string name)
    {
        Name = name;
        // Guests run as another user, who must be able to pass through.
        File.SetUnixFileMode(Root, (UnixFileMode)0b111_101_101);
    }

    public string Name { get; }

    public string Root { get; } = Directory.CreateTempSubdirectory("lazuli-bench-").FullName;

    /// <summary>The built command-line program: what users run.</summary>
    public static string Program => Path.Combine(
        Environment.GetEnvironmentVariable("LAZULI_ROOT") ?? throw new BenchFailureException("LAZULI_ROOT is not set; start it by ./lazuli bench."), "artifacts", "bin", "Lazuli.Cli", "release", "lazuli");

    public static string Self => Environment.ProcessPath ?? throw new InvalidOperationException();

    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(Root, name)).FullName;

    /// <summary>Progress, and what the result's few numbers can't say.</summary>
    public void Say(string text) => Console.Error.WriteLine($"{Name}: {text}");

    public Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true, RedirectStandardError = true };
        var process = Process.Start(start) ?? throw new BenchFailureException($"{program} did not start.");
        process.ErrorDataReceived += (_, e) => Trace(e.Data);
        process.BeginErrorReadLine();
        _processes.Add(process);
        return process;
    }

    public async Task EndAsync(Process process)
    {
        _processes.Remove(process);
        using (process)
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Resident memory of a process in MB (10⁶ bytes).</summary>
    public static double ResidentMegabytes(int pid)
        => File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)) is var line
            ? double.Parse(line[6..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024 / 1e6
            : 0;

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (IOException)
        {
            // Something inside is still in use by a process that is about to end.
        }
    }

    private static void Trace(string? line)
    {
        if (line is not null && Environment.GetEnvironmentVariable("LAZULI_BENCH_TRACE") is not null)
        {
            Console.Error.WriteLine(line);
        }
    }
}
