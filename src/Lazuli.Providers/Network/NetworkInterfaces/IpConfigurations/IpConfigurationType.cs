using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.NetworkInterfaces.IpConfigurations;

/// <summary>Microsoft.Network/networkInterfaces/ipConfigurations: to be read and referred to; written with the NIC.</summary>
public sealed class IpConfigurationType : NetworkChildType<NetworkInterfaceProperties, NicIpConfiguration>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Network/networkInterfaces/ipConfigurations");

    public override bool CanPut => false;

    public override JsonSerializerContext Json => NetworkInterfaceJson.Default;

    public override IReadOnlyList<Embedded<NicIpConfiguration>> Children(NetworkInterfaceProperties parent) => parent.IpConfigurations ?? [];

    public override void SetChildren(NetworkInterfaceProperties parent, IReadOnlyList<Embedded<NicIpConfiguration>> children) => parent.IpConfigurations = children;
}
