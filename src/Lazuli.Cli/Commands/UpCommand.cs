using System.CommandLine;
using System.Diagnostics;
using Lazuli.Engines.Node;
using Lazuli.Engines.Node.Fake;
using Lazuli.Engines.Image;
using Lazuli.Engines.Linux.Image;
using Lazuli.Node.Launch;
using Lazuli.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Lazuli.Cli.Commands;

/// <summary><c>lazuli up</c>: starts the server, and the node if real machines are wanted.</summary>
internal static class UpCommand
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    public static Option<string> Engine()
    {
        var option = new Option<string>("--engine")
        {
            Description = "What machines are made of: linux (real ones), fake (in memory), auto (linux where it can run).",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("LAZULI_ENGINE") is { Length: > 0 } set ? set : "auto",
        };
        option.AcceptOnlyFromAmong("auto", "linux", "fake");
        return option;
    }

    public static Command Create()
    {
        var (state, json, engine) = (Cli.State(), Cli.Json(), Engine());
        var port = new Option<int?>("--port") { Description = "The HTTPS port; 0 lets the system choose (environment: LAZULI_PORT; default 8443)." };
        var detach = new Option<bool>("--detach") { Description = "Run in the background." };
        var command = new Command("up", "Start Lazuli: in the foreground, or with --detach in the background.") { state, port, engine, detach, json };
        command.Run(async (parsed, cancellationToken) =>
        {
            var directory = Path.GetFullPath(parsed.GetRequiredValue(state));
            if (ServerFile.Read(directory) is { } running)
            {
                if (parsed.GetValue(detach))
                {
                    Print(directory, running, parsed.GetValue(json));
                    return 0;
                }

                throw new FailureException($"a server is already running for '{directory}' (process {running.Pid}).");
            }

            if (parsed.GetValue(detach))
            {
                Print(directory, await DetachAsync(directory, parsed.GetValue(port), parsed.GetRequiredValue(engine), cancellationToken), parsed.GetValue(json));
                return 0;
            }

            await ServeAsync(directory, parsed.GetValue(port), parsed.GetRequiredValue(engine), parsed.GetValue(json), cancellationToken);
            return 0;
        });
        return command;
    }

    /// <summary>Starts a server in a session of its own and waits until it answers.</summary>
    public static async Task<ServerFile> DetachAsync(string state, int? port, string engine, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(state);
        var log = Path.Combine(state, "server.log");
        string[] arguments = ["up", "--state", state, "--engine", engine, .. port is { } p ? new[] { "--port", p.ToString(System.Globalization.CultureInfo.InvariantCulture) } : []];
        var start = new ProcessStartInfo("setsid", ["--fork", "sh", "-c", "exec \"$0\" \"$@\" >>\"$LAZULI_LOG\" 2>&1 </dev/null", Environment.ProcessPath ?? "lazuli", .. arguments]);
        start.Environment["LAZULI_LOG"] = log;
        var written = File.Exists(log) ? new FileInfo(log).Length : 0;
        using (var process = Process.Start(start) ?? throw new FailureException("the server could not be started."))
        {
            await process.WaitForExitAsync(cancellationToken);
        }

        var started = Stopwatch.StartNew();
        while (started.Elapsed < StartPatience)
        {
            if (ServerFile.Read(state) is { } server)
            {
                return server;
            }

            if (Tail(log, written) is { } fault && fault.Contains("lazuli: ", StringComparison.Ordinal))
            {
                throw new FailureException(fault[(fault.IndexOf("lazuli: ", StringComparison.Ordinal) + 8)..].Trim());
            }

            await Task.Delay(50, cancellationToken);
        }

        throw new FailureException($"the server did not start within {StartPatience.TotalSeconds} seconds. Its log: {log}");
    }

    private static async Task ServeAsync(string state, int? port, string engine, bool json, CancellationToken cancellationToken)
    {
        var (node, name, reason) = await ChooseAsync(state, engine, cancellationToken);
        var options = ServerOptions.Read(state, port);
        LazuliHost host;
        try
        {
            host = await LazuliHost.CreateAsync(options, node, cancellationToken, logging => logging.AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat) = (true, "HH:mm:ss.fff ")).Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace));
            await host.StartAsync(cancellationToken);
        }
#pragma warning disable CA1031 // Whatever keeps the server from starting, its user must read it in one line.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            throw new FailureException($"the server can't start: {e.Message}");
        }

        await using (host)
        {
            var file = new ServerFile
            {
                Pid = Environment.ProcessId,
                Started = ServerFile.StartOf(Environment.ProcessId),
                ArmEndpoint = host.Endpoint,
                TenantId = host.Tenant.TenantId,
                SubscriptionId = host.Tenant.SubscriptionId,
                Engine = name,
                EngineReason = reason,
                CaFile = host.CaFile,
                Socket = options.SocketPath,
            };
            file.Write(state);
            Print(state, file, json);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var route = name == "linux" && HostRoute.IsPossible ? HostRoute.KeepAsync(state, options.Network.Net, ending.Token) : Task.CompletedTask;
            await host.WaitForShutdownAsync(cancellationToken);
            await ending.CancelAsync();
            await route;
            File.Delete(ServerFile.PathIn(state));
        }
    }

    private static async Task<(INode Node, string Name, string Reason)> ChooseAsync(string state, string engine, CancellationToken cancellationToken)
    {
        if (engine == "fake")
        {
            return (NewFake(state), "fake", "asked for by --engine");
        }

        var launcher = new NodeLauncher(StatePaths.Launch(state));
        try
        {
            var launched = new LaunchedNode(launcher, await launcher.EnsureAsync(cancellationToken));
            var images = new LinuxImageEngine(LinuxImageEngine.SharedCache, new HttpClient());
            return (new HostImages(launched, images, ImageCatalogue.Default, TimeProvider.System), "linux", engine == "linux" ? "asked for by --engine" : "this machine can run it");
        }
        catch (IOException e)
        {
            return engine == "linux"
                ? throw new FailureException($"the Linux engine can't run here: {e.Message}")
                : launcher.HasDisks
                ? throw new FailureException($"the Linux engine can't run here, and '{state}' has its machines' disks: {e.Message} To go on without them: --engine fake")
                : (NewFake(state), "fake", $"the Linux engine can't run here: {e.Message}");
        }
    }

    private static FakeNode NewFake(string state) => new(TimeProvider.System, new FakeNodeOptions { Directory = Path.Combine(state, "fake-node") });

    private static void Print(string state, ServerFile server, bool json)
    {
        if (json)
        {
            Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(server, CliJson.Default.ServerFile));
            return;
        }

        Console.WriteLine($"""
            Lazuli is up.
              Resource Manager  {server.ArmEndpoint}
              engine            {server.Engine} ({server.EngineReason})
              tenant            {server.TenantId}
              subscription      {server.SubscriptionId}
              CA certificate    {server.CaFile}
              credentials       {Path.Combine(state, "credentials.json")}
            Sign in:  lazuli login    or   eval "$(lazuli env)"    or   lazuli exec -- COMMAND
            """);
    }

    private static string? Tail(string log, long from)
    {
        try
        {
            using var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            stream.Seek(from, SeekOrigin.Begin);
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
