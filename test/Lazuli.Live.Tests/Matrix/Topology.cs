namespace Lazuli.Live.Tests.Matrix;

// A small cloud in the words of Azure's documentation. It shares nothing with the engine: what the engine gets is made of it (Deployment),
// and what must happen is read off it (Oracle).

internal sealed record Cloud
{
    public required List<Net> Nets { get; init; }
    public required List<Card> Cards { get; init; }
    public required List<Group> Groups { get; init; }
    public required List<Table> Tables { get; init; }
    public required List<Gateway> Gateways { get; init; }
    public required List<Peering> Peerings { get; init; }
}

internal sealed record Net(string Name, string Space, List<Sub> Subnets, string? Outbound)
{
    public Sub Sub(string name) => Subnets.First(s => s.Name == name);
}

internal sealed record Sub(string Name, string Prefix, string? Group, string? Table, string? Gateway, bool Private);

/// <summary>A network interface with the guest behind it; a guest that forwards sends on what isn't for itself.</summary>
internal sealed record Card(string Name, string Net, string Sub, List<Address> Addresses, string? Group, bool Forwards);

internal sealed record Address(string Private, string? Public, bool Standard, List<string> Applications);

internal sealed record Group(string Name, List<Law> Laws);

/// <summary>A security rule. Sources and destinations are prefixes, addresses, tags, or application security groups as <c>asg:name</c>.</summary>
internal sealed record Law(int Priority, bool Inbound, bool Allow, string Protocol, List<string> Sources, string SourcePorts, List<string> Destinations, string DestinationPorts);

internal sealed record Table(string Name, List<Way> Ways);

internal sealed record Way(string Prefix, string Hop, string? Appliance);

internal sealed record Gateway(string Name, List<string> Addresses);

/// <summary>Both sides of a peering that is connected.</summary>
internal sealed record Peering(string One, string Two, Side OfOne, Side OfTwo);

/// <summary>What one side allows.</summary>
internal sealed record Side(bool Access, bool Forwarded);

/// <summary>A connection that somebody tries; without a card it comes from outside.</summary>
internal sealed record Attempt(string? Card, string Source, string Target, string Protocol, int SourcePort, int TargetPort);

/// <summary>What must come of an attempt.</summary>
/// <param name="Receiver">Who gets the first packet, or null.</param>
/// <param name="Seen">The source that the receiver sees; one of several where a gateway chooses.</param>
/// <param name="Answered">Whether an answer comes back; null where Azure's documentation and per-network connection tracking may differ.</param>
internal sealed record Fate(string? Receiver, IReadOnlyList<string> Seen, bool? Answered)
{
    public static Fate Lost { get; } = new(null, [], false);
}
