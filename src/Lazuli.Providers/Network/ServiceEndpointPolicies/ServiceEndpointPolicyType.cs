using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.ServiceEndpointPolicies.ServiceEndpointPolicyDefinitions;
using Lazuli.Providers.Network.VirtualNetworks;

namespace Lazuli.Providers.Network.ServiceEndpointPolicies;

/// <summary>Microsoft.Network/serviceEndpointPolicies: which storage accounts subnets may reach through their service endpoints. Kept, not yet enforced: no such service has an address here.</summary>
public sealed class ServiceEndpointPolicyType(PolicyDefinitionType definitions) : NetworkType<ServiceEndpointPolicyProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/serviceEndpointPolicies");

    public override ResourceTypeName Name => TypeName;

    public override JsonSerializerContext Json => ServiceEndpointPolicyJson.Default;

    public override bool Presents => true;

    public override IEnumerable<ArmError> Validate(Resource<ServiceEndpointPolicyProperties> desired, Resource<ServiceEndpointPolicyProperties>? current)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var definition in desired.Properties.ServiceEndpointPolicyDefinitions ?? [])
        {
            var id = desired.Id.Child("serviceEndpointPolicyDefinitions", definition.Name ?? "").ToString();
            if (definition.Name is not { Length: > 0 } name)
            {
                yield return NetworkErrors.InvalidRequestFormat("A service endpoint policy definition has no name.", "properties.serviceEndpointPolicyDefinitions");
            }
            else if (!names.Add(name))
            {
                yield return NetworkErrors.DuplicateName(desired.Id.ToString(), name);
            }

            if (definition.Properties is not { Service: "Microsoft.Storage" or "Global" })
            {
                yield return NetworkErrors.InvalidRequestFormat($"The service of {id} must be Microsoft.Storage or Global.", $"{id}.service");
            }

            foreach (var resource in definition.Properties?.ServiceResources ?? [])
            {
                if (!ResourceId.TryParse(resource, out _) && !resource.StartsWith("/services/", StringComparison.OrdinalIgnoreCase))
                {
                    yield return NetworkErrors.InvalidRequestFormat($"'{resource}' of {id} is neither an id nor an alias.", $"{id}.serviceResources");
                }
            }
        }

        foreach (var error in new Refusals()
            .IfSet(desired.Properties.ServiceAlias, "properties.serviceAlias")
            .IfAny(desired.Properties.ContextualServiceEndpointPolicies, "properties.contextualServiceEndpointPolicies").Errors)
        {
            yield return error;
        }
    }

    public override Resource<ServiceEndpointPolicyProperties> Default(
        Resource<ServiceEndpointPolicyProperties> desired, Resource<ServiceEndpointPolicyProperties>? current, IResourceView view)
    {
        desired.Properties.ResourceGuid ??= Guid.NewGuid().ToString();
        desired.Properties.ServiceEndpointPolicyDefinitions ??= [];
        definitions.Adopt(desired, (_, _) => { }, current);
        return desired;
    }

    public override IEnumerable<ArmError> AdmitDelete(Resource<ServiceEndpointPolicyProperties> current, IResourceView view)
        => SubnetsOf(current.Id, view) is { Length: > 0 } users ? [NetworkErrors.InUse("InUseServiceEndpointPolicyCannotBeDeleted", "Service endpoint policy", current.Id, users)] : [];

    public override Resource<ServiceEndpointPolicyProperties> Present(Resource<ServiceEndpointPolicyProperties> stored, IResourceView view)
    {
        var (state, subnets) = (stored.Properties.ProvisioningState, SubnetsOf(stored.Id, view));
        return stored with
        {
            Properties = stored.Properties with
            {
                ServiceEndpointPolicyDefinitions = [.. from definition in stored.Properties.ServiceEndpointPolicyDefinitions ?? []
                                                       select definition with { Etag = stored.Etag, Properties = (definition.Properties ?? new()) with { ProvisioningState = state } }],
                Subnets = subnets.Length > 0 ? [.. subnets.Select(s => new ResourceLink { Id = s })] : null,
            },
        };
    }

    private static string[] SubnetsOf(ResourceId policy, IResourceView view)
        => [.. (from network in view.Referrers<VirtualNetworkProperties>(policy)
                from subnet in network.Properties.Subnets ?? []
                where (subnet.Properties?.ServiceEndpointPolicies ?? []).Any(p => policy.Key.Equals(p.Id, StringComparison.OrdinalIgnoreCase))
                select subnet.Id).OfType<string>()];
}
