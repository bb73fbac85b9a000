using System.Globalization;
using Lazuli.Engines.Linux.Disk;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Linux.Image;
using Lazuli.Engines.Linux.Net;
using Lazuli.Engines.Linux.Vm;
using Lazuli.Engines.Net;
using Lazuli.Node.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lazuli.Node;

/// <summary>
/// The node's process: the Linux engines, the guest services and the API. It must be root of its user, network and mount
/// namespaces, where <c>/run/netns</c> is its own; <see cref="Launch.NodeLauncher"/> makes them.
/// </summary>
public static partial class NodeHost
{
    private const int FirstMachineUser = 1000;
    private const int MachineUsers = 50_000;

    /// <summary>Runs until told to end; machines run on. Only one node can have a state directory: a second one ends with an <see cref="IOException"/>.</summary>
    public static async Task RunAsync(NodeOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.StateDirectory);
        using var own = new FileStream(Path.Combine(options.StateDirectory, "node.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        await HostProgram.RunAsync("ip", ["link", "set", "lo", "up"], cancellationToken: cancellationToken);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat) = (true, "HH:mm:ss.fff "));
        File.Delete(options.SocketPath);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(options.SocketPath);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        await using var app = builder.Build();
        var loggers = app.Services.GetRequiredService<ILoggerFactory>();

        var manyUsers = File.ReadLines("/proc/self/uid_map").Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Any(w => long.Parse(w[0], CultureInfo.InvariantCulture) + long.Parse(w[2], CultureInfo.InvariantCulture) >= FirstMachineUser + MachineUsers);
        await using var vms = new QemuVmEngine(
            new() { Directory = options.VmDirectory, FirstUser = manyUsers ? FirstMachineUser : null, UserCount = MachineUsers }, TimeProvider.System);
        var engines = new NodeEngines(
            new LinuxNetEngine(new NetOptions()), vms, new QcowDiskEngine(options.DiskDirectory), new LinuxImageEngine(options.ImageDirectory, null));
        await using var node = new HostNode(options, engines, new VnetSockets(), TimeProvider.System, loggers);

        NodeApi.Map(app, node, async cut =>
        {
            await node.EndAllAsync(cut);
            app.Lifetime.StopApplication();
        });
        await node.StartAsync(cancellationToken);
        var gate = Gate.ServeAsync(options.StateDirectory, cancellationToken);
        await app.StartAsync(cancellationToken);
        File.SetUnixFileMode(options.SocketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var finding = await vms.FindAcceleratorAsync();
        Log.Accelerator(loggers.CreateLogger(typeof(NodeHost)), finding.Accelerator, finding.Reason, manyUsers);
        await app.WaitForShutdownAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(4010, LogLevel.Information, "Guests run on {Accelerator}: {Reason}; a user for each machine: {ManyUsers}; no cgroup bounds them beyond their own size")]
        public static partial void Accelerator(ILogger logger, Accelerator accelerator, string reason, bool manyUsers);
    }
}
