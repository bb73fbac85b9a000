using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lazuli.Cli;

/// <summary>What a running server tells about itself in <c>server.json</c> of its state directory.</summary>
public sealed record ServerFile
{
    public required int Pid { get; init; }

    /// <summary>The process's start, in clock ticks since boot: tells it from a later one with the same id.</summary>
    public required long Started { get; init; }
    public required string ArmEndpoint { get; init; }
    public required string TenantId { get; init; }
    public required string SubscriptionId { get; init; }
    public required string Engine { get; init; }
    public required string EngineReason { get; init; }
    public required string CaFile { get; init; }

    /// <summary>The Unix socket on which the server answers HTTPS, too: the way in from other network namespaces.</summary>
    public required string Socket { get; init; }

    [JsonIgnore]
    public string TokenEndpoint => $"{ArmEndpoint}/{TenantId}/oauth2/v2.0/token";

    public static string PathIn(string state) => Path.Combine(state, "server.json");

    /// <summary>The running server of a state directory, or null.</summary>
    public static ServerFile? Read(string state)
    {
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(PathIn(state)), CliJson.Default.ServerFile);
            return file is not null && StartOf(file.Pid) == file.Started ? file : null;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static ServerFile Running(string state)
        => Read(state) ?? throw new FailureException($"no server is running for '{state}'. Start one with: lazuli up");

    public void Write(string state)
    {
        var draft = PathIn(state) + ".new";
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(this, CliJson.Default.ServerFile));
        File.Move(draft, PathIn(state), overwrite: true);
    }

    /// <summary>Field 22 of /proc/PID/stat (proc(5)); 0 when there is no such process, or only what is left of it until its parent asks.</summary>
    public static long StartOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? 0 : long.Parse(fields[19], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Asks the process to end and waits; true when it has.</summary>
    public async Task<bool> StopAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        // The shell's own: a small machine has no program of that name.
        using var kill = Process.Start("/bin/sh", ["-c", FormattableString.Invariant($"kill -TERM {Pid}")]);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(patience);
        try
        {
            while (StartOf(Pid) == Started)
            {
                await Task.Delay(50, timeout.Token);
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}

/// <summary>What scripts need to connect: exactly these seven names.</summary>
public sealed record ConnectionInfo(string ArmEndpoint, string TokenEndpoint, string TenantId, string SubscriptionId, string ClientId, string ClientSecret, string CaFile);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ServerFile))]
[JsonSerializable(typeof(ConnectionInfo))]
internal sealed partial class CliJson : JsonSerializerContext;
