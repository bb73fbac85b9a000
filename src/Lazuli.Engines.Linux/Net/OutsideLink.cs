using System.Text;
using Lazuli.Engines.Net;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// A wire from the edge to a place outside, whose programs then reach public addresses. Outside, the pool leads nowhere before it
/// leads to the wire: packets for public addresses never stray to a real network, even when the wire is gone.
/// </summary>
internal static class OutsideLink
{
    /// <summary>The edge's end of the n-th place's wire.</summary>
    public static string WireOf(int n) => $"outside{n}";

    public static StringBuilder OutsideEnd(NetOptions options, int n, string device, string make)
        => new StringBuilder()
            .Append($"route replace unreachable {options.PublicPool} metric 4096\n")
            .Append(make)
            .Append($"link set {device} arp off up\n")
            .Append($"addr replace {options.Outside(n)}/32 dev {device}\n")
            .Append($"route replace {options.PublicPool} dev {device} src {options.Outside(n)}\n");

    public static StringBuilder EdgeEnd(NetOptions options, int n)
        => new StringBuilder()
            .Append($"route replace unreachable {options.PublicPool} metric 4096\n")
            .Append($"link set {WireOf(n)} arp off up\n")
            .Append($"route replace {options.Outside(n)}/32 dev {WireOf(n)}\n");
}
