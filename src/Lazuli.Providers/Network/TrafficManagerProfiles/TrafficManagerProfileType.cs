using System.Text.Json.Serialization;
using Lazuli.Engines.Dns;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.DnsZones;

namespace Lazuli.Providers.Network.TrafficManagerProfiles;

/// <summary>
/// Microsoft.Network/trafficManagerProfiles: one name below trafficmanager.net that stands for one of its endpoints, of those that the machine finds well.
/// </summary>
public sealed class TrafficManagerProfileType(IReadOnlyList<EndpointType> kinds, TrafficHealth health) : ResourceType<TrafficManagerProfileProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/trafficManagerProfiles");

    /// <summary>Whoever gives a name writes under this lock.</summary>
    private const string NamesLock = "lazuli/traffic-manager-names";

    internal static readonly IReadOnlyList<string> Versions =
        ["2022-04-01", "2018-08-01", "2018-04-01", "2018-03-01", "2018-02-01", "2017-05-01", "2017-03-01", "2015-11-01"];

    public override ResourceTypeName Name => TypeName;

    public override IReadOnlyList<string> ApiVersions => Versions;

    public override bool IsRegional => false;

    public override bool WritesTakeTime => false;

    public override bool DeletesTakeTime => false;

    public override bool Presents => true;

    /// <summary>How endpoints are is said by the machine, and by other profiles.</summary>
    public override bool PresentsOthers => true;

    public override string NamePattern => "^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$";

    public override Type Reconciler => typeof(TrafficManagerReconciler);

    public override JsonSerializerContext Json => TrafficManagerJson.Default;

    public override IEnumerable<string> Locks(Resource<TrafficManagerProfileProperties> desired) => [NamesLock];

    public override IEnumerable<ResourceReference> References(Resource<TrafficManagerProfileProperties> resource)
        => from endpoint in resource.Properties.Endpoints ?? []
           let target = endpoint.Properties?.TargetResourceId
           where !string.IsNullOrEmpty(target)
           select new ResourceReference(target, $"properties.endpoints.{endpoint.Name}.targetResourceId");

    public override IEnumerable<ArmError> Validate(Resource<TrafficManagerProfileProperties> desired, Resource<TrafficManagerProfileProperties>? current)
        => TrafficManagerRules.Check(desired, current).Concat(new Refusals().When(desired.Properties.TrafficViewEnrollmentStatus == "Enabled", "properties.trafficViewEnrollmentStatus").Errors);

    public override Resource<TrafficManagerProfileProperties> Default(
        Resource<TrafficManagerProfileProperties> desired, Resource<TrafficManagerProfileProperties>? current, IResourceView view)
    {
        var profile = desired.Properties;
        profile.ProfileStatus ??= "Enabled";
        profile.TrafficViewEnrollmentStatus ??= "Disabled";
        profile.Endpoints ??= [];
        if (profile.DnsConfig is { } dns)
        {
            dns.Fqdn = $"{dns.RelativeName}.{DnsNames.TrafficSuffix}";
            dns.Ttl ??= 60;
        }

        if (profile.MonitorConfig is { } monitor)
        {
            monitor.IntervalInSeconds ??= 30;
            monitor.ToleratedNumberOfFailures ??= 3;
            monitor.TimeoutInSeconds ??= monitor.IntervalInSeconds == 10 ? 9 : 10;
        }

        var taken = profile.Endpoints.Select(e => e.Properties?.Priority).OfType<long>().ToHashSet();
        var next = 1L;
        foreach (var endpoint in profile.Endpoints)
        {
            var kind = kinds.First(k => k.Is(endpoint));
            endpoint.Type = kind.Name.ToString();
            endpoint.Id = desired.Id.Child(kind.Kind, endpoint.Name ?? "").ToString();
            endpoint.Properties ??= new();
            endpoint.Properties.EndpointStatus ??= "Enabled";
            endpoint.Properties.Weight ??= 1;
            endpoint.Properties.AlwaysServe ??= "Disabled";
            if (endpoint.Properties.Priority is null)
            {
                while (!taken.Add(next))
                {
                    next++;
                }

                endpoint.Properties.Priority = next;
            }
        }

        return desired;
    }

    public override IEnumerable<ArmError> Admit(Resource<TrafficManagerProfileProperties> desired, Resource<TrafficManagerProfileProperties>? current, IResourceView view)
        => IsNameTaken(view, desired.Properties.DnsConfig?.RelativeName, desired.Id)
            ? [DnsErrors.Conflict($"Domain name {desired.Properties.DnsConfig?.Fqdn} already exists. Please choose a different DNS prefix.", "properties.dnsConfig.relativeName")]
            : [];

    public override IEnumerable<ArmError> AdmitDelete(Resource<TrafficManagerProfileProperties> current, IResourceView view)
        => view.Referrers<TrafficManagerProfileProperties>(current.Id).FirstOrDefault() is { } parent
            ? [DnsErrors.Conflict($"The profile '{current.Name}' cannot be deleted: it is nested in the profile '{parent.Id}'.", current.Id.ToString())]
            : [];

    public override Resource<TrafficManagerProfileProperties> Present(Resource<TrafficManagerProfileProperties> stored, IResourceView view)
    {
        var (profile, item, judge) = (stored.Properties, TrafficProjection.Of(stored, view), TrafficProjection.Judge(view, health));
        string HealthOf(TrafficManagerEndpoint endpoint)
            => !item.Enabled ? "Inactive"
                : endpoint.Properties?.EndpointStatus == "Disabled" ? "Disabled"
                : judge.Of(item, TrafficProjection.EndpointOf(endpoint, view)).ToString();
        return stored with
        {
            Properties = profile with
            {
                Endpoints =
                [
                    .. (profile.Endpoints ?? []).Select(e => e with
                    {
                        Properties = (e.Properties ?? new()) with { EndpointMonitorStatus = HealthOf(e), Target = TrafficProjection.TargetOf(e, view) ?? e.Properties?.Target },
                    }),
                ],
                MonitorConfig = profile.MonitorConfig is { } monitor ? monitor with { ProfileMonitorStatus = judge.Of(item).ToString() } : null,
            },
        };
    }

    /// <summary>Whether a profile other than <paramref name="self"/> has the name.</summary>
    internal static bool IsNameTaken(IResourceView view, string? relativeName, ResourceId? self)
        => view.List<TrafficManagerProfileProperties>(TypeName, ResourceId.Tenant)
            .Any(p => !p.Id.Equals(self) && string.Equals(p.Properties.DnsConfig?.RelativeName, relativeName, StringComparison.OrdinalIgnoreCase));
}
