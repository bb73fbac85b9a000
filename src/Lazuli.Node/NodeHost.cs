using System.Globalization;
using Lazuli.Engines.Linux.Disk;
using Lazuli.Engines.Linux.Dns;
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
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(20);

    /// <summary>Runs until told to end; machines run on. Only one node can have a state directory: a second one waits some seconds for the first to be gone, then ends with an <see cref="IOException"/>.</summary>
    public static async Task RunAsync(NodeOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.StateDirectory);
        using var own = await OwnAsync(Path.Combine(options.StateDirectory, "node.lock"), cancellationToken);
        await HostProgram.RunAsync("ip", ["link", "set", "lo", "up"], cancellationToken: cancellationToken);

        // Nothing is configured by files or variables, and no directory is watched for any.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat) = (true, "HH:mm:ss.fff "));
        File.Delete(options.SocketPath);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
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
            new LinuxNetEngine(new NetOptions()), vms, new QcowDiskEngine(options.DiskDirectory), new LinuxImageEngine(options.ImageDirectory, null))
        {
            Traffic = new TrafficProbe(new NetOptions()),
        };
        await using var node = new HostNode(options, engines, new VnetSockets(), TimeProvider.System, loggers);

        NodeApi.Map(app, node, node.Packets, async cut =>
        {
            await node.EndAllAsync(cut);
            app.Lifetime.StopApplication();
        });
        await using var nameServer = await NameServerHost.StartAsync(new NetOptions(), node.Names, loggers, cancellationToken);
        await node.StartAsync(cancellationToken);
        var gate = Gate.ServeAsync(options.StateDirectory, cancellationToken);
        await app.StartAsync(cancellationToken);
        File.SetUnixFileMode(options.SocketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var finding = await vms.FindAcceleratorAsync();
        Log.Accelerator(loggers.CreateLogger(typeof(NodeHost)), finding.Accelerator, finding.Reason, manyUsers);
        await app.WaitForShutdownAsync(cancellationToken);
    }

    // A process that was killed holds what it held until its last thread is gone: longer than it is to be seen as alive.
    private static async Task<FileStream> OwnAsync(string path, CancellationToken cancellationToken)
    {
        for (var begin = TimeProvider.System.GetTimestamp(); ;)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (TimeProvider.System.GetElapsedTime(begin) < DeathLimit)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4010, LogLevel.Information, "Guests run on {Accelerator}: {Reason}; a user for each machine: {ManyUsers}; no cgroup bounds them beyond their own size")]
        public static partial void Accelerator(ILogger logger, Accelerator accelerator, string reason, bool manyUsers);
    }
}
