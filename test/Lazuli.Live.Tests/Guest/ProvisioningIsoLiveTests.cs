using System.Diagnostics;
using Lazuli.Engines.Node;
using Lazuli.Guest.Media;

namespace Lazuli.Live.Tests.Guest;

public class ProvisioningIsoLiveTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(60000)]
    public async Task Another_implementation_reads_the_file_under_its_long_name(int customDataBytes)
    {
        var directory = Directory.CreateTempSubdirectory("lazuli-iso");
        try
        {
            var provisioning = new VmProvisioning
            {
                ComputerName = "web1",
                AdminUsername = "alice",
                AdminPassword = "secret<&>",
                CustomData = Convert.ToBase64String(new byte[customDataBytes]),
            };
            var iso = Path.Combine(directory.FullName, "media.iso");
            ProvisioningIso.Write(provisioning, iso);
            Assert.True(!OperatingSystem.IsWindows() && File.GetUnixFileMode(iso) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));

            var target = Path.Combine(directory.FullName, "out");
            var errors = await RunAsync("xorriso", ["-osirrox", "on", "-indev", iso, "-extract", "/", target], TestContext.Current.CancellationToken);
            Assert.DoesNotContain("WARNING", errors, StringComparison.Ordinal);
            Assert.Equal(["ovf-env.xml"], Directory.GetFileSystemEntries(target).Select(Path.GetFileName));
            Assert.Equal(OvfEnvironment.Render(provisioning), await File.ReadAllBytesAsync(Path.Combine(target, "ovf-env.xml"), TestContext.Current.CancellationToken));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Another_implementation_reads_the_initrds_archive()
    {
        var directory = Directory.CreateTempSubdirectory("lazuli-initrd");
        try
        {
            var (initrd, own) = (Path.Combine(directory.FullName, "initrd"), Path.Combine(directory.FullName, "own"));
            await File.WriteAllBytesAsync(initrd, [1, 2, 3, 4, 5], TestContext.Current.CancellationToken);
            var provisioning = new VmProvisioning { ComputerName = "web1", AdminUsername = "alice", AdminPassword = "secret<&>" };
            ProvisioningInitrd.Write(provisioning, initrd, own);
            Assert.True(!OperatingSystem.IsWindows() && File.GetUnixFileMode(own) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
            var written = await File.ReadAllBytesAsync(own, TestContext.Current.CancellationToken);
            Assert.Equal([1, 2, 3, 4, 5, 0, 0, 0], written[..8]);

            var archive = Path.Combine(directory.FullName, "archive");
            await File.WriteAllBytesAsync(archive, written[8..], TestContext.Current.CancellationToken);
            await RunAsync("sh", ["-c", $"cd {directory.FullName} && mkdir out && cd out && cpio --quiet -i <{archive}"], TestContext.Current.CancellationToken);
            var file = Assert.Single(Directory.GetFileSystemEntries(Path.Combine(directory.FullName, "out")));
            Assert.Equal("ovf-env.xml", Path.GetFileName(file));
            Assert.Equal(OvfEnvironment.Render(provisioning), await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<string> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException(program);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await process.WaitForExitAsync(cancellationToken);
        Assert.True(process.ExitCode == 0, errors);
        return errors;
    }
}
