using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.RouteTables.Routes;

namespace Lazuli.Providers.Network.RouteTables;

/// <summary>Microsoft.Network/routeTables: where the packets of the subnets that refer to it go instead of where the system would send them.</summary>
public sealed class RouteTableType(RouteType routes) : NetworkType<RouteTableProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/routeTables");

    public override ResourceTypeName Name => TypeName;

    public override Type Reconciler => typeof(RouteTableReconciler);

    public override JsonSerializerContext Json => RouteTableJson.Default;

    public override bool Presents => true;

    public override IEnumerable<ArmError> Validate(Resource<RouteTableProperties> desired, Resource<RouteTableProperties>? current)
        => RouteRules.Check(desired.Id, desired.Properties.Routes ?? [], routes.NamePattern)
            .Concat(new Refusals().When(desired.Properties.DisablePeeringRoute == "All", "properties.disablePeeringRoute").Errors);

    public override Resource<RouteTableProperties> Default(Resource<RouteTableProperties> desired, Resource<RouteTableProperties>? current, IResourceView view)
    {
        var table = desired.Properties;
        table.ResourceGuid ??= Guid.NewGuid().ToString();
        table.Routes ??= [];
        table.DisableBgpRoutePropagation ??= false;
        foreach (var route in table.Routes.Select(r => r.Properties).OfType<RouteProperties>())
        {
            route.HasBgpOverride = false;
        }

        routes.Adopt(desired, (_, _) => { }, current);
        return desired;
    }

    public override IEnumerable<ArmError> AdmitDelete(Resource<RouteTableProperties> current, IResourceView view)
        => SubnetLinks.Users(view, current.Id, s => s.RouteTable).Any() ? [NetworkErrors.RouteTableInUse(current.Id.Name)] : [];

    public override Resource<RouteTableProperties> Present(Resource<RouteTableProperties> stored, IResourceView view)
    {
        var state = stored.Properties.ProvisioningState;
        return stored with
        {
            Properties = stored.Properties with
            {
                Routes = [.. from route in stored.Properties.Routes ?? []
                             select route with { Etag = stored.Etag, Properties = (route.Properties ?? new()) with { ProvisioningState = state } }],
                Subnets = SubnetLinks.Of(view, stored.Id, s => s.RouteTable),
            },
        };
    }
}
