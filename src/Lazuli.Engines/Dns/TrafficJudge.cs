using System.Net;
using System.Net.Sockets;

namespace Lazuli.Engines.Dns;

/// <summary>
/// How profiles and their endpoints are, nested ones included (Azure's documentation of endpoint monitoring). Pure.
/// </summary>
/// <param name="find">The profile of a key, or null.</param>
/// <param name="found">What the checks of a profile's endpoints have found out, or null.</param>
public sealed class TrafficJudge(Func<string, TrafficItem?> find, Func<string, TrafficStatus?> found)
{
    private const int Deepest = 10;

    /// <summary>The profile that an endpoint is.</summary>
    public TrafficItem? Nested(TrafficEndpoint endpoint) => endpoint.ProfileKey is { } key ? find(key) : null;

    public EndpointHealth Of(TrafficItem profile, TrafficEndpoint endpoint) => Of(profile, endpoint, 0);

    public ProfileHealth Of(TrafficItem profile) => Of(profile, 0);

    /// <summary>Those that people may be sent to: all degraded ones when there is no better one.</summary>
    public IReadOnlyList<TrafficEndpoint> Choosable(TrafficItem profile, int depth)
    {
        if (!profile.Enabled || depth >= Deepest)
        {
            return [];
        }

        var healths = profile.Endpoints.Select(e => (Endpoint: e, Health: Of(profile, e, depth))).ToList();
        var well = healths.Where(e => IsServed(e.Health)).Select(e => e.Endpoint).ToList();
        return well.Count > 0 ? well : [.. healths.Where(e => e.Health == EndpointHealth.Degraded).Select(e => e.Endpoint)];
    }

    private EndpointHealth Of(TrafficItem profile, TrafficEndpoint endpoint, int depth)
    {
        if (endpoint.ProfileKey is null)
        {
            return endpoint.Target is not { Length: > 0 } ? EndpointHealth.Stopped
                : endpoint.AlwaysServe ? EndpointHealth.Unmonitored
                : found(profile.Key)?.Endpoints.TryGetValue(endpoint.Name, out var health) == true ? health : EndpointHealth.CheckingEndpoint;
        }

        if (Nested(endpoint) is not { } nested || depth >= Deepest || Of(nested, depth + 1) is ProfileHealth.Disabled or ProfileHealth.Inactive)
        {
            return EndpointHealth.Stopped;
        }

        if (endpoint.AlwaysServe)
        {
            return EndpointHealth.Unmonitored;
        }

        var below = nested.Endpoints.Select(e => (Endpoint: e, Health: Of(nested, e, depth + 1))).ToList();
        return IsEnough(endpoint, below.Where(e => e.Health is EndpointHealth.Online or EndpointHealth.Unmonitored).Select(e => e.Endpoint)) ? EndpointHealth.Online
            : IsEnough(endpoint, below.Where(e => IsServed(e.Health)).Select(e => e.Endpoint)) ? EndpointHealth.CheckingEndpoint
            : EndpointHealth.Degraded;
    }

    private ProfileHealth Of(TrafficItem profile, int depth)
    {
        if (!profile.Enabled)
        {
            return ProfileHealth.Disabled;
        }

        var healths = profile.Endpoints.Select(e => Of(profile, e, depth)).ToHashSet();
        return healths.Contains(EndpointHealth.Degraded) ? ProfileHealth.Degraded
            : healths.Contains(EndpointHealth.Online) || healths.Contains(EndpointHealth.Unmonitored) ? ProfileHealth.Online
            : healths.Contains(EndpointHealth.CheckingEndpoint) ? ProfileHealth.CheckingEndpoints
            : ProfileHealth.Inactive;
    }

    private static bool IsServed(EndpointHealth health) => health is EndpointHealth.Online or EndpointHealth.CheckingEndpoint or EndpointHealth.Unmonitored;

    private static bool IsEnough(TrafficEndpoint endpoint, IEnumerable<TrafficEndpoint> below)
    {
        var there = below.ToList();
        return there.Count >= Math.Max(1, endpoint.MinChildEndpoints)
            && there.Count(e => IsOf(e, AddressFamily.InterNetwork)) >= endpoint.MinChildEndpointsV4
            && there.Count(e => IsOf(e, AddressFamily.InterNetworkV6)) >= endpoint.MinChildEndpointsV6;
    }

    private static bool IsOf(TrafficEndpoint endpoint, AddressFamily family)
        => IPAddress.TryParse(endpoint.Target, out var address) && address.AddressFamily == family;
}
