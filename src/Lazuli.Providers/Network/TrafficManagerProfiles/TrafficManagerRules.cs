using System.Net;
using System.Text.RegularExpressions;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.DnsZones;

namespace Lazuli.Providers.Network.TrafficManagerProfiles;

/// <summary>What makes a profile and its endpoints valid.</summary>
internal static partial class TrafficManagerRules
{
    private const int MostEndpoints = 200;

    public static bool IsRelativeName(string? name) => name is not null && RelativeName().IsMatch(name);

    public static IEnumerable<ArmError> Check(Resource<TrafficManagerProfileProperties> desired, Resource<TrafficManagerProfileProperties>? current)
    {
        var (profile, errors) = (desired.Properties, new List<ArmError>());
        void Unless(bool holds, string message, string target)
        {
            if (!holds)
            {
                errors.Add(DnsErrors.Invalid(message, target));
            }
        }

        var name = profile.DnsConfig?.RelativeName;
        Unless(IsRelativeName(name), $"The relative DNS name '{name}' is invalid.", "properties.dnsConfig.relativeName");
        Unless(current is null || string.Equals(name, current.Properties.DnsConfig?.RelativeName, StringComparison.OrdinalIgnoreCase), "The relative DNS name of a profile cannot be changed.", "properties.dnsConfig.relativeName");
        var monitor = profile.MonitorConfig ?? new();
        Unless(monitor.Protocol is not null && monitor.Port is not null, "The monitor configuration must have a protocol and a port.", "properties.monitorConfig");
        Unless(monitor.Protocol is null or "TCP" ? string.IsNullOrEmpty(monitor.Path) : monitor.Path?.StartsWith('/') == true,
            "The monitor path must start with '/' for HTTP and HTTPS, and be absent for TCP.", "properties.monitorConfig.path");
        Unless(monitor.IntervalInSeconds != 10 || monitor.TimeoutInSeconds is null or <= 9, "With an interval of 10 seconds the timeout must be between 5 and 9 seconds.", "properties.monitorConfig.timeoutInSeconds");
        Unless(monitor.Protocol != "TCP" || (monitor.CustomHeaders is not { Count: > 0 } && monitor.ExpectedStatusCodeRanges is not { Count: > 0 }),
            "Custom headers and expected status code ranges are of HTTP and HTTPS only.", "properties.monitorConfig");
        Unless(HaveNames(monitor.CustomHeaders), "A custom header must have a name and a value.", "properties.monitorConfig.customHeaders");
        Unless((monitor.ExpectedStatusCodeRanges ?? []).All(r => r is { Min: >= 100, Max: <= 999 } && r.Min <= r.Max), "An expected status code range must be within 100 and 999.", "properties.monitorConfig.expectedStatusCodeRanges");
        Unless((profile.TrafficRoutingMethod == "MultiValue") == (profile.MaxReturn is not null), "A profile of the MultiValue routing method, and no other, must have maxReturn.", "properties.maxReturn");
        var endpoints = profile.Endpoints ?? [];
        Unless(endpoints.Count <= MostEndpoints, $"A profile can have at most {MostEndpoints} endpoints.", "properties.endpoints");
        Twice(endpoints.Select(e => e.Name), "name");
        Twice(endpoints.Select(e => e.Properties?.Priority?.ToString(System.Globalization.CultureInfo.InvariantCulture)), "priority");
        Twice(endpoints.Select(e => e.Properties?.TargetResourceId), "target resource");
        Twice(endpoints.Where(e => string.IsNullOrEmpty(e.Properties?.TargetResourceId)).Select(e => e.Properties?.Target), "target");
        Twice(endpoints.SelectMany(e => e.Properties?.GeoMapping ?? []), "geographic region");
        foreach (var endpoint in endpoints)
        {
            CheckOne(endpoint, profile, desired, Unless);
        }

        return errors;

        void Twice(IEnumerable<string?> values, string what)
        {
            foreach (var twice in values.Where(v => !string.IsNullOrEmpty(v)).GroupBy(v => v, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            {
                Unless(false, $"Two endpoints of the profile have the {what} '{twice.Key}'.", "properties.endpoints");
            }
        }
    }

    private static void CheckOne(TrafficManagerEndpoint endpoint, TrafficManagerProfileProperties profile, Resource<TrafficManagerProfileProperties> owner, Action<bool, string, string> unless)
    {
        var (name, own) = (endpoint.Name ?? "", endpoint.Properties ?? new());
        var kind = endpoint.Type?[(endpoint.Type.LastIndexOf('/') + 1)..].ToUpperInvariant();
        unless(name.Length is > 0 and <= 260, $"The endpoint name '{name}' is invalid.", name);
        unless(kind is "AZUREENDPOINTS" or "EXTERNALENDPOINTS" or "NESTEDENDPOINTS", $"The endpoint type '{endpoint.Type}' is invalid.", name);
        unless(kind == "EXTERNALENDPOINTS" || !string.IsNullOrEmpty(own.TargetResourceId), $"The endpoint '{name}' must have a target resource.", name);
        unless(kind != "EXTERNALENDPOINTS" || string.IsNullOrEmpty(own.TargetResourceId), $"The external endpoint '{name}' cannot have a target resource.", name);
        unless(kind != "EXTERNALENDPOINTS" || IPAddress.TryParse(own.Target, out _) || RecordRules.IsName(own.Target), $"The target '{own.Target}' of endpoint '{name}' is invalid.", name);
        unless(kind != "NESTEDENDPOINTS" || own.MinChildEndpoints is null or >= 1, $"The endpoint '{name}' must have at least one child endpoint.", name);
        unless(kind != "NESTEDENDPOINTS" || !owner.Id.ToString().Equals(own.TargetResourceId, StringComparison.OrdinalIgnoreCase), $"The endpoint '{name}' cannot be the profile itself.", name);
        unless(profile.TrafficRoutingMethod != "MultiValue" || (kind == "EXTERNALENDPOINTS" && IPAddress.TryParse(own.Target, out _)),
            $"Endpoint '{name}': a profile of the MultiValue routing method has only external endpoints with addresses.", name);
        unless(profile.TrafficRoutingMethod != "Geographic" || own.GeoMapping is { Count: > 0 }, $"The endpoint '{name}' of a profile of the Geographic routing method must have a geographic region.", name);
        unless((own.GeoMapping ?? []).All(GeographicRegion.World.Has), $"The endpoint '{name}' has a geographic region that isn't in the geographic hierarchy.", name);
        unless(HaveNames(own.CustomHeaders), $"A custom header of endpoint '{name}' must have a name and a value.", name);
        foreach (var subnet in own.Subnets ?? [])
        {
            unless(
                IPAddress.TryParse(subnet.First, out _) && (subnet.Last is null ? subnet.Scope is >= 0 and <= 128 : subnet.Scope is null && IPAddress.TryParse(subnet.Last, out _)),
                $"The subnet '{subnet.First}' of endpoint '{name}' is invalid.", name);
        }
    }

    // A token of RFC 9110, and nothing that would begin another line.
    private static bool HaveNames(IReadOnlyList<TrafficManagerHeader>? headers)
        => (headers ?? []).All(h => h is { Name.Length: > 0, Value: not null } && h.Name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)) && !h.Value.Any(char.IsControl));

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$", RegexOptions.CultureInvariant)]
    private static partial Regex RelativeName();
}
