using Lazuli.Engines.Node;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.RouteTables.Routes;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.RouteTables;

/// <summary>Puts the table's routes on the machine.</summary>
public sealed class RouteTableReconciler(IResourceView view, NodeLink link) : NodeReconciler<RouteTableProperties>(view, link)
{
    /// <summary>The table as the machine gets it. Routes for a public service of Azure's lead no packet anywhere: there are none.</summary>
    public static RouteTableItem ItemOf(Resource<RouteTableProperties> table) => new()
    {
        Key = table.Id.Key,
        Routes = [.. from route in table.Properties.Routes ?? []
                     let properties = route.Properties ?? new RouteProperties()
                     let prefix = Cidr.TryParse(properties.AddressPrefix, out var cidr) ? cidr.ToString() : Cidr6.TryParse(properties.AddressPrefix, out var cidr6) ? cidr6.ToString() : null
                     where prefix is not null
                     select new RouteSpec
                     {
                         Name = route.Name ?? "",
                         Prefix = prefix,
                         NextHop = Enum.Parse<NextHop>(properties.NextHopType ?? "", ignoreCase: true),
                         Appliance = Cidr.TryAnyAddress(properties.NextHopIpAddress, out var appliance) ? appliance.ToString() : null,
                     }],
    };

    protected override IEnumerable<NodeItem> Project(Resource<RouteTableProperties> resource) => [ItemOf(resource)];
}
