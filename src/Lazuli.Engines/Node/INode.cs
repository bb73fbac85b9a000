namespace Lazuli.Engines.Node;

/// <summary>
/// A machine that makes itself match a document. The same contract in process (<see cref="Fake.FakeNode"/>), over a Unix socket,
/// and over the wire. Calls throw <see cref="IOException"/> while the machine can't be reached; callers reconnect.
/// </summary>
public interface INode
{
    /// <summary>Whether Windows can be provisioned. Where not, it is refused before anything is made.</summary>
    bool ProvisionsWindows => false;

    /// <summary>Hands over a document. Accepted means durable on the node's side: it will be worked on after a crash, too.</summary>
    Task<ApplyResult> ApplyAsync(NodeDocument document, CancellationToken cancellationToken);

    /// <summary>A snapshot, then every change of state, in order, until cancelled or disconnected.</summary>
    IAsyncEnumerable<NodeReport> WatchAsync(CancellationToken cancellationToken);

    /// <summary>The serial console's log so far (its last megabyte), or null when the machine never started.</summary>
    Task<byte[]?> ReadSerialLogAsync(string vmKey, CancellationToken cancellationToken);

    /// <summary>A PNG of the guest's screen, or null when it isn't running.</summary>
    Task<byte[]?> ScreenshotAsync(string vmKey, CancellationToken cancellationToken);
}
