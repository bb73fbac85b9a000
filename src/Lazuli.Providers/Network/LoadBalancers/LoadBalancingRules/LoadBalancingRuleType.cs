using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.LoadBalancers.LoadBalancingRules;

/// <summary>Microsoft.Network/loadBalancers/loadBalancingRules: to be read; written with the load balancer.</summary>
public sealed class LoadBalancingRuleType : NetworkChildType<LoadBalancerProperties, LoadBalancingRule>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Network/loadBalancers/loadBalancingRules");

    public override bool CanPut => false;

    public override JsonSerializerContext Json => LoadBalancerJson.Default;

    public override IReadOnlyList<Embedded<LoadBalancingRule>> Children(LoadBalancerProperties parent) => parent.LoadBalancingRules ?? [];

    public override void SetChildren(LoadBalancerProperties parent, IReadOnlyList<Embedded<LoadBalancingRule>> children) => parent.LoadBalancingRules = children;
}
