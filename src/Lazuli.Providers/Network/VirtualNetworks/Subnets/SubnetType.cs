using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.VirtualNetworks.Subnets;

/// <summary>Microsoft.Network/virtualNetworks/subnets: part of its network's document, so both PUTs see one truth.</summary>
public sealed class SubnetType : NetworkChildType<VirtualNetworkProperties, SubnetProperties>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Network/virtualNetworks/subnets");

    public override JsonSerializerContext Json => VirtualNetworkJson.Default;

    public override IReadOnlyList<Embedded<SubnetProperties>> Children(VirtualNetworkProperties parent) => parent.Subnets ?? [];

    public override void SetChildren(VirtualNetworkProperties parent, IReadOnlyList<Embedded<SubnetProperties>> children) => parent.Subnets = children;
}
