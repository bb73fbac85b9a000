using System.Globalization;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// A wire from the edge to a place outside, whose programs then reach public addresses. Outside, the pool leads nowhere before it
/// leads to the wire: packets for public addresses never stray to a real network, even when the wire is gone. Nothing that the data
/// centre sends is let in, but answers.
/// </summary>
public static class OutsideLink
{
    /// <summary>The host's end of its wire.</summary>
    public const string HostDevice = "lz-public";

    private const int Host = 1;

    /// <summary>
    /// Joins the network namespace of a process with the edge of a running node. The caller must be root where both processes are;
    /// repeating it does no harm. The wire goes with the node's namespaces.
    /// </summary>
    /// <param name="options">As the node has them.</param>
    /// <param name="nodePid">The node: its network namespace's edge must have been made (by a first <see cref="INetEngine.ApplyAsync"/>).</param>
    /// <param name="outsidePid">A process of the place to join; the caller's own id for the caller's own place.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <exception cref="HostProgramException">The kernel refused.</exception>
    public static async Task AttachAsync(NetOptions options, int nodePid, int outsidePid, CancellationToken cancellationToken)
    {
        await EnterAsync(outsidePid, ["nft", "-f", "-"], NftRenderer.RenderOutside(HostDevice), cancellationToken);
        var attached = await IsAttachedAsync(outsidePid, cancellationToken);
        var ipv6 = Sysctl.HasIpv6(outsidePid);
        await EnterAsync(outsidePid, ["ip", "-batch", "-"], Dark(options, ipv6), cancellationToken);
        if (!attached)
        {
            await EnterEdgeAsync(nodePid, Make(HostDevice, Host, outsidePid), cancellationToken);
        }

        await EnterEdgeAsync(nodePid, EdgeEnd(options, Host), cancellationToken);
        await EnterAsync(outsidePid, ["ip", "-batch", "-"], OutsideEnd(options, Host, HostDevice, ipv6), cancellationToken);
    }

    /// <summary>Takes everything back that <see cref="AttachAsync"/> made in the namespace of a process.</summary>
    /// <exception cref="HostProgramException">The kernel refused.</exception>
    public static async Task DetachAsync(NetOptions options, int outsidePid, CancellationToken cancellationToken)
    {
        if (await IsAttachedAsync(outsidePid, cancellationToken))
        {
            try
            {
                await EnterAsync(outsidePid, ["ip", "link", "del", HostDevice], "", cancellationToken);
            }
            catch (HostProgramException) when (!cancellationToken.IsCancellationRequested)
            {
                // The wire goes with the node's namespaces, perhaps at this very moment.
                if (await IsAttachedAsync(outsidePid, cancellationToken))
                {
                    throw;
                }
            }
        }

        var dark = Dark(options, Sysctl.HasIpv6(outsidePid));
        await EnterAsync(outsidePid, ["ip", "-batch", "-"], dark + dark.Replace("route replace", "route del", StringComparison.Ordinal), cancellationToken);
        await EnterAsync(outsidePid, ["nft", "-f", "-"], "table inet lazuli\ndelete table inet lazuli\n", cancellationToken);
    }

    /// <summary>The wire to the node's own namespace, where the caller is.</summary>
    internal static async Task AttachSelfAsync(NetOptions options, string device, CancellationToken cancellationToken)
    {
        await HostProgram.RunAsync("nft", ["-f", "-"], NftRenderer.RenderOutside(device), cancellationToken: cancellationToken);
        await IpBatch.RunAsync(null, new StringBuilder(Dark(options, HasIpv6)), cancellationToken);
        var make = KernelView.Read(null).Devices.ContainsKey(device) ? "" : Make(device, 0, Environment.ProcessId);
        await IpBatch.RunAsync(EdgeNamespace.Name, new StringBuilder(make + EdgeEnd(options, 0)), cancellationToken);
        await IpBatch.RunAsync(null, new StringBuilder(OutsideEnd(options, 0, device, HasIpv6)), cancellationToken);
    }

    /// <summary>Whether the node's own place has IPv6; without it there is no way to public IPv6 addresses from here.</summary>
    internal static bool HasIpv6 { get; } = Sysctl.HasIpv6(Environment.ProcessId);

    private static async Task<bool> IsAttachedAsync(int outsidePid, CancellationToken cancellationToken)
        => (await EnterAsync(outsidePid, ["ip", "-o", "link"], "", cancellationToken)).Contains($": {HostDevice}@", StringComparison.Ordinal);

    // The edge's end of the n-th place's wire.
    private static string WireOf(int n) => string.Create(CultureInfo.InvariantCulture, $"outside{n}");

    /// <summary>Lines for <c>ip -batch</c>: the pools lead nowhere.</summary>
    internal static string Dark(NetOptions options, bool ipv6)
        => $"route replace unreachable {options.PublicPool} metric 4096\n" + (ipv6 ? $"route replace unreachable {options.PublicPool6} metric 4096\n" : "");

    private static string Make(string device, int n, int outsidePid)
        => $"link add {WireOf(n)} address {EdgeNamespace.WireMac} type veth peer name {device} address {EdgeNamespace.WireMac} netns {outsidePid}\n";

    private static string OutsideEnd(NetOptions options, int n, string device, bool ipv6)
        => $"""
            link set {device} arp off up
            addr replace {options.Outside(n)}/32 dev {device}
            route replace {options.PublicPool} dev {device} src {options.Outside(n)}

            """ + (n == 0 ? $"addr replace {options.TrafficManager}/32 dev {device}\n" : "") + (ipv6 ? $"""
            addr replace {options.Outside6(n)}/128 dev {device} nodad
            route replace {options.PublicPool6} dev {device} src {options.Outside6(n)}

            """ : "");

    private static string EdgeEnd(NetOptions options, int n)
        => $"""
            link set {WireOf(n)} arp off up
            route replace {options.Outside(n)}/32 dev {WireOf(n)}

            """ + (n == 0 ? $"route replace {options.TrafficManager}/32 dev {WireOf(n)}\n" : "") + (HasIpv6 ? $"route replace {options.Outside6(n)} dev {WireOf(n)}\n" : "");

    private static Task<string> EnterAsync(int pid, string[] command, string input, CancellationToken cancellationToken)
        => HostProgram.RunAsync("nsenter", ["-t", pid.ToString(CultureInfo.InvariantCulture), "-n", .. command], input, cancellationToken: cancellationToken);

    // Named namespaces of the node are known only in its own mount namespace.
    private static Task<string> EnterEdgeAsync(int pid, string batch, CancellationToken cancellationToken)
        => HostProgram.RunAsync("nsenter",
            ["-t", pid.ToString(CultureInfo.InvariantCulture), "-m", "-n", "ip", "-n", EdgeNamespace.Name, "-batch", "-"], batch, cancellationToken: cancellationToken);
}
