using System.Diagnostics;

namespace Lazuli.Engines.Linux.Image;

/// <summary>Runs a program to its end; cancelling kills it with all its children.</summary>
internal static class Program
{
    public static async Task<int> RunAsync(string file, IEnumerable<string> arguments, Action<string> output, Action<string> error, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.Start();
        process.StandardInput.Close();
        var read = Task.WhenAll(ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, error));
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }

        await read;
        return process.ExitCode;
    }

    private static async Task ReadAsync(StreamReader from, Action<string> to)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            to(line);
        }
    }
}
