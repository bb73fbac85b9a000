using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Lazuli.Engines.Image;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Node.Work;

namespace Lazuli.Node.Launch;

/// <summary>
/// A node whose images are made on the host's side, since the node itself has no way out: looks for images in what is handed
/// over, makes those that the shared cache lacks, and adds its progress and its failures to the reports of the disks that wait.
/// A failed image is tried again when a document asks for it anew, and every minute.
/// </summary>
public sealed class HostImages(INode node, IImageEngine images, ImageCatalogue catalogue, TimeProvider time) : INode, INodePackets
{
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, string> _disks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Making> _making = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, ItemReport> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Channel<NodeReport>, long> _watchers = new();

    public async Task<ApplyResult> ApplyAsync(NodeDocument document, CancellationToken cancellationToken)
    {
        var result = await node.ApplyAsync(document, cancellationToken);
        if (result == ApplyResult.Accepted)
        {
            foreach (var disk in document.Items.OfType<DiskItem>())
            {
                if (disk.Source.ImageUrn is { } urn)
                {
                    _disks[disk.Key] = urn;
                    Make(urn);
                }
            }

            foreach (var key in document.Removed)
            {
                _disks.TryRemove(key, out _);
                _waiting.TryRemove(key, out _);
            }
        }

        return result;
    }

    public async IAsyncEnumerable<NodeReport> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var channel = Channel.CreateUnbounded<NodeReport>(new() { SingleReader = true });
        _watchers[channel] = -1;
        var pumping = PumpAsync(channel, cut.Token);
        try
        {
            await foreach (var report in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return report;
            }
        }
        finally
        {
            _watchers.TryRemove(channel, out _);
            await cut.CancelAsync();
            await pumping;
        }
    }

    public Task<byte[]?> ReadSerialLogAsync(string vmKey, CancellationToken cancellationToken) => node.ReadSerialLogAsync(vmKey, cancellationToken);

    public Task<byte[]?> ScreenshotAsync(string vmKey, CancellationToken cancellationToken) => node.ScreenshotAsync(vmKey, cancellationToken);

    public Task<Stream?> OpenCaptureAsync(string captureKey, CancellationToken cancellationToken)
        => node is INodePackets packets ? packets.OpenCaptureAsync(captureKey, cancellationToken) : Task.FromResult<Stream?>(null);

    public Task<PathProbe?> ProbeAsync(ProbeRequest request, CancellationToken cancellationToken)
        => node is INodePackets packets ? packets.ProbeAsync(request, cancellationToken) : Task.FromResult<PathProbe?>(null);

    public Task<string?> ResolveAsync(string vnetKey, string name, CancellationToken cancellationToken)
        => node is INodePackets packets ? packets.ResolveAsync(vnetKey, name, cancellationToken) : Task.FromResult<string?>(null);

    private async Task PumpAsync(Channel<NodeReport> channel, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var report in node.WatchAsync(cancellationToken))
            {
                foreach (var item in report.Items)
                {
                    Note(item);
                }

                _watchers.TryUpdate(channel, report.Generation, _watchers.GetValueOrDefault(channel));
                channel.Writer.TryWrite(report with { Items = [.. report.Items.Select(Colour)] });
            }

            channel.Writer.TryComplete();
        }
        catch (OperationCanceledException)
        {
            channel.Writer.TryComplete();
        }
        catch (IOException e)
        {
            channel.Writer.TryComplete(e);
        }
    }

    private void Note(ItemReport item)
    {
        if (_disks.ContainsKey(item.Key) && item.Phase == ItemPhase.Pending)
        {
            _waiting[item.Key] = item;
        }
        else
        {
            _waiting.TryRemove(item.Key, out _);
        }
    }

    /// <summary>What the host's side knows about a disk that waits.</summary>
    private ItemReport Colour(ItemReport item)
        => item.Phase != ItemPhase.Pending || !_disks.TryGetValue(item.Key, out var urn) || !_making.TryGetValue(urn, out var making) ? item
            : making.Error is { } error ? item with { Phase = ItemPhase.Failed, Error = error }
            : making.Line is { } line ? item with { Progress = line }
            : item;

    private void Make(string urn)
    {
        var making = new Making();
        var current = _making.GetOrAdd(urn, making);
        if (ReferenceEquals(current, making) || (current.Done && _making.TryUpdate(urn, making, current)))
        {
            _ = MakeAsync(urn, making);
        }
    }

    private async Task MakeAsync(string urn, Making making)
    {
        // Off the caller's path: looking into the cache reads files.
        await Task.Yield();
        try
        {
            var source = catalogue.Resolve(urn)?.Source ?? throw new ImageException(ImageErrors.Unknown(urn));
            await images.EnsureAsync(source, new Teller(line =>
            {
                making.Line = line;
                Tell(urn);
            }), CancellationToken.None);
            making.Line = null;
            making.Done = true;
        }
        catch (Exception e)
        {
            making.Error = Faults.Of(e);
            making.Done = true;
            Tell(urn);
            await Task.Delay(Retry, time);
            if (_disks.Values.Contains(urn))
            {
                Make(urn);
            }
        }
    }

    private void Tell(string urn)
    {
        List<ItemReport> items = [.. _waiting.Values.Where(w => _disks.GetValueOrDefault(w.Key) == urn).Select(Colour)];
        foreach (var (channel, generation) in _watchers)
        {
            if (items.Count > 0 && generation >= 0)
            {
                channel.Writer.TryWrite(new() { Generation = generation, Items = items });
            }
        }
    }

    private sealed class Making
    {
        public volatile string? Line;
        public volatile ItemError? Error;
        public volatile bool Done;
    }

    private sealed class Teller(Action<string> tell) : IProgress<string>
    {
        public void Report(string value) => tell(value);
    }
}
