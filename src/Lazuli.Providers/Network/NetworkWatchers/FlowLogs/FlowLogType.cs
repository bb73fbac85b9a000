using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.NetworkSecurityGroups;
using Lazuli.Providers.Network.VirtualNetworks;

namespace Lazuli.Providers.Network.NetworkWatchers.FlowLogs;

/// <summary>Microsoft.Network/networkWatchers/flowLogs: who spoke with whom, by which rule, and how much.</summary>
public sealed class FlowLogType : NetworkType<FlowLogProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/networkWatchers/flowLogs");

    private static readonly string SubnetKey = VirtualNetworkType.TypeName.Child("subnets").Key;

    public override ResourceTypeName Name => TypeName;

    public override Type Reconciler => typeof(FlowLogReconciler);

    public override JsonSerializerContext Json => FlowLogJson.Default;

    public override IEnumerable<ResourceReference> References(Resource<FlowLogProperties> resource)
        => resource.Properties.TargetResourceId is { } target ? [new(target, "properties.targetResourceId")] : [];

    public override IEnumerable<ArmError> Validate(Resource<FlowLogProperties> desired, Resource<FlowLogProperties>? current)
    {
        var log = desired.Properties;
        if (!ResourceId.TryParse(log.TargetResourceId, out var target) || !target.IsResource || !IsWatched(target.Type.Key))
        {
            yield return NetworkErrors.BadQuestion("properties.targetResourceId", log.TargetResourceId);
        }
        else if (current is not null && !target.Equals(ResourceId.Parse(current.Properties.TargetResourceId ?? "")))
        {
            yield return NetworkErrors.BadQuestion("properties.targetResourceId", log.TargetResourceId);
        }

        if (!ResourceId.TryParse(log.StorageId, out var storage) || !storage.IsResource || storage.Type.Key != "microsoft.storage/storageaccounts")
        {
            yield return NetworkErrors.BadQuestion("properties.storageId", log.StorageId);
        }

        foreach (var error in new Refusals()
            .When(log.EnabledFilteringCriteria is { Length: > 0 }, "properties.enabledFilteringCriteria")
            .When(log.RecordTypes is { Length: > 0 }, "properties.recordTypes")
            .When(log.FlowAnalyticsConfiguration?.NetworkWatcherFlowAnalyticsConfiguration?.Enabled == true, "properties.flowAnalyticsConfiguration").Errors)
        {
            yield return error;
        }
    }

    public override Resource<FlowLogProperties> Default(Resource<FlowLogProperties> desired, Resource<FlowLogProperties>? current, IResourceView view)
    {
        var log = desired.Properties;
        log.Guid ??= Guid.NewGuid().ToString();
        log.Enabled ??= true;
        log.RetentionPolicy ??= new() { Days = 0, Enabled = false };
        log.Format ??= new() { Type = "JSON", Version = 1 };
        log.Format.Type ??= "JSON";
        log.Format.Version ??= 1;
        log.TargetResourceGuid = ResourceId.TryParse(log.TargetResourceId, out var target) ? GuidOf(view, target) : null;
        return desired;
    }

    public override IEnumerable<ArmError> Admit(Resource<FlowLogProperties> desired, Resource<FlowLogProperties>? current, IResourceView view)
    {
        if (!ResourceId.TryParse(desired.Properties.TargetResourceId, out var target) || desired.Id.Parent is not { } watcher || Watchers.LocationOf(view, watcher) is not { } region)
        {
            yield break;
        }

        if (desired.Location != region || LocationOf(view, target) != region)
        {
            yield return NetworkErrors.WatcherElsewhere(watcher.ToString(), target.ToString());
        }

        if (view.Referrers<FlowLogProperties>(target).FirstOrDefault(l => !l.Id.Equals(desired.Id) && target.Key.Equals(l.Properties.TargetResourceId, StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            yield return ArmErrors.BadRequest("FlowLogAlreadyExists", $"Target resource {target} already has the flow log {other.Id}.", "properties.targetResourceId");
        }
    }

    private static bool IsWatched(string type)
        => type == NetworkSecurityGroupType.TypeName.Key || type == VirtualNetworkType.TypeName.Key || type == SubnetKey || type == NetworkInterfaceType.TypeName.Key;

    private static string? LocationOf(IResourceView view, ResourceId target)
        => view.Get<NetworkSecurityGroupProperties>(target)?.Location ?? view.Get<NetworkInterfaceProperties>(target)?.Location
            ?? view.Get<VirtualNetworkProperties>(target.Type.Key == SubnetKey && target.Parent is { } network ? network : target)?.Location;

    private static string? GuidOf(IResourceView view, ResourceId target)
        => view.Get<NetworkSecurityGroupProperties>(target)?.Properties.ResourceGuid ?? view.Get<VirtualNetworkProperties>(target)?.Properties.ResourceGuid;
}
