using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.PrivateLinkServices.PrivateEndpointConnections;

/// <summary>
/// Microsoft.Network/privateLinkServices/privateEndpointConnections: what the service thinks of each endpoint. Endpoints make them; a PUT approves or rejects, a DELETE
/// disconnects for ever.
/// </summary>
public sealed class PrivateEndpointConnectionType : NetworkChildType<PrivateLinkServiceProperties, PrivateEndpointConnectionProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/privateLinkServices/privateEndpointConnections");

    public override ResourceTypeName Name => TypeName;

    /// <summary>An endpoint's name, a dot and a guid.</summary>
    public override string NamePattern => "^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,158}[A-Za-z0-9_])?$";

    public override JsonSerializerContext Json => PrivateLinkServiceJson.Default;

    public override IReadOnlyList<Embedded<PrivateEndpointConnectionProperties>> Children(PrivateLinkServiceProperties parent) =>
    [
        .. from link in parent.Links ?? []
           where link.State.Status != ConnectionState.Disconnected
           select new Embedded<PrivateEndpointConnectionProperties>
           {
               Id = link.Id,
               Name = link.Name,
               Type = TypeName.ToString(),
               Properties = new()
               {
                   PrivateEndpoint = new() { Id = link.Endpoint },
                   PrivateLinkServiceConnectionState = link.State,
                   ProvisioningState = "Succeeded",
                   LinkIdentifier = link.Identifier,
                   PrivateEndpointLocation = link.Location,
               },
           },
    ];

    /// <summary>States are taken over; what isn't there any more is disconnected. A connection that nobody asked for stays without an endpoint, and is refused by the service's rules.</summary>
    public override void SetChildren(PrivateLinkServiceProperties parent, IReadOnlyList<Embedded<PrivateEndpointConnectionProperties>> children)
    {
        var given = children.ToDictionary(c => c.Name ?? "", StringComparer.OrdinalIgnoreCase);
        var known = (parent.Links ?? []).Where(l => l.State.Status != ConnectionState.Disconnected).Select(l => l.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        parent.Links =
        [
            .. from link in parent.Links ?? []
               select link.State.Status == ConnectionState.Disconnected ? link
                   : given.GetValueOrDefault(link.Name ?? "") is not { } child ? link with { State = new() { Status = ConnectionState.Disconnected, Description = "The connection was removed by the service." } }
                   : child.Properties?.PrivateLinkServiceConnectionState is { } state ? link with { State = new() { Status = state.Status, Description = state.Description ?? "", ActionsRequired = state.ActionsRequired ?? "" } }
                   : link,
            .. from child in children
               where !known.Contains(child.Name)
               select new EndpointLink { Name = child.Name, State = new() },
        ];
    }
}
