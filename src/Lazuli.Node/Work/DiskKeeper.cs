using Lazuli.Engines.Disk;
using Lazuli.Engines.Image;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Node;

namespace Lazuli.Node.Work;

/// <summary>
/// Keeps one disk. An image comes from the cache that the host's side fills: the node has no way out. Beside each disk lies the
/// digest of the image that it descends from, also through copies: it tells how the disk boots.
/// </summary>
internal sealed class DiskKeeper(Board board, IDiskEngine disks, IImageEngine images, NodeOptions options, Action<string> poke)
{
    public async Task<TimeSpan?> KeepAsync(ItemState disk, CancellationToken cancellationToken)
    {
        var item = (DiskItem)disk.Item;
        if (disk.Leaving)
        {
            if (board.IsHeld(disk.Key) || board.Users(disk.Key).Any(u => u.Item is VmItem))
            {
                return null;
            }

            await disks.RemoveAsync(disk.Key, cancellationToken);
            File.Delete(OriginPath(disk.Key));
            if (board.Remove(disk.Key) && item.Source.CopyOfDiskKey is { } left)
            {
                poke(left);
            }

            return null;
        }

        ImageArtifact? image = null;
        if (item.Source.ImageUrn is { } urn && (image = await FindAsync(urn, cancellationToken)) is null && !await ExistsAsync(disk.Key, cancellationToken))
        {
            board.Update(disk, s => s with { Phase = ItemPhase.Pending, Progress = $"waiting for image {urn}" });
            return options.ImagePoll;
        }

        if (item.Source.CopyOfDiskKey is { } origin && board.Get(origin) is not { Phase: ItemPhase.Applied } && !await ExistsAsync(disk.Key, cancellationToken))
        {
            return null;
        }

        Remember(item, image);
        var state = await disks.EnsureAsync(
            new() { Key = disk.Key, SizeBytes = item.SizeBytes, BasePath = image?.DiskPath, CopyOfKey = item.Source.CopyOfDiskKey },
            cancellationToken);
        var complete = state.SizeBytes >= item.SizeBytes || board.IsHeld(disk.Key);
        board.Update(disk, s => s with { Phase = complete ? ItemPhase.Applied : ItemPhase.Pending, Error = null, Progress = null });
        foreach (var user in board.Users(disk.Key))
        {
            poke(user.Key);
        }

        return null;
    }

    /// <summary>The image that a disk descends from, or null.</summary>
    public async Task<ImageArtifact?> OriginAsync(string diskKey, CancellationToken cancellationToken)
        => Origin(diskKey) is { } digest ? (await images.ListAsync(cancellationToken)).FirstOrDefault(i => i.Digest == digest) : null;

    private async Task<ImageArtifact?> FindAsync(string urn, CancellationToken cancellationToken)
        => ImageCatalogue.Default.Resolve(urn) is { } image ? await images.FindAsync(image.Source, cancellationToken) : null;

    private async Task<bool> ExistsAsync(string key, CancellationToken cancellationToken)
    {
        var name = DiskState.NameOf(key);
        return (await disks.ListAsync(cancellationToken)).Any(d => d.Name == name);
    }

    private void Remember(DiskItem item, ImageArtifact? image)
    {
        var path = OriginPath(item.Key);
        if (!File.Exists(path) && (image?.Digest ?? (item.Source.CopyOfDiskKey is { } origin ? Origin(origin) : null)) is { } digest)
        {
            Directory.CreateDirectory(options.MachineDirectory);
            AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(digest));
        }
    }

    private string? Origin(string diskKey) => File.Exists(OriginPath(diskKey)) ? File.ReadAllText(OriginPath(diskKey)) : null;

    private string OriginPath(string diskKey) => Path.Combine(options.MachineDirectory, DiskState.NameOf(diskKey) + ".image");
}
