using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.ApplicationSecurityGroups;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.NetworkSecurityGroups.DefaultSecurityRules;
using Lazuli.Providers.Network.NetworkSecurityGroups.SecurityRules;
using Lazuli.Providers.Network.VirtualNetworks;

namespace Lazuli.Providers.Network.NetworkSecurityGroups;

/// <summary>Microsoft.Network/networkSecurityGroups: rules that drop or let through the packets of the subnets and NICs that refer to them.</summary>
public sealed class NetworkSecurityGroupType(SecurityRuleType rules) : NetworkType<NetworkSecurityGroupProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/networkSecurityGroups");

    public override ResourceTypeName Name => TypeName;

    public override string NamePattern => "^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$";

    public override Type Reconciler => typeof(NetworkSecurityGroupReconciler);

    public override JsonSerializerContext Json => NetworkSecurityGroupJson.Default;

    public override bool Presents => true;

    public override IEnumerable<ResourceReference> References(Resource<NetworkSecurityGroupProperties> resource)
        => from rule in resource.Properties.SecurityRules ?? []
           from link in (rule.Properties?.SourceApplicationSecurityGroups ?? []).Concat(rule.Properties?.DestinationApplicationSecurityGroups ?? [])
           select new ResourceReference(link.Id ?? "", $"properties.securityRules.{rule.Name}.properties.applicationSecurityGroups.id")
           {
               Type = ApplicationSecurityGroupType.TypeName,
               LinkedAction = "Microsoft.Network/applicationSecurityGroups/joinNetworkSecurityRule/action",
           };

    public override IEnumerable<ArmError> Admit(Resource<NetworkSecurityGroupProperties> desired, Resource<NetworkSecurityGroupProperties>? current, IResourceView view)
        => from reference in References(desired)
           where view.Get<ApplicationSecurityGroupProperties>(reference.Target)?.Location != desired.Location
           select ArmErrors.InvalidReference(reference.Target, desired.Id);

    public override IEnumerable<ArmError> Validate(Resource<NetworkSecurityGroupProperties> desired, Resource<NetworkSecurityGroupProperties>? current)
        => SecurityRuleRules.Check(desired.Id, desired.Properties.SecurityRules ?? [], rules.NamePattern)
            .Concat(new Refusals().When(desired.Properties.FlushConnection == true, "properties.flushConnection").Errors);

    public override Resource<NetworkSecurityGroupProperties> Default(
        Resource<NetworkSecurityGroupProperties> desired, Resource<NetworkSecurityGroupProperties>? current, IResourceView view)
    {
        var group = desired.Properties;
        group.ResourceGuid ??= Guid.NewGuid().ToString();
        group.SecurityRules ??= [];
        foreach (var rule in group.SecurityRules.Select(r => r.Properties).OfType<SecurityRuleProperties>())
        {
            rule.SourcePortRanges ??= [];
            rule.DestinationPortRanges ??= [];
            rule.SourceAddressPrefixes ??= [];
            rule.DestinationAddressPrefixes ??= [];
        }

        rules.Adopt(desired, (_, _) => { }, current);
        return desired;
    }

    public override IEnumerable<ArmError> AdmitDelete(Resource<NetworkSecurityGroupProperties> current, IResourceView view)
    {
        var users = Nics(current.Id, view).Concat(Subnets(current.Id, view)).ToArray();
        return users.Length > 0 ? [NetworkErrors.NsgInUse(current.Id.ToString(), users)] : [];
    }

    public override Resource<NetworkSecurityGroupProperties> Present(Resource<NetworkSecurityGroupProperties> stored, IResourceView view)
    {
        var state = stored.Properties.ProvisioningState;
        return stored with
        {
            Properties = stored.Properties with
            {
                SecurityRules = [.. from rule in stored.Properties.SecurityRules ?? []
                                    select rule with { Etag = stored.Etag, Properties = (rule.Properties ?? new()) with { ProvisioningState = state } }],
                DefaultSecurityRules = DefaultRules.Of(stored.Id, stored.Etag, state),
                NetworkInterfaces = Links(Nics(stored.Id, view)),
                Subnets = Links(Subnets(stored.Id, view)),
            },
        };
    }

    private static ResourceLink[]? Links(IEnumerable<string> ids) => ids.Select(id => new ResourceLink { Id = id }).ToArray() is { Length: > 0 } links ? links : null;

    private static IEnumerable<string> Nics(ResourceId id, IResourceView view) => view.Referrers<NetworkInterfaceProperties>(id).Select(n => n.Id.ToString());

    private static IEnumerable<string> Subnets(ResourceId id, IResourceView view)
        => from network in view.Referrers<VirtualNetworkProperties>(id)
           from subnet in network.Properties.Subnets ?? []
           where id.Key.Equals(subnet.Properties?.NetworkSecurityGroup?.Id, StringComparison.OrdinalIgnoreCase)
           select subnet.Id;
}
