using System.CommandLine;
using System.Diagnostics;

namespace Lazuli.Cli.Commands;

/// <summary><c>lazuli login</c>: registers the cloud with <c>az</c> and signs in.</summary>
internal static class LoginCommand
{
    public static Command Create()
    {
        var state = Cli.State();
        var print = new Option<bool>("--print") { Description = "Only print the commands." };
        var command = new Command("login", "Prepare az: register this cloud, select it, sign in, and choose the subscription.") { state, print };
        command.Run(async (parsed, cancellationToken) =>
        {
            var info = Connection.InfoOf(parsed.GetRequiredValue(state));
            string[][] steps =
            [
                ["config", "set", "core.instance_discovery=false", "core.collect_telemetry=false"],
                ["cloud", "register", "--name", "Lazuli", "--endpoint-resource-manager", info.ArmEndpoint],
                ["cloud", "set", "--name", "Lazuli"],
                ["login", "--service-principal", "--username", info.ClientId, "--password", info.ClientSecret, "--tenant", info.TenantId],
                ["account", "set", "--subscription", info.SubscriptionId],
            ];
            if (parsed.GetValue(print))
            {
                Console.WriteLine($"export REQUESTS_CA_BUNDLE='{info.CaFile}'");
                foreach (var step in steps)
                {
                    Console.WriteLine("az " + string.Join(' ', step.Select(s => s.Contains('$', StringComparison.Ordinal) ? $"'{s}'" : s)));
                }

                return 0;
            }

            foreach (var step in steps)
            {
                // A cloud that is registered already (from an earlier port) is brought up to date.
                var status = await AzAsync(step, info.CaFile, quiet: step[1] == "register", cancellationToken);
                if (status != 0 && step[1] == "register")
                {
                    status = await AzAsync(["cloud", "update", .. step[2..]], info.CaFile, quiet: false, cancellationToken);
                }

                if (status != 0)
                {
                    throw new FailureException($"az {step[0]} {step[1]} failed with status {status}.");
                }
            }

            Console.WriteLine($"az is signed in. In each shell: export REQUESTS_CA_BUNDLE='{info.CaFile}'");
            return 0;
        });
        return command;
    }

    private static async Task<int> AzAsync(string[] arguments, string caFile, bool quiet, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("az", [.. arguments, "--only-show-errors", "--output", "none"]) { RedirectStandardError = quiet, RedirectStandardOutput = true };
        start.Environment["REQUESTS_CA_BUNDLE"] = caFile;
        try
        {
            using var az = Process.Start(start) ?? throw new FailureException("az could not be started.");
            await az.StandardOutput.ReadToEndAsync(cancellationToken);
            if (quiet)
            {
                await az.StandardError.ReadToEndAsync(cancellationToken);
            }

            await az.WaitForExitAsync(cancellationToken);
            return az.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new FailureException("az is not installed (or not on PATH). See what it would run with: lazuli login --print");
        }
    }
}
