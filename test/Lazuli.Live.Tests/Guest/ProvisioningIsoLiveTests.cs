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
