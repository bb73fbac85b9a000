using System.Net;
using System.Net.Sockets;
using Lazuli.Engines.Dns;
using Microsoft.Extensions.Logging;

namespace Lazuli.Guest.Dns;

/// <summary>
/// The authoritative server of all public zones: over TCP for whoever reaches its socket, which it owns, and for datagrams that others bring. It refuses what no zone here holds, and
/// asks nobody.
/// </summary>
public sealed class PublicNameServer : IAsyncDisposable
{
    private const int MostConnections = 256;
    private readonly DnsCatalogue _names;
    private readonly WrittenAnswers _written;
    private readonly DnsServer _server;

    public PublicNameServer(Socket tcp, DnsCatalogue names, TimeProvider time, ILogger log)
    {
        _names = names;
        _written = new(names);
        _server = new(null, tcp, new(_ => "", null, MostConnections), (packet, from, udp, reply) => Answer(packet, from.GetAddressBytes(), udp, reply), time, log);
    }

    /// <summary>Answers a datagram from an address (its bytes); 0 answers nothing. Thread-safe, never throws.</summary>
    public int AnswerDatagram(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> from, Span<byte> reply) => Answer(packet, from, udp: true, reply);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private int Answer(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> from, bool udp, Span<byte> reply)
        => _written.Answer(packet, udp, reply, static (world, name, type) => world.Answer(new(name, type))) is > 0 and var length ? length : AnswerAnew(packet, new(from), udp, reply);

    private int AnswerAnew(ReadOnlySpan<byte> packet, IPAddress from, bool udp, Span<byte> reply)
        => DnsResponder.Answer(packet, udp, reply, (name, type) => _names.World.Answer(new(name, type, null, from, Random.Shared.NextDouble())), recursive: false);
}
