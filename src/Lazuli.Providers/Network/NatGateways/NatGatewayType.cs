using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.PublicIPAddresses;
using Lazuli.Providers.Network.PublicIPPrefixes;

namespace Lazuli.Providers.Network.NatGateways;

/// <summary>Microsoft.Network/natGateways: public addresses that the TCP and UDP connections of subnets to the Internet come from.</summary>
public sealed class NatGatewayType : NetworkType<NatGatewayProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/natGateways");

    public override ResourceTypeName Name => TypeName;

    public override Type Reconciler => typeof(NatGatewayReconciler);

    public override JsonSerializerContext Json => NatGatewayJson.Default;

    public override bool Presents => true;

    public override IEnumerable<ResourceReference> References(Resource<NatGatewayProperties> resource)
        => (from link in resource.Properties.PublicIpAddresses ?? []
            select new ResourceReference(link.Id ?? "", "properties.publicIpAddresses.id") { Type = PublicIPAddressType.TypeName, LinkedAction = "Microsoft.Network/publicIPAddresses/join/action" })
            .Concat(from link in resource.Properties.PublicIpPrefixes ?? []
                    select new ResourceReference(link.Id ?? "", "properties.publicIpPrefixes.id") { Type = PublicIPPrefixType.TypeName, LinkedAction = "Microsoft.Network/publicIPPrefixes/join/action" });

    public override IEnumerable<ArmError> Validate(Resource<NatGatewayProperties> desired, Resource<NatGatewayProperties>? current)
    {
        var (nat, zones) = (desired.Properties, desired.Zones ?? []);
        if (desired.Sku?.Name is { } sku && !sku.Equals("Standard", StringComparison.OrdinalIgnoreCase))
        {
            yield return sku.Equals("StandardV2", StringComparison.OrdinalIgnoreCase) ? ArmErrors.NotSupported("The SKU 'StandardV2'") : ArmErrors.InvalidParameter(
                "sku.name", $"The value '{sku}' of parameter 'sku.name' is not allowed. Allowed values are: Standard.");
        }

        if (zones.Any(z => z is not ("1" or "2" or "3")) || zones.Count > 1)
        {
            yield return NetworkErrors.InvalidZones(string.Join(",", zones));
        }

        if (current is not null && desired.Zones is not null && !zones.ToHashSet().SetEquals(current.Zones ?? []))
        {
            yield return NetworkErrors.ZonesCannotBeModified(desired.Id.ToString());
        }

        foreach (var error in new Refusals()
            .IfAny(nat.PublicIpAddressesV6, "properties.publicIpAddressesV6")
            .IfAny(nat.PublicIpPrefixesV6, "properties.publicIpPrefixesV6")
            .IfSet(nat.SourceVirtualNetwork, "properties.sourceVirtualNetwork")
            .IfSet(nat.ServiceGateway, "properties.serviceGateway")
            .When(nat.Nat64 == "Enabled", "properties.nat64").Errors)
        {
            yield return error;
        }
    }

    public override Resource<NatGatewayProperties> Default(Resource<NatGatewayProperties> desired, Resource<NatGatewayProperties>? current, IResourceView view)
    {
        desired.Properties.ResourceGuid ??= Guid.NewGuid().ToString();
        desired.Properties.IdleTimeoutInMinutes ??= 4;
        return desired with { Sku = new() { Name = "Standard" }, Zones = desired.Zones ?? current?.Zones };
    }

    public override IEnumerable<ArmError> Admit(Resource<NatGatewayProperties> desired, Resource<NatGatewayProperties>? current, IResourceView view)
    {
        foreach (var reference in References(desired))
        {
            var address = view.Get<PublicIPAddressProperties>(reference.Target);
            var (location, sku) = address is not null ? (address.Location, address.Sku?.Name)
                : view.Get<PublicIPPrefixProperties>(reference.Target) is { } prefix ? (prefix.Location, prefix.Sku?.Name) : (null, null);
            if (location != desired.Location)
            {
                yield return ArmErrors.InvalidReference(reference.Target, desired.Id);
            }
            else if (sku != "Standard")
            {
                yield return NetworkErrors.NatNeedsStandard(desired.Id.ToString(), reference.Target);
            }
            else if ((address?.Properties.PublicIPAddressVersion ?? view.Get<PublicIPPrefixProperties>(reference.Target)?.Properties.PublicIPAddressVersion) == "IPv6")
            {
                yield return ArmErrors.NotSupported($"A NAT gateway of the Standard sku with the IPv6 address '{reference.Target}'") with { Target = reference.Path };
            }
            else if (address is not null && PublicIPAddressType.UserOf(view, address.Id) is { } user && !desired.Id.Key.Equals(user, StringComparison.OrdinalIgnoreCase))
            {
                yield return NetworkErrors.PublicAddressInUse(desired.Id.ToString(), reference.Target, user);
            }
        }
    }

    public override IEnumerable<ArmError> AdmitDelete(Resource<NatGatewayProperties> current, IResourceView view)
        => SubnetLinks.Users(view, current.Id, s => s.NatGateway).FirstOrDefault() is { } user ? [NetworkErrors.NatGatewayInUse(current.Id.ToString(), user.Id ?? "")] : [];

    public override Resource<NatGatewayProperties> Present(Resource<NatGatewayProperties> stored, IResourceView view)
        => stored with { Properties = stored.Properties with { Subnets = SubnetLinks.Of(view, stored.Id, s => s.NatGateway) } };
}
