using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Linux.Net;

/// <summary>One question to a member, from the platform's address in its network, or from its gateway's by IPv6.</summary>
internal static class LoadBalancerProbe
{
    private const int LongestStatusLine = 512;

    // asm-generic/socket.h
    private const int SocketLevel = 1;
    private const int BindToDevice = 25;

    /// <param name="networkNamespace">Where it is.</param>
    /// <param name="address">The member's.</param>
    /// <param name="device">Of IPv6: its NIC's.</param>
    /// <param name="probe">What is asked.</param>
    /// <param name="patience">How long at most.</param>
    /// <param name="cancellationToken">Throws.</param>
    public static async Task<ProbeAnswer> AskAsync(string networkNamespace, IPAddress address, string? device, BalancerProbe probe, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        cut.CancelAfter(patience);
        Socket socket;
        try
        {
            socket = NetNamespace.OpenSocket(networkNamespace, address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        }
        catch (IOException)
        {
            return ProbeAnswer.NoConnection;
        }

        using (socket)
        {
            try
            {
                if (device is not null)
                {
                    socket.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.ASCII.GetBytes(device));
                }

                socket.Bind(new IPEndPoint(device is null ? WellKnown.Platform : WellKnown.Gateway6, 0));
                await socket.ConnectAsync(new IPEndPoint(address, probe.Port), cut.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return ProbeAnswer.NoConnection;
            }

            return probe.Protocol == "tcp" ? ProbeAnswer.Well : await GetAsync(socket, address, probe, cut.Token, cancellationToken);
        }
    }

    private static async Task<ProbeAnswer> GetAsync(Socket socket, IPAddress address, BalancerProbe probe, CancellationToken cut, CancellationToken cancellationToken)
    {
        try
        {
            await using var plain = new NetworkStream(socket);
            await using var secure = probe.Protocol == "https" ? await SecureAsync(plain, address, cut) : null;
            var stream = (Stream?)secure ?? plain;
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"GET {probe.Path} HTTP/1.1\r\nHost: {new IPEndPoint(address, probe.Port)}\r\nUser-Agent: Load Balancer Agent\r\nConnection: close\r\n\r\n"), cut);
            return await StatusAsync(stream, cut) switch
            {
                200 => ProbeAnswer.Well,
                null => ProbeAnswer.NoHttp,
                _ => ProbeAnswer.BadStatus,
            };
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ProbeAnswer.NoResponse;
        }
        catch (Exception e) when (e is IOException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            return ProbeAnswer.NoHttp;
        }
    }

    // Whose certificate it is doesn't matter, as on Azure.
    private static async Task<SslStream> SecureAsync(Stream plain, IPAddress address, CancellationToken cancellationToken)
    {
        var secure = new SslStream(plain);
        try
        {
#pragma warning disable CA5359 // The member is known by its address, and no secret is sent.
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.ToString(), RemoteCertificateValidationCallback = (_, _, _, _) => true }, cancellationToken);
#pragma warning restore CA5359
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    private static async Task<int?> StatusAsync(Stream stream, CancellationToken cancellationToken)
    {
        var line = new byte[LongestStatusLine];
        var length = 0;
        while (length < line.Length && Array.IndexOf(line, (byte)'\n', 0, length) < 0)
        {
            var read = await stream.ReadAsync(line.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return Encoding.ASCII.GetString(line, 0, length).Split(' ') is ["HTTP/1.0" or "HTTP/1.1", var status, ..] && int.TryParse(status.Trim(), out var code) ? code : null;
    }
}
