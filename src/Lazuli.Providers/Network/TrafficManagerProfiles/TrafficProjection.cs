using Lazuli.Engines.Dns;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.PublicIPAddresses;

namespace Lazuli.Providers.Network.TrafficManagerProfiles;

/// <summary>A profile as the machine has it. Pure in what is stored.</summary>
internal static class TrafficProjection
{
    /// <summary>The name that an endpoint stands for: its target's own, or that of the resource.</summary>
    public static string? TargetOf(TrafficManagerEndpoint endpoint, IResourceView view)
        => endpoint.Properties?.TargetResourceId is not { Length: > 0 } id ? endpoint.Properties?.Target
            : view.Get<TrafficManagerProfileProperties>(id)?.Properties.DnsConfig?.Fqdn ?? view.Get<PublicIPAddressProperties>(id)?.Properties.DnsSettings?.Fqdn;

    public static TrafficItem Of(Resource<TrafficManagerProfileProperties> resource, IResourceView view)
    {
        var (profile, monitor) = (resource.Properties, resource.Properties.MonitorConfig ?? new());
        return new()
        {
            Key = resource.Id.Key,
            Name = DnsName.Canonical($"{profile.DnsConfig?.RelativeName}.{DnsNames.TrafficSuffix}"),
            Ttl = (uint)(profile.DnsConfig?.Ttl ?? 60),
            Routing = Enum.Parse<TrafficRouting>(profile.TrafficRoutingMethod ?? "", ignoreCase: true),
            Enabled = profile.ProfileStatus != "Disabled",
            MaxReturn = (int)(profile.MaxReturn ?? 1),
            Endpoints = [.. (profile.Endpoints ?? []).Where(e => e.Properties?.EndpointStatus != "Disabled").Select(e => EndpointOf(e, view))],
            Monitor = new()
            {
                Protocol = (monitor.Protocol ?? "HTTP").ToLowerInvariant(),
                Port = monitor.Port ?? 80,
                Path = monitor.Path is { Length: > 0 } path ? path : "/",
                IntervalSeconds = monitor.IntervalInSeconds ?? 30,
                TimeoutSeconds = monitor.TimeoutInSeconds ?? 10,
                Tolerated = monitor.ToleratedNumberOfFailures ?? 3,
                Headers = HeadersOf(monitor.CustomHeaders),
                Expected = [.. (monitor.ExpectedStatusCodeRanges ?? []).Select(r => new StatusRange(r.Min ?? 0, r.Max ?? r.Min ?? 0))],
            },
        };
    }

    /// <summary>Says how profiles are, from what is stored and what the node said.</summary>
    public static TrafficJudge Judge(IResourceView view, TrafficHealth health)
        => new(key => ResourceId.TryParse(key, out var id) && view.Get<TrafficManagerProfileProperties>(id) is { } profile ? Of(profile, view) : null, health.Get);

    public static TrafficEndpoint EndpointOf(TrafficManagerEndpoint endpoint, IResourceView view)
    {
        var own = endpoint.Properties ?? new();
        var nested = view.Get<TrafficManagerProfileProperties>(own.TargetResourceId)?.Id.Key;
        return new()
        {
            Name = endpoint.Name ?? "",
            Target = nested is null && TargetOf(endpoint, view) is { } target ? DnsName.Canonical(target) : null,
            ProfileKey = nested,
            MinChildEndpoints = (int)(own.MinChildEndpoints ?? 1),
            MinChildEndpointsV4 = (int)(own.MinChildEndpointsIPv4 ?? 0),
            MinChildEndpointsV6 = (int)(own.MinChildEndpointsIPv6 ?? 0),
            AlwaysServe = own.AlwaysServe == "Enabled",
            Priority = (int)(own.Priority ?? 1),
            Weight = (int)(own.Weight ?? 1),
            Regions = own.GeoMapping ?? [],
            Subnets = [.. (own.Subnets ?? []).Select(s => s.Last is { } last ? $"{s.First}-{last}" : $"{s.First}/{s.Scope}")],
            Headers = HeadersOf(own.CustomHeaders),
        };
    }

    private static IReadOnlyList<TrafficHeader> HeadersOf(IReadOnlyList<TrafficManagerHeader>? headers) => [.. (headers ?? []).Select(h => new TrafficHeader(h.Name ?? "", h.Value ?? ""))];
}
