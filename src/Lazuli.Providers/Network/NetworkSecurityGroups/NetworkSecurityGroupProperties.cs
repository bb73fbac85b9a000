using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkSecurityGroups.SecurityRules;

namespace Lazuli.Providers.Network.NetworkSecurityGroups;

public sealed record NetworkSecurityGroupProperties : IProvisioned
{
    public bool? FlushConnection { get; set; }
    [MaxLength(1000)]
    public IReadOnlyList<Embedded<SecurityRuleProperties>>? SecurityRules { get; set; }

    [Computed]
    public IReadOnlyList<Embedded<SecurityRuleProperties>>? DefaultSecurityRules { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? NetworkInterfaces { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? Subnets { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? FlowLogs { get; set; }

    [Computed]
    public string? ResourceGuid { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}

[JsonSerializable(typeof(Resource<NetworkSecurityGroupProperties>))]
[JsonSerializable(typeof(Embedded<SecurityRuleProperties>))]
internal sealed partial class NetworkSecurityGroupJson : JsonSerializerContext;
