using System.Net;
using System.Net.Sockets;
using Lazuli.Engines.Dns;
using Lazuli.Engines.Net;

namespace Lazuli.Engines.Linux.Dns;

/// <summary>Checks from an address of their own in the caller's network, outside the data centre, towards addresses of the public pool and no others.</summary>
public sealed class TrafficProbe(NetOptions options) : ITrafficProbe
{
    private const string Agent = "Azure Traffic Manager Endpoint Monitor";

    public bool Reaches(IPAddress address) => options.PublicPool.Contains(address) && !options.Reserved.Contains(address);

    public async Task<bool> IsWellAsync(IPAddress address, string host, TrafficMonitor monitor, IReadOnlyList<TrafficHeader> headers, CancellationToken cancellationToken)
    {
        if (!Reaches(address))
        {
            return false;
        }

        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        cut.CancelAfter(TimeSpan.FromSeconds(monitor.TimeoutSeconds));
        try
        {
            if (monitor.Protocol == "tcp")
            {
                using var socket = Open();
                await socket.ConnectAsync(new IPEndPoint(address, monitor.Port), cut.Token);
                return true;
            }

            var status = await GetAsync(address, host, monitor, headers, cut.Token);
            return monitor.Expected.Count == 0 ? status == 200 : monitor.Expected.Any(r => status >= r.First && status <= r.Last);
        }
        catch (Exception e) when (e is SocketException or HttpRequestException or IOException or UriFormatException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    private Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(options.TrafficManager, 0));
        return socket;
    }

    private async Task<int> GetAsync(IPAddress address, string host, TrafficMonitor monitor, IReadOnlyList<TrafficHeader> headers, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = async (_, cut) =>
            {
                var socket = Open();
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(address, monitor.Port), cut);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
#pragma warning disable CA5359 // As on Azure, a certificate must be there, whosever it is; no secret is sent.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(monitor.Protocol, host, monitor.Port).Uri.GetLeftPart(UriPartial.Authority) + monitor.Path);
        request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        foreach (var header in headers.Concat(monitor.Headers).DistinctBy(h => h.Name, StringComparer.OrdinalIgnoreCase))
        {
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return (int)response.StatusCode;
    }
}
