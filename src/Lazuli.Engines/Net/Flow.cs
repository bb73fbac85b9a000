using System.Net;

namespace Lazuli.Engines.Net;

/// <summary>The first packet of a connection.</summary>
public sealed record Flow
{
    /// <summary>The NIC that sends it; null is the outside (the node's own namespace).</summary>
    public string? SourceNicKey { get; init; }
    public required IPAddress Source { get; init; }
    public required IPAddress Destination { get; init; }

    /// <summary><c>tcp</c>, <c>udp</c>, <c>icmp</c> or <c>icmpv6</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>0 for ICMP.</summary>
    public int SourcePort { get; init; }
    public int DestinationPort { get; init; }
}

/// <summary>Who gets a packet, and whom he believes it comes from.</summary>
public sealed record FlowVerdict
{
    public static FlowVerdict Lost { get; } = new();

    /// <summary>The NIC's key, <see cref="Platform"/>, or null when nobody gets it.</summary>
    public string? Receiver { get; init; }
    public IPAddress? SourceSeen { get; init; }

    /// <summary>The receiver of what is sent to the platform's own services.</summary>
    public const string Platform = "platform";
}
