using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NatGateways;
using Lazuli.Providers.Network.PublicIPAddresses;

namespace Lazuli.Providers.Network.PublicIPPrefixes;

/// <summary>Microsoft.Network/publicIPPrefixes: a block of the public pool, set aside at creation, that addresses and NAT gateways take from.</summary>
public sealed class PublicIPPrefixType(PublicPool pool) : NetworkType<PublicIPPrefixProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/publicIPPrefixes");

    private const int Longest = 31;
    private const int Shortest6 = 124;
    private const int Longest6 = 127;

    public override ResourceTypeName Name => TypeName;

    public override JsonSerializerContext Json => PublicIPPrefixJson.Default;

    public override bool Presents => true;

    public override IEnumerable<string> Locks(Resource<PublicIPPrefixProperties> desired) => [PublicPool.Lock];

    public override IEnumerable<ArmError> Validate(Resource<PublicIPPrefixProperties> desired, Resource<PublicIPPrefixProperties>? current)
    {
        var (prefix, zones) = (desired.Properties, desired.Zones ?? []);
        var errors = new List<ArmError>();
        if (desired.Sku?.Name is { } sku && !sku.Equals("Standard", StringComparison.OrdinalIgnoreCase))
        {
            errors.Add(sku.Equals("StandardV2", StringComparison.OrdinalIgnoreCase) ? ArmErrors.NotSupported("The SKU 'StandardV2'") : ArmErrors.InvalidParameter(
                "sku.name", $"The value '{sku}' of parameter 'sku.name' is not allowed. Allowed values are: Standard."));
        }

        if (prefix.PublicIPAddressVersion != "IPv6" && prefix.PrefixLength is null or > Longest)
        {
            errors.Add(NetworkErrors.InvalidPrefixLength(prefix.PrefixLength, 21, Longest));
        }

        if (prefix is { PublicIPAddressVersion: "IPv6", PrefixLength: null or < Shortest6 or > Longest6 })
        {
            errors.Add(NetworkErrors.InvalidPrefixLength(prefix.PrefixLength, Shortest6, Longest6));
        }

        if (zones.Any(z => z is not ("1" or "2" or "3")) || zones.Distinct().Count() < zones.Count)
        {
            errors.Add(NetworkErrors.InvalidZones(string.Join(",", zones)));
        }

        if (current is not null && desired.Zones is not null && !zones.ToHashSet().SetEquals(current.Zones ?? []))
        {
            errors.Add(NetworkErrors.ZonesCannotBeModified(desired.Id.ToString()));
        }

        return errors.Concat(new Refusals()
            .IfSet(desired.ExtendedLocation, "extendedLocation")
            .When(desired.Sku?.Tier is { } tier && !tier.Equals("Regional", StringComparison.OrdinalIgnoreCase), "sku.tier")
            .IfSet(prefix.CustomIPPrefix, "properties.customIPPrefix").Errors);
    }

    public override Resource<PublicIPPrefixProperties> Default(Resource<PublicIPPrefixProperties> desired, Resource<PublicIPPrefixProperties>? current, IResourceView view)
    {
        var prefix = desired.Properties;
        prefix.ResourceGuid ??= Guid.NewGuid().ToString();
        prefix.PublicIPAddressVersion ??= "IPv4";
        prefix.IpTags ??= [];
        prefix.IpPrefix ??= prefix.PublicIPAddressVersion == "IPv6"
            ? pool.FreeBlock6(view, prefix.PrefixLength ?? Longest6)?.ToString()
            : pool.FreeBlock(view, prefix.PrefixLength ?? Longest)?.ToString();
        return desired with { Sku = new() { Name = "Standard", Tier = "Regional" }, Zones = desired.Zones ?? current?.Zones };
    }

    public override IEnumerable<ArmError> Admit(Resource<PublicIPPrefixProperties> desired, Resource<PublicIPPrefixProperties>? current, IResourceView view)
        => desired.Properties.IpPrefix is null ? [NetworkErrors.PublicPoolIsFull()] : [];

    public override IEnumerable<ArmError> AdmitDelete(Resource<PublicIPPrefixProperties> current, IResourceView view)
        => view.Referrers(current.Id).FirstOrDefault() is { } user ? [NetworkErrors.InUse("InUsePublicIpPrefixCannotBeDeleted", "Public IP prefix", current.Id, [user.ToString()])] : [];

    public override Resource<PublicIPPrefixProperties> Present(Resource<PublicIPPrefixProperties> stored, IResourceView view)
        => stored with
        {
            Properties = stored.Properties with
            {
                PublicIPAddresses = view.Referrers<PublicIPAddressProperties>(stored.Id).Select(a => ResourceLink.To(a.Id)).ToArray() is { Length: > 0 } links ? links : null,
                NatGateway = view.Referrers<NatGatewayProperties>(stored.Id).Select(n => ResourceLink.To(n.Id)).FirstOrDefault(),
            },
        };
}
