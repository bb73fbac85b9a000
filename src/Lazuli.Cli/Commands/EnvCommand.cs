using System.CommandLine;
using System.Text.Json;

namespace Lazuli.Cli.Commands;

/// <summary><c>lazuli env</c>: what clients and scripts need, as shell exports or JSON.</summary>
internal static class EnvCommand
{
    public static Command Create()
    {
        var (state, json) = (Cli.State(), Cli.Json());
        var command = new Command("env", "Print shell exports (or, with --json, a document) with everything that clients need to connect.") { state, json };
        command.Run((parsed, _) =>
        {
            var info = Connection.InfoOf(parsed.GetRequiredValue(state));
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(info, CliJson.Default.ConnectionInfo));
            }
            else
            {
                foreach (var (name, value) in Variables(info))
                {
                    Console.WriteLine($"export {name}='{value.Replace("'", "'\\''", StringComparison.Ordinal)}'");
                }
            }

            return Task.FromResult(0);
        });
        return command;
    }

    /// <summary>Environment variables that the Azure SDKs, <c>az</c>, Terraform's providers and common HTTP libraries read.</summary>
    public static IEnumerable<(string Name, string Value)> Variables(ConnectionInfo info) =>
    [
        ("LAZULI_ARM_ENDPOINT", info.ArmEndpoint),
        ("AZURE_TENANT_ID", info.TenantId),
        ("AZURE_SUBSCRIPTION_ID", info.SubscriptionId),
        ("AZURE_CLIENT_ID", info.ClientId),
        ("AZURE_CLIENT_SECRET", info.ClientSecret),
        ("AZURE_AUTHORITY_HOST", info.ArmEndpoint),
        ("ARM_TENANT_ID", info.TenantId),
        ("ARM_SUBSCRIPTION_ID", info.SubscriptionId),
        ("ARM_CLIENT_ID", info.ClientId),
        ("ARM_CLIENT_SECRET", info.ClientSecret),
        ("ARM_METADATA_HOSTNAME", new Uri(info.ArmEndpoint).Authority),
        .. TrustVariables(info.CaFile),
    ];

    /// <summary>Those that make a client trust the local CA.</summary>
    public static IEnumerable<(string Name, string Value)> TrustVariables(string caFile) =>
    [
        ("REQUESTS_CA_BUNDLE", caFile),
        ("SSL_CERT_FILE", caFile),
        ("CURL_CA_BUNDLE", caFile),
        ("NODE_EXTRA_CA_CERTS", caFile),
    ];
}
