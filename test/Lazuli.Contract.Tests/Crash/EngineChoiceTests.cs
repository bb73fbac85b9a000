using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Lazuli.Contract.Tests.Crash;

/// <summary><c>lazuli up --engine auto</c> where no program that real machines need can be found.</summary>
public sealed class EngineChoiceTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("lazuli-engine-");

    public void Dispose() => _state.Delete(recursive: true);

    [Fact]
    public async Task Machines_are_fake_and_that_is_said()
    {
        using var server = Begin();
        var said = "";
        using var late = new CancellationTokenSource(Patience);
        while (!said.Contains("engine ", StringComparison.Ordinal))
        {
            said += await server.StandardOutput.ReadLineAsync(late.Token) + "\n";
        }

        server.Kill();
        await server.WaitForExitAsync(late.Token);
        Assert.Contains("fake (the Linux engine can't run here: ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_fake_is_put_over_machines_that_are_there()
    {
        var disks = _state.CreateSubdirectory("node/disks");
        await File.WriteAllTextAsync(Path.Combine(disks.FullName, "vm.qcow2"), "");
        using var server = Begin();
        using var late = new CancellationTokenSource(Patience);
        var said = await server.StandardError.ReadToEndAsync(late.Token);
        await server.WaitForExitAsync(late.Token);
        Assert.Equal(1, server.ExitCode);
        Assert.Contains("has its machines' disks", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_state.FullName, "fake-node")));
    }

    private Process Begin()
    {
        var start = new ProcessStartInfo(ServerProcess.Program, ["up", "--state", _state.FullName, "--engine", "auto", "--port", "0"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        start.Environment["PATH"] = "/nowhere";
        return Process.Start(start) ?? throw new InvalidOperationException("It does not start.");
    }
}
