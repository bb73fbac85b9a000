using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkSecurityGroups.SecurityRules;

namespace Lazuli.Providers.Network.NetworkSecurityGroups.DefaultSecurityRules;

/// <summary>Microsoft.Network/networkSecurityGroups/defaultSecurityRules: the six rules that every group ends with, to be read.</summary>
public sealed class DefaultSecurityRuleType : NetworkChildType<NetworkSecurityGroupProperties, SecurityRuleProperties>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Network/networkSecurityGroups/defaultSecurityRules");

    public override bool CanPut => false;

    public override JsonSerializerContext Json => NetworkSecurityGroupJson.Default;

    public override IReadOnlyList<Embedded<SecurityRuleProperties>> Children(NetworkSecurityGroupProperties parent) => parent.DefaultSecurityRules ?? [];

    public override void SetChildren(NetworkSecurityGroupProperties parent, IReadOnlyList<Embedded<SecurityRuleProperties>> children)
        => throw new InvalidOperationException("Default rules are the same for every group.");
}
