using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.NetworkSecurityGroups.SecurityRules;

/// <summary>Microsoft.Network/networkSecurityGroups/securityRules: part of its group's document, so both PUTs see one truth.</summary>
public sealed class SecurityRuleType : NetworkChildType<NetworkSecurityGroupProperties, SecurityRuleProperties>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Network/networkSecurityGroups/securityRules");

    public override JsonSerializerContext Json => NetworkSecurityGroupJson.Default;

    public override IReadOnlyList<Embedded<SecurityRuleProperties>> Children(NetworkSecurityGroupProperties parent) => parent.SecurityRules ?? [];

    public override void SetChildren(NetworkSecurityGroupProperties parent, IReadOnlyList<Embedded<SecurityRuleProperties>> children) => parent.SecurityRules = children;
}
