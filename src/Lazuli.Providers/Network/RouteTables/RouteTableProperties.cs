using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.RouteTables.Routes;

namespace Lazuli.Providers.Network.RouteTables;

public sealed record RouteTableProperties : IProvisioned
{
    [MaxLength(400)]
    public IReadOnlyList<Embedded<RouteProperties>>? Routes { get; set; }

    [Computed]
    public IReadOnlyList<ResourceLink>? Subnets { get; set; }
    public bool? DisableBgpRoutePropagation { get; set; }

    [AllowedValues("None", "All")]
    public string? DisablePeeringRoute { get; set; }

    [Computed]
    public string? ResourceGuid { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}

[JsonSerializable(typeof(Resource<RouteTableProperties>))]
[JsonSerializable(typeof(Embedded<RouteProperties>))]
internal sealed partial class RouteTableJson : JsonSerializerContext;
