using System.Text;
using Lazuli.Engines.Linux.Host;

namespace Lazuli.Engines.Linux.Net;

/// <summary>Many changes by one <c>ip</c> process; it stops at the first that fails.</summary>
internal static class IpBatch
{
    private static readonly string[] Ipv6Family = ["-6"];

    /// <exception cref="HostProgramException">A line failed; those before it are done.</exception>
    public static Task RunAsync(string? networkNamespace, StringBuilder lines, CancellationToken cancellationToken, bool ipv6 = false)
        => lines.Length == 0 ? Task.CompletedTask : HostProgram.RunAsync("ip", [.. ipv6 ? Ipv6Family : [], "-batch", "-"], lines.ToString(), networkNamespace, cancellationToken: cancellationToken);
}
