using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Lazuli.Node.Api;

namespace Lazuli.Cli.Commands;

/// <summary><c>lazuli publish 8080:ADDRESS:80</c>: a port of the host's loopback leads to a public address of Lazuli. Needs no root.</summary>
internal static class PublishCommand
{
    public static Command Create()
    {
        var state = Cli.State();
        var ports = new Argument<string[]>("port") { Description = "LOCAL_PORT:ADDRESS:PORT, one or more; an IPv6 address may stand in brackets.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("publish", "Make public addresses of virtual machines reachable on ports of this machine's loopback address, until interrupted.") { state, ports };
        command.Run(async (parsed, cancellationToken) =>
        {
            var directory = parsed.GetRequiredValue(state);
            ServerFile.Running(directory);
            var wanted = parsed.GetRequiredValue(ports).Select(Parse).ToList();
            var listeners = wanted.Select(w => (Socket: Listen(w.Local), Target: w)).ToList();
            foreach (var (_, target) in listeners)
            {
                Console.WriteLine($"localhost:{target.Local} -> {target.Address}:{target.Port}");
            }

            await Task.WhenAll(listeners.Select(l => Relay.ServeAsync(
                l.Socket, _ => Gate.ConnectAsync(StatePaths.Node(directory), l.Target.Address, l.Target.Port, cancellationToken), cancellationToken)));
            return 0;
        });
        return command;
    }

    // An IPv6 address has colons of its own, and may stand in brackets.
    private static (int Local, string Address, int Port) Parse(string text)
        => text.Split(':') is [var local, .. var middle, var port] && string.Join(':', middle).Trim('[', ']') is var address
            && int.TryParse(local, NumberStyles.None, CultureInfo.InvariantCulture, out var from) && from is >= 0 and < 65536
            && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var to) && to is > 0 and < 65536
            && IPAddress.TryParse(address, out _)
            ? (from, address, to)
            : throw new FailureException($"'{text}' is not LOCAL_PORT:ADDRESS:PORT.");

    private static Socket Listen(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        }
        catch (SocketException e)
        {
            throw new FailureException($"port {port} of the loopback address can't be used: {e.Message}.");
        }

        socket.Listen(128);
        return socket;
    }
}
