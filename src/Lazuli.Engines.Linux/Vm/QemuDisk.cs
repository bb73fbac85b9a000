using System.Globalization;
using System.Text.Json.Nodes;
using Lazuli.Engines.Vm;

namespace Lazuli.Engines.Linux.Vm;

/// <summary>A disk as QEMU has it: the same words on the command line and when it is plugged in.</summary>
internal static class QemuDisk
{
    public const string Drive = "dvd";
    public const string MediaNode = "media";

    // Azure's credit-based bursting of small disks: up to half an hour at 3,500 operations and 170 MB a second.
    private const int BurstIops = 3500;
    private const long BurstBytesPerSecond = 170_000_000;
    private const int BurstSeconds = 1800;

    /// <summary>The name of a disk's device; the node that serves it has the same.</summary>
    public static string NameOf(VmSpecDisk disk) => disk.Lun is { } lun ? NameOf(lun) : "os";

    public static string NameOf(int lun) => "lun" + lun.ToString(CultureInfo.InvariantCulture);

    /// <summary>The LUN of a device of this name, or null.</summary>
    public static int? LunOf(string? device)
        => device is not null && device.StartsWith("lun", StringComparison.Ordinal) && int.TryParse(device.AsSpan(3), CultureInfo.InvariantCulture, out var lun) ? lun : null;

    public static string ThrottleName(VmSpecDisk disk) => "limit-" + NameOf(disk);

    /// <summary>The limits of the disk's tier as a QEMU object, or null when it has none.</summary>
    public static JsonObject? Throttle(VmSpecDisk disk)
    {
        if (disk is { Iops: 0, BytesPerSecond: 0 })
        {
            return null;
        }

        var limits = new JsonObject { ["iops-total"] = disk.Iops, ["bps-total"] = disk.BytesPerSecond };
        if (disk.Iops is > 0 and < BurstIops)
        {
            limits["iops-total-max"] = BurstIops;
            limits["iops-total-max-length"] = BurstSeconds;
        }

        if (disk.BytesPerSecond is > 0 and < BurstBytesPerSecond)
        {
            limits["bps-total-max"] = BurstBytesPerSecond;
            limits["bps-total-max-length"] = BurstSeconds;
        }

        return new() { ["qom-type"] = "throttle-group", ["id"] = ThrottleName(disk), ["limits"] = limits };
    }

    public static JsonObject Node(VmSpecDisk disk)
    {
        var image = new JsonObject
        {
            ["driver"] = "qcow2",
            ["read-only"] = disk.ReadOnly,
            ["discard"] = "unmap",
            ["file"] = new JsonObject { ["driver"] = "file", ["filename"] = disk.Path, ["read-only"] = disk.ReadOnly, ["discard"] = "unmap" },
        };
        var top = disk is { Iops: 0, BytesPerSecond: 0 }
            ? image
            : new JsonObject { ["driver"] = "throttle", ["throttle-group"] = ThrottleName(disk), ["read-only"] = disk.ReadOnly, ["file"] = image };
        top["node-name"] = NameOf(disk);
        return top;
    }

    /// <summary>The OS disk is virtio-blk (<c>/dev/vda</c>); a data disk is a SCSI disk at its LUN of target 0.</summary>
    public static JsonObject Device(VmSpecDisk disk, bool bootable)
    {
        var name = NameOf(disk);
        if (disk.Lun is { } lun)
        {
            return new() { ["driver"] = "scsi-hd", ["id"] = name, ["drive"] = name, ["bus"] = "scsi.0", ["channel"] = 0, ["scsi-id"] = 0, ["lun"] = lun, ["serial"] = name };
        }

        var device = new JsonObject { ["driver"] = "virtio-blk-pci", ["id"] = name, ["drive"] = name, ["serial"] = name };
        if (bootable)
        {
            device["bootindex"] = 1;
        }

        return device;
    }

    public static JsonObject Media(string path) => new()
    {
        ["driver"] = "raw",
        ["node-name"] = MediaNode,
        ["read-only"] = true,
        ["file"] = new JsonObject { ["driver"] = "file", ["filename"] = path, ["read-only"] = true },
    };
}
