using System.Text.Json.Serialization;

namespace Lazuli.Engines.Dns;

/// <summary>How a Traffic Manager profile chooses.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrafficRouting>))]
public enum TrafficRouting
{
    Priority,
    Weighted,
    Performance,
    Geographic,
    Subnet,
    MultiValue,
}

/// <summary>A Traffic Manager profile: one name that stands for the best of its endpoints at the moment.</summary>
public sealed record TrafficItem : DnsItem
{
    /// <summary>Lower-cased: <c>contoso.trafficmanager.net</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Seconds.</summary>
    public required uint Ttl { get; init; }
    public required TrafficRouting Routing { get; init; }

    /// <summary>False: the name has no answer.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How many addresses a MultiValue answer has at most.</summary>
    public int MaxReturn { get; init; } = 1;

    public required IReadOnlyList<TrafficEndpoint> Endpoints { get; init; }
}

/// <summary>One place that a profile may send people to.</summary>
public sealed record TrafficEndpoint
{
    public required string Name { get; init; }

    /// <summary>A name or an address; null for a nested profile and for what has neither.</summary>
    public string? Target { get; init; }

    /// <summary>The nested profile's item.</summary>
    public string? ProfileKey { get; init; }

    /// <summary>Of a nested profile: fewer available endpoints than this make it unavailable.</summary>
    public int MinChildEndpoints { get; init; } = 1;

    public int Priority { get; init; } = 1;
    public int Weight { get; init; } = 1;

    /// <summary>Client prefixes, or <c>first-last</c>, of the Subnet method; none takes who is in no other's.</summary>
    public IReadOnlyList<string> Subnets { get; init; } = [];

    /// <summary>Regions of the Geographic method.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];
}
