using System.Diagnostics;
using System.Text.Json;
using Lazuli.Engines.Linux.Host;

namespace Lazuli.Engines.Linux.Vm;

/// <summary>What executes a guest's instructions.</summary>
public enum Accelerator
{
    /// <summary>QEMU's own translator: works everywhere, slowly.</summary>
    Tcg,

    /// <summary>The processor's virtualization.</summary>
    Kvm,
}

/// <summary>What was chosen, why, and the boot of the host that this holds for.</summary>
public sealed record AcceleratorFinding(Accelerator Accelerator, string Reason, string BootId);

/// <summary>
/// Chooses KVM only when it really runs a guest: a firmware of a few instructions that goes through protected to long mode with
/// paging and SSE and then leaves QEMU with a code of its own, within a second. That <c>/dev/kvm</c> opens proves nothing: there
/// are hosts where real mode works and the first 64-bit instruction hangs.
/// </summary>
public static class AcceleratorProbe
{
    private const int FirmwareSize = 65_536;

    // isa-debug-exit leaves with (value << 1) | 1; the firmware writes 0x31.
    private const int Success = 99;
    private const int Killed = 128 + 9;

    // As at segment F000, offset 0: lgdt; protected mode; page tables at 0x1000 that map 2 MiB one to one; PAE and SSE on;
    // EFER.LME; paging on; in 64-bit code: add 0x123456789abcdef0 to itself in SSE2 and in RAX, compare, loop a million times,
    // out 0x31 to port 0xf4. Then the GDT.
    private const string Code =
        "+i5mDwEW2AAPIMBmg8gBDyLAZuoaAA8ACABmuBAAjtiOwI7QvACAAAC/ABAAAA8i3zHAuQAQAADzq8cFABAAAAMgAADHBQAgAAADMAAAxwUAMAAAgwAAAA8g4A0gBgAADyLg"
        + "uYAAAMAPMg0AAQAADzAPIMCD4PsNAgAAgA8iwOqGAA8AGABIuPDevJp4VjQSZkgPbsBmD9TAZkgPfsJIAcBIOcJ1C7lAQg8A4v6wMeb09Ov9jbQAAAAAAAAAAAAA//8AAACa"
        + "zwD//wAAAJLPAP//AAAAmq8AHwC4AA8A";

    // The reset vector: ljmp F000:0000.
    private static readonly byte[] Reset = [0xea, 0x00, 0x00, 0x00, 0xf0];

    /// <summary>Probes once per boot of the host; the finding is kept in <paramref name="directory"/>.</summary>
    public static async Task<AcceleratorFinding> FindAsync(string program, string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var bootId = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", cancellationToken)).Trim();
        var kept = Path.Combine(directory, "accelerator.json");
        if (Read(kept) is { } finding && finding.BootId == bootId)
        {
            return finding;
        }

        var reason = await ProbeAsync(program, "kvm", directory, cancellationToken);
        finding = reason is null
            ? new(Accelerator.Kvm, "KVM runs a 64-bit guest", bootId)
            : new(Accelerator.Tcg, reason, bootId);
        AtomicFile.Write(kept, JsonSerializer.SerializeToUtf8Bytes(finding, QemuJson.Default.AcceleratorFinding));
        return finding;
    }

    /// <summary>Null when a guest runs on this accelerator, else why it doesn't.</summary>
    public static async Task<string?> ProbeAsync(string program, string accelerator, string directory, CancellationToken cancellationToken)
    {
        if (accelerator == "kvm" && !CanOpen("/dev/kvm"))
        {
            return "/dev/kvm can't be opened";
        }

        var firmware = Path.Combine(directory, $"probe-{accelerator}.bin");
        await File.WriteAllBytesAsync(firmware, Firmware(), cancellationToken);
        // timeout(1) ends a guest that hangs also when this process dies meanwhile: nothing else would know of it.
        var start = new ProcessStartInfo("timeout",
        [
            "--signal=KILL", "1", program,
            "-accel", accelerator, "-machine", "q35", "-nodefaults", "-no-user-config", "-display", "none", "-nic", "none", "-m", "16",
            "-bios", firmware, "-device", "isa-debug-exit,iobase=0xf4,iosize=1",
        ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = HostProgram.Start(start);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode switch
            {
                Success => null,
                Killed => $"{accelerator} opens but a guest of a few instructions hangs",
                var code => $"{accelerator} doesn't run a guest: QEMU ended with {code}",
            };
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
        finally
        {
            File.Delete(firmware);
        }
    }

    private static byte[] Firmware()
    {
        var firmware = new byte[FirmwareSize];
        Convert.FromBase64String(Code).CopyTo(firmware, 0);
        Reset.CopyTo(firmware, FirmwareSize - 16);
        return firmware;
    }

    private static bool CanOpen(string path)
    {
        try
        {
            using var device = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static AcceleratorFinding? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), QemuJson.Default.AcceleratorFinding);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }
}
