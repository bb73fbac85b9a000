using System.Text.Json.Serialization;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.VirtualNetworks.VirtualNetworkPeerings;

/// <summary>Microsoft.Network/virtualNetworks/virtualNetworkPeerings: one side of a peering, part of its network's document.</summary>
public sealed class PeeringType : NetworkChildType<VirtualNetworkProperties, PeeringProperties>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Network/virtualNetworks/virtualNetworkPeerings");

    public override JsonSerializerContext Json => VirtualNetworkJson.Default;

    public override IReadOnlyList<Embedded<PeeringProperties>> Children(VirtualNetworkProperties parent) => parent.VirtualNetworkPeerings ?? [];

    public override void SetChildren(VirtualNetworkProperties parent, IReadOnlyList<Embedded<PeeringProperties>> children) => parent.VirtualNetworkPeerings = children;

    /// <summary>
    /// Says by the state and the level, which clients can't set, that this side is written by itself, and with <c>?syncRemoteAddressSpace=true</c> that it
    /// looks at the other's address space anew.
    /// </summary>
    public override void Prepare(Embedded<PeeringProperties> child, ArmRequest request)
    {
        var sync = "true".Equals(request.Query.GetValueOrDefault("syncremoteaddressspace"), StringComparison.OrdinalIgnoreCase);
        child.Properties ??= new();
        child.Properties.PeeringState = Peerings.Initiated;
        child.Properties.PeeringSyncLevel = sync ? Peerings.Behind : null;
    }
}
