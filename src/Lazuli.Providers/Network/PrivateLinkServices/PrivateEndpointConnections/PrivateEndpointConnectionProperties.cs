using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.PrivateLinkServices.PrivateEndpointConnections;

public sealed record PrivateEndpointConnectionProperties
{
    [Computed]
    public ResourceLink? PrivateEndpoint { get; set; }
    public ConnectionState? PrivateLinkServiceConnectionState { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }

    [Computed]
    public string? LinkIdentifier { get; set; }

    [Computed]
    public string? PrivateEndpointLocation { get; set; }
}
