using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.NetworkWatchers.ConnectionMonitors;
using Lazuli.Providers.Network.NetworkWatchers.FlowLogs;
using Lazuli.Providers.Network.NetworkWatchers.PacketCaptures;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.NetworkWatchers;

/// <summary>What a watcher's children have in common: what they watch is in the watcher's region.</summary>
internal static class Watchers
{
    /// <summary>The error for a child that would watch a virtual machine of another region; null when it is in the watcher's.</summary>
    public static ArmError? IsElsewhere(IResourceView view, ResourceId child, ResourceId machine)
        => child.Parent is { } watcher && LocationOf(view, watcher) is { } region && NicsOf(view, machine).Any(n => n.Location != region)
            ? NetworkErrors.WatcherElsewhere(watcher.ToString(), machine.ToString()) : null;

    /// <summary>Ids of what lies below a watcher.</summary>
    public static IReadOnlyList<string> ChildrenOf(IResourceView view, ResourceId watcher)
        => [.. from type in new[] { PacketCaptureType.TypeName.Key, FlowLogType.TypeName.Key, ConnectionMonitorType.TypeName.Key }
               from record in view.Store.ListByType(type, watcher.Key)
               select ResourceIds.Shown(view, record.Key)];

    public static string? LocationOf(IResourceView view, ResourceId watcher) => view.Get<NetworkWatcherProperties>(watcher)?.Location;

    /// <summary>The NICs of a virtual machine, its primary one first.</summary>
    public static IEnumerable<Resource<NetworkInterfaceProperties>> NicsOf(IResourceView view, ResourceId machine)
        => from nic in view.List<NetworkInterfaceProperties>(NetworkInterfaceType.TypeName, ResourceId.Subscription(machine.SubscriptionId ?? ""))
           let owner = AttachedVm.OfNic(view, nic.Id)
           where owner?.Id.Equals(machine) == true
           orderby owner.IsPrimary descending
           select nic;
}
