using System.Text.Json.Serialization;

namespace Lazuli.Engines.Image;

/// <summary>Where an image comes from.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BuilderImageSource), "builder")]
[JsonDerivedType(typeof(DownloadImageSource), "download")]
[JsonDerivedType(typeof(FileImageSource), "file")]
public abstract record ImageSource
{
    /// <summary><c>publisher:offer:sku:version</c> with an exact version; the catalogue fills it in.</summary>
    public string Urn { get; init; } = "";

    /// <summary>As <see cref="ImageArtifact.Generation"/>; the catalogue fills it in.</summary>
    public string Generation { get; init; } = "V1";
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
