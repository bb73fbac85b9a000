using System.Diagnostics;
using Lazuli.Engines.Image;
using Lazuli.Engines.Linux.Image;
using Lazuli.Engines.Node;
using Lazuli.Guest.Media;

namespace Lazuli.Bench;

/// <summary>
/// QEMU with nothing but a kernel, a fresh overlay on an image's disk, and a serial console on which a line tells that all is done. Processor, accelerator and
/// memory are those that Lazuli gave its machine. No network.
/// </summary>
internal sealed class BareMachine
{
    private static readonly string[] Alike = ["-accel", "-cpu", "-smp", "-m", "-machine"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Lab _lab;
    private readonly ImageArtifact _image;
    private readonly string _append;
    private readonly string _banner;
    private readonly string? _media;
    private string[] _like = [];

    private BareMachine(Lab lab, ImageArtifact image, string append, string banner, string? media)
        => (_lab, _image, _append, _banner, _media) = (lab, image, append, banner, media);

    public static async Task<BareMachine> OfAsync(Lab lab, string alias, string append, string banner, bool withMedia)
    {
        var source = ImageCatalogue.Default.Resolve(alias)?.Source ?? throw new BenchFailureException($"there is no image '{alias}'.");
        var image = await new LinuxImageEngine(LinuxImageEngine.SharedCache, null).FindAsync(source, CancellationToken.None)
            ?? throw new BenchFailureException($"the image is not built yet: ./lazuli image build {alias}");
        string? media = null;
        if (withMedia)
        {
            media = Path.Combine(lab.Root, "media.iso");
            ProvisioningIso.Write(new VmProvisioning { ComputerName = "bare", AdminUsername = "azureuser", DisablePasswordAuthentication = true }, media);
        }

        return new(lab, image, append, banner, media);
    }

    /// <summary>Takes over what makes a machine fast or slow from a running QEMU.</summary>
    public void Like(Process qemu)
    {
        var words = File.ReadAllText($"/proc/{qemu.Id}/cmdline").Split('\0');
        _like = [.. words.Zip(words.Skip(1)).Where(p => Alike.Contains(p.First)).SelectMany(p => new[] { p.First, p.Second })];
    }

    /// <summary>Seconds from the start of QEMU to the line.</summary>
    public async Task<double> BootAsync(CancellationToken cancellationToken)
    {
        var disk = Path.Combine(_lab.Root, "bare.qcow2");
        using (var create = Process.Start("qemu-img", ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", _image.DiskPath, disk]))
        {
            await create.WaitForExitAsync(cancellationToken);
        }

        string[] arguments =
        [
            .. _like, "-nodefaults", "-no-user-config", "-nic", "none", "-display", "none", "-no-reboot", "-serial", "stdio",
            "-uuid", Guid.NewGuid().ToString(), "-smbios", "type=3,manufacturer=Microsoft Corporation,asset=7783-7084-3265-9085-8269-3286-77", "-device", "virtio-rng-pci",
            "-kernel", _image.KernelPath ?? "", "-initrd", _image.InitrdPath ?? "", "-append", _image.KernelCommandLine + _append,
            "-drive", $"if=none,id=os,file={disk},format=qcow2", "-device", "virtio-blk-pci,drive=os",
            .. _media is null ? Array.Empty<string>() : ["-drive", $"if=none,id=media,file={_media},format=raw,readonly=on", "-device", "virtio-blk-pci,drive=media"],
        ];
        var clock = Stopwatch.StartNew();
        var qemu = _lab.Start("qemu-system-x86_64", arguments);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(Patience);
        try
        {
            while (await qemu.StandardOutput.ReadLineAsync(late.Token) is { } line)
            {
                if (Environment.GetEnvironmentVariable("LAZULI_BENCH_TRACE") is not null)
                {
                    _lab.Say(line);
                }

                if (line.Contains(_banner, StringComparison.Ordinal))
                {
                    return clock.Elapsed.TotalSeconds;
                }
            }

            throw new BenchFailureException("the bare machine ended before it was ready.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BenchFailureException($"the bare machine did not say '{_banner}' within {Patience.TotalMinutes} minutes.");
        }
        finally
        {
            await _lab.EndAsync(qemu);
            File.Delete(disk);
        }
    }
}
