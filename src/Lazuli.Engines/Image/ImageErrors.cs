using Lazuli.Engines.Node;

namespace Lazuli.Engines.Image;

/// <summary>An image can't be had. The message names the URN and what would make it work.</summary>
public sealed class ImageException(ItemError error, Exception? inner = null) : Exception($"{error.Code}: {error.Message}", inner)
{
    public ItemError Error { get; } = error;
}

/// <summary>What can be wrong with an image, in Azure's codes.</summary>
public static class ImageErrors
{
    public static ItemError Unknown(string urn)
        => new("PlatformImageNotFound", $"The platform image '{urn}' is not available. Verify that all fields in the storage profile are correct.");

    public static ItemError BuildFailed(string urn, string detail)
        => new("ImageBuildFailed", $"Image '{urn}' can't be built on this machine: {detail}");

    public static ItemError NeedsProgram(string urn, string program)
        => new("ImageBuildFailed", $"Image '{urn}' can't be built on this machine: install the program '{program}' and try again.");

    public static ItemError DownloadFailed(string urn, Uri url, string detail, string place)
        => new("ImageDownloadFailed", $"Image '{urn}' is downloaded by its publisher's address {url}, which failed: {detail}. Give this machine a way there, or put the file at '{place}'.");

    public static ItemError WrongChecksum(string urn, string origin, string expected, string actual)
        => new("ImageDownloadFailed", $"Image '{urn}': the file from {origin} has the checksum {actual}, not {expected}, and is not used. Put the right file there.");

    public static ItemError FileMissing(string urn, string path)
        => new("ImageNotFound", $"Image '{urn}' is read from the file '{path}', which isn't there. Put it there, or correct the path.");

    public static ItemError NotSupplied(string urn, string place, IEnumerable<string> extensions)
        => new("ImageNotFound", $"Image '{urn}' is its publisher's own and has to be supplied: put its disk image at '{place}' with one of the extensions {string.Join(", ", extensions)}, and try again.");

    public static ItemError FileUnreadable(string urn, string path, string detail)
        => new("ImageNotFound", $"Image '{urn}': '{path}' is not a disk image: {detail}");
}
