using System.Net;
using System.Net.Sockets;
using Lazuli.Engines.Dns;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Guest.Dns;
using Microsoft.Extensions.Logging;

namespace Lazuli.Node;

/// <summary>
/// The name server of public zones in the node's own network, where <c>lazuli exec</c> and <c>lazuli publish</c> reach it; guests ask 168.63.129.16 instead. Answers until disposed.
/// </summary>
public sealed class NameServerHost : IAsyncDisposable
{
    private const int Port = 53;
    private const int Backlog = 256;
    private const int MostThreads = 16;
    private readonly PublicNameServer _server;
    private readonly DatagramServer _datagrams;

    private NameServerHost(PublicNameServer server, DatagramServer datagrams) => (_server, _datagrams) = (server, datagrams);

    /// <summary>Answers at <see cref="NetOptions.NameServer"/>, datagrams with a thread for each processor; the servers' own names resolve to it.</summary>
    /// <exception cref="HostProgramException">The kernel refused the address.</exception>
    /// <exception cref="SocketException">Somebody else has the port.</exception>
    public static async Task<NameServerHost> StartAsync(NetOptions options, DnsCatalogue names, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var address = options.NameServer;
        await HostProgram.RunAsync("ip", ["addr", "replace", $"{address}/32", "dev", "lo"], cancellationToken: cancellationToken);
        foreach (var name in DnsNames.Servers)
        {
            names.Set(new DnsHostItem { Key = "lazuli/" + name, Name = name, Address = address.ToString() });
        }

        var (endpoint, tcp) = (new IPEndPoint(address, Port), new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            tcp.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            tcp.Bind(endpoint);
            tcp.Listen(Backlog);
        }
        catch
        {
            tcp.Dispose();
            throw;
        }

        var server = new PublicNameServer(tcp, names, TimeProvider.System, loggers.CreateLogger<PublicNameServer>());
        try
        {
            return new(server, new(endpoint, Math.Min(Environment.ProcessorCount, MostThreads), server.AnswerDatagram));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _datagrams.Dispose();
        await _server.DisposeAsync();
    }
}
