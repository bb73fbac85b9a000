using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.PrivateLinkServices;

namespace Lazuli.Providers.Network.PrivateEndpoints;

/// <summary>Microsoft.Network/privateEndpoints: an address of a network that leads to a resource elsewhere, once the resource's owner lets it.</summary>
public sealed class PrivateEndpointType(NetworkOptions options) : NetworkType<PrivateEndpointProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/privateEndpoints");

    public override ResourceTypeName Name => TypeName;

    public override string NamePattern => "^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$";

    /// <summary>Its network, its NIC and the other side stay where they are.</summary>
    public override bool CanMove => false;

    public override Type Reconciler => typeof(PrivateEndpointReconciler);

    public override JsonSerializerContext Json => PrivateEndpointJson.Default;

    public override bool Presents => true;

    public override IEnumerable<ResourceReference> References(Resource<PrivateEndpointProperties> resource) => PrivateEndpointRules.References(resource.Properties);

    /// <summary>A new NIC has a name that nobody else has, unless the client chose it.</summary>
    public override IEnumerable<string> Locks(Resource<PrivateEndpointProperties> desired)
        => desired.Properties.Nic?.Id is { } nic && (desired.Version > 0 || desired.Properties.CustomNetworkInterfaceName is { Length: > 0 }) ? [nic.ToLowerInvariant()] : [];

    public override IEnumerable<ArmError> Validate(Resource<PrivateEndpointProperties> desired, Resource<PrivateEndpointProperties>? current) => PrivateEndpointRules.Check(desired, current);

    public override Resource<PrivateEndpointProperties> Default(Resource<PrivateEndpointProperties> desired, Resource<PrivateEndpointProperties>? current, IResourceView view)
    {
        var endpoint = desired.Properties;
        endpoint.ResourceGuid ??= Guid.NewGuid().ToString();
        endpoint.IpVersionType ??= "IPv4";
        endpoint.PrivateLinkServiceConnections ??= [];
        endpoint.ManualPrivateLinkServiceConnections ??= [];
        endpoint.IpConfigurations ??= [];
        endpoint.CustomNetworkInterfaceName ??= "";
        endpoint.Target = PrivateEndpointRules.TargetOf(endpoint.Connection, view)?.ToString();
        foreach (var (connections, kind) in new[] { (endpoint.PrivateLinkServiceConnections, "privateLinkServiceConnections"), (endpoint.ManualPrivateLinkServiceConnections, "manualPrivateLinkServiceConnections") })
        {
            foreach (var connection in connections)
            {
                connection.Id = $"{desired.Id}/{kind}/{connection.Name}";
                connection.Type = $"{TypeName}/{kind}";
                (connection.Properties ??= new()).GroupIds ??= [];
            }
        }

        foreach (var configuration in endpoint.IpConfigurations)
        {
            configuration.Type = $"{TypeName}/ipConfigurations";
        }

        var before = current?.Properties.Nic;
        endpoint.Nic = new()
        {
            Id = before?.Id ?? desired.Id.Scope.Resource(NetworkInterfaceType.TypeName,
                endpoint.CustomNetworkInterfaceName is { Length: > 0 } name ? name : $"{desired.Name}.nic.{Guid.NewGuid()}").ToString(),
            Addresses = [Address(endpoint, before)],
        };
        if (PrivateEndpointRules.NetworkOf(endpoint, view) is { } network)
        {
            PlatformNics.Allocate(endpoint.Nic, before, network, view);
        }

        return desired;
    }

    public override IEnumerable<ArmError> Admit(Resource<PrivateEndpointProperties> desired, Resource<PrivateEndpointProperties>? current, IResourceView view)
        => PrivateEndpointRules.Admit(desired, current, view);

    public override IEnumerable<Companion> Companions(Resource<PrivateEndpointProperties> after, Resource<PrivateEndpointProperties>? before, IResourceView view)
        => after.Properties.Nic is { } nic
            ?
            [
                PlatformNics.Companion(
                    after,
                    nic,
                    n => n.PrivateEndpoint = ResourceLink.To(after.Id),
                    c =>
                    {
                        c.ApplicationSecurityGroups = after.Properties.ApplicationSecurityGroups;
                        c.PrivateLinkConnectionProperties = new() { GroupId = after.Properties.Connection?.GroupIds is [var part, ..] ? part : "", RequiredMemberName = "", Fqdns = after.Properties.Outcome?.Fqdns ?? [] };
                    },
                    options,
                    view),
            ]
            : [];

    public override Resource<PrivateEndpointProperties> Present(Resource<PrivateEndpointProperties> stored, IResourceView view)
    {
        var endpoint = stored.Properties;
        var addresses = (endpoint.Nic?.Addresses ?? []).Select(a => a.Address).OfType<string>().ToArray();
        Embedded<PrivateLinkConnection>[] Shown(IReadOnlyList<Embedded<PrivateLinkConnection>>? connections) =>
        [
            .. (connections ?? []).Select(c => c with
            {
                Etag = stored.Etag,
                Properties = (c.Properties ?? new()) with { ProvisioningState = endpoint.ProvisioningState, PrivateLinkServiceConnectionState = endpoint.Outcome?.State ?? new() { Status = ConnectionState.Pending, Description = "", ActionsRequired = "" } },
            }),
        ];
        return stored with
        {
            Properties = endpoint with
            {
                NetworkInterfaces = endpoint.Nic?.Id is { } nic ? [new() { Id = nic }] : null,
                PrivateLinkServiceConnections = Shown(endpoint.PrivateLinkServiceConnections),
                ManualPrivateLinkServiceConnections = Shown(endpoint.ManualPrivateLinkServiceConnections),
                IpConfigurations = [.. (endpoint.IpConfigurations ?? []).Select(c => c with { Etag = stored.Etag })],
                CustomDnsConfigs = [.. (endpoint.Outcome?.Fqdns ?? []).Select(f => new CustomDnsConfig { Fqdn = f, IpAddresses = addresses })],
            },
        };
    }

    private static PlatformAddress Address(PrivateEndpointProperties endpoint, PlatformNic? before)
        => endpoint.IpConfigurations is [var asked, ..]
            ? new() { Name = asked.Name, Subnet = endpoint.Subnet?.Id, Static = true, Primary = true, Address = asked.Properties?.PrivateIPAddress }
            : new()
            {
                Name = before?.Addresses is [{ Static: false } had, ..] ? had.Name : $"privateEndpointIpConfig.{Guid.NewGuid()}",
                Subnet = endpoint.Subnet?.Id,
                Primary = true,
            };
}
