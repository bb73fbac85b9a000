using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.ServiceEndpointPolicies.ServiceEndpointPolicyDefinitions;

namespace Lazuli.Providers.Network.ServiceEndpointPolicies;

public sealed record ServiceEndpointPolicyProperties : IProvisioned
{
    public IReadOnlyList<Embedded<PolicyDefinitionProperties>>? ServiceEndpointPolicyDefinitions { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? Subnets { get; set; }

    [Computed]
    public string? ResourceGuid { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
    public string? ServiceAlias { get; set; }
    public IReadOnlyList<string>? ContextualServiceEndpointPolicies { get; set; }
}

[JsonSerializable(typeof(Resource<ServiceEndpointPolicyProperties>))]
[JsonSerializable(typeof(Embedded<PolicyDefinitionProperties>))]
internal sealed partial class ServiceEndpointPolicyJson : JsonSerializerContext;
