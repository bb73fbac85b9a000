using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.LoadBalancers.OutboundRules;

/// <summary>Microsoft.Network/loadBalancers/outboundRules: to be read; written with the load balancer.</summary>
public sealed class OutboundRuleType : NetworkChildType<LoadBalancerProperties, OutboundRule>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Network/loadBalancers/outboundRules");

    public override bool CanPut => false;

    public override JsonSerializerContext Json => LoadBalancerJson.Default;

    public override IReadOnlyList<Embedded<OutboundRule>> Children(LoadBalancerProperties parent) => parent.OutboundRules ?? [];

    public override void SetChildren(LoadBalancerProperties parent, IReadOnlyList<Embedded<OutboundRule>> children) => parent.OutboundRules = children;
}
