namespace Lazuli.Engines.Vm;

/// <summary>A machine with everything resolved to what is on this host. Paths are absolute.</summary>
public sealed record VmSpec
{
    public required string Key { get; init; }
    public required string Name { get; init; }

    /// <summary>The SMBIOS system UUID.</summary>
    public required Guid VmId { get; init; }
    public required int Cpus { get; init; }
    public required int MemoryMiB { get; init; }
    public required VmSpecDisk OsDisk { get; init; }

    /// <summary>Each has a LUN: a guest sees it at that LUN of target 0 of the (only) SCSI controller.</summary>
    public IReadOnlyList<VmSpecDisk> DataDisks { get; init; } = [];

    /// <summary>In order; the first is primary.</summary>
    public IReadOnlyList<VmSpecNic> Nics { get; init; } = [];

    /// <summary>Name of the network namespace that the process runs in and the TAPs are in; null for a machine without NICs, which gets an empty one.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>Null boots from the OS disk through the firmware.</summary>
    public VmKernel? Kernel { get; init; }

    /// <summary>An ISO image in the DVD drive at start; null for an empty drive.</summary>
    public string? MediaPath { get; init; }
}

/// <summary>
/// A kernel loaded by the host (direct boot), through the firmware of that name (null: QEMU's own). A machine's own initrd, which is taken
/// instead of the image's, holds secrets: like its disks it is for this machine's process alone.
/// </summary>
public sealed record VmKernel(string Path, string? InitrdPath, string CommandLine, string? Firmware = null, string? OwnInitrdPath = null);

/// <summary>A TAP device by name, in <see cref="VmSpec.NetworkNamespace"/>, and the guest's address on it: <c>00:0d:3a:01:02:03</c>.</summary>
public sealed record VmSpecNic(string Interface, string MacAddress);

/// <summary>A disk image (qcow2).</summary>
public sealed record VmSpecDisk
{
    public required string Path { get; init; }

    /// <summary>0 to 63 for a data disk.</summary>
    public int? Lun { get; init; }
    public bool ReadOnly { get; init; }

    /// <summary>The size that the guest shall see; a bigger one than the image's grows it when the machine has it open. 0 takes it as it is.</summary>
    public long SizeBytes { get; init; }

    /// <summary>0 is unlimited.</summary>
    public int Iops { get; init; }

    /// <summary>Bytes per second; 0 is unlimited.</summary>
    public long BytesPerSecond { get; init; }
}
