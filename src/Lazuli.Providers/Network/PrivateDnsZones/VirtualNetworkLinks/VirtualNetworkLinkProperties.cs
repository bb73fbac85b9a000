using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.PrivateDnsZones.VirtualNetworkLinks;

public sealed record VirtualNetworkLinkProperties : IProvisioned
{
    public ResourceLink? VirtualNetwork { get; set; }
    public bool? RegistrationEnabled { get; set; }

    [AllowedValues("Default", "NxDomainRedirect")]
    public string? ResolutionPolicy { get; set; }

    [Computed]
    public string? VirtualNetworkLinkState { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}

[JsonSerializable(typeof(Resource<VirtualNetworkLinkProperties>))]
internal sealed partial class VirtualNetworkLinkJson : JsonSerializerContext;
