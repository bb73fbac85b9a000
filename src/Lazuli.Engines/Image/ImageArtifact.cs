namespace Lazuli.Engines.Image;

/// <summary>An image on this machine. Paths are absolute; none of the files is ever written to again.</summary>
public sealed record ImageArtifact
{
    /// <summary>The URN with its exact version that the image was asked for by.</summary>
    public required string Urn { get; init; }

    /// <summary>SHA-256 over the content, lower-case hexadecimal.</summary>
    public required string Digest { get; init; }

    /// <summary>A qcow2 image without a backing file.</summary>
    public required string DiskPath { get; init; }

    /// <summary>What a guest sees of <see cref="DiskPath"/>.</summary>
    public required long VirtualSizeBytes { get; init; }

    /// <summary>For direct kernel boot (with the disk as first virtio-blk device); null boots through the firmware.</summary>
    public string? KernelPath { get; init; }
    public string? InitrdPath { get; init; }
    public string? KernelCommandLine { get; init; }

    /// <summary>The firmware's file, as QEMU knows it, that direct kernel boot goes through; null is QEMU's own, which also sets up the screen's text mode.</summary>
    public string? Firmware { get; init; }

    /// <summary>The guest looks for its provisioning media in the initrd before it looks at its drives: there they cost no driver.</summary>
    public bool MediaInInitrd { get; init; }
    public string OsType { get; init; } = "Linux";

    /// <summary><c>V1</c> or <c>V2</c>, as Azure's hyperVGeneration.</summary>
    public required string Generation { get; init; }
}
