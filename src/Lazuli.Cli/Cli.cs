using System.CommandLine;

namespace Lazuli.Cli;

/// <summary>What the commands share: options, and how failures are told.</summary>
internal static class Cli
{
    public static Option<string> State() => new("--state")
    {
        Description = "The directory that holds all state (environment: LAZULI_STATE).",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("LAZULI_STATE") is { Length: > 0 } set ? set : DefaultState(),
        HelpName = "DIR",
    };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON for programs." };

    /// <summary>Runs a command; a <see cref="FailureException"/> becomes one line on standard error and exit status 1.</summary>
    public static void Run(this Command command, Func<ParseResult, CancellationToken, Task<int>> action)
        => command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await action(parsed, cancellationToken);
            }
            catch (FailureException failure)
            {
                await Console.Error.WriteLineAsync($"lazuli: {failure.Message}");
                return 1;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return 130;
            }
        });

    private static string DefaultState()
    {
        var data = Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } xdg
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
        return Path.Combine(data, "lazuli");
    }
}
