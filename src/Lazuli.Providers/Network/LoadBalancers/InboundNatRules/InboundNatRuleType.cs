using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.LoadBalancers.InboundNatRules;

/// <summary>Microsoft.Network/loadBalancers/inboundNatRules: part of its load balancer's document, so both PUTs see one truth.</summary>
public sealed class InboundNatRuleType : NetworkChildType<LoadBalancerProperties, InboundNatRule>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Network/loadBalancers/inboundNatRules");

    public override JsonSerializerContext Json => LoadBalancerJson.Default;

    public override IReadOnlyList<Embedded<InboundNatRule>> Children(LoadBalancerProperties parent) => parent.InboundNatRules ?? [];

    public override void SetChildren(LoadBalancerProperties parent, IReadOnlyList<Embedded<InboundNatRule>> children) => parent.InboundNatRules = children;
}
