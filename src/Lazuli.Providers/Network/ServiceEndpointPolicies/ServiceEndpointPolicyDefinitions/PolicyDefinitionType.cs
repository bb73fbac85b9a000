using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.ServiceEndpointPolicies.ServiceEndpointPolicyDefinitions;

/// <summary>Microsoft.Network/serviceEndpointPolicies/serviceEndpointPolicyDefinitions: part of its policy's document.</summary>
public sealed class PolicyDefinitionType : NetworkChildType<ServiceEndpointPolicyProperties, PolicyDefinitionProperties>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Network/serviceEndpointPolicies/serviceEndpointPolicyDefinitions");

    public override JsonSerializerContext Json => ServiceEndpointPolicyJson.Default;

    public override IReadOnlyList<Embedded<PolicyDefinitionProperties>> Children(ServiceEndpointPolicyProperties parent) => parent.ServiceEndpointPolicyDefinitions ?? [];

    public override void SetChildren(ServiceEndpointPolicyProperties parent, IReadOnlyList<Embedded<PolicyDefinitionProperties>> children) => parent.ServiceEndpointPolicyDefinitions = children;
}
