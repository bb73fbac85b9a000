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

    /// <summary>Without those that are disabled.</summary>
    public required IReadOnlyList<TrafficEndpoint> Endpoints { get; init; }

    /// <summary>How to find out whether an endpoint is well.</summary>
    public TrafficMonitor Monitor { get; init; } = new();
}

/// <summary>A check of an endpoint. What is asked for is said as on Azure; nobody follows a redirection, nor looks whose certificate it is.</summary>
public sealed record TrafficMonitor
{
    /// <summary><c>http</c>, <c>https</c> or <c>tcp</c>.</summary>
    public string Protocol { get; init; } = "http";
    public int Port { get; init; } = 80;
    public string Path { get; init; } = "/";
    public int IntervalSeconds { get; init; } = 30;
    public int TimeoutSeconds { get; init; } = 10;

    /// <summary>So many failures in a row change nothing.</summary>
    public int Tolerated { get; init; } = 3;
    public IReadOnlyList<TrafficHeader> Headers { get; init; } = [];

    /// <summary>HTTP status codes that are well; none is 200 alone.</summary>
    public IReadOnlyList<StatusRange> Expected { get; init; } = [];
}

/// <summary>A header that a check sends.</summary>
public sealed record TrafficHeader(string Name, string Value);

/// <summary>Both ends included.</summary>
public sealed record StatusRange(int First, int Last);

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

    /// <summary>The same of those with an IPv4 address as their target.</summary>
    public int MinChildEndpointsV4 { get; init; }

    /// <summary>The same of those with an IPv6 address as their target.</summary>
    public int MinChildEndpointsV6 { get; init; }

    /// <summary>Nobody checks it: it is taken to be well.</summary>
    public bool AlwaysServe { get; init; }

    /// <summary>Beside those of the profile's monitor, and before them.</summary>
    public IReadOnlyList<TrafficHeader> Headers { get; init; } = [];

    public int Priority { get; init; } = 1;
    public int Weight { get; init; } = 1;

    /// <summary>Client prefixes, or <c>first-last</c>, of the Subnet method; none takes who is in no other's.</summary>
    public IReadOnlyList<string> Subnets { get; init; } = [];

    /// <summary>Regions of the Geographic method.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];
}
