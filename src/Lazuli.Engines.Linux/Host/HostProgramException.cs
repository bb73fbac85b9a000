namespace Lazuli.Engines.Linux.Host;

/// <summary>A program of the machine failed; the message holds what it said. <see cref="ExitCode"/> is null when it didn't start or end.</summary>
public sealed class HostProgramException(string program, int? exitCode, string errors, Exception? inner = null)
    : Exception(exitCode is null ? $"{program}: {errors}" : $"{program} ended with {exitCode}: {errors}", inner)
{
    public string Program { get; } = program;
    public int? ExitCode { get; } = exitCode;
    public string Errors { get; } = errors;
}
