using Lazuli.Engines.Node;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.NetworkWatchers.PacketCaptures;

/// <summary>Puts the capture on the machine, and hears how it goes.</summary>
public sealed class PacketCaptureReconciler(IResourceView view, NodeLink link, NetworkOptions options) : NodeReconciler<PacketCaptureProperties>(view, link)
{
    internal static CaptureFilterSpec SpecOf(PacketCaptureFilter filter) => new()
    {
        Protocol = filter.Protocol ?? "Any",
        LocalAddresses = filter.LocalIPAddress ?? "",
        RemoteAddresses = filter.RemoteIPAddress ?? "",
        LocalPorts = filter.LocalPort ?? "",
        RemotePorts = filter.RemotePort ?? "",
    };

    protected override IEnumerable<NodeItem> Project(Resource<PacketCaptureProperties> resource)
    {
        var capture = resource.Properties;
        return
        [
            new PacketCaptureItem
            {
                Key = resource.Id.Key,
                VmKey = (capture.Target ?? "").ToLowerInvariant(),
                Filters = [.. (capture.Filters ?? []).Select(SpecOf)],
                BytesPerPacket = capture.BytesToCapturePerPacket ?? 0,
                TotalBytes = capture.TotalBytesPerSession ?? 0,
                TimeLimit = capture.TimeLimitInSeconds ?? 0,
                Stopped = capture.Stopped == true,
            },
        ];
    }

    protected override Outcome Observe(Resource<PacketCaptureProperties> resource, IReadOnlyList<NodeItem> items, Outcome outcome)
    {
        options.Captures.Set(resource.Id, Link.Latest(resource.Id.Key)?.Capture);
        return outcome;
    }

    protected override Task<Outcome> VanishAsync(Resource<PacketCaptureProperties> resource, CancellationToken cancellationToken)
    {
        options.Captures.Set(resource.Id, null);
        return base.VanishAsync(resource, cancellationToken);
    }
}
