using System.Net.Sockets;

namespace Lazuli.Node.Api;

/// <summary>Joins two sockets until both directions have ended.</summary>
public static class Relay
{
    /// <summary>Accepts until cancelled; each connection is joined with what <paramref name="connect"/> gives.</summary>
    public static async Task ServeAsync(Socket listener, Func<Socket, Task<Socket>> connect, CancellationToken cancellationToken)
    {
        while (true)
        {
            var client = await listener.AcceptAsync(cancellationToken);
            _ = Task.Run(
                async () =>
                {
                    using (client)
                    {
                        try
                        {
                            using var target = await connect(client);
                            await Task.WhenAll(PumpAsync(client, target, cancellationToken), PumpAsync(target, client, cancellationToken));
                        }
                        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
                        {
                            // The other end learns it by the connection's end.
                        }
                    }
                },
                cancellationToken);
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, cancellationToken) is > 0 and var count)
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), cancellationToken);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            from.Close();
            to.Close();
        }
    }
}
