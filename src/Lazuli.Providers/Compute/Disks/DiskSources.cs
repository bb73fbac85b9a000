using Lazuli.Engines.Image;
using Lazuli.Kernel.Ids;
using Lazuli.Providers.Compute.VirtualMachines;

namespace Lazuli.Providers.Compute.Disks;

/// <summary>Platform images as resource ids, as disks name them.</summary>
public static class DiskSources
{
    private const string Marker = "microsoft.compute/locations/publishers/artifacttypes/offers/skus/versions";

    public static string IdOf(string subscription, string location, ImageReference? image)
        => $"/Subscriptions/{subscription}/Providers/Microsoft.Compute/Locations/{location}/Publishers/{image?.Publisher}/ArtifactTypes/VMImage"
            + $"/Offers/{image?.Offer}/Skus/{image?.Sku}/Versions/{image?.ExactVersion}";

    /// <summary>The image that an id names; null when it names none.</summary>
    public static ResolvedImage? Resolve(ImageCatalogue images, string? id)
        => ResourceId.TryParse(id, out var version) && version.Type.Key == Marker
            && version.Parent is { } sku && sku.Parent is { } offer && offer.Parent?.Parent is { } publisher
                ? images.Resolve(publisher.Name, offer.Name, sku.Name, version.Name)
                : null;
}
