using System.CommandLine;
using System.Text.Json;

namespace Lazuli.Cli.Commands;

/// <summary><c>lazuli status</c>: whether a server runs, where, and on what.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var (state, json) = (Cli.State(), Cli.Json());
        var command = new Command("status", "Show whether a server is running, where it listens, and which engine it uses. Exit status 3 when none runs.") { state, json };
        command.Run((parsed, _) =>
        {
            var server = ServerFile.Read(parsed.GetRequiredValue(state));
            if (parsed.GetValue(json))
            {
                Console.WriteLine(server is null ? "{ \"running\": false }" : JsonSerializer.Serialize(server, CliJson.Default.ServerFile));
            }
            else if (server is null)
            {
                Console.WriteLine($"Not running (state: {parsed.GetRequiredValue(state)}).");
            }
            else
            {
                Console.WriteLine($"Running as process {server.Pid}.\n  Resource Manager  {server.ArmEndpoint}\n  engine            {server.Engine} ({server.EngineReason})\n  tenant            {server.TenantId}\n  subscription      {server.SubscriptionId}\n  CA certificate    {server.CaFile}");
            }

            return Task.FromResult(server is null ? 3 : 0);
        });
        return command;
    }
}
