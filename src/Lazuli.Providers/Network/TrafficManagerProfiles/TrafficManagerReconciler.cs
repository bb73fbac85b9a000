using Lazuli.Engines.Dns;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.PublicIPAddresses;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.TrafficManagerProfiles;

/// <summary>Tells the machine's name servers the profile and those of its endpoints that may be chosen.</summary>
public sealed class TrafficManagerReconciler(IResourceView view, NodeLink link) : NodeReconciler<TrafficManagerProfileProperties>(view, link)
{
    /// <summary>The name that an endpoint stands for: its target's own, or that of the resource.</summary>
    internal static string? TargetOf(TrafficManagerEndpoint endpoint, IResourceView view)
        => endpoint.Properties?.TargetResourceId is not { Length: > 0 } id ? endpoint.Properties?.Target
            : view.Get<TrafficManagerProfileProperties>(id)?.Properties.DnsConfig?.Fqdn ?? view.Get<PublicIPAddressProperties>(id)?.Properties.DnsSettings?.Fqdn;

    protected override IEnumerable<NodeItem> Project(Resource<TrafficManagerProfileProperties> resource)
    {
        var profile = resource.Properties;
        return
        [
            new TrafficItem
            {
                Key = resource.Id.Key,
                Name = DnsName.Canonical($"{profile.DnsConfig?.RelativeName}.{DnsNames.TrafficSuffix}"),
                Ttl = (uint)(profile.DnsConfig?.Ttl ?? 60),
                Routing = Enum.Parse<TrafficRouting>(profile.TrafficRoutingMethod ?? "", ignoreCase: true),
                Enabled = profile.ProfileStatus != "Disabled",
                MaxReturn = (int)(profile.MaxReturn ?? 1),
                Endpoints = [.. (profile.Endpoints ?? []).Where(e => e.Properties?.EndpointStatus != "Disabled").Select(EndpointOf)],
            },
        ];
    }

    private TrafficEndpoint EndpointOf(TrafficManagerEndpoint endpoint)
    {
        var own = endpoint.Properties ?? new();
        var nested = View.Get<TrafficManagerProfileProperties>(own.TargetResourceId)?.Id.Key;
        return new()
        {
            Name = endpoint.Name ?? "",
            Target = nested is null && TargetOf(endpoint, View) is { } target ? DnsName.Canonical(target) : null,
            ProfileKey = nested,
            MinChildEndpoints = (int)(own.MinChildEndpoints ?? 1),
            Priority = (int)(own.Priority ?? 1),
            Weight = (int)(own.Weight ?? 1),
            Regions = own.GeoMapping ?? [],
            Subnets = [.. (own.Subnets ?? []).Select(s => s.Last is { } last ? $"{s.First}-{last}" : $"{s.First}/{s.Scope}")],
        };
    }
}
