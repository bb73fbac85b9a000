using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.DnsZones;
using Lazuli.Providers.Network.VirtualNetworks;

namespace Lazuli.Providers.Network.PrivateDnsZones.VirtualNetworkLinks;

/// <summary>Microsoft.Network/privateDnsZones/virtualNetworkLinks: a network that sees the zone, and may have its machines in it. Its zone's reconciler makes it true.</summary>
public sealed class VirtualNetworkLinkType : ResourceType<VirtualNetworkLinkProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/privateDnsZones/virtualNetworkLinks");

    public override ResourceTypeName Name => TypeName;

    public override IReadOnlyList<string> ApiVersions => PrivateDnsZoneType.Versions;

    public override bool IsRegional => false;

    public override bool EtagInBody => true;

    public override JsonSerializerContext Json => VirtualNetworkLinkJson.Default;

    public override IEnumerable<ResourceReference> References(Resource<VirtualNetworkLinkProperties> resource)
    {
        if (resource.Id.Parent is { } zone)
        {
            yield return new(zone.ToString(), "id");
        }

        if (resource.Properties.VirtualNetwork?.Id is { } network)
        {
            yield return new(network, "properties.virtualNetwork.id") { Type = VirtualNetworkType.TypeName, LinkedAction = "Microsoft.Network/virtualNetworks/join/action" };
        }
    }

    public override IEnumerable<ArmError> Validate(Resource<VirtualNetworkLinkProperties> desired, Resource<VirtualNetworkLinkProperties>? current)
    {
        if (desired.Properties.VirtualNetwork?.Id is not { Length: > 0 } network)
        {
            yield return DnsErrors.Invalid("The virtual network of the link is missing.", "properties.virtualNetwork.id");
        }
        else if (current?.Properties.VirtualNetwork?.Id is { } before && !before.Equals(network, StringComparison.OrdinalIgnoreCase))
        {
            yield return DnsErrors.Conflict("The virtual network of a link cannot be changed.", "properties.virtualNetwork.id");
        }
    }

    public override Resource<VirtualNetworkLinkProperties> Default(Resource<VirtualNetworkLinkProperties> desired, Resource<VirtualNetworkLinkProperties>? current, IResourceView view)
    {
        desired.Properties.RegistrationEnabled ??= false;
        desired.Properties.ResolutionPolicy ??= "Default";
        desired.Properties.VirtualNetworkLinkState = "Completed";
        return desired;
    }

    public override IEnumerable<ArmError> Admit(Resource<VirtualNetworkLinkProperties> desired, Resource<VirtualNetworkLinkProperties>? current, IResourceView view)
    {
        var zone = desired.Id.Parent ?? throw new InvalidOperationException(desired.Id.ToString());
        var network = desired.Properties.VirtualNetwork?.Id ?? "";
        var all = ResourceId.TryParse(network, out var id) ? view.Referrers<VirtualNetworkLinkProperties>(id).Where(l => !l.Id.Equals(desired.Id)).ToList() : [];
        if (all.FirstOrDefault(l => zone.Equals(l.Id.Parent)) is { } twin)
        {
            yield return DnsErrors.Conflict($"A virtual network cannot be linked to a zone twice; conflicting virtual network link is '{twin.Id}'.", network);
        }
        else if (all.FirstOrDefault(l => zone.Name.Equals(l.Id.Parent?.Name, StringComparison.OrdinalIgnoreCase)) is { } overlapping)
        {
            yield return DnsErrors.Conflict($"A virtual network cannot be linked to multiple zones with overlapping namespaces. You tried to link virtual network with '{zone.Name}' and '{overlapping.Id.Parent?.Name}' zones.", network);
        }

        if (desired.Properties.RegistrationEnabled == true && all.FirstOrDefault(l => l.Properties.RegistrationEnabled == true) is { } other)
        {
            yield return DnsErrors.Conflict(
                $"A virtual network can only be linked to 1 Private DNS zone(s) with auto-registration enabled; conflicting Private DNS zone is '{other.Id.Parent}'.", network);
        }

        var links = PrivateDnsZoneType.LinksOf(view, zone).Where(l => !l.Id.Equals(desired.Id)).ToList();
        if (links.Count >= PrivateDnsZoneType.MostLinks
            || (desired.Properties.RegistrationEnabled == true && links.Count(l => l.Properties.RegistrationEnabled == true) >= PrivateDnsZoneType.MostRegistrations))
        {
            yield return DnsErrors.Conflict($"The zone '{zone.Name}' has reached its limit of virtual network links.", zone.Name);
        }
    }
}
