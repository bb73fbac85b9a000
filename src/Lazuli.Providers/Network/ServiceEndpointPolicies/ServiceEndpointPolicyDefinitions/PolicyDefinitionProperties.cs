using System.ComponentModel.DataAnnotations;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.ServiceEndpointPolicies.ServiceEndpointPolicyDefinitions;

public sealed record PolicyDefinitionProperties
{
    [MaxLength(140)]
    public string? Description { get; set; }
    public string? Service { get; set; }
    public IReadOnlyList<string>? ServiceResources { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}
