using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Server;

namespace Lazuli.Cli;

/// <summary>The file <c>lazuli.json</c> in the state directory.</summary>
public sealed record ConfigurationFile
{
    public int? Port { get; init; }
    public string? Address { get; init; }
    public IReadOnlyList<string>? HostNames { get; init; }
    public double? ProvisioningTimeoutMinutes { get; init; }
}

/// <summary>A server's options: flags before environment before file before defaults.</summary>
internal static class ServerOptions
{
    public static LazuliOptions Read(string state, int? port)
    {
        var path = Path.Combine(state, "lazuli.json");
        ConfigurationFile file;
        try
        {
            file = File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), ConfigurationJson.Default.ConfigurationFile) ?? new() : new();
        }
        catch (JsonException e)
        {
            throw new FailureException($"'{path}' can't be read: {e.Message}");
        }

        return new LazuliOptions
        {
            StateDirectory = state,
            Port = Range(port ?? Number("LAZULI_PORT") ?? file.Port ?? LazuliOptions.DefaultPort),
            Address = Text("LAZULI_ADDRESS") ?? file.Address ?? "127.0.0.1",
            HostNames = Text("LAZULI_HOST_NAMES")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? file.HostNames ?? [],
            ProvisioningTimeout = TimeSpan.FromMinutes(Number("LAZULI_PROVISIONING_TIMEOUT_MINUTES") ?? file.ProvisioningTimeoutMinutes ?? 20),
        };
    }

    private static int Range(int port) => port is >= 0 and < 65536 ? port : throw new FailureException($"{port} is not a port: 0 to 65535.");

    private static string? Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static int? Number(string name)
        => Text(name) is not { } text ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new FailureException($"{name} is '{text}', not a number.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ConfigurationFile))]
internal sealed partial class ConfigurationJson : JsonSerializerContext;
