using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Engines.Image;

namespace Lazuli.Engines.Linux.Image;

/// <summary>The cache directory: what a key led to, the finished images, and the work directories that become images by one rename.</summary>
internal sealed class ImageStore(string root)
{
    public const string Disk = "disk.qcow2";
    public const string Kernel = "vmlinuz";
    public const string Initrd = "initrd";
    public const string CommandLine = "cmdline";
    public const string Firmware = "firmware";
    public const string Media = "media";
    private const string Manifest = "image.json";
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private readonly string _images = Path.Combine(root, "images");
    private readonly string _keys = Path.Combine(root, "image-keys");

    /// <summary>SHA-256 over the parts, each told apart from its neighbours.</summary>
    public static string Hash(params IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static async Task<string> HashFileAsync(string path, HashAlgorithmName algorithm, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(path);
        using var hash = IncrementalHash.CreateHash(algorithm);
        var buffer = new byte[1 << 20];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static void Remove(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    public ImageArtifact? Find(string key)
    {
        var pointer = Path.Combine(_keys, key);
        return File.Exists(pointer) ? Read(Path.Combine(_images, File.ReadAllText(pointer).Trim())) : null;
    }

    public IReadOnlyList<ImageArtifact> List() => Directory.Exists(_images)
        ? [.. Directory.EnumerateDirectories(_images).Select(Read).OfType<ImageArtifact>().OrderBy(a => a.Urn, StringComparer.OrdinalIgnoreCase)]
        : [];

    /// <summary>Null while another process (or call) has it.</summary>
    public FileStream? TryLock(string key)
    {
        Directory.CreateDirectory(_keys);
        try
        {
            return new(Path.Combine(_keys, $".{key}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (Directory.Exists(_keys))
        {
            return null;
        }
    }

    /// <summary>To be called with the key's lock held: what a killed maker of the same image left is swept here.</summary>
    public string NewWorkDirectory(string key)
    {
        Directory.CreateDirectory(_images);
        var prefix = $".{key[..16]}.";
        foreach (var leftover in Directory.EnumerateDirectories(_images, prefix + "*"))
        {
            Remove(leftover);
        }

        var work = Path.Combine(_images, prefix + Path.GetRandomFileName());
        Directory.CreateDirectory(work);
        return work;
    }

    /// <summary>The work directory, filled with at least a disk, becomes the image; if the same content is there already, that one stays.</summary>
    public async Task<ImageArtifact> CommitAsync(string key, string work, ImageSource source, CancellationToken cancellationToken)
    {
        var commandLine = Path.Combine(work, CommandLine);
        var append = await TakeAsync(commandLine, cancellationToken);
        var firmware = await TakeAsync(Path.Combine(work, Firmware), cancellationToken);
        var media = await TakeAsync(Path.Combine(work, Media), cancellationToken);
        List<string> parts = [append ?? "", .. firmware is null ? Array.Empty<string>() : [firmware], .. media is null ? Array.Empty<string>() : [media]];
        foreach (var name in new[] { Disk, Kernel, Initrd }.Where(n => File.Exists(Path.Combine(work, n))))
        {
            var path = Path.Combine(work, name);
            parts.Add($"{name} {await HashFileAsync(path, HashAlgorithmName.SHA256, cancellationToken)}");
            File.SetAttributes(path, FileAttributes.ReadOnly);
        }

        var digest = Hash(parts);
        var image = new ImageManifest
        {
            Urn = source.Urn,
            Digest = digest,
            Generation = source.Generation,
            OsType = source.OsType,
            DiskPath = Disk,
            VirtualSizeBytes = VirtualSize(Path.Combine(work, Disk)),
            KernelPath = File.Exists(Path.Combine(work, Kernel)) ? Kernel : null,
            InitrdPath = File.Exists(Path.Combine(work, Initrd)) ? Initrd : null,
            KernelCommandLine = append,
            Firmware = firmware,
            MediaInInitrd = media == Initrd,
        };
        await File.WriteAllTextAsync(Path.Combine(work, Manifest), JsonSerializer.Serialize(image, ImageJson.Default.ImageManifest), Utf8, cancellationToken);
        var place = Path.Combine(_images, digest);
        if (!Directory.Exists(place))
        {
            Directory.Move(work, place);
        }

        var pointer = Path.Combine(_keys, key);
        await File.WriteAllTextAsync(pointer + ".new", digest, Utf8, cancellationToken);
        File.Move(pointer + ".new", pointer, overwrite: true);
        return image.At(place);
    }

    // One line that a builder left for the manifest.
    private static async Task<string?> TakeAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var line = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
        File.Delete(path);
        return line;
    }

    private static ImageArtifact? Read(string directory)
    {
        var path = Path.Combine(directory, Manifest);
        return Path.GetFileName(directory).StartsWith('.') || !File.Exists(path)
            ? null
            : JsonSerializer.Deserialize(File.ReadAllText(path), ImageJson.Default.ImageManifest)?.At(directory);
    }

    /// <summary>From the header of the qcow2 format: big-endian, at offset 24.</summary>
    private static long VirtualSize(string qcow2)
    {
        Span<byte> header = stackalloc byte[32];
        using var stream = File.OpenRead(qcow2);
        stream.ReadExactly(header);
        return BinaryPrimitives.ReadUInt32BigEndian(header) == 0x514649fb
            ? BinaryPrimitives.ReadInt64BigEndian(header[24..])
            : throw new InvalidDataException($"{qcow2} is not a qcow2 image.");
    }
}

/// <summary><c>image.json</c>: the artifact with paths relative to its directory, so that a cache can be moved.</summary>
internal sealed record ImageManifest
{
    public required string Urn { get; init; }
    public required string Digest { get; init; }
    public required string DiskPath { get; init; }
    public required long VirtualSizeBytes { get; init; }
    public string? KernelPath { get; init; }
    public string? InitrdPath { get; init; }
    public string? KernelCommandLine { get; init; }
    public string? Firmware { get; init; }
    public bool MediaInInitrd { get; init; }
    public string OsType { get; init; } = "Linux";
    public required string Generation { get; init; }

    public ImageArtifact At(string directory) => new()
    {
        Urn = Urn,
        Digest = Digest,
        DiskPath = Path.Combine(directory, DiskPath),
        VirtualSizeBytes = VirtualSizeBytes,
        KernelPath = KernelPath is null ? null : Path.Combine(directory, KernelPath),
        InitrdPath = InitrdPath is null ? null : Path.Combine(directory, InitrdPath),
        KernelCommandLine = KernelCommandLine,
        Firmware = Firmware,
        MediaInInitrd = MediaInInitrd,
        OsType = OsType,
        Generation = Generation,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ImageManifest))]
internal sealed partial class ImageJson : JsonSerializerContext;
