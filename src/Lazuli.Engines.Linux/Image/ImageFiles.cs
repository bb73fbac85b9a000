using System.Security.Cryptography;
using Lazuli.Engines.Image;

namespace Lazuli.Engines.Linux.Image;

/// <summary>Images that are a file already: the publisher's by download, or the operator's own.</summary>
internal sealed class ImageFiles(string downloads, string supplied, HttpMessageInvoker? http)
{
    /// <summary>By path, size and time of change: a file that was replaced is imported anew.</summary>
    public static string KeyOf(string urn, string path)
    {
        var file = new FileInfo(path);
        return file.Exists
            ? ImageStore.Hash("file", file.FullName, $"{file.Length} {file.LastWriteTimeUtc.Ticks}")
            : throw new ImageException(ImageErrors.FileMissing(urn, path));
    }

    /// <summary>The file that the operator has put into the cache for an image.</summary>
    public string PlaceOf(SuppliedImageSource source)
    {
        var place = Path.Combine(supplied, source.FileName);
        return SuppliedImageSource.Extensions.Select(e => place + e).FirstOrDefault(File.Exists)
            ?? throw new ImageException(ImageErrors.NotSupplied(source.Urn, place, SuppliedImageSource.Extensions));
    }

    /// <summary>Any format becomes a qcow2 image without a backing file.</summary>
    public static async Task ImportAsync(string urn, string path, string work, CancellationToken cancellationToken)
    {
        var said = new List<string>();

        // A fixed VHD has its mark at its end, where no probe looks: its name says what it is.
        string[] format = path.EndsWith(".vhd", StringComparison.OrdinalIgnoreCase) ? ["-f", "vpc"] : [];
        var status = await Program.RunAsync("qemu-img", ["convert", .. format, "-O", "qcow2", path, Path.Combine(work, ImageStore.Disk)], _ => { }, said.Add, cancellationToken);
        if (status != 0)
        {
            throw new ImageException(ImageErrors.FileUnreadable(urn, path, string.Join(" ", said)));
        }
    }

    /// <summary>A file that the operator has put into the downloads directory is taken instead, if its checksum is right.</summary>
    public async Task DownloadAsync(DownloadImageSource source, string work, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var place = Path.Combine(downloads, Path.GetFileName(source.Url.AbsolutePath));
        var file = place;
        if (!File.Exists(place))
        {
            file = Path.Combine(work, "download");
            await FetchAsync(source, file, place, progress, cancellationToken);
        }

        var (algorithm, expected) = source.Checksum.Split(':') is ["sha512", var digest]
            ? (HashAlgorithmName.SHA512, digest)
            : (HashAlgorithmName.SHA256, source.Checksum[(source.Checksum.IndexOf(':') + 1)..]);
        var actual = await ImageStore.HashFileAsync(file, algorithm, cancellationToken);
        if (!actual.Equals(expected, StringComparison.OrdinalIgnoreCase))
        {
            throw new ImageException(ImageErrors.WrongChecksum(source.Urn, file == place ? $"'{place}'" : source.Url.ToString(), expected, actual));
        }

        await ImportAsync(source.Urn, file, work, cancellationToken);
        if (file != place)
        {
            File.Delete(file);
        }
    }

    private async Task FetchAsync(DownloadImageSource source, string file, string place, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (http is null)
        {
            throw new ImageException(ImageErrors.DownloadFailed(source.Urn, source.Url, "downloads are turned off here", place));
        }

        progress?.Report($"downloading image {source.Urn} from {source.Url}");
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, source.Url);
            using var answer = (await http.SendAsync(request, cancellationToken)).EnsureSuccessStatusCode();
            await using var from = await answer.Content.ReadAsStreamAsync(cancellationToken);
            await using var to = File.Create(file);
            await from.CopyToAsync(to, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ImageException(ImageErrors.DownloadFailed(source.Urn, source.Url, e.Message, place), e);
        }
    }
}
