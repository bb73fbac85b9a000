using Lazuli.Engines.Dns;

namespace Lazuli.Guest.Dns;

/// <summary>What all DNS servers here do with a packet: what can't be a question is answered by its error, a question is handed on, and the answer written. Pure.</summary>
internal static class DnsResponder
{
    /// <summary>What everybody takes over UDP.</summary>
    public const int ShortestUdp = 512;

    /// <summary>The longest UDP answer, small enough never to be fragmented.</summary>
    public const int MaxUdp = 1232;

    /// <summary>
    /// Writes the answer to <paramref name="packet"/> into <paramref name="reply"/> and returns its length; 0 means that nothing is answered. An answer longer than
    /// the client takes over UDP comes empty, with the truncation bit, so that it asks again over TCP.
    /// </summary>
    /// <param name="packet">The query.</param>
    /// <param name="udp">Whether it came over UDP.</param>
    /// <param name="reply">Where to.</param>
    /// <param name="resolve">Answers a name and a type; null refuses.</param>
    /// <param name="recursive">Whether the server asks on for its clients.</param>
    public static int Answer(ReadOnlySpan<byte> packet, bool udp, Span<byte> reply, Func<string, ushort, DnsAnswer?> resolve, bool recursive)
    {
        if (!DnsQuery.TryParse(packet, out var query))
        {
            return 0;
        }

        var limit = udp ? Math.Max(ShortestUdp, query.UdpSize) : reply.Length;
        var answer = query switch
        {
            { Opcode: not 0 } => Error(DnsCode.NotImplemented),
            { Name: null } => Error(DnsCode.FormatError),
            { EdnsVersion: > 0 } => Error(DnsCode.BadVersion),
            { Class: not 1 and not 255 } or { Type: DnsType.Ixfr or DnsType.Axfr } => Error(DnsCode.Refused),
            { Name: { } name } => resolve(name, query.Type) ?? Error(DnsCode.Refused),
        };
        return new DnsWriter(reply, packet, query, limit).Write(answer, recursive);
    }

    private static DnsAnswer Error(DnsCode code) => new() { Code = code };
}
