namespace Lazuli.Node.Launch;

/// <summary>How the host's programs get into the node's network.</summary>
public static class NetworkView
{
    /// <summary>
    /// The words before a command that make it run in the network namespace of the node, where public addresses are; without a node (the fake
    /// engine) in an empty one. Without root the caller is mapped to the node's own root.
    /// </summary>
    public static IReadOnlyList<string> Enter(string nodeDirectory)
    {
        var root = Environment.IsPrivilegedProcess;
        return KnownProcess.Read(Path.Combine(nodeDirectory, "holder")) is { IsAlive: true } holder
            ? ["nsenter", "--target", holder.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), .. root ? (string[])["--net"] : ["--user", "--preserve-credentials", "--net"]]
            : ["unshare", .. root ? (string[])["--net"] : ["--user", "--map-root-user", "--net"]];
    }
}
