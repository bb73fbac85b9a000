using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.LoadBalancers.Probes;

/// <summary>Microsoft.Network/loadBalancers/probes: to be read; written with the load balancer.</summary>
public sealed class ProbeType : NetworkChildType<LoadBalancerProperties, Probe>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Network/loadBalancers/probes");

    public override bool CanPut => false;

    public override JsonSerializerContext Json => LoadBalancerJson.Default;

    public override IReadOnlyList<Embedded<Probe>> Children(LoadBalancerProperties parent) => parent.Probes ?? [];

    public override void SetChildren(LoadBalancerProperties parent, IReadOnlyList<Embedded<Probe>> children) => parent.Probes = children;
}
