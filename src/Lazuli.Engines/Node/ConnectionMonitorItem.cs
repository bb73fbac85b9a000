namespace Lazuli.Engines.Node;

/// <summary>Tests of connections that the machine runs again and again.</summary>
public sealed record ConnectionMonitorItem : NodeItem
{
    public required bool Running { get; init; }
    public required IReadOnlyList<MonitorTest> Tests { get; init; }
}

/// <summary>One test: packets in a NIC's name (<see cref="Net.IPacketWatching.ProbeAsync"/>).</summary>
public sealed record MonitorTest
{
    public required string Name { get; init; }
    public required string VnetKey { get; init; }
    public required string NicKey { get; init; }
    public required string MacAddress { get; init; }
    public required string Source { get; init; }

    /// <summary>An address, or a name that the network's own name server knows.</summary>
    public required string Destination { get; init; }

    /// <summary>0 is ICMP.</summary>
    public required int Port { get; init; }
    public required int FrequencySeconds { get; init; }

    /// <summary>Percent of the checks of one run that may fail.</summary>
    public int MostFailedPercent { get; init; }

    /// <summary>The longest round trip in milliseconds; null is any.</summary>
    public double? LongestMilliseconds { get; init; }
}

/// <summary>What the tests of a monitor came to.</summary>
public sealed record ConnectionMonitorStatus
{
    public required IReadOnlyList<MonitorState> States { get; init; }
}

/// <summary>A time in which a test always came to the same, ended by the next one of the same name.</summary>
public sealed record MonitorState
{
    public required string Test { get; init; }

    /// <summary>Null: nothing could be sent.</summary>
    public required bool? Reachable { get; init; }
    public required DateTimeOffset From { get; init; }
    public required DateTimeOffset Until { get; init; }
    public required int Sent { get; init; }
    public required int Failed { get; init; }
    public required double Least { get; init; }
    public required double Average { get; init; }
    public required double Most { get; init; }
}
