using System.CommandLine;
using Lazuli.Node.Launch;

namespace Lazuli.Cli.Commands;

/// <summary><c>lazuli down</c>: ends the server, and with <c>--all</c> the machines, too.</summary>
internal static class DownCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var state = Cli.State();
        var all = new Option<bool>("--all") { Description = "Stop the virtual machines and take down their networks, too. Disks stay." };
        var command = new Command("down", "Stop the server. Virtual machines go on running (and are found again by the next 'up') unless --all is given.") { state, all };
        command.Run(async (parsed, cancellationToken) =>
        {
            var directory = parsed.GetRequiredValue(state);
            if (ServerFile.Read(directory) is { } server)
            {
                if (!await server.StopAsync(Patience, cancellationToken))
                {
                    throw new FailureException($"the server (process {server.Pid}) did not stop within {Patience.TotalSeconds} seconds.");
                }

                Console.WriteLine("The server has stopped.");
            }
            else
            {
                Console.WriteLine("No server was running.");
            }

            if (parsed.GetValue(all))
            {
                await new NodeLauncher(StatePaths.Launch(directory)).StopAsync(machines: true, cancellationToken);
                if (HostRoute.IsPossible)
                {
                    await HostRoute.RemoveAsync(cancellationToken);
                }

                Console.WriteLine("All machines have stopped.");
            }

            return 0;
        });
        return command;
    }
}
