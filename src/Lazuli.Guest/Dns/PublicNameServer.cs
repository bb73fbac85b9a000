using System.Net.Sockets;
using Lazuli.Engines.Dns;
using Microsoft.Extensions.Logging;

namespace Lazuli.Guest.Dns;

/// <summary>The authoritative server of all public zones, over UDP and TCP, for whoever reaches its sockets, which it owns. It refuses what no zone here holds, and asks nobody.</summary>
public sealed class PublicNameServer(Socket udp, Socket tcp, DnsCatalogue names, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private const int MostConnections = 256;

    private readonly DnsServer _server = new(udp, tcp, new(_ => "", null, MostConnections), (packet, from, overUdp, reply) => DnsResponder.Answer(
        packet, overUdp, reply, (name, type) => names.World.Answer(new(name, type, null, from, Random.Shared.NextDouble())), recursive: false), time, log);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
