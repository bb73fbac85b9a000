using System.Text.RegularExpressions;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.NetworkSecurityGroups;
using Lazuli.Providers.Network.PublicIPAddresses;
using Lazuli.Providers.Network.VirtualNetworks;

namespace Lazuli.Providers.Network;

/// <summary>What Microsoft.Network answers for a region: how much of each quota is used, and whether a public name is free.</summary>
internal static partial class NetworkOperations
{
    private const string Base = "/subscriptions/{subscriptionId}/providers/Microsoft.Network/locations/{location}/";

    public static IReadOnlyList<ProviderOperation> All(PublicIPAddressType addresses) =>
    [
        new(HttpMethod.Get, Base + "usages", "Microsoft.Network/locations/usages/read", Usages) { ApiVersions = NetworkVersions.All, MetadataType = "locations/usages" },
        new(HttpMethod.Get, Base + "CheckDnsNameAvailability", "Microsoft.Network/locations/checkDnsNameAvailability/read", (request, _) => Task.FromResult(CheckName(request, addresses)))
        {
            ApiVersions = NetworkVersions.All,
            MetadataType = "locations/CheckDnsNameAvailability",
        },
    ];

    private static Result<ArmResponse> CheckName(ProviderRequest request, PublicIPAddressType addresses)
    {
        var label = request.Request.Query.GetValueOrDefault("domainnamelabel") ?? "";
        if (request.Kernel.Locations.Normalize(request["location"]) is not { } location)
        {
            return ArmErrors.LocationNotAvailable(request["location"], PublicIPAddressType.TypeName, request.Kernel.Locations.All.Select(l => l.Name));
        }

        if (!Label().IsMatch(label))
        {
            return NetworkErrors.InvalidDomainNameLabel(label) with { Target = "domainNameLabel" };
        }

        return ArmResponse.Json(JsonWriting.ToBytes(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("available", !addresses.IsNameTaken(request.View, addresses.NameOf(label, location), null));
            json.WriteEndObject();
        }));
    }

    private static Task<Result<ArmResponse>> Usages(ProviderRequest request, CancellationToken cancellationToken)
    {
        if (request.Kernel.Locations.Normalize(request["location"]) is not { } location)
        {
            return Task.FromResult<Result<ArmResponse>>(
                ArmErrors.LocationNotAvailable(request["location"], VirtualNetworkType.TypeName, request.Kernel.Locations.All.Select(l => l.Name)));
        }

        var (view, scope) = (request.View, ResourceId.Subscription(request["subscriptionId"]));
        var addresses = view.List<PublicIPAddressProperties>(PublicIPAddressType.TypeName, scope).Where(a => a.Location == location).ToArray();
        (string Name, string Shown, int Used, int Limit)[] usages =
        [
            ("VirtualNetworks", "Virtual Networks", view.List<VirtualNetworkProperties>(VirtualNetworkType.TypeName, scope).Count(r => r.Location == location), 1000),
            ("StaticPublicIPAddresses", "Static Public IP Addresses", addresses.Count(a => a.Properties.PublicIPAllocationMethod == "Static"), 1000),
            ("NetworkSecurityGroups", "Network Security Groups", view.List<NetworkSecurityGroupProperties>(NetworkSecurityGroupType.TypeName, scope).Count(r => r.Location == location), 5000),
            ("PublicIPAddresses", "Public IP Addresses", addresses.Length, 1000),
            ("NetworkInterfaces", "Network Interfaces", view.List<NetworkInterfaceProperties>(NetworkInterfaceType.TypeName, scope).Count(r => r.Location == location), 65536),
            ("StandardSkuPublicIpAddresses", "Public IPv4 Addresses - Standard", addresses.Count(a => a.Sku?.Name == "Standard"), 1000),
        ];
        return Task.FromResult<Result<ArmResponse>>(ArmResponse.Json(JsonWriting.List(usages, (json, usage) =>
        {
            json.WriteStartObject();
            json.WriteNumber("currentValue", usage.Used);
            json.WriteString("id", $"{scope}/providers/Microsoft.Network/locations/{location}/usages/{usage.Name}");
            json.WriteNumber("limit", usage.Limit);
            json.WriteStartObject("name");
            json.WriteString("localizedValue", usage.Shown);
            json.WriteString("value", usage.Name);
            json.WriteEndObject();
            json.WriteString("unit", "Count");
            json.WriteEndObject();
        })));
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{1,61}[a-z0-9]$", RegexOptions.CultureInvariant)]
    private static partial Regex Label();
}
