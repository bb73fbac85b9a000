using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Text.Json;
using Lazuli.Clients.Tests.AzureCli;

[assembly: AssemblyFixture(typeof(Lazuli.Clients.Tests.Cloud))]

namespace Lazuli.Clients.Tests;

/// <summary>What clients need to connect, as <c>lazuli env --json</c> says it.</summary>
public sealed record Connection(string ArmEndpoint, string TokenEndpoint, string TenantId, string SubscriptionId, string ClientId, string ClientSecret, string CaFile);

/// <summary>
/// One real Lazuli with real machines for all tests, stopped with all its machines at the end. It runs only where there is no way out
/// (a network namespace with nothing but a loopback device, as <c>./lazuli clients</c> makes one).
/// </summary>
public sealed partial class Cloud : IAsyncLifetime
{
    private const string Ssh = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o BatchMode=yes -o ConnectTimeout=5";
    private static readonly TimeSpan SshPatience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan GuestPatience = TimeSpan.FromSeconds(20);
    private static readonly string Program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Lazuli.Cli", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "lazuli"));
    private string? _missing;

    public Cloud() => FirstAz = new(() => Az.SignInAsync(this));

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("lazuli-clients-").FullName;

    public Connection Connection { get; private set; } = new("", "", "", "", "", "", "");

    /// <summary>The <c>az</c> that signed in; the others copy its configuration.</summary>
    internal Lazy<Task<Az>> FirstAz { get; }

    /// <summary>Where clients are installed (tools/client-tools.sh).</summary>
    public static string Clients { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("LAZULI_CACHE") ?? throw new InvalidOperationException("LAZULI_CACHE is not set: start these tests by ./lazuli clients."), "clients");

    private string State => Path.Combine(Directory, "state");

    private static bool Required => Environment.GetEnvironmentVariable("LAZULI_LIVE") == "required";

    public async ValueTask InitializeAsync()
    {
        if (NetworkInterface.GetAllNetworkInterfaces().Any(i => i.NetworkInterfaceType != NetworkInterfaceType.Loopback))
        {
            _missing = "these tests run only where there is no way out: ./lazuli clients";
            return;
        }

        var up = await Shell.RunAsync([Program, "up", "--state", State, "--engine", "linux", "--port", "0", "--detach"]);
        if (up.Status != 0)
        {
            _missing = up.Errors;
            return;
        }

        var json = await Shell.DoAsync([Program, "env", "--json", "--state", State]);
        Connection = JsonSerializer.Deserialize<Connection>(json, JsonSerializerOptions.Web)!;

        // .NET's own certificate store reads the C environment, which Environment.SetEnvironmentVariable leaves alone.
        Assert.Equal(0, SetVariable("SSL_CERT_FILE", Connection.CaFile, 1));
    }

    /// <summary>Skips the test where something is missing that it needs; with LAZULI_LIVE=required it fails.</summary>
    public void Require(string? client = null)
    {
        var missing = _missing ?? (client is null || Path.Exists(Path.Combine(Clients, client)) ? null : $"'{client}' is not in {Clients}: tools/client-tools.sh");
        Assert.False(missing is not null && Required, missing);
        Assert.SkipWhen(missing is not null, missing ?? "");
    }

    /// <summary>The words of <c>lazuli exec -- COMMAND</c>.</summary>
    public string[] Exec(params IEnumerable<string> command) => [Program, "exec", "--state", State, "--", .. command];

    /// <summary>What <c>lazuli login --print</c> says: one line each.</summary>
    public async Task<string[]> LoginStepsAsync()
        => (await Shell.DoAsync([Program, "login", "--print", "--state", State])).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What a command prints in a guest, over SSH to its public address. Waits until SSH lets it in: a guest may be booting.</summary>
    public async Task<string> InGuestAsync(string address, string keyFile, string command)
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var outcome = await Shell.RunAsync(Exec(["ssh", "-i", keyFile, .. Ssh.Split(' '), $"azureuser@{address}", command]));

            // 255 is ssh's own failure; everything else comes from the command.
            if (outcome.Status == 0)
            {
                return outcome.Output.Trim();
            }

            Assert.True(outcome.Status == 255 && started.Elapsed < SshPatience, $"'{command}' on {address} ended with {outcome.Status}: {outcome.Errors}{outcome.Output}");
        }
    }

    /// <summary>Asks the guest until a command prints this: a guest learns of its devices in its own time. Gives what it printed last.</summary>
    public async Task<string> InGuestUntilAsync(string address, string keyFile, string command, string expected)
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var printed = await InGuestAsync(address, keyFile, command);
            if (printed == expected || started.Elapsed > GuestPatience)
            {
                return printed;
            }
        }
    }

    /// <summary>Whether a TCP connection to the address succeeds within some seconds.</summary>
    public async Task<bool> ReachesAsync(string address, int port)
        => (await Shell.RunAsync(Exec("timeout", "4", "bash", "-c", $"exec 3<>/dev/tcp/{address}/{port}"))).Status == 0;

    /// <summary>Whether the machine with this vmId runs on this host: there is a QEMU process of that UUID.</summary>
    public static bool Runs(string vmId)
        => System.IO.Directory.EnumerateDirectories("/proc").Any(process => process[6..].All(char.IsAsciiDigit) && CommandLine(process).Contains(vmId, StringComparison.OrdinalIgnoreCase));

    public async ValueTask DisposeAsync()
    {
        if (_missing is null)
        {
            await Shell.DoAsync([Program, "down", "--all", "--state", State]);
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    private static string CommandLine(string process)
    {
        try
        {
            var line = File.ReadAllText(process + "/cmdline");
            return line.StartsWith("qemu-system", StringComparison.Ordinal) ? line : "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
