using System.Diagnostics;
using System.Globalization;

namespace Lazuli.Engines.Linux.Host;

/// <summary>Runs short programs of the machine, found on its PATH.</summary>
public static class HostProgram
{
    /// <summary>How long a program may take unless the caller says otherwise.</summary>
    public static TimeSpan DefaultLimit { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Runs a program to its end and answers what it wrote to its standard output.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Passed as they are; no shell is involved.</param>
    /// <param name="input">Written to its standard input, which is empty otherwise.</param>
    /// <param name="networkNamespace">A named network namespace to run it in; null is the caller's own.</param>
    /// <param name="limit">After this time it is killed with all its children; <see cref="DefaultLimit"/> when null.</param>
    /// <param name="cancellationToken">Kills it, too.</param>
    /// <exception cref="HostProgramException">It couldn't be started, ended with another code than 0, or ran out of time.</exception>
    public static async Task<string> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        string? input = null,
        string? networkNamespace = null,
        TimeSpan? limit = null,
        CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start, networkNamespace);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        cut.CancelAfter(limit ?? DefaultLimit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cut.Token);
            var errors = process.StandardError.ReadToEndAsync(cut.Token);
            await WriteAsync(process, input, cut.Token);
            await Task.WhenAll(output, errors, process.WaitForExitAsync(cut.Token));
            return process.ExitCode == 0
                ? await output
                : throw new HostProgramException(program, process.ExitCode, (await errors).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new HostProgramException(program, null, string.Create(CultureInfo.InvariantCulture, $"no end after {(limit ?? DefaultLimit).TotalSeconds} s"));
        }
    }

    /// <summary>
    /// Starts a program that goes on by itself, in a named network namespace or the caller's own. A child belongs to the namespace
    /// of the thread that starts it, so no helper program is needed.
    /// </summary>
    /// <exception cref="HostProgramException">It couldn't be started.</exception>
    public static Process Start(ProcessStartInfo start, string? networkNamespace = null)
    {
        try
        {
            var process = networkNamespace is null ? Process.Start(start) : NetNamespace.Run(networkNamespace, () => Process.Start(start));
            return process ?? throw new HostProgramException(start.FileName, null, "not started");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new HostProgramException(start.FileName, null, e.Message, e);
        }
    }

    private static async Task WriteAsync(Process process, string? input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync((input ?? "").AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading everything; its exit code and errors say why.
        }
    }
}
