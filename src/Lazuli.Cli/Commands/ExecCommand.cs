using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Lazuli.Node.Launch;
using Lazuli.Server.SignIn;

namespace Lazuli.Cli.Commands;

/// <summary>
/// <c>lazuli exec -- CMD</c>: runs a command in a view of its own: Azure's public host names lead to Lazuli, the local CA is trusted, and
/// the public addresses of virtual machines are reachable. There is no way to the real outside from there.
/// </summary>
internal static class ExecCommand
{
    public static Command Create()
    {
        var state = Cli.State();
        var words = new Argument<string[]>("command") { Description = "The command and its arguments, after --.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("exec", "Run a command where Azure's own host names lead to Lazuli, certificates are trusted and public addresses are reachable.") { state, words };
        command.Run(async (parsed, cancellationToken) =>
        {
            var directory = Path.GetFullPath(parsed.GetRequiredValue(state));
            var info = Connection.InfoOf(directory);
            var server = ServerFile.Running(directory);
            var start = new ProcessStartInfo("unshare") { UseShellExecute = false };
            foreach (var word in View(directory, info, server).Concat(parsed.GetRequiredValue(words)))
            {
                start.ArgumentList.Add(word);
            }

            foreach (var (name, value) in Variables(info))
            {
                start.Environment[name] = value;
            }

            start.FileName = start.ArgumentList[0];
            start.ArgumentList.RemoveAt(0);
            using var process = Process.Start(start) ?? throw new FailureException("the command could not be started.");
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode;
        });
        return command;
    }

    // In the view the public names are ours, so nothing needs to be told about other endpoints.
    private static IEnumerable<(string Name, string Value)> Variables(ConnectionInfo info)
        => EnvCommand.Variables(info).Where(v => v.Name is not ("AZURE_AUTHORITY_HOST" or "ARM_METADATA_HOSTNAME"));

    private static IEnumerable<string> View(string state, ConnectionInfo info, ServerFile server)
    {
        var hosts = Path.Combine(state, "exec-hosts");
        File.WriteAllText(hosts, "127.0.0.1 localhost " + string.Join(' ', PublicEndpoints.AzureHosts) + "\n");
        var port = new Uri(info.ArmEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var self = Environment.ProcessPath ?? "lazuli";

        // The forwarder ends with the shell: its standard input is a pipe that only the shell holds open.
        var script = $"""
            ip link set lo up 2>/dev/null
            mount --bind '{hosts}' /etc/hosts || exit 125
            exec 9<>"$0"
            '{self}' forward --port 443 {port} --to '{server.Socket}' >"$0" 9<&- &
            forwarder=$!
            read -r ready <&9
            exec 9<&-
            rm -f "$0"
            "$@"
            status=$?
            kill $forwarder 2>/dev/null
            exit $status
            """;
        var pipe = Path.Combine(Path.GetTempPath(), $"lazuli-exec-{Environment.ProcessId}");
        File.Delete(pipe);
        using (var make = Process.Start("mkfifo", ["-m", "600", pipe]))
        {
            make.WaitForExit();
        }

        return [.. NetworkView.Enter(StatePaths.Node(state)), "unshare", "--mount", "sh", "-c", script, pipe];
    }
}
