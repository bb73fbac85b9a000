using System.Runtime.CompilerServices;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Node.Api;

namespace Lazuli.Node.Launch;

/// <summary>
/// The node of this machine, which is started whenever somebody begins to watch it and it isn't there: a node that died is back as soon as the watcher tries
/// again. Its machines run on meanwhile.
/// </summary>
public sealed class LaunchedNode(NodeLauncher launcher, NodeClient client) : INode, INodePackets
{
    public Task<ApplyResult> ApplyAsync(NodeDocument document, CancellationToken cancellationToken) => client.ApplyAsync(document, cancellationToken);

    public async IAsyncEnumerable<NodeReport> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // All its clients talk to the same socket.
        (await launcher.EnsureAsync(cancellationToken)).Dispose();
        await foreach (var report in client.WatchAsync(cancellationToken))
        {
            yield return report;
        }
    }

    public Task<byte[]?> ReadSerialLogAsync(string vmKey, CancellationToken cancellationToken) => client.ReadSerialLogAsync(vmKey, cancellationToken);

    public Task<byte[]?> ScreenshotAsync(string vmKey, CancellationToken cancellationToken) => client.ScreenshotAsync(vmKey, cancellationToken);

    public Task<Stream?> OpenCaptureAsync(string captureKey, CancellationToken cancellationToken) => client.OpenCaptureAsync(captureKey, cancellationToken);

    public Task<PathProbe?> ProbeAsync(ProbeRequest request, CancellationToken cancellationToken) => client.ProbeAsync(request, cancellationToken);

    public Task<string?> ResolveAsync(string vnetKey, string name, CancellationToken cancellationToken) => client.ResolveAsync(vnetKey, name, cancellationToken);
}
