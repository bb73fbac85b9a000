using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.LoadBalancers.BackendAddressPools;

/// <summary>Microsoft.Network/loadBalancers/backendAddressPools: part of its load balancer's document, so both PUTs see one truth.</summary>
public sealed class BackendAddressPoolType : NetworkChildType<LoadBalancerProperties, BackendAddressPool>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Network/loadBalancers/backendAddressPools");

    public override JsonSerializerContext Json => LoadBalancerJson.Default;

    public override IReadOnlyList<Embedded<BackendAddressPool>> Children(LoadBalancerProperties parent) => parent.BackendAddressPools ?? [];

    public override void SetChildren(LoadBalancerProperties parent, IReadOnlyList<Embedded<BackendAddressPool>> children) => parent.BackendAddressPools = children;
}
