using System.Globalization;
using System.Text.Json;
using Lazuli.Engines.Image;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Compute.Locations;

/// <summary>The marketplace as Azure shows it: publishers, offers, SKUs and versions of platform images, the same in every region.</summary>
internal sealed class ImageOperations(ImageCatalogue images)
{
    private const string Publishers = "/subscriptions/{subscriptionId}/providers/Microsoft.Compute/locations/{location}/publishers";
    private const string Offers = Publishers + "/{publisher}/artifacttypes/vmimage/offers";
    private const string Skus = Offers + "/{offer}/skus";
    private const string Versions = Skus + "/{sku}/versions";
    private const string Right = "Microsoft.Compute/locations/publishers";

    public IEnumerable<ProviderOperation> All =>
    [
        new(HttpMethod.Get, Publishers, Right + "/read", ListPublishers) { MetadataType = "locations/publishers" },
        new(HttpMethod.Get, Offers, Right + "/artifacttypes/offers/read", ListOffers),
        new(HttpMethod.Get, Skus, Right + "/artifacttypes/offers/skus/read", ListSkus),
        new(HttpMethod.Get, Versions, Right + "/artifacttypes/offers/skus/versions/read", ListVersions),
        new(HttpMethod.Get, Versions + "/{version}", Right + "/artifacttypes/offers/skus/versions/read", GetVersion),
    ];

    private Task<Result<ArmResponse>> ListPublishers(ProviderRequest request, CancellationToken cancellationToken)
        => In(request, (location, root) => List(images.Publishers(), name => $"{root}/Publishers/{name}", location));

    private Task<Result<ArmResponse>> ListOffers(ProviderRequest request, CancellationToken cancellationToken)
        => In(request, (location, root) =>
        {
            var offers = images.Offers(request["publisher"]).ToArray();
            return offers.Length == 0
                ? NotFound($"The publisher '{request["publisher"]}' was not found.")
                : List(offers, name => $"{root}/Publishers/{request["publisher"]}/ArtifactTypes/VMImage/Offers/{name}", location);
        });

    private Task<Result<ArmResponse>> ListSkus(ProviderRequest request, CancellationToken cancellationToken)
        => In(request, (location, root) =>
        {
            var skus = images.Skus(request["publisher"], request["offer"]).ToArray();
            return skus.Length == 0
                ? NotFound($"The offer '{request["offer"]}' of the publisher '{request["publisher"]}' was not found.")
                : List(skus, name => $"{root}/Publishers/{request["publisher"]}/ArtifactTypes/VMImage/Offers/{request["offer"]}/Skus/{name}", location);
        });

