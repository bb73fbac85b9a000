using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lazuli.Engines.Image;

/// <summary>
/// The marketplace: which publishers, offers, SKUs and versions there are, and where each image comes from. Read only, in
/// the order of its file; names compare ignoring case.
/// </summary>
public sealed class ImageCatalogue
{
    private static readonly Lazy<ImageCatalogue> Embedded = new(ReadEmbedded);

    public ImageCatalogue(IReadOnlyList<CatalogueImage> images) => Images = images;

    /// <summary>The catalogue that comes with Lazuli (<c>catalogue.json</c>).</summary>
    public static ImageCatalogue Default => Embedded.Value;

    public IReadOnlyList<CatalogueImage> Images { get; }

    /// <summary>Alias to URN with version <c>latest</c>, for the document that clients fetch.</summary>
    public IEnumerable<(string Alias, CatalogueImage Image)> Aliases => from i in Images where i.Alias is not null select (i.Alias, i);

    public static ImageCatalogue Parse(Stream json) => new(JsonSerializer.Deserialize(json, CatalogueJson.Default.IReadOnlyListCatalogueImage) ?? []);

    public IEnumerable<string> Publishers() => Distinct(Images, i => i.Publisher);

    public IEnumerable<string> Offers(string publisher) => Distinct(Images.Where(i => Same(i.Publisher, publisher)), i => i.Offer);

    public IEnumerable<string> Skus(string publisher, string offer)
        => Distinct(Images.Where(i => Same(i.Publisher, publisher) && Same(i.Offer, offer)), i => i.Sku);

    public CatalogueImage? Find(string publisher, string offer, string sku)
        => Images.FirstOrDefault(i => Same(i.Publisher, publisher) && Same(i.Offer, offer) && Same(i.Sku, sku));

    /// <summary>A reference with an exact version or <c>latest</c>; null when the marketplace has no such image.</summary>
    public ResolvedImage? Resolve(string publisher, string offer, string sku, string version)
    {
        if (Find(publisher, offer, sku) is not { } image)
        {
            return null;
        }

        var exact = Same(version, "latest") ? image.Versions[^1] : image.Versions.FirstOrDefault(v => Same(v, version));
        return exact is null
            ? null
            : new(image, exact, image.Source with { Urn = image.UrnOf(exact), Generation = image.Generation, OsType = image.OsType });
    }

    /// <summary>As the other, from <c>publisher:offer:sku:version</c> or from an alias.</summary>
    public ResolvedImage? Resolve(string urnOrAlias) => urnOrAlias.Split(':') switch
    {
        [var publisher, var offer, var sku, var version] => Resolve(publisher, offer, sku, version),
        [var alias] when Images.FirstOrDefault(i => i.Alias is { } a && Same(a, alias)) is { } image
            => Resolve(image.Publisher, image.Offer, image.Sku, "latest"),
        _ => null,
    };

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Distinct(IEnumerable<CatalogueImage> images, Func<CatalogueImage, string> name)
        => images.Select(name).Distinct(StringComparer.OrdinalIgnoreCase);

    private static ImageCatalogue ReadEmbedded()
    {
        using var stream = typeof(ImageCatalogue).Assembly.GetManifestResourceStream("catalogue.json")
            ?? throw new InvalidOperationException("The catalogue is not in the assembly.");
        return Parse(stream);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(IReadOnlyList<CatalogueImage>))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
