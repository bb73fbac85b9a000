using System.Runtime.InteropServices;

namespace Lazuli.Node.Launch;

/// <summary>What a launcher needs to know.</summary>
public sealed record NodeLaunchOptions
{
    /// <summary>The node's own directory, e.g. <c>STATE/node</c>: absolute, and short enough for a Unix socket's path.</summary>
    public required string Directory { get; init; }

    /// <summary>The image cache that the host's side fills; several nodes may share it.</summary>
    public required string ImageDirectory { get; init; }

    /// <summary>Where <c>Lazuli.Node.dll</c> is.</summary>
    public string ProgramDirectory { get; init; } = AppContext.BaseDirectory;

    /// <summary>The directory of the <c>dotnet</c> program.</summary>
    public string DotnetDirectory { get; init; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>How long a node may take until it answers.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(60);

    public string DiskDirectory => Path.Combine(Directory, "disks");
    public string SocketPath => Path.Combine(Directory, "node.sock");
    public string LogPath => Path.Combine(Directory, "node.log");
}
