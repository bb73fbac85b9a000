using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.DnsZones;

namespace Lazuli.Providers.Network.NetworkWatchers;

/// <summary>Microsoft.Network/networkWatchers: questions about what packets meet.</summary>
public sealed class NetworkWatcherType(NetworkOptions options) : NetworkType<NetworkWatcherProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/networkWatchers");

    public override ResourceTypeName Name => TypeName;

    public override JsonSerializerContext Json => NetworkWatcherJson.Default;

    public override IReadOnlyList<ResourceAction> Actions { get; } =
    [
        new ResourceAction<NetworkWatcherProperties>("connectivityCheck", new Connectivity(options).Check) { Writes = false, Answers = Answering.Later },
        new ResourceAction<NetworkWatcherProperties>("networkConfigurationDiagnostic", DiagnosticQuestions.Diagnose) { Writes = false, Answers = Answering.Later },
        .. Refused("availableProvidersList", "azureReachabilityReport", "troubleshoot", "queryTroubleshootResult", "configureFlowLog", "queryFlowLogStatus"),
        new ResourceAction<NetworkWatcherProperties>("ipFlowVerify", FlowQuestions.Verify) { Writes = false, Answers = Answering.Later },
        new ResourceAction<NetworkWatcherProperties>("nextHop", FlowQuestions.NextHop) { Writes = false, Answers = Answering.Later },
        new ResourceAction<NetworkWatcherProperties>("securityGroupView", SecurityGroupView.Of) { Writes = false, Answers = Answering.Later },
        new ResourceAction<NetworkWatcherProperties>("topology", TopologyView.Of) { Writes = false },
    ];

    public override IEnumerable<ArmError> AdmitDelete(Resource<NetworkWatcherProperties> current, IResourceView view)
        => Watchers.ChildrenOf(view, current.Id) is { Count: > 0 } nested ? [DnsErrors.Nested(current.Id, nested)] : [];

    private static IEnumerable<ResourceAction> Refused(params string[] names)
        => names.Select(n => new ResourceAction<NetworkWatcherProperties>(n, _ => ArmErrors.NotSupported($"The action '{n}'")) { Writes = false });
}
