using System.Net;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.NetworkWatchers.ConnectionMonitors;

/// <summary>Puts the tests on the machine, and hears what they come to.</summary>
public sealed class ConnectionMonitorReconciler(IResourceView view, NodeLink link, NetworkOptions options) : NodeReconciler<ConnectionMonitorProperties>(view, link)
{
    private const int DefaultSeconds = 60;

    protected override IEnumerable<NodeItem> Project(Resource<ConnectionMonitorProperties> resource) =>
    [
        new ConnectionMonitorItem
        {
            Key = resource.Id.Key,
            Running = resource.Properties.MonitoringStatus == "Running",
            Tests = [.. Tests(resource.Properties)],
        },
    ];

    protected override Outcome Observe(Resource<ConnectionMonitorProperties> resource, IReadOnlyList<NodeItem> items, Outcome outcome)
    {
        options.Monitors.Set(resource.Id, Link.Latest(resource.Id.Key)?.Monitor);
        return outcome;
    }

    protected override Task<Outcome> VanishAsync(Resource<ConnectionMonitorProperties> resource, CancellationToken cancellationToken)
    {
        options.Monitors.Set(resource.Id, null);
        return base.VanishAsync(resource, cancellationToken);
    }

    // A machine that has gone, or is in no network yet, is tested again when it has come.
    private IEnumerable<MonitorTest> Tests(ConnectionMonitorProperties monitor)
        => from @group in monitor.TestGroups ?? []
           where @group.Disable != true
           from source in Named(monitor, @group.Sources)
           from destination in Named(monitor, @group.Destinations)
           from name in @group.TestConfigurations ?? []
           let configuration = (monitor.TestConfigurations ?? []).FirstOrDefault(c => c.Name == name)
           let nic = NicOf(source)
           let address = AddressOf(destination)
           where configuration is not null && nic is not null && address is not null
           select new MonitorTest
           {
               Name = $"{@group.Name}/{source.Name}/{destination.Name}/{name}",
               VnetKey = nic.VnetKey,
               NicKey = nic.Key,
               MacAddress = nic.MacAddress,
               Source = nic.IpConfigs[0].PrivateAddress,
               Destination = address,
               Port = configuration.Protocol == "Icmp" ? 0 : configuration.TcpConfiguration?.Port ?? 0,
               FrequencySeconds = configuration.TestFrequencySec ?? DefaultSeconds,
               MostFailedPercent = configuration.SuccessThreshold?.ChecksFailedPercent ?? 0,
               LongestMilliseconds = configuration.SuccessThreshold?.RoundTripTimeMs is > 0 and var most ? most : null,
           };

    private static IEnumerable<MonitorEndpoint> Named(ConnectionMonitorProperties monitor, IReadOnlyList<string>? names)
        => (monitor.Endpoints ?? []).Where(e => names?.Contains(e.Name) == true);

    private NicItem? NicOf(MonitorEndpoint endpoint)
        => ResourceId.TryParse(endpoint.ResourceId, out var machine) && Watchers.NicsOf(View, machine).FirstOrDefault() is { } nic ? NetworkInterfaceReconciler.ItemOf(nic, View) : null;

    private string? AddressOf(MonitorEndpoint endpoint)
        => endpoint.ResourceId is null || (endpoint.Address is { Length: > 0 } && IPAddress.TryParse(endpoint.Address, out _)) ? endpoint.Address : NicOf(endpoint)?.IpConfigs[0].PrivateAddress;
}
