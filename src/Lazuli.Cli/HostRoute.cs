using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Linux.Net;
using Lazuli.Engines.Net;
using Lazuli.Node.Launch;

namespace Lazuli.Cli;

/// <summary>
/// As root, the host's own programs reach public addresses: a wire from the node's edge and a route for the pool, which leads nowhere before
/// it leads to the wire. Without root there is <c>lazuli publish</c> and <c>lazuli exec</c>.
/// </summary>
internal static class HostRoute
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static bool IsPossible => Environment.IsPrivilegedProcess;

    /// <summary>Takes the wire and the route away from the host.</summary>
    public static Task RemoveAsync(CancellationToken cancellationToken) => OutsideLink.DetachAsync(new NetOptions(), Environment.ProcessId, cancellationToken);

    /// <summary>Attaches as soon as the node has an edge (with its first network), and again when the node's namespaces were made anew; until cancelled.</summary>
    public static async Task KeepAsync(string state, NetOptions options, CancellationToken cancellationToken)
    {
        var attached = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            var holder = KnownProcess.Read(Path.Combine(StatePaths.Node(state), "holder"));
            if (holder is { IsAlive: true } && holder.Id != attached)
            {
                try
                {
                    await OutsideLink.AttachAsync(options, holder.Id, Environment.ProcessId, cancellationToken);
                    attached = holder.Id;
                }
                catch (HostProgramException)
                {
                    // There is no edge before the first network.
                }
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
