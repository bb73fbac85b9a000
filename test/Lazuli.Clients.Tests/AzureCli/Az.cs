using System.Text.Json.Nodes;

namespace Lazuli.Clients.Tests.AzureCli;

/// <summary>
/// The real <c>az</c>, in the folder it is installed in as its root. <c>/mnt</c> there is a folder of this test class alone: <c>az</c>'s
/// configuration, its home, keys and files.
/// </summary>
public sealed class Az
{
    // A mount namespace for each call: devices, processes and host names are those of the caller.
    private const string Enter = """
        root=$0 folder=$1; shift
        mount --rbind /dev "$root/dev" && mount --rbind /proc "$root/proc" && mount --bind "$folder" "$root/mnt" && mount --bind /etc/hosts "$root/etc/hosts" || exit 125
        export HOME=/mnt AZURE_CONFIG_DIR=/mnt/azure REQUESTS_CA_BUNDLE=/mnt/ca.pem PYTHONWARNINGS=ignore AZURE_CORE_COLLECT_TELEMETRY=no
        exec chroot "$root" az "$@"
        """;

    private readonly Cloud _cloud;

    private Az(Cloud cloud)
    {
        _cloud = cloud;
        Folder = Path.Combine(cloud.Directory, $"az-{Guid.NewGuid():n}");
        Directory.CreateDirectory(Folder);
        File.Copy(cloud.Connection.CaFile, Path.Combine(Folder, "ca.pem"));
    }

    /// <summary>What <c>az</c> sees as <c>/mnt</c>.</summary>
    public string Folder { get; }

    /// <summary>The key that <c>--generate-ssh-keys</c> makes.</summary>
    public string GeneratedKey => Path.Combine(Folder, ".ssh/id_rsa");

    /// <summary>An <c>az</c> that knows nothing yet.</summary>
    public static Az New(Cloud cloud)
    {
        cloud.Require("az");
        return new Az(cloud);
    }

    /// <summary>An <c>az</c> with the configuration of one that has run, line by line, what <c>lazuli login --print</c> says.</summary>
    public static async Task<Az> SignedInAsync(Cloud cloud)
    {
        var az = New(cloud);
        await Shell.DoAsync(["cp", "-a", Path.Combine((await cloud.FirstAz.Value).Folder, "azure"), az.Folder]);
        return az;
    }

    /// <summary>Signs in for all others: see <see cref="Cloud.FirstAz"/>.</summary>
    internal static async Task<Az> SignInAsync(Cloud cloud)
    {
        var az = New(cloud);
        foreach (var line in await cloud.LoginStepsAsync())
        {
            if (line.StartsWith("az ", StringComparison.Ordinal))
            {
                await az.RunAsync(line[3..].Replace("'", "", StringComparison.Ordinal));
            }
        }

        return az;
    }

    /// <summary>Runs <c>az</c> with words separated by spaces (<paramref name="more"/> may contain some) and gives what it prints, as JSON.</summary>
    public async Task<JsonNode?> RunAsync(string words, params IEnumerable<string> more)
    {
        var output = await Shell.DoAsync(Words(words, more));
        return output.Trim().Length == 0 ? null : JsonNode.Parse(output);
    }

    /// <summary>Runs <c>az</c> and gives what it prints, as it is.</summary>
    public Task<string> PrintAsync(string words) => Shell.DoAsync(Words(words, []));

    /// <summary>Runs an <c>az</c> command that must fail, and gives what it says.</summary>
    public async Task<string> FailAsync(string words, params IEnumerable<string> more)
    {
        var outcome = await Shell.RunAsync(Words(words, more));
        Assert.True(outcome.Status != 0, $"'az {words}' should have failed: {outcome.Output}");
        return outcome.Errors;
    }

    /// <summary>As <see cref="RunAsync"/>, within <c>lazuli exec</c>.</summary>
    public async Task<JsonNode?> ExecAsync(string words)
    {
        var output = await Shell.DoAsync(_cloud.Exec(Words(words, [])));
        return output.Trim().Length == 0 ? null : JsonNode.Parse(output);
    }

    /// <summary>Writes a file that <c>az</c> sees, and gives the path it sees it at.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(Folder, name), text);
        return "/mnt/" + name;
    }

    /// <summary>What a command prints in a guest that trusts <see cref="GeneratedKey"/>.</summary>
    public Task<string> InGuestAsync(string address, string command) => _cloud.InGuestAsync(address, GeneratedKey, command);

    public Task<string> InGuestUntilAsync(string address, string command, string expected) => _cloud.InGuestUntilAsync(address, GeneratedKey, command, expected);

    private string[] Words(string words, IEnumerable<string> more)
        => ["unshare", "--mount", "sh", "-c", Enter, Path.Combine(Cloud.Clients, "az"), Folder, .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. more];
}
