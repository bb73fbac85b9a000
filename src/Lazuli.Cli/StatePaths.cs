using Lazuli.Engines.Linux.Image;
using Lazuli.Node.Launch;

namespace Lazuli.Cli;

/// <summary>Where things are: the node in the state directory, images in a cache that all state directories share.</summary>
internal static class StatePaths
{
    public static string Node(string state) => Path.Combine(Path.GetFullPath(state), "node");

    public static NodeLaunchOptions Launch(string state) => new() { Directory = Node(state), ImageDirectory = LinuxImageEngine.SharedCache };
}
