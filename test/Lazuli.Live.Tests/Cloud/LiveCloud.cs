using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Lazuli.Engines.Linux.Host;
using Lazuli.Node.Launch;

namespace Lazuli.Live.Tests.Cloud;

/// <summary>An answer of the server; its body is an empty object when there was none.</summary>
internal sealed record Answer(int Status, JsonNode Body)
{
    public string? Code => Body["error"]?["code"]?.GetValue<string>();

    /// <summary>Path and query of the asynchronous operation that it began, or null.</summary>
    public string? Operation { get; init; }
    public string? State => Body["properties"]?["provisioningState"]?.GetValue<string>();
}

/// <summary>The built <c>lazuli up --engine linux</c> with a state directory of its own, and what a client and its operator do with it.</summary>
internal sealed class LiveCloud : IAsyncDisposable
{
    public const string Group = "live";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly string Program = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "Lazuli.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "lazuli"));
    private readonly string _directory = Directory.CreateTempSubdirectory("lz-").FullName;
    private Process? _server;
    private HttpClient? _http;

    public string State => Path.Combine(_directory, "s");
    public NodeLaunchOptions Node => new() { Directory = Path.Combine(State, "node"), ImageDirectory = Path.Combine(_directory, "unused") };
    public string KeyFile => Path.Combine(_directory, "key");
    public string PublicKey => File.ReadAllText(KeyFile + ".pub").Trim();
    public string Subscription { get; private set; } = "";
    public string InGroup => $"/subscriptions/{Subscription}/resourceGroups/{Group}";
    private string Log => Path.Combine(_directory, "server.log");

    /// <summary>Everything that somebody who looks for a fault wants to read.</summary>
    public string Logs => string.Join('\n', new[] { Log, Node.LogPath }.Where(File.Exists).Select(f => $"--- {Path.GetFileName(f)}\n" + string.Join('\n', File.ReadLines(f).TakeLast(120))));

    /// <summary>A cloud that answers, with a resource group and a key to sign in to machines with.</summary>
    public static async Task<LiveCloud> CreateAsync(CancellationToken cancellationToken)
    {
        var cloud = new LiveCloud();
        try
        {
            await HostProgram.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", cloud.KeyFile], cancellationToken: cancellationToken);
            cloud.Start();
            await cloud.UntilUpAsync(cancellationToken);
            Assert.Equal(201, (await cloud.SendAsync(HttpMethod.Put, cloud.InGroup, "2021-04-01", new() { ["location"] = "westeurope" }, cancellationToken))?.Status);
            return cloud;
        }
        catch (Exception e)
        {
            var logs = cloud.Logs;
            await cloud.DisposeAsync();
            throw new Xunit.Sdk.XunitException($"{e}\n{logs}");
        }
    }

    public bool IsUp => _server is { HasExited: false };

    /// <summary>Starts the server; <see cref="UntilUpAsync"/> waits for it.</summary>
    public void Start()
    {
        _http?.Dispose();
        _http = null;
        _server?.Dispose();
        _server = HostProgram.Start(new("/bin/sh", ["-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", Log, Program, "up", "--engine", "linux", "--port", "0", "--state", State]));
    }

    /// <summary>Waits until the server that was started last answers a sign-in.</summary>
    public async Task UntilUpAsync(CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        while (_http is null)
        {
            if (!IsUp || Stopwatch.GetElapsedTime(begin) > StartLimit)
            {
                throw new Xunit.Sdk.XunitException($"The server doesn't start.\n{Logs}");
            }

            try
            {
                await SignInAsync(cancellationToken);
            }
            catch (Exception e) when (e is IOException or HttpRequestException or System.Text.Json.JsonException)
            {
                await Task.Delay(20, cancellationToken);
            }
        }
    }

    /// <summary>The server's answer; a path with a query of its own needs no version; null when it can't be had, so that the request may or may not have been done.</summary>
    public async Task<Answer?> SendAsync(HttpMethod method, string path, string version, JsonObject? body, CancellationToken cancellationToken)
    {
        if (_http is not { } http)
        {
            return null;
        }

        using var request = new HttpRequestMessage(method, path.Contains('?', StringComparison.Ordinal) ? path : $"{path}?api-version={version}");
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json"));
        }

        try
        {
            using var answer = await http.SendAsync(request, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            return new((int)answer.StatusCode, (text.Length == 0 ? null : JsonNode.Parse(text)) ?? new JsonObject())
            {
                Operation = answer.Headers.TryGetValues("Azure-AsyncOperation", out var operations) ? new Uri(operations.First()).PathAndQuery : null,
            };
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or ObjectDisposedException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    public async Task<Answer> GetAsync(string path, string version, CancellationToken cancellationToken)
        => await SendAsync(HttpMethod.Get, path, version, null, cancellationToken) ?? throw new IOException("The server doesn't answer.");

    /// <summary><c>kill -9</c>; waits until it is gone.</summary>
    public async Task KillServerAsync(CancellationToken cancellationToken)
    {
        if (_server is { HasExited: false } server)
        {
            server.Kill();
            await server.WaitForExitAsync(cancellationToken);
        }
    }

    public void KillNode()
    {
        try
        {
            var words = File.ReadAllText(Path.Combine(Node.Directory, "node")).Split(' ');
            var id = int.Parse(words[0], CultureInfo.InvariantCulture);
            var stat = File.ReadAllText($"/proc/{id}/stat");
            if (stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19] == words[1])
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
        }
        catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException)
        {
            // None runs just now.
        }
    }

