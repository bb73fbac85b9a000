using Lazuli.Node.Launch;

namespace Lazuli.Cli;

/// <summary>Where things are: the node in the state directory, images in a cache that all state directories share.</summary>
internal static class StatePaths
{
    public static string Node(string state) => Path.Combine(Path.GetFullPath(state), "node");

    /// <summary><c>LAZULI_CACHE</c>, else <c>XDG_CACHE_HOME/lazuli</c>, else <c>~/.cache/lazuli</c>.</summary>
    public static string Cache
        => Environment.GetEnvironmentVariable("LAZULI_CACHE") is { Length: > 0 } set ? Path.GetFullPath(set)
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? Path.Combine(xdg, "lazuli")
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "lazuli");

    public static NodeLaunchOptions Launch(string state) => new() { Directory = Node(state), ImageDirectory = Cache };
}
