using System.Diagnostics;

namespace Lazuli.Clients.Tests;

/// <summary>What a program wrote and returned.</summary>
public sealed record Outcome(int Status, string Output, string Errors);

/// <summary>Runs programs.</summary>
internal static class Shell
{
    /// <summary>Runs a program to its end. It fails the test after <paramref name="patience"/> (five minutes unless told).</summary>
    public static async Task<Outcome> RunAsync(IEnumerable<string> words, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? patience = null)
    {
        var line = words.ToArray();
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{line[0]} could not be started.");
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(patience ?? TimeSpan.FromMinutes(5));
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return new(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{string.Join(' ', line)}' has not ended.");
        }
    }

    /// <summary>As <see cref="RunAsync"/>, but a status other than 0 fails the test with what the program wrote.</summary>
    public static async Task<string> DoAsync(IEnumerable<string> words, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? patience = null)
    {
        var line = words.ToArray();
        var outcome = await RunAsync(line, environment, patience);
        Assert.True(outcome.Status == 0, $"'{string.Join(' ', line)}' ended with {outcome.Status}:\n{outcome.Errors}\n{outcome.Output}");
        return outcome.Output;
    }
}
