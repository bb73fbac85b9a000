using Lazuli.Live.Tests.Cloud;

namespace Lazuli.Live.Tests.Crash;

/// <summary>What a node may have when nothing is wanted of it, and nothing else.</summary>
internal static class Remains
{
    private static readonly string[] Files =
    [
        "document/", "gate.sock", "health.json", "holder", "holder.log", "launch.lock", "node", "node.lock", "node.log", "node.program", "node.sock", "traffic.json",
        "vms/accelerator.json",
    ];

    /// <summary>A network's or a NIC's device, beside the pattern that rules hold.</summary>
    private const string OfNetwork = "lz[vt][0-9a-z]";

    /// <summary>No machine, namespace, device, route, rule, disk or file is left of what was there.</summary>
    public static async Task AssertNoneAsync(LiveCloud cloud, CancellationToken cancellationToken)
    {
        Assert.Equal(["lz-edge"], Words(await cloud.InNodeAsync(["ls", "/run/netns"], cancellationToken)));
        var edge = await cloud.InNodeAsync(["sh", "-c", "ip -n lz-edge -o link; ip -n lz-edge route show table all; ip netns exec lz-edge nft list ruleset"], cancellationToken);
        Assert.DoesNotMatch(OfNetwork, edge);
        var own = await cloud.InNodeAsync(["sh", "-c", "ip -o link; nft list tables"], cancellationToken);
        Assert.DoesNotMatch(OfNetwork, own);
        Assert.Single(own.Split('\n'), l => l.StartsWith("table", StringComparison.Ordinal));
        Assert.Empty(cloud.Machines());
        Assert.Empty(Strays(cloud.Node.Directory));
        foreach (var known in new[] { "health.json", "traffic.json" }.Select(f => Path.Combine(cloud.Node.Directory, f)).Where(File.Exists))
        {
            Assert.DoesNotContain("/subscriptions/", await File.ReadAllTextAsync(known, cancellationToken), StringComparison.OrdinalIgnoreCase);
        }
    }

    private static IEnumerable<string> Strays(string root)
        => Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)
            .Where(f => !Directory.Exists(f) || !Directory.EnumerateFileSystemEntries(f).Any())
            .Select(f => Path.GetRelativePath(root, f))
            .Where(f => f is not ("disks" or "machines") && !Files.Any(a => a == f || (a.EndsWith('/') && f.StartsWith(a, StringComparison.Ordinal))));

    /// <summary>The ids of the processes that write into the node's logs: holders, nodes, and the machines whose names for them are the host's.</summary>
    public static IEnumerable<string> Processes(LiveCloud cloud)
        => Directory.EnumerateDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out _)).Where(p =>
        {
            try
            {
                return new FileInfo(p + "/fd/1").LinkTarget?.StartsWith(cloud.Node.Directory + "/", StringComparison.Ordinal) ?? false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }).Select(p => Path.GetFileName(p));

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
