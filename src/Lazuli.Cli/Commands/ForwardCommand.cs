using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Lazuli.Node.Api;

namespace Lazuli.Cli.Commands;

/// <summary>
/// <c>lazuli forward</c> (hidden): accepts TCP connections and hands each to the server's Unix socket. It runs inside the view of
/// <c>lazuli exec</c>, where Azure's host names lead to the loopback address. Several may share one port.
/// </summary>
internal static class ForwardCommand
{
    public static Command Create()
    {
        var listen = new Option<int[]>("--port") { AllowMultipleArgumentsPerToken = true, Required = true };
        var to = new Option<string>("--to") { Required = true };
        var command = new Command("forward", "Forward loopback ports to a Unix socket.") { listen, to };
        command.Hidden = true;
        command.Run(async (parsed, cancellationToken) =>
        {
            var listeners = parsed.GetRequiredValue(listen).Select(Listen).ToList();
            Console.WriteLine("listening");
            await Task.WhenAll(listeners.Select(l => Relay.ServeAsync(l, _ => ConnectAsync(parsed.GetRequiredValue(to), cancellationToken), cancellationToken)));
            return 0;
        });
        return command;
    }

    private static Socket Listen(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // On Linux this is SO_REUSEPORT, too: every exec brings its own forwarder.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen(128);
        return socket;
    }

    private static async Task<Socket> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        return socket;
    }
}
