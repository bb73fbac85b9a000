using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lazuli.Node.Api;

/// <summary>
/// The way from the host into the node's network, for people without root: a Unix socket (the owner's alone) that takes one line
/// <c>ADDRESS PORT</c>, answers <c>+</c> when connected (<c>-</c> when not), and then carries the bytes. One direction only: nothing in there can open it from inside a guest.
/// </summary>
public static class Gate
{
    private const int LongestLine = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static string PathIn(string nodeDirectory) => Path.Combine(nodeDirectory, "gate.sock");

    /// <summary>Serves until cancelled; in the node's own process.</summary>
    public static async Task ServeAsync(string nodeDirectory, CancellationToken cancellationToken)
    {
        var path = PathIn(nodeDirectory);
        File.Delete(path);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        listener.Listen(128);
        await Relay.ServeAsync(listener, client => OpenAsync(client, cancellationToken), cancellationToken);
    }

    /// <summary>A connection to an address inside.</summary>
    /// <exception cref="IOException">Nobody answers there.</exception>
    public static async Task<Socket> ConnectAsync(string nodeDirectory, string address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(PathIn(nodeDirectory)), cancellationToken);
            await socket.SendAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{address} {port}\n")), cancellationToken);
            var answer = new byte[1];
            return await socket.ReceiveAsync(answer, cancellationToken) == 1 && answer[0] == (byte)'+'
                ? socket
                : throw new IOException($"{address}:{port} can't be reached.");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Socket> OpenAsync(Socket client, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var line = await ReadLineAsync(client, limit.Token);
        if (line.Split(' ') is not [var host, var text] || !IPAddress.TryParse(host, out var address) || !ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw new IOException("The line is not ADDRESS PORT.");
        }

        var target = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await target.ConnectAsync(new IPEndPoint(address, port), limit.Token);
            await client.SendAsync("+"u8.ToArray(), cancellationToken);
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    private static async Task<string> ReadLineAsync(Socket client, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length < LongestLine && await client.ReceiveAsync(one, cancellationToken) == 1)
        {
            if (one[0] == (byte)'\n')
            {
                return line.ToString();
            }

            line.Append((char)one[0]);
        }

        throw new IOException("The line is too long, or the connection ended.");
    }
}
