namespace Lazuli.Engines.Image;

/// <summary>One SKU of the catalogue. Names compare ignoring case, as Azure's do.</summary>
public sealed record CatalogueImage
{
    public required string Publisher { get; init; }
    public required string Offer { get; init; }
    public required string Sku { get; init; }

    /// <summary>Oldest first.</summary>
    public required IReadOnlyList<string> Versions { get; init; }

    /// <summary>The short name that clients know it by (<c>Debian12</c>), if any.</summary>
    public string? Alias { get; init; }
    public string OsType { get; set; } = "Linux";

    /// <summary><c>V1</c> or <c>V2</c>.</summary>
    public required string Generation { get; init; }

    /// <summary><c>x64</c> or <c>Arm64</c>.</summary>
    public string Architecture { get; set; } = "x64";

    /// <summary>Size of the OS disk when nothing else is asked for, in GiB.</summary>
    public required int DiskSizeGB { get; init; }
    public required ImageSource Source { get; init; }

    /// <summary>The marketplace plan that a machine of this image must name; null when it must name none.</summary>
    public ImagePlan? Plan { get; init; }

    public string UrnOf(string version) => $"{Publisher}:{Offer}:{Sku}:{version}";
}

/// <summary>A plan of the marketplace.</summary>
public sealed record ImagePlan(string Publisher, string Name, string Product);

/// <summary>What an image reference means: the SKU, the exact version and where to get it.</summary>
public sealed record ResolvedImage(CatalogueImage Image, string Version, ImageSource Source)
{
    public string Urn => Image.UrnOf(Version);
}
