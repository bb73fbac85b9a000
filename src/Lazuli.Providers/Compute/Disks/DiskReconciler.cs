using Lazuli.Engines.Image;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Compute.Disks;

/// <summary>Keeps a disk on the machine for as long as its resource exists.</summary>
public sealed class DiskReconciler(IResourceView view, NodeLink link, ImageCatalogue images) : NodeReconciler<DiskProperties>(view, link)
{
    protected override IEnumerable<NodeItem> Project(Resource<DiskProperties> resource)
    {
        var p = resource.Properties;
        yield return new DiskItem
        {
            Key = resource.Id.Key,
            SizeBytes = p.DiskSizeBytes ?? 0,
            Source = Source(p),
            Iops = (int)(p.DiskIOPSReadWrite ?? 0),
            MBps = (int)(p.DiskMBpsReadWrite ?? 0),
        };
    }

    protected override Outcome Observe(Resource<DiskProperties> resource, IReadOnlyList<NodeItem> items, Outcome outcome)
        => outcome is Outcome.Settled && !resource.Properties.Made
            ? outcome with { Update = resource with { Properties = resource.Properties with { Made = true } } }
            : outcome;

    private DiskSource Source(DiskProperties p) => p.CreationData switch
    {
        { CreateOption: "FromImage", ImageReference.Id: { } id } => new() { ImageUrn = DiskSources.Resolve(images, id)?.Urn ?? id },
        { CreateOption: "Copy", SourceResourceId: { } id } when !p.Made => new() { CopyOfDiskKey = id.ToLowerInvariant() },
        _ => new(),
    };
}
