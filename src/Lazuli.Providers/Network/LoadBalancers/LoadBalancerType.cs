using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers.BackendAddressPools;
using Lazuli.Providers.Network.LoadBalancers.FrontendIPConfigurations;
using Lazuli.Providers.Network.LoadBalancers.InboundNatRules;
using Lazuli.Providers.Network.LoadBalancers.LoadBalancingRules;
using Lazuli.Providers.Network.LoadBalancers.OutboundRules;
using Lazuli.Providers.Network.LoadBalancers.Probes;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>The types of what lives in a load balancer's document.</summary>
public sealed record LoadBalancerChildren
{
    public BackendAddressPoolType Pools { get; } = new();
    public FrontendIPConfigurationType Frontends { get; } = new();
    public InboundNatRuleType NatRules { get; } = new();
    public LoadBalancingRuleType Rules { get; } = new();
    public OutboundRuleType Outbound { get; } = new();
    public ProbeType Probes { get; } = new();

    public IEnumerable<ResourceType> All => [Pools, Frontends, NatRules, Rules, Outbound, Probes];
}

/// <summary>Microsoft.Network/loadBalancers: addresses whose connections are spread over the members of pools.</summary>
public sealed class LoadBalancerType(LoadBalancerChildren children) : NetworkType<LoadBalancerProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/loadBalancers");

    public override ResourceTypeName Name => TypeName;

    public override string NamePattern => "^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$";

    public override Type Reconciler => typeof(LoadBalancerReconciler);

    public override JsonSerializerContext Json => LoadBalancerJson.Default;

    public override bool Presents => true;

    public override IReadOnlyList<ResourceAction> Actions { get; } =
    [
        new ResourceAction<LoadBalancerProperties>("networkInterfaces", LoadBalancerActions.NetworkInterfaces) { Method = HttpMethod.Get, Writes = false },
        new ResourceAction<LoadBalancerProperties>("migrateToIpBased", LoadBalancerActions.MigrateToIpBased),
    ];

    public override IEnumerable<ResourceReference> References(Resource<LoadBalancerProperties> resource) => LoadBalancerReferences.Of(resource.Properties);

    public override IEnumerable<ArmError> Validate(Resource<LoadBalancerProperties> desired, Resource<LoadBalancerProperties>? current)
        => LoadBalancerRules.Check(desired, current).Concat(LoadBalancerPorts.Check(desired.Id, desired.Properties));

    public override Resource<LoadBalancerProperties> Default(Resource<LoadBalancerProperties> desired, Resource<LoadBalancerProperties>? current, IResourceView view)
    {
        LoadBalancerDefaults.Fill(desired, current, children);
        var shown = desired with { Sku = new() { Name = LoadBalancerRules.SkuOf(desired), Tier = LoadBalancerLinks.IsGlobal(desired) ? "Global" : "Regional" } };
        FrontendAddresses.Allocate(shown, current, view);
        return shown;
    }

    public override IEnumerable<ArmError> Admit(Resource<LoadBalancerProperties> desired, Resource<LoadBalancerProperties>? current, IResourceView view)
        => LoadBalancerAdmission.Check(desired, current, view);

    public override IEnumerable<ArmError> AdmitDelete(Resource<LoadBalancerProperties> current, IResourceView view)
        => LoadBalancerAdmission.UsedByGlobal(current, current.Properties.FrontendIPConfigurations ?? [], view).Concat(LoadBalancerAdmission.UsedByServices(current, _ => false, view));

    public override Resource<LoadBalancerProperties> Present(Resource<LoadBalancerProperties> stored, IResourceView view) => LoadBalancerShown.Of(stored, view);
}
