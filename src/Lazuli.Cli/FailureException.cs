namespace Lazuli.Cli;

/// <summary>Something that the user must know and can act on: printed as one line, exit status 1.</summary>
public sealed class FailureException(string message) : Exception(message);
