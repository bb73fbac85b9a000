using System.ComponentModel.DataAnnotations;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.VirtualNetworks.VirtualNetworkPeerings;

public sealed record PeeringProperties
{
    public bool? AllowVirtualNetworkAccess { get; set; }
    public bool? AllowForwardedTraffic { get; set; }
    public bool? AllowGatewayTransit { get; set; }
    public bool? UseRemoteGateways { get; set; }
    public ResourceLink? RemoteVirtualNetwork { get; set; }

    /// <summary>This network's space as the other side knows it; shown, not taken.</summary>
    public AddressSpace? LocalAddressSpace { get; set; }
    public AddressSpace? LocalVirtualNetworkAddressSpace { get; set; }

    /// <summary>The other network's space as it was when this side last looked.</summary>
    public AddressSpace? RemoteAddressSpace { get; set; }

    /// <summary>The other network's space as it is.</summary>
    public AddressSpace? RemoteVirtualNetworkAddressSpace { get; set; }
    public BgpCommunities? RemoteBgpCommunities { get; set; }

    [Computed]
    public VirtualNetworkEncryption? RemoteVirtualNetworkEncryption { get; set; }

    [AllowedValues("Initiated", "Connected", "Disconnected")]
    public string? PeeringState { get; set; }

    [AllowedValues("FullyInSync", "RemoteNotInSync", "LocalNotInSync", "LocalAndRemoteNotInSync")]
    public string? PeeringSyncLevel { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
    public bool? DoNotVerifyRemoteGateways { get; set; }

    [Computed]
    public string? ResourceGuid { get; set; }
    public bool? PeerCompleteVnets { get; set; }
    public bool? EnableOnlyIPv6Peering { get; set; }
    public IReadOnlyList<string>? LocalSubnetNames { get; set; }
    public IReadOnlyList<string>? RemoteSubnetNames { get; set; }

    /// <summary>The other network's space that routes are made of.</summary>
    [Private]
    public IReadOnlyList<string>? Synced { get; set; }

    /// <summary>The <see cref="ResourceGuid"/> of the other side's peering that this one has met; when it goes, this one is disconnected for good.</summary>
    [Private]
    public string? Met { get; set; }
}
