using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.RouteTables.Routes;

/// <summary>Microsoft.Network/routeTables/routes: part of its table's document, so both PUTs see one truth.</summary>
public sealed class RouteType : NetworkChildType<RouteTableProperties, RouteProperties>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Network/routeTables/routes");

    public override JsonSerializerContext Json => RouteTableJson.Default;

    public override IReadOnlyList<Embedded<RouteProperties>> Children(RouteTableProperties parent) => parent.Routes ?? [];

    public override void SetChildren(RouteTableProperties parent, IReadOnlyList<Embedded<RouteProperties>> children) => parent.Routes = children;
}
