using Lazuli.Engines.Node;

namespace Lazuli.Engines.Dns;

/// <summary>Something that the machine's name servers know. They are true as soon as they are there.</summary>
public abstract record DnsItem : NodeItem;

/// <summary>A zone. Its record sets are items of their own, so that one change sends one.</summary>
public sealed record DnsZoneItem : DnsItem
{
    /// <summary>The apex, lower-cased, without a dot at the end.</summary>
    public required string Name { get; init; }

    /// <summary>The networks that see a private zone; null for a public one.</summary>
    public IReadOnlyList<DnsZoneLink>? Links { get; init; }
}

/// <summary>A network that a private zone is linked to.</summary>
/// <param name="VnetKey">The network.</param>
/// <param name="Registers">The names of its machines are in the zone.</param>
/// <param name="Redirects">What the zone lacks is looked for among public names.</param>
public sealed record DnsZoneLink(string VnetKey, bool Registers, bool Redirects);

/// <summary>The records of one name and type.</summary>
public sealed record DnsRecordsItem : DnsItem
{
    public required string ZoneKey { get; init; }

    /// <summary>The whole name, lower-cased, without a dot at the end; a first label <c>*</c> is a wildcard (RFC 4592).</summary>
    public required string Name { get; init; }

    /// <summary>By the number of <see cref="DnsType"/>.</summary>
    public required ushort Type { get; init; }

    /// <summary>Seconds.</summary>
    public required uint Ttl { get; init; }

    /// <summary>Each record's data in wire form, without compression (<see cref="DnsData"/>).</summary>
    public IReadOnlyList<byte[]> Data { get; init; } = [];

    /// <summary>The item whose address, records or name this one has instead of <see cref="Data"/>: a <see cref="DnsHostItem"/>, a <see cref="DnsRecordsItem"/> or a <see cref="TrafficItem"/>. It need not be there.</summary>
    public string? AliasKey { get; init; }

    public override IEnumerable<string> References() => [ZoneKey];
}

/// <summary>A public address that names may follow, and its own name.</summary>
public sealed record DnsHostItem : DnsItem
{
    /// <summary>Lower-cased; null when it has none.</summary>
    public string? Name { get; init; }

    /// <summary>Null while there is none to be used.</summary>
    public string? Address { get; init; }

    /// <summary>What the address is called by reverse look-ups, lower-cased, or null.</summary>
    public string? Reverse { get; init; }
}
