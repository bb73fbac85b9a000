using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Resources.Locations;

/// <summary>GET /subscriptions/{id}/locations.</summary>
internal static class LocationOperations
{
    public static IEnumerable<ProviderOperation> All { get; } =
    [
        new(HttpMethod.Get, "/subscriptions/{subscriptionId}/locations", "Microsoft.Resources/subscriptions/locations/read", List) { ApiVersions = ResourceManagerVersions.All },
    ];

    private static Task<Result<ArmResponse>> List(ProviderRequest request, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(ArmResponse.Json(JsonWriting.List(request.Kernel.Locations.All, (json, location) => Write(json, location, request["subscriptionId"]))));

    private static void Write(Utf8JsonWriter json, Location location, string subscription)
    {
        json.WriteStartObject();
        json.WriteString("id", $"/subscriptions/{subscription}/locations/{location.Name}");
        json.WriteString("name", location.Name);
        json.WriteString("type", "Region");
        json.WriteString("displayName", location.DisplayName);
        json.WriteString("regionalDisplayName", location.RegionalDisplayName);
        json.WriteStartObject("metadata");
        json.WriteString("regionType", "Physical");
        json.WriteString("regionCategory", "Recommended");
        json.WriteString("geography", location.Geography);
        json.WriteString("geographyGroup", location.GeographyGroup);
        json.WriteString("longitude", location.Longitude);
        json.WriteString("latitude", location.Latitude);
        json.WriteString("physicalLocation", location.PhysicalLocation);
        json.WriteStartArray("pairedRegion");
        if (location.PairedRegion is { } paired)
        {
            json.WriteStartObject();
            json.WriteString("name", paired);
            json.WriteString("id", $"/subscriptions/{subscription}/locations/{paired}");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        if (location.HasZones)
        {
            json.WriteStartArray("availabilityZoneMappings");
            foreach (var zone in new[] { "1", "2", "3" })
            {
                json.WriteStartObject();
                json.WriteString("logicalZone", zone);
                json.WriteString("physicalZone", $"{location.Name}-az{zone}");
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
