using System.Text.Json.Serialization;

namespace Lazuli.Engines.Dns;

/// <summary>How an endpoint of a Traffic Manager profile is, by Azure's names.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EndpointHealth>))]
public enum EndpointHealth
{
    /// <summary>Nothing is known yet; it gets people.</summary>
    CheckingEndpoint,
    Online,

    /// <summary>More checks in a row have failed than are tolerated; it gets people only when all are so.</summary>
    Degraded,

    /// <summary>Nobody looks at it; it gets people.</summary>
    Unmonitored,

    /// <summary>There is nothing behind it.</summary>
    Stopped,
}

/// <summary>How a profile is, by Azure's names.</summary>
public enum ProfileHealth
{
    Disabled,
    Inactive,
    CheckingEndpoints,
    Online,
    Degraded,
}

/// <summary>What the checks of a profile's own endpoints have found out, by the endpoints' names; equal when it says the same.</summary>
public sealed record TrafficStatus(IReadOnlyDictionary<string, EndpointHealth> Endpoints)
{
    public bool Equals(TrafficStatus? other)
        => other is not null && Endpoints.Count == other.Endpoints.Count && Endpoints.All(e => other.Endpoints.TryGetValue(e.Key, out var health) && health == e.Value);

    public override int GetHashCode() => Endpoints.Count;
}
