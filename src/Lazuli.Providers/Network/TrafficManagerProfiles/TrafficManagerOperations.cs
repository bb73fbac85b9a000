using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.TrafficManagerProfiles;

/// <summary>Whether a name below trafficmanager.net is free, and the regions that endpoints may have.</summary>
internal static class TrafficManagerOperations
{
    private const string Action = "Microsoft.Network/checkTrafficManagerNameAvailability/action";

    public static IReadOnlyList<ProviderOperation> All { get; } =
    [
        new(HttpMethod.Post, "/providers/Microsoft.Network/checkTrafficManagerNameAvailability", Action, (request, _) => Task.FromResult(Check(request)))
        {
            ApiVersions = TrafficManagerProfileType.Versions,
            MetadataType = "checkTrafficManagerNameAvailability",
            IsAuthorized = false,
        },
        new(HttpMethod.Post, "/subscriptions/{subscriptionId}/providers/Microsoft.Network/checkTrafficManagerNameAvailabilityV2", Action, (request, _) => Task.FromResult(Check(request)))
        {
            ApiVersions = ["2022-04-01"],
        },
        new(HttpMethod.Get, "/providers/Microsoft.Network/trafficManagerGeographicHierarchies/default", "Microsoft.Network/trafficManagerGeographicHierarchies/read", (_, _) => Task.FromResult(Geography()))
        {
            ApiVersions = TrafficManagerProfileType.Versions,
            MetadataType = "trafficManagerGeographicHierarchies",
            IsAuthorized = false,
        },
    ];

    private static Result<ArmResponse> Geography() => ArmResponse.Json(JsonWriting.ToBytes(json =>
    {
        json.WriteStartObject();
        json.WriteString("id", "/providers/Microsoft.Network/trafficManagerGeographicHierarchies/default");
        json.WriteString("name", "default");
        json.WriteString("type", "Microsoft.Network/trafficManagerGeographicHierarchies");
        json.WriteStartObject("properties");
        json.WritePropertyName("geographicHierarchy");
        Write(json, GeographicRegion.World);
        json.WriteEndObject();
        json.WriteEndObject();
    }));

    private static void Write(Utf8JsonWriter json, GeographicRegion region)
    {
        json.WriteStartObject();
        json.WriteString("code", region.Code);
        json.WriteString("name", region.Name);
        json.WriteStartArray("regions");
        foreach (var inner in region.Regions)
        {
            Write(json, inner);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static Result<ArmResponse> Check(ProviderRequest request)
    {
        string? name = null, type = null;
        try
        {
            using var body = JsonDocument.Parse(request.Request.Body);
            name = body.RootElement.TryGetProperty("name", out var given) ? given.GetString() : null;
            type = body.RootElement.TryGetProperty("type", out var kind) ? kind.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return ArmErrors.InvalidRequestContent("The request body must be an object with a name and a type.");
        }

        var (reason, message) = !TrafficManagerRules.IsRelativeName(name) ? ("Name not valid", $"The relative DNS name '{name}' is invalid.")
            : TrafficManagerProfileType.IsNameTaken(request.View, name, null) ? ("AlreadyExists", $"Domain name {name}.trafficmanager.net already exists. Please choose a different DNS prefix.")
            : (null, null);
        return ArmResponse.Json(JsonWriting.ToBytes(json =>
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("type", type);
            json.WriteBoolean("nameAvailable", reason is null);
            if (reason is not null)
            {
                json.WriteString("reason", reason);
                json.WriteString("message", message);
            }

            json.WriteEndObject();
        }));
    }
}