    private Task<Result<ArmResponse>> ListVersions(ProviderRequest request, CancellationToken cancellationToken)
        => In(request, (location, root) =>
        {
            if (images.Find(request["publisher"], request["offer"], request["sku"]) is not { } image)
            {
                return NotFound($"Artifact: VMImage was not found.");
            }

            IEnumerable<string> versions = image.Versions;
            var query = request.Request.Query;
            if (query.GetValueOrDefault("$filter") is { Length: > 0 } filter)
            {
                // startswith(name, '12.0')
                var parts = filter.Split('\'');
                if (parts.Length != 3 || !parts[0].Replace(" ", "", StringComparison.Ordinal).Equals("startswith(name,", StringComparison.OrdinalIgnoreCase) || parts[2].Trim() != ")")
                {
                    return ArmErrors.InvalidParameter("$filter", $"The filter '{filter}' is not supported: only \"startswith(name, '…')\" is.");
                }

                versions = versions.Where(v => v.StartsWith(parts[1], StringComparison.OrdinalIgnoreCase));
            }

            if (query.GetValueOrDefault("$orderby") is { Length: > 0 } order)
            {
                switch (order.Trim().ToLowerInvariant())
                {
                    case "name" or "name asc":
                        break;
                    case "name desc":
                        versions = versions.Reverse();
                        break;
                    default:
                        return ArmErrors.InvalidParameter("$orderby", $"The order '{order}' is not supported: only 'name asc' and 'name desc' are.");
                }
            }

            if (query.GetValueOrDefault("$top") is { } top)
            {
                if (!int.TryParse(top, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                {
                    return ComputeErrors.Invalid("$top", top);
                }

                versions = versions.Take(count);
            }

            if (query.GetValueOrDefault("$expand") is not { Length: > 0 } expand)
            {
                return List(versions, name => IdOf(root, image, name), location);
            }

            if (!expand.Split('/')[0].Equals("properties", StringComparison.OrdinalIgnoreCase))
            {
                return ArmErrors.InvalidParameter("$expand", $"'{expand}' can't be expanded: only 'properties' and what is in them can.");
            }

            var expanded = versions.Select(v => images.Resolve(image.Publisher, image.Offer, image.Sku, v)).OfType<ResolvedImage>().ToArray();
            return ArmResponse.Json(JsonWriting.ToBytes(json =>
            {
                json.WriteStartArray();
                foreach (var version in expanded)
                {
                    Write(json, version, location, root);
                }

                json.WriteEndArray();
            }));
        });

    private Task<Result<ArmResponse>> GetVersion(ProviderRequest request, CancellationToken cancellationToken)
        => In(request, (location, root) => images.Resolve(request["publisher"], request["offer"], request["sku"], request["version"]) is { } image
            ? ArmResponse.Json(JsonWriting.ToBytes(json => Write(json, image, location, root)))
            : NotFound("Artifact: VMImage was not found."));

    private static void Write(Utf8JsonWriter json, ResolvedImage resolved, string location, string root)
    {
        var image = resolved.Image;
        json.WriteStartObject();
        json.WriteString("id", IdOf(root, image, resolved.Version));
        json.WriteString("name", resolved.Version);
        json.WriteString("location", location);
        json.WriteStartObject("properties");
        json.WriteString("architecture", image.Architecture);
        json.WriteStartObject("automaticOSUpgradeProperties");
        json.WriteBoolean("automaticOSUpgradeSupported", false);
        json.WriteEndObject();
        json.WriteStartObject("osDiskImage");
        json.WriteString("operatingSystem", image.OsType);
        json.WriteNumber("sizeInGb", image.DiskSizeGB);
        json.WriteNumber("sizeInBytes", (long)image.DiskSizeGB << 30);
        json.WriteEndObject();
        json.WriteStartArray("dataDiskImages");
        json.WriteEndArray();
        json.WriteString("hyperVGeneration", image.Generation);
        json.WriteStartArray("features");
        json.WriteEndArray();
        json.WriteStartObject("imageDeprecationStatus");
        json.WriteString("imageState", "Active");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static Task<Result<ArmResponse>> In(ProviderRequest request, Func<string, string, Result<ArmResponse>> run)
        => Task.FromResult(LocationRules.Normalize(request) is { } location
            ? run(location, $"/Subscriptions/{request["subscriptionId"]}/Providers/Microsoft.Compute/Locations/{location}")
            : LocationRules.NoSuch(request));

    // The catalogue's lists are bare arrays, not { value }.
    private static ArmResponse List(IEnumerable<string> names, Func<string, string> id, string location) => ArmResponse.Json(JsonWriting.ToBytes(json =>
    {
        json.WriteStartArray();
        foreach (var name in names)
        {
            json.WriteStartObject();
            json.WriteString("location", location);
            json.WriteString("name", name);
            json.WriteString("id", id(name));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }));

    private static string IdOf(string root, CatalogueImage image, string version)
        => $"{root}/Publishers/{image.Publisher}/ArtifactTypes/VMImage/Offers/{image.Offer}/Skus/{image.Sku}/Versions/{version}";

    private static ArmError NotFound(string message) => new() { Code = "NotFound", Message = message, Status = 404 };
}
