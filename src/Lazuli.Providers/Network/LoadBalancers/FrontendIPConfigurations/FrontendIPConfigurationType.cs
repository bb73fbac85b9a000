using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.LoadBalancers.FrontendIPConfigurations;

/// <summary>Microsoft.Network/loadBalancers/frontendIPConfigurations: to be read and referred to; written with the load balancer.</summary>
public sealed class FrontendIPConfigurationType : NetworkChildType<LoadBalancerProperties, FrontendIPConfiguration>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Network/loadBalancers/frontendIPConfigurations");

    public override bool CanPut => false;

    public override JsonSerializerContext Json => LoadBalancerJson.Default;

    public override IReadOnlyList<Embedded<FrontendIPConfiguration>> Children(LoadBalancerProperties parent) => parent.FrontendIPConfigurations ?? [];

    public override void SetChildren(LoadBalancerProperties parent, IReadOnlyList<Embedded<FrontendIPConfiguration>> children) => parent.FrontendIPConfigurations = children;
}
