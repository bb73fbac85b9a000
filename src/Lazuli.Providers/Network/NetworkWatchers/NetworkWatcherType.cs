using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.NetworkWatchers;

/// <summary>Microsoft.Network/networkWatchers: questions about what packets meet.</summary>
public sealed class NetworkWatcherType : NetworkType<NetworkWatcherProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/networkWatchers");

    public override ResourceTypeName Name => TypeName;

    public override JsonSerializerContext Json => NetworkWatcherJson.Default;

    public override IReadOnlyList<ResourceAction> Actions { get; } =
    [
        new ResourceAction<NetworkWatcherProperties>("ipFlowVerify", FlowQuestions.Verify) { Writes = false },
        new ResourceAction<NetworkWatcherProperties>("nextHop", FlowQuestions.NextHop) { Writes = false },
        new ResourceAction<NetworkWatcherProperties>("securityGroupView", SecurityGroupView.Of) { Writes = false },
        new ResourceAction<NetworkWatcherProperties>("topology", TopologyView.Of) { Writes = false },
    ];
}
