using Lazuli.Engines.Node;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.NetworkWatchers.FlowLogs;

/// <summary>Tells the machine what to watch.</summary>
public sealed class FlowLogReconciler(IResourceView view, NodeLink link) : NodeReconciler<FlowLogProperties>(view, link)
{
    protected override IEnumerable<NodeItem> Project(Resource<FlowLogProperties> resource)
    {
        var log = resource.Properties;
        return
        [
            new FlowLogItem
            {
                Key = resource.Id.Key,
                TargetKey = (log.TargetResourceId ?? "").ToLowerInvariant(),
                ResourceId = resource.Id.ToString(),
                TargetId = log.TargetResourceId ?? "",
                Guid = Guid.TryParse(log.Guid, out var guid) ? guid : Guid.Empty,
                Enabled = log.Enabled != false,
                Version = log.Format?.Version == 2 ? 2 : 1,
                RetentionDays = log.RetentionPolicy is { Enabled: true, Days: { } days } ? days : 0,
                Account = ResourceId.Parse(log.StorageId ?? "").Name.ToLowerInvariant(),
            },
        ];
    }
}
