using System.ComponentModel.DataAnnotations;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.RouteTables.Routes;

public sealed record RouteProperties
{
    public string? AddressPrefix { get; set; }

    [Required]
    [AllowedValues("VirtualNetworkGateway", "VnetLocal", "Internet", "VirtualAppliance", "VirtualApplianceEcmp", "None")]
    public string? NextHopType { get; set; }
    public string? NextHopIpAddress { get; set; }
    public RouteNextHopEcmp? NextHop { get; set; }

    [Computed]
    public bool? HasBgpOverride { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}

public sealed record RouteNextHopEcmp
{
    public IReadOnlyList<string>? NextHopIpAddresses { get; set; }
}