    /// <summary>Runs a program in the node's namespaces.</summary>
    public Task<string> InNodeAsync(IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var enter = new NodeLauncher(Node).Enter() ?? throw new InvalidOperationException("There is no node.");
        return HostProgram.RunAsync(enter[0], [.. enter.Skip(1), "--wd=/", .. words], cancellationToken: cancellationToken);
    }

    /// <summary>The words that run a program on the outside of all networks, where public addresses are.</summary>
    public IReadOnlyList<string> Outside => NetworkView.Enter(Node.Directory);

    /// <summary>The words that sign in to a machine; a command may follow.</summary>
    public IReadOnlyList<string> Ssh(string address, params IReadOnlyList<string> options) =>
    [
        .. Outside, "ssh", "-q", "-i", KeyFile, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "-o", "ConnectTimeout=30",
        .. options, $"azureuser@{address}",
    ];

    /// <summary>Runs a shell command in a guest and answers what it wrote.</summary>
    public async Task<string> InGuestAsync(string address, string command, CancellationToken cancellationToken)
    {
        var words = Ssh(address);
        return (await HostProgram.RunAsync(words[0], [.. words.Skip(1), command], limit: TimeSpan.FromSeconds(90), cancellationToken: cancellationToken)).Trim();
    }

    /// <summary>The QEMU processes of this node: they share its mount namespace.</summary>
    public IReadOnlyList<int> Machines()
    {
        var holder = File.ReadAllText(Path.Combine(Node.Directory, "holder")).Split(' ')[0];
        var home = new FileInfo($"/proc/{holder}/ns/mnt").LinkTarget;
        return [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => int.TryParse(n, out _)).Where(n =>
        {
            try
            {
                return File.ReadAllText($"/proc/{n}/cmdline").StartsWith("qemu-system", StringComparison.Ordinal) && new FileInfo($"/proc/{n}/ns/mnt").LinkTarget == home;
            }
            catch (IOException)
            {
                return false;
            }
        }).Select(n => int.Parse(n ?? "0", CultureInfo.InvariantCulture)).Order()];
    }

    /// <summary>Ends everything, by the operator's own command.</summary>
    public async Task DownAsync()
        => await HostProgram.RunAsync(Program, ["down", "--all", "--state", State], limit: TimeSpan.FromMinutes(2), cancellationToken: CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(State))
        {
            await DownAsync();
        }

        _http?.Dispose();
        _server?.Dispose();
        if (Environment.GetEnvironmentVariable("LAZULI_LOGS") is { Length: > 0 } kept)
        {
            Directory.CreateDirectory(kept);
            foreach (var log in new[] { Log, Node.LogPath }.Where(File.Exists))
            {
                File.Copy(log, Path.Combine(kept, $"{Path.GetFileName(_directory)}-{Path.GetFileName(log)}"));
            }
        }

        Directory.Delete(_directory, recursive: true);
    }

    private async Task SignInAsync(CancellationToken cancellationToken)
    {
        var file = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(State, "server.json"), cancellationToken));
        var credentials = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(State, "credentials.json"), cancellationToken));
        if (file?["pid"]?.GetValue<int>() != _server?.Id)
        {
            throw new IOException("It hasn't told its address yet.");
        }

        var endpoint = Text(file, "armEndpoint");
        var http = new HttpClient(Trusting(Text(file, "caFile"))) { BaseAddress = new Uri(endpoint), Timeout = TimeSpan.FromSeconds(60) };
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = Text(credentials, "clientId"),
            ["client_secret"] = Text(credentials, "clientSecret"),
            ["scope"] = endpoint + "/.default",
        });
        using var answer = await http.PostAsync(new Uri($"{endpoint}/{Text(file, "tenantId")}/oauth2/v2.0/token"), form, cancellationToken);
        var token = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
        http.DefaultRequestHeaders.Authorization = new("Bearer", Text(token, "access_token"));
        Subscription = Text(file, "subscriptionId");
        _http = http;
    }

    private static string Text(JsonNode? node, string name) => node?[name]?.GetValue<string>() ?? throw new IOException($"No {name} in {node}.");

    private static SocketsHttpHandler Trusting(string caFile) => new()
    {
        UseProxy = false,
        SslOptions =
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(caFile) },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };
}
