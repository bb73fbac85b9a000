using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.DnsZones;
using Lazuli.Providers.Network.LoadBalancers;
using Lazuli.Providers.Network.NatGateways;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.PublicIPPrefixes;

namespace Lazuli.Providers.Network.PublicIPAddresses;

/// <summary>
/// Microsoft.Network/publicIPAddresses: an address of the public pool, set aside at creation and never given to two resources. Its translation to a
/// private address is part of the NIC that uses it, so a write is all there is to do.
/// </summary>
public sealed partial class PublicIPAddressType(NetworkOptions options, PublicPool pool) : NetworkType<PublicIPAddressProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/publicIPAddresses");

    public override ResourceTypeName Name => TypeName;

    public override string NamePattern => "^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$";

    public override JsonSerializerContext Json => PublicIPAddressJson.Default;

    /// <summary>For its name alone.</summary>
    public override Type Reconciler => typeof(PublicIPAddressReconciler);

    public override bool WritesTakeTime => false;

    public override bool Presents => true;

    /// <summary>Addresses and names are unique across everything.</summary>
    public override IEnumerable<string> Locks(Resource<PublicIPAddressProperties> desired) => [PublicPool.Lock];

    public override IEnumerable<ResourceReference> References(Resource<PublicIPAddressProperties> resource)
        => resource.Properties.PublicIPPrefix is { } prefix
            ? [new(prefix.Id ?? "", "properties.publicIPPrefix.id") { Type = PublicIPPrefixType.TypeName, LinkedAction = "Microsoft.Network/publicIPPrefixes/join/action" }]
            : [];

    public override IEnumerable<ArmError> Validate(Resource<PublicIPAddressProperties> desired, Resource<PublicIPAddressProperties>? current)
    {
        var (address, sku, zones) = (desired.Properties, SkuOf(desired), desired.Zones ?? []);
        var errors = new List<ArmError>();
        if (sku is "Standard" && address.PublicIPAllocationMethod != "Static")
        {
            errors.Add(NetworkErrors.StandardMustBeStatic(desired.Id.ToString()));
        }

        if (sku is null)
        {
            errors.Add(desired.Sku?.Name is "StandardV2" ? ArmErrors.NotSupported("The SKU 'StandardV2'") : ArmErrors.InvalidParameter(
                "sku.name", $"The value '{desired.Sku?.Name}' of parameter 'sku.name' is not allowed. Allowed values are: Basic, Standard."));
        }

        if (zones.Count > 0 && sku == "Basic")
        {
            errors.Add(NetworkErrors.ZonesNotAllowedInBasic(desired.Id.ToString()));
        }

        if (zones.Any(z => z is not ("1" or "2" or "3")) || zones.Distinct().Count() < zones.Count)
        {
            errors.Add(NetworkErrors.InvalidZones(string.Join(",", zones)));
        }

        if (current is not null && sku is not null && sku != SkuOf(current))
        {
            errors.Add(ArmErrors.ImmutableProperty("sku.name"));
        }

        if (current is not null && !string.Equals(address.PublicIPPrefix?.Id, current.Properties.PublicIPPrefix?.Id, StringComparison.OrdinalIgnoreCase))
        {
            errors.Add(ArmErrors.ImmutableProperty("properties.publicIPPrefix"));
        }

        if (current is not null && desired.Zones is not null && !zones.ToHashSet().SetEquals(current.Zones ?? []))
        {
            errors.Add(NetworkErrors.ZonesCannotBeModified(desired.Id.ToString()));
        }

        if (address.DnsSettings?.DomainNameLabel is { } label && !Label().IsMatch(label))
        {
            errors.Add(NetworkErrors.InvalidDomainNameLabel(label));
        }

        return errors.Concat(new Refusals()
            .IfSet(desired.ExtendedLocation, "extendedLocation")
            .When(desired.Sku?.Tier is { } tier && !tier.Equals("Regional", StringComparison.OrdinalIgnoreCase) && !(IsGlobal(desired) && sku == "Standard"), "sku.tier")
            .When(address.PublicIPAddressVersion == "IPv6" && (sku != "Standard" || IsGlobal(desired)), "properties.publicIPAddressVersion")
            .When(address.DdosSettings is { ProtectionMode: "Enabled" } or { DdosCustomPolicy: not null } or { DdosProtectionPlan: not null }, "properties.ddosSettings")
            .IfSet(address.DnsSettings?.DomainNameLabelScope, "properties.dnsSettings.domainNameLabelScope")
            .When(address.PublicIPPrefix is not null && sku == "Basic", "properties.publicIPPrefix")
            .IfSet(address.ServicePublicIPAddress, "properties.servicePublicIPAddress")
            .IfSet(address.LinkedPublicIPAddress, "properties.linkedPublicIPAddress")
            .When(address.MigrationPhase is not (null or "None"), "properties.migrationPhase").Errors);
    }

    public override Resource<PublicIPAddressProperties> Default(Resource<PublicIPAddressProperties> desired, Resource<PublicIPAddressProperties>? current, IResourceView view)
    {
        var address = desired.Properties;
        address.ResourceGuid ??= Guid.NewGuid().ToString();
        address.PublicIPAllocationMethod ??= "Dynamic";
        address.PublicIPAddressVersion ??= "IPv4";
        address.IdleTimeoutInMinutes ??= 4;
        address.IpTags ??= [];
        if (SkuOf(desired) == "Standard")
        {
            address.DdosSettings ??= new() { ProtectionMode = "VirtualNetworkInherited" };
        }

        if (address.DnsSettings is { } dns)
        {
            dns.Fqdn = dns.DomainNameLabel is { } label ? NameOf(label, desired.Location) : null;
        }

        var block = view.Get<PublicIPPrefixProperties>(address.PublicIPPrefix?.Id)?.Properties;
        if (address.PublicIPPrefix is null || (block?.IpPrefix is not null && block.PublicIPAddressVersion == address.PublicIPAddressVersion))
        {
            address.Allocated ??= address.PublicIPAddressVersion == "IPv6" ? pool.Free6(view, block?.IpPrefix) : pool.Free(view, block?.IpPrefix);
        }

        return desired with { Sku = new() { Name = SkuOf(desired), Tier = IsGlobal(desired) ? "Global" : "Regional" }, Zones = desired.Zones ?? current?.Zones };
    }

    public override IEnumerable<ArmError> Admit(Resource<PublicIPAddressProperties> desired, Resource<PublicIPAddressProperties>? current, IResourceView view)
    {
        var block = view.Get<PublicIPPrefixProperties>(desired.Properties.PublicIPPrefix?.Id);
        if (block is not null && block.Properties.PublicIPAddressVersion != desired.Properties.PublicIPAddressVersion)
        {
            yield return NetworkErrors.MixedFamilies(desired.Id.ToString());
        }
        else if (desired.Properties.Allocated is null)
        {
            yield return desired.Properties.PublicIPPrefix?.Id is { } full ? NetworkErrors.PrefixIsFull(full) : NetworkErrors.PublicPoolIsFull();
        }

        if (block is not null && block.Location != desired.Location)
        {
            yield return ArmErrors.InvalidReference(block.Id.ToString(), desired.Id);
        }

        if (desired.Properties.DnsSettings?.Fqdn is { } name && IsNameTaken(view, name, desired.Id))
        {
            yield return NetworkErrors.DnsRecordInUse(name);
        }

        if (desired.Properties.DnsSettings?.ReverseFqdn is { Length: > 0 } reverse && reverse != current?.Properties.DnsSettings?.ReverseFqdn
            && !ReverseNames.MayBe(view, desired.Id, desired.Properties, reverse))
        {
            yield return NetworkErrors.ReverseNameOfAnother(reverse);
        }
    }

    public override IEnumerable<ArmError> AdmitDelete(Resource<PublicIPAddressProperties> current, IResourceView view)
        => UserOf(view, current.Id) is { } user ? [NetworkErrors.PublicAddressCannotBeDeleted(current.Id.ToString(), user)] : [];

    public override Resource<PublicIPAddressProperties> Present(Resource<PublicIPAddressProperties> stored, IResourceView view)
    {
        var gateway = view.Referrers<NatGatewayProperties>(stored.Id).FirstOrDefault();
        var user = UserOf(view, stored.Id);
        return stored with
        {
            Properties = stored.Properties with
            {
                NatGateway = gateway is null ? null : ResourceLink.To(gateway.Id),
                IpConfiguration = user is null || gateway is not null ? null : new() { Id = user },
                IpAddress = user is not null || stored.Properties.PublicIPAllocationMethod == "Static" ? stored.Properties.Allocated : null,
            },
        };
    }

    /// <summary>The IP configuration or NAT gateway that uses the address, or null.</summary>
    public static string? UserOf(IResourceView view, ResourceId address)
        => view.Referrers<NatGatewayProperties>(address).FirstOrDefault() is { } gateway ? gateway.Id.ToString() : (from nic in view.Referrers<NetworkInterfaceProperties>(address)
                                                                                                                    from configuration in nic.Properties.IpConfigurations ?? []
                                                                                                                    where address.Key.Equals(configuration.Properties?.PublicIPAddress?.Id, StringComparison.OrdinalIgnoreCase)
                                                                                                                    select configuration.Id).FirstOrDefault() ?? LoadBalancerLinks.FrontendWith(view, address);

    /// <summary>The full name of a label in a region.</summary>
    public string NameOf(string label, string? location) => $"{label}.{location}.{options.PublicDnsSuffix}";

    /// <summary>Whether a resource other than <paramref name="self"/> has the name.</summary>
    public bool IsNameTaken(IResourceView view, string name, ResourceId? self)
        => view.List<PublicIPAddressProperties>(Name, ResourceId.Tenant).Any(a => !a.Id.Equals(self) && a.Properties.DnsSettings?.Fqdn == name);

    // For a load balancer of the Global tier.
    private static bool IsGlobal(Resource<PublicIPAddressProperties> address) => LoadBalancerLinks.IsGlobal(address);

    private static string? SkuOf(Resource<PublicIPAddressProperties> address) => address.Sku?.Name?.ToUpperInvariant() switch
    {
        null or "BASIC" => "Basic",
        "STANDARD" => "Standard",
        _ => null,
    };

    [GeneratedRegex("^[a-z][a-z0-9-]{1,61}[a-z0-9]$", RegexOptions.CultureInvariant)]
    private static partial Regex Label();
}
