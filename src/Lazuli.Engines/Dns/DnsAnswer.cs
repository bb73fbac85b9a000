namespace Lazuli.Engines.Dns;

/// <summary>One record of an answer.</summary>
/// <param name="Owner">Lower-cased.</param>
public readonly record struct DnsRecord(string Owner, ushort Type, uint Ttl, byte[] Data);

/// <summary>An answer being put together.</summary>
public sealed class DnsAnswer
{
    public DnsCode Code { get; set; }
    public bool Authoritative { get; set; }
    public List<DnsRecord> Answers { get; } = [];
    public List<DnsRecord> Authorities { get; } = [];
    public List<DnsRecord> Additional { get; } = [];

    /// <summary>The name that is left to be looked up: the last alias leads out of what is known here.</summary>
    public string? Open { get; set; }

    /// <summary>The same question may have another answer, though nothing has changed: it depends on who asks, or on luck.</summary>
    public bool Varies { get; set; }
}

/// <summary>A question.</summary>
/// <param name="Name">Lower-cased.</param>
/// <param name="VnetKey">The network of the asking guest, whose private zones come first; null from outside.</param>
/// <param name="Client">Who asks, for Traffic Manager's Subnet method; null when nobody knows.</param>
/// <param name="Draw">Chooses among equals: 0 to 1.</param>
public sealed record DnsQuestion(string Name, ushort Type, string? VnetKey = null, System.Net.IPAddress? Client = null, double Draw = 0);
