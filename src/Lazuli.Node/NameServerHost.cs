using System.Net;
using System.Net.Sockets;
using Lazuli.Engines.Dns;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Guest.Dns;
using Microsoft.Extensions.Logging;

namespace Lazuli.Node;

/// <summary>The name server of public zones in the node's own network, where <c>lazuli exec</c> and <c>lazuli publish</c> reach it; guests ask 168.63.129.16 instead.</summary>
public static class NameServerHost
{
    private const int Port = 53;
    private const int Backlog = 256;

    /// <summary>Answers at <see cref="NetOptions.NameServer"/> until disposed; the servers' own names resolve to it.</summary>
    /// <exception cref="HostProgramException">The kernel refused the address.</exception>
    public static async Task<PublicNameServer> StartAsync(NetOptions options, DnsCatalogue names, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var address = options.NameServer;
        await HostProgram.RunAsync("ip", ["addr", "replace", $"{address}/32", "dev", "lo"], cancellationToken: cancellationToken);
        foreach (var server in DnsNames.Servers)
        {
            names.Set(new DnsHostItem { Key = "lazuli/" + server, Name = server, Address = address.ToString() });
        }

        var (udp, tcp) = (new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp), new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            udp.Bind(new IPEndPoint(address, Port));
            tcp.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            tcp.Bind(new IPEndPoint(address, Port));
            tcp.Listen(Backlog);
            return new PublicNameServer(udp, tcp, names, TimeProvider.System, loggers.CreateLogger<PublicNameServer>());
        }
        catch
        {
            udp.Dispose();
            tcp.Dispose();
            throw;
        }
    }
}
