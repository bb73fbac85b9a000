using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Lazuli.Node.Api;

namespace Lazuli.Cli.Commands;

/// <summary><c>lazuli demo</c>: starts a server, deploys the web-server sample through the public REST API, and fetches the page that its machine serves.</summary>
internal static class DemoCommand
{
    private const string Group = "lazuli-demo";
    private const string ApiVersion = "2021-04-01";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static Command Create()
    {
        var state = Cli.State();
        var engine = UpCommand.Engine();
        var command = new Command("demo", "Start a server, deploy a sample with one virtual machine, and fetch the web page that it serves.") { state, engine };
        command.Run(async (parsed, cancellationToken) =>
        {
            var directory = parsed.GetRequiredValue(state);
            var started = Stopwatch.StartNew();
            if (ServerFile.Read(directory) is null)
            {
                await UpCommand.DetachAsync(directory, null, parsed.GetRequiredValue(engine), cancellationToken);
            }

            var server = ServerFile.Running(directory);
            Say(started, $"Lazuli answers at {server.ArmEndpoint} (engine: {server.Engine})");
            using var connection = await Connection.OpenAsync(directory, cancellationToken);
            var key = await KeyAsync(directory, cancellationToken);
            var address = await DeployAsync(connection, key + ".pub", started, cancellationToken);
            Say(started, $"fetching http://{address}/");
            var page = server.Engine == "fake" ? "(the fake engine boots nothing, so there is no page)" : await FetchAsync(directory, address, cancellationToken);
            Say(started, "the machine answers:");
            Console.WriteLine($"\n    {page.Trim()}\n");
            Farewell(directory, key, address);
            return 0;
        });
        return command;
    }

    private static async Task<string> DeployAsync(Connection connection, string publicKey, Stopwatch started, CancellationToken cancellationToken)
    {
        var group = $"/subscriptions/{connection.Info.SubscriptionId}/resourcegroups/{Group}";
        await connection.SendAsync(HttpMethod.Put, $"{group}?api-version={ApiVersion}", """{"location":"westeurope"}""", cancellationToken);
        Say(started, $"resource group {Group}");
        var body = new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["mode"] = "Incremental",
                ["template"] = JsonNode.Parse(await File.ReadAllTextAsync(Sample(), cancellationToken)),
                ["parameters"] = new JsonObject { ["sshPublicKey"] = new JsonObject { ["value"] = (await File.ReadAllTextAsync(publicKey, cancellationToken)).Trim() } },
            },
        };
        var deployment = $"{group}/providers/Microsoft.Resources/deployments/demo";
        await connection.SendAsync(HttpMethod.Put, $"{deployment}?api-version={ApiVersion}", body.ToJsonString(), cancellationToken);
        var told = new HashSet<string>();
        while (started.Elapsed < Patience)
        {
            await TellAsync(connection, deployment, told, started, cancellationToken);
            var properties = (await connection.SendAsync(HttpMethod.Get, $"{deployment}?api-version={ApiVersion}", null, cancellationToken)).GetProperty("properties");
            switch (properties.GetProperty("provisioningState").GetString())
            {
                case "Succeeded":
                    await TellAsync(connection, deployment, told, started, cancellationToken);
                    return properties.GetProperty("outputs").GetProperty("address").GetProperty("value").GetString() ?? throw new FailureException("the deployment gave no address.");
                case "Failed" or "Canceled":
                    throw new FailureException($"the deployment ended with: {properties.GetProperty("error")}");
                default:
                    await Task.Delay(200, cancellationToken);
                    break;
            }
        }

        throw new FailureException($"the deployment did not end within {Patience.TotalMinutes} minutes. Look at: {deployment}");
    }

    private static async Task TellAsync(Connection connection, string deployment, HashSet<string> told, Stopwatch started, CancellationToken cancellationToken)
    {
        var operations = await connection.SendAsync(HttpMethod.Get, $"{deployment}/operations?api-version={ApiVersion}", null, cancellationToken);
        foreach (var properties in operations.GetProperty("value").EnumerateArray().Select(o => o.GetProperty("properties")))
        {
            if (properties.TryGetProperty("targetResource", out var target)
                && $"{target.GetProperty("resourceType").GetString()} {target.GetProperty("resourceName").GetString()}: {properties.GetProperty("provisioningState").GetString()}" is var line
                && told.Add(line))
            {
                Say(started, line);
            }
        }
    }

    private static async Task<string> FetchAsync(string state, string address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancel) => new System.Net.Sockets.NetworkStream(await Gate.ConnectAsync(StatePaths.Node(state), context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancel), ownsSocket: true),
        });
        http.Timeout = TimeSpan.FromSeconds(10);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await http.GetStringAsync(new Uri($"http://{address}/"), cancellationToken);
            }
            catch (Exception e) when (attempt < 20 && e is HttpRequestException or IOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(250, cancellationToken);
            }
        }
    }

    private static async Task<string> KeyAsync(string state, CancellationToken cancellationToken)
    {
        var key = Path.Combine(state, "demo", "id_ed25519");
        if (OperatingSystem.IsLinux() && !File.Exists(key + ".pub"))
        {
            Directory.CreateDirectory(Path.Combine(state, "demo"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.Delete(key);
            using var keygen = Process.Start(new ProcessStartInfo("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "lazuli-demo", "-f", key])) ?? throw new FailureException("ssh-keygen could not be started.");
            await keygen.WaitForExitAsync(cancellationToken);
            if (keygen.ExitCode != 0)
            {
                throw new FailureException("ssh-keygen failed.");
            }
        }

        return key;
    }

    private static string Sample()
    {
        var root = Environment.GetEnvironmentVariable("LAZULI_ROOT") ?? AppContext.BaseDirectory;
        return Path.Combine(root, "samples", "web-server", "azuredeploy.json");
    }

    private static void Say(Stopwatch started, string text) => Console.WriteLine($"[{started.Elapsed.TotalSeconds,6:0.0} s] {text}");

    private static void Farewell(string state, string key, string address)
    {
        var at = state == Cli.State().GetDefaultValue() as string ? "" : $" --state {state}";
        Console.WriteLine($"""
            How to go on:
              ./lazuli exec{at} -- ssh -i {key} -o StrictHostKeyChecking=no azureuser@{address}
              ./lazuli publish{at} 8080:{address}:80     then open http://localhost:8080/
              ./lazuli login{at}                         then use az: az vm list -d -o table
              ./lazuli status{at};  ./lazuli down{at}    (machines go on running)  or  ./lazuli down{at} --all
            """);
    }
}
