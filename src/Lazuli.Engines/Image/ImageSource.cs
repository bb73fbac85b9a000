using System.Text.Json.Serialization;

namespace Lazuli.Engines.Image;

/// <summary>Where an image comes from.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BuilderImageSource), "builder")]
[JsonDerivedType(typeof(DownloadImageSource), "download")]
[JsonDerivedType(typeof(FileImageSource), "file")]
[JsonDerivedType(typeof(SuppliedImageSource), "supplied")]
public abstract record ImageSource
{
    /// <summary><c>publisher:offer:sku:version</c> with an exact version; the catalogue fills it in.</summary>
    public string Urn { get; init; } = "";

    /// <summary>As <see cref="ImageArtifact.Generation"/>; the catalogue fills it in.</summary>
    public string Generation { get; init; } = "V1";

    /// <summary><c>Linux</c> or <c>Windows</c>; the catalogue fills it in.</summary>
    public string OsType { get; init; } = "Linux";
}

/// <summary>Built on this machine from Debian's packages by one of the builders that come with the engine.</summary>
public sealed record BuilderImageSource : ImageSource
{
    /// <summary><c>micro</c> or <c>debian</c>.</summary>
    public required string Builder { get; init; }
}

/// <summary>The publisher's own image file.</summary>
public sealed record DownloadImageSource : ImageSource
{
    public required Uri Url { get; init; }

    /// <summary><c>sha256:…</c> or <c>sha512:…</c>: a file with another checksum is never used.</summary>
    public required string Checksum { get; init; }
}

/// <summary>An image file of the operator, in any format that <c>qemu-img</c> reads.</summary>
public sealed record FileImageSource : ImageSource
{
    /// <summary>Absolute.</summary>
    public required string Path { get; init; }
}

/// <summary>
/// A publisher's image that nobody may fetch without a contract, or that has no address of its own: the operator puts its file into the
/// cache, as <c>supplied/PUBLISHER_OFFER_SKU</c> in lower case with one of <see cref="Extensions"/>. Until then it can't be had, and the error names that place.
/// Its version is <c>1.0.0</c>, whatever Azure's newest is: a file doesn't tell.
/// </summary>
public sealed record SuppliedImageSource : ImageSource
{
    public static IReadOnlyList<string> Extensions { get; } = [".qcow2", ".vhd", ".vhdx", ".img"];

    /// <summary>The file's name without its extension.</summary>
    [JsonIgnore]
    public string FileName => string.Join('_', Urn.Split(':').Take(3)).ToLowerInvariant();
}
