using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.PrivateDnsZones;

namespace Lazuli.Providers.Network.PrivateEndpoints.PrivateDnsZoneGroups;

/// <summary>Microsoft.Network/privateEndpoints/privateDnsZoneGroups: the private zones in which the names of what an endpoint leads to have the endpoint's address.</summary>
public sealed class PrivateDnsZoneGroupType : NetworkType<PrivateDnsZoneGroupProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/privateEndpoints/privateDnsZoneGroups");

    public override ResourceTypeName Name => TypeName;

    public override bool IsTracked => false;

    public override bool CanPatch => false;

    public override Type Reconciler => typeof(PrivateDnsZoneGroupReconciler);

    public override JsonSerializerContext Json => PrivateDnsZoneGroupJson.Default;

    public override bool Presents => true;

    public override IEnumerable<ResourceReference> References(Resource<PrivateDnsZoneGroupProperties> resource)
    {
        if (resource.Id.Parent is { } endpoint)
        {
            yield return new(endpoint.ToString(), "id") { Optional = true };
        }

        foreach (var config in resource.Properties.PrivateDnsZoneConfigs ?? [])
        {
            yield return new(config.Properties?.PrivateDnsZoneId ?? "", $"properties.privateDnsZoneConfigs.{config.Name}.privateDnsZoneId")
            {
                Type = PrivateDnsZoneType.TypeName,
                LinkedAction = "Microsoft.Network/privateDnsZones/join/action",
            };
        }
    }

    public override IEnumerable<ArmError> Validate(Resource<PrivateDnsZoneGroupProperties> desired, Resource<PrivateDnsZoneGroupProperties>? current)
    {
        var configs = desired.Properties.PrivateDnsZoneConfigs ?? [];
        if (configs.Any(c => c.Name is not { Length: > 0 } || c.Properties?.PrivateDnsZoneId is not { Length: > 0 }))
        {
            yield return NetworkErrors.InvalidRequestFormat("A private DNS zone configuration has no name or no privateDnsZoneId.", "properties.privateDnsZoneConfigs");
        }

        foreach (var twice in configs.GroupBy(c => c.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            yield return NetworkErrors.DuplicateName(desired.Id.ToString(), twice.Key ?? "");
        }

        // Two zones of one name would be one name with two answers.
        foreach (var twice in configs.GroupBy(c => ResourceId.TryParse(c.Properties?.PrivateDnsZoneId, out var id) ? id.Name : "", StringComparer.OrdinalIgnoreCase).Where(g => g.Key.Length > 0 && g.Count() > 1))
        {
            yield return NetworkErrors.InvalidRequestFormat($"Private DNS zone group {desired.Id} has the zone {twice.Key} twice.", "properties.privateDnsZoneConfigs");
        }
    }

    public override IEnumerable<ArmError> Admit(Resource<PrivateDnsZoneGroupProperties> desired, Resource<PrivateDnsZoneGroupProperties>? current, IResourceView view)
        => desired.Id.Parent is { } endpoint && view.List<PrivateDnsZoneGroupProperties>(TypeName, endpoint).FirstOrDefault(g => !g.Id.Equals(desired.Id)) is { } other
            ? [NetworkErrors.InvalidRequestFormat($"Private endpoint {endpoint} has the private DNS zone group {other.Name} already: one is all it can have.", "name")]
            : [];

    public override Resource<PrivateDnsZoneGroupProperties> Present(Resource<PrivateDnsZoneGroupProperties> stored, IResourceView view) => stored with
    {
        Properties = stored.Properties with
        {
            PrivateDnsZoneConfigs =
            [
                .. (stored.Properties.PrivateDnsZoneConfigs ?? []).Select(c => c with
                {
                    Properties = (c.Properties ?? new()) with
                    {
                        RecordSets = (stored.Properties.Written ?? []).FirstOrDefault(w => string.Equals(w.Zone, c.Properties?.PrivateDnsZoneId, StringComparison.OrdinalIgnoreCase))?.RecordSets ?? [],
                    },
                }),
            ],
        },
    };
}
