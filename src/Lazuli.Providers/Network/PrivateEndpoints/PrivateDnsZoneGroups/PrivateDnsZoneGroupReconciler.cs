using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.DnsZones;
using Lazuli.Providers.Network.PrivateDnsZones;

namespace Lazuli.Providers.Network.PrivateEndpoints.PrivateDnsZoneGroups;

/// <summary>
/// Keeps the records of an endpoint in its group's zones: one for each name of the other side that the zone holds, as long as the other side lets the endpoint in. A record says whose it is, so that
/// nobody else's is deleted; what is to be written is noted before it is written, so that nothing is left behind.
/// </summary>
public sealed class PrivateDnsZoneGroupReconciler(KernelServices kernel) : Reconciler<PrivateDnsZoneGroupProperties>(kernel.View)
{
    private const int Ttl = 10;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    private readonly OwnRequests _own = new(kernel, "Microsoft.Network");

    protected override async Task<Outcome> ReconcileAsync(Resource<PrivateDnsZoneGroupProperties> resource, bool deleting, CancellationToken cancellationToken)
    {
        var endpoint = resource.Id.Parent is { } parent ? View.Get<PrivateEndpointProperties>(parent) : null;
        var wanted = deleting || endpoint is not { Properties.ProvisioningState: not "Deleting" } ? [] : Wanted(resource, endpoint.Properties);
        var written = resource.Properties.Written ?? [];
        var noted = (from zone in wanted.Concat(written).Select(w => w.Zone).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)
                     let sets = SetsOf(wanted, zone).Concat(SetsOf(written, zone)).DistinctBy(r => r.RecordSetName).ToArray()
                     select new ZoneRecords { Zone = zone, RecordSets = sets }).ToArray();
        if (!AreSame(noted, written))
        {
            return new Outcome.LookAgain(TimeSpan.Zero, "It notes what it will write.") { Update = With(resource, noted) };
        }

        var creator = $"created by private endpoint {resource.Id.Parent?.Name} with resource guid {endpoint?.Properties.ResourceGuid}";
        foreach (var zone in noted)
        {
            foreach (var record in zone.RecordSets ?? [])
            {
                var keep = SetsOf(wanted, zone.Zone ?? "").FirstOrDefault(r => r.RecordSetName == record.RecordSetName);
                if (await KeepAsync(zone.Zone ?? "", record, keep, creator, cancellationToken) is { } error)
                {
                    return deleting ? new Outcome.LookAgain(Again, error.Message) : new Outcome.Blocked(error);
                }
            }
        }

        return AreSame(wanted, written) || deleting ? new Outcome.Settled() : new Outcome.Settled { Update = With(resource, wanted) };
    }

    private async Task<ArmError?> KeepAsync(string zone, ZoneRecordSet record, ZoneRecordSet? wanted, string creator, CancellationToken cancellationToken)
    {
        if (!ResourceId.TryParse(zone, out var id) || View.Get<PrivateDnsZoneProperties>(id) is null || View.IsDeleting(id))
        {
            return null;
        }

        var place = id.Child("A", record.RecordSetName ?? "");
        var there = View.Get<PrivateRecordSetProperties>(place)?.Properties;
        var own = there?.Metadata?.GetValueOrDefault("creator") == creator;
        if (wanted is null)
        {
            return own ? await _own.SendAsync(HttpMethod.Delete, place, default, cancellationToken) : null;
        }

        return own && (there?.ARecords ?? []).Select(a => a.Ipv4Address).SequenceEqual(wanted.IpAddresses ?? [])
            ? null
            : await _own.SendAsync(HttpMethod.Put, place, Body(wanted, creator), cancellationToken);
    }

    private static byte[] Body(ZoneRecordSet record, string creator) => JsonSerializer.SerializeToUtf8Bytes(
        new Resource<PrivateRecordSetProperties>
        {
            Properties = new()
            {
                Ttl = Ttl,
                Metadata = new Dictionary<string, string> { ["creator"] = creator },
                ARecords = [.. (record.IpAddresses ?? []).Select(a => new ARecord { Ipv4Address = a })],
            },
        },
        PrivateDnsZoneGroupBody.Default.ResourcePrivateRecordSetProperties);

    private static ZoneRecords[] Wanted(Resource<PrivateDnsZoneGroupProperties> owner, PrivateEndpointProperties endpoint)
    {
        string[] addresses = [.. (endpoint.Nic?.Addresses ?? []).Select(a => a.Address).OfType<string>()];
        return
        [
            .. from config in owner.Properties.PrivateDnsZoneConfigs ?? []
               let zone = config.Properties?.PrivateDnsZoneId
               where zone is not null
               let suffix = ResourceId.Parse(zone).Name.ToLowerInvariant()
               let sets = (from name in endpoint.Outcome?.Fqdns ?? []
                           let lower = name.TrimEnd('.').ToLowerInvariant()
                           where lower == suffix || lower.EndsWith("." + suffix, StringComparison.Ordinal)
                           select new ZoneRecordSet
                           {
                               RecordType = "A",
                               RecordSetName = lower == suffix ? "@" : lower[..^(suffix.Length + 1)],
                               Fqdn = lower,
                               ProvisioningState = "Succeeded",
                               Ttl = Ttl,
                               IpAddresses = addresses,
                           }).ToArray()
               where sets.Length > 0
               select new ZoneRecords { Zone = zone, RecordSets = sets },
        ];
    }

    private static IReadOnlyList<ZoneRecordSet> SetsOf(IReadOnlyList<ZoneRecords> records, string zone)
        => records.FirstOrDefault(r => string.Equals(r.Zone, zone, StringComparison.OrdinalIgnoreCase))?.RecordSets ?? [];

    private static bool AreSame(IReadOnlyList<ZoneRecords> one, IReadOnlyList<ZoneRecords> other)
        => one.Count == other.Count && one.All(r => SetsOf(other, r.Zone ?? "") is var sets && sets.Count == r.RecordSets?.Count && r.RecordSets.All(s => sets.Any(s.IsSame)));

    private static Resource<PrivateDnsZoneGroupProperties> With(Resource<PrivateDnsZoneGroupProperties> owner, IReadOnlyList<ZoneRecords> written)
        => owner with { Properties = owner.Properties with { Written = written } };
}

/// <summary>A record set as it is PUT: without what is null.</summary>
[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
[System.Text.Json.Serialization.JsonSerializable(typeof(Resource<PrivateRecordSetProperties>))]
internal sealed partial class PrivateDnsZoneGroupBody : System.Text.Json.Serialization.JsonSerializerContext;
