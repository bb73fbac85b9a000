using System.Diagnostics;
using System.Text;
using Lazuli.Engines.Image;
using Lazuli.Engines.Linux.Image;

namespace Lazuli.Live.Tests.Image;

/// <summary>The micro image, built here and booted bare under QEMU, without any network: what its guest program does shows in the boot log.</summary>
public sealed class MicroImageTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly string _root = Directory.CreateTempSubdirectory("lazuli-micro-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task It_provisions_itself_from_media_once_and_keeps_it_over_a_reboot()
    {
        RequirePrograms();
        var source = ImageCatalogue.Default.Resolve("Micro")?.Source;
        Assert.NotNull(source);
        var image = await new LinuxImageEngine(LinuxImageEngine.SharedCache, null).EnsureAsync(source, null, TestContext.Current.CancellationToken);
        Assert.Equal(1L << 30, image.VirtualSizeBytes);
        var disk = Path.Combine(_root, "os.qcow2");
        await RunAsync("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", image.DiskPath, disk);

        var media = await MediaAsync("""
            #cloud-config
            write_files:
              - path: /etc/greeting
                permissions: '0600'
                content: |
                  hello  "guest"
                    it's $HOME
            runcmd:
              - cat /etc/greeting
              - [ sh, -c, "echo shell $(id -un) && ls -l /etc/greeting" ]
              - grep azureuser /etc/group | tr '\n' ' '
              - cat /home/azureuser/.ssh/authorized_keys
              - mkdir -p /var/www && echo page >/var/www/index.html && touch /root/first-boot
            """);
        var first = await BootAsync(image, disk, media);
        Assert.Contains("] provisioning media on /dev/vdb", first, StringComparison.Ordinal);
        Assert.Contains("] host guest-1, user azureuser", first, StringComparison.Ordinal);
        Assert.Contains("] SSH server listens", first, StringComparison.Ordinal);
        Assert.Contains("hello  \"guest\"\n  it's $HOME\n", first, StringComparison.Ordinal);
        Assert.Contains("shell root\n-rw-------", first, StringComparison.Ordinal);
        Assert.Contains("sudo:x:27:azureuser", first, StringComparison.Ordinal);
        Assert.Contains("ssh-ed25519 AAAATEST me@here", first, StringComparison.Ordinal);
        Assert.Contains("] runcmd ended with 0", first, StringComparison.Ordinal);
        Assert.Contains("] HTTP server listens", first, StringComparison.Ordinal);
        Assert.Contains("no network interface: Ready can't be reported", first, StringComparison.Ordinal);
        Assert.DoesNotContain("failed", first, StringComparison.Ordinal);

        var second = await BootAsync(image, disk, null);
        Assert.Contains("is already provisioned", second, StringComparison.Ordinal);
        Assert.Contains("] HTTP server listens", second, StringComparison.Ordinal);
        Assert.DoesNotContain("runcmd", second, StringComparison.Ordinal);
        await RunAsync("qemu-img", "check", "-q", disk);
    }

    [Fact]
    public async Task Custom_data_that_can_not_be_decoded_fails_provisioning_by_name()
    {
        RequirePrograms();
        var image = await new LinuxImageEngine(LinuxImageEngine.SharedCache, null)
            .EnsureAsync(new BuilderImageSource { Urn = "lazuli:micro:1:1.0.0", Builder = "micro" }, null, TestContext.Current.CancellationToken);
        var disk = Path.Combine(_root, "os.qcow2");
        await RunAsync("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", image.DiskPath, disk);
        var log = await BootAsync(image, disk, await MediaAsync(null, rawCustomData: Convert.ToBase64String([0x1f, 0x8b, 1, 2, 3])));
        Assert.Contains("] provisioning failed: custom data is not valid gzip", log, StringComparison.Ordinal);
    }

    /// <summary>Skipped where they are missing, except where LAZULI_LIVE is <c>required</c>.</summary>
    private static void RequirePrograms() => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("LAZULI_LIVE") == "required"
            || (File.Exists("/usr/bin/qemu-system-x86_64") && File.Exists("/usr/bin/xorriso")),
        "needs QEMU and xorriso");

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Boots to the banner that follows everything else, and answers the boot log, with plain line ends.</summary>
    private static async Task<string> BootAsync(ImageArtifact image, string disk, string? media)
    {
        List<string> arguments =
        [
            "-accel", "tcg", "-M", "q35", "-m", "256", "-smp", "1", "-nodefaults", "-nic", "none", "-display", "none", "-no-reboot", "-serial", "stdio",
            "-uuid", "8f4d5a51-0d0c-4c3f-9a52-64a17f1e2c11", "-smbios", "type=3,asset=7783-7084-3265-9085-8269-3286-77", "-device", "virtio-rng-pci",
            "-kernel", image.KernelPath ?? "", "-initrd", image.InitrdPath ?? "", "-append", image.KernelCommandLine ?? "",
            "-drive", $"if=none,id=os,file={disk},format=qcow2", "-device", "virtio-blk-pci,drive=os",
        ];
        if (media is not null)
        {
            arguments.AddRange(["-drive", $"if=none,id=media,file={media},format=raw,readonly=on", "-device", "virtio-blk-pci,drive=media"]);
        }

        using var qemu = Process.Start(new ProcessStartInfo("qemu-system-x86_64", arguments) { RedirectStandardOutput = true, RedirectStandardInput = true })
            ?? throw new InvalidOperationException("QEMU did not start.");
        using var late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(Patience);
        var log = new StringBuilder();
        try
        {
            while (await qemu.StandardOutput.ReadLineAsync(late.Token) is { } line)
            {
                log.Append(line.TrimEnd('\r')).Append('\n');
                if (line.Contains("Ready can't be reported", StringComparison.Ordinal))
                {
                    return log.ToString();
                }
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"No banner within {Patience}. The boot log:\n{log}");
        }
        finally
        {
            qemu.Kill();
            await qemu.WaitForExitAsync(CancellationToken.None);
        }

        Assert.Fail($"QEMU ended early. The boot log:\n{log}");
        return "";
    }

    private async Task<string> MediaAsync(string? customData, string? rawCustomData = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, "media")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "ovf-env.xml"), $"""
            <?xml version="1.0" encoding="utf-8"?>
            <Environment xmlns="http://schemas.dmtf.org/ovf/environment/1" xmlns:wa="http://schemas.microsoft.com/windowsazure">
              <wa:ProvisioningSection>
                <wa:Version>1.0</wa:Version>
                <LinuxProvisioningConfigurationSet xmlns="http://schemas.microsoft.com/windowsazure">
                  <ConfigurationSetType>LinuxProvisioningConfiguration</ConfigurationSetType>
                  <HostName>guest-1</HostName>
                  <UserName>azureuser</UserName>
                  <DisableSshPasswordAuthentication>true</DisableSshPasswordAuthentication>
                  <SSH><PublicKeys><PublicKey><Path>/home/azureuser/.ssh/authorized_keys</Path><Value>ssh-ed25519 AAAATEST me@here</Value></PublicKey></PublicKeys></SSH>
                  <CustomData>{rawCustomData ?? Convert.ToBase64String(Encoding.UTF8.GetBytes(customData ?? ""))}</CustomData>
                </LinuxProvisioningConfigurationSet>
              </wa:ProvisioningSection>
            </Environment>
            """, TestContext.Current.CancellationToken);
        var iso = Path.Combine(_root, "media.iso");
        await RunAsync("xorriso", "-as", "mkisofs", "-quiet", "-o", iso, folder);
        return iso;
    }
}
