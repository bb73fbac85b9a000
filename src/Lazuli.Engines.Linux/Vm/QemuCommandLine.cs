using System.Globalization;
using Lazuli.Engines.Vm;

namespace Lazuli.Engines.Linux.Vm;

/// <summary>The arguments of a machine's QEMU. Pure: the same machine gives the same words.</summary>
internal static class QemuCommandLine
{
    /// <summary>How guests know that they are on Azure: cloud-init and waagent look for it.</summary>
    private const string AzureAssetTag = "7783-7084-3265-9085-8269-3286-77";

    // Enough for distributions built for x86-64-v2, and a tenth quicker to boot than all that the translator can do.
    private const string TranslatedProcessor = "Westmere-v1,+rdrand,+rdseed";

    // A guest may do without the SCSI controller's drivers as long as there is nothing for it to see but the DVD; others don't know the word.
    private const string DataDisksHint = " lazuli.disks";

    public static List<string> Render(VmSpec spec, QemuFiles files, Accelerator accelerator)
    {
        var kvm = accelerator == Accelerator.Kvm;
        List<string> words =
        [
            "-name", $"guest={files.Name},process={files.Name}",
            "-nodefaults", "-no-user-config", "-display", "none", "-monitor", "none",
            "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
            "-machine", "q35,smm=off,vmport=off",
            "-accel", kvm ? "kvm" : "tcg,thread=multi,tb-size=64",
            "-cpu", kvm ? "host" : TranslatedProcessor,
            "-smp", Text(spec.Cpus),
            "-m", Text(spec.MemoryMiB),
            "-uuid", spec.VmId.ToString(),
            "-smbios", $"type=1,manufacturer=Microsoft Corporation,product=Virtual Machine,uuid={spec.VmId}",
            "-smbios", $"type=3,manufacturer=Microsoft Corporation,asset={AzureAssetTag}",
            "-rtc", "base=utc",
            "-action", "shutdown=pause,reboot=reset",
            "-chardev", Options(("backend", "socket"), ("id", "qmp"), ("path", files.Qmp), ("server", "on"), ("wait", "off")),
            "-mon", "chardev=qmp,mode=control",
            "-chardev", Options(("backend", "file"), ("id", "serial"), ("path", files.SerialLog), ("append", "on")),
            "-serial", "chardev:serial",
        ];
        Devices(words, spec);
        if (spec.Kernel is { } kernel)
        {
            words.AddRange("-kernel", kernel.Path, "-append", kernel.CommandLine + (spec.DataDisks.Count > 0 ? DataDisksHint : ""));
            if ((kernel.OwnInitrdPath ?? kernel.InitrdPath) is { } initrd)
            {
                words.AddRange("-initrd", initrd);
            }

            if (kernel.Firmware is { } firmware)
            {
                words.AddRange("-bios", firmware);
            }
        }

        return words;
    }

    private static void Devices(List<string> words, VmSpec spec)
    {
        words.AddRange("-device", "virtio-scsi-pci,id=scsi");
        foreach (var disk in spec.DataDisks.Prepend(spec.OsDisk))
        {
            if (QemuDisk.Throttle(disk) is { } group)
            {
                words.AddRange("-object", group.ToJsonString());
            }

            words.AddRange("-blockdev", QemuDisk.Node(disk).ToJsonString(), "-device", QemuDisk.Device(disk, spec.Kernel is null).ToJsonString());
        }

        if (spec.MediaPath is { } media)
        {
            words.AddRange("-blockdev", QemuDisk.Media(media).ToJsonString());
        }

        words.AddRange("-device", $"scsi-cd,id={QemuDisk.Drive},bus=scsi.0,scsi-id=1{(spec.MediaPath is null ? "" : ",drive=" + QemuDisk.MediaNode)}");
        for (var i = 0; i < spec.Nics.Count; i++)
        {
            words.AddRange("-netdev", $"tap,id=net{i},ifname={spec.Nics[i].Interface},script=no,downscript=no");
            words.AddRange("-device", $"virtio-net-pci,netdev=net{i},mac={spec.Nics[i].MacAddress},romfile=");
        }

        words.AddRange("-device", "virtio-rng-pci", "-device", "virtio-balloon-pci", "-device", "VGA,vgamem_mb=4");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>An option list whose values may hold commas.</summary>
    private static string Options(params ReadOnlySpan<(string Name, string Value)> options)
    {
        var text = new System.Text.StringBuilder(options[0].Value);
        foreach (var (name, value) in options[1..])
        {
            text.Append(CultureInfo.InvariantCulture, $",{name}={value.Replace(",", ",,", StringComparison.Ordinal)}");
        }

        return text.ToString();
    }
}

/// <summary>The files of one machine. What QEMU itself writes is in a directory that belongs to its user; the rest it can't touch.</summary>
internal sealed record QemuFiles(string Root, string Name)
{
    public string Directory => Path.Combine(Root, Name);
    public string Record => Path.Combine(Directory, "machine.json");
    public string Output => Path.Combine(Directory, "qemu.log");
    public string OldSerialLog => Path.Combine(Directory, "serial.old");
    public string Run => Path.Combine(Directory, "run");
    public string Qmp => Path.Combine(Run, "qmp.sock");
    public string SerialLog => Path.Combine(Run, "serial.log");
    public string Screen => Path.Combine(Run, "screen.png");

    public static QemuFiles Of(string root, string key) => new(root, VmRun.NameOf(key));
}
