using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.ApplicationSecurityGroups;

public sealed record ApplicationSecurityGroupProperties : IProvisioned
{
    [Computed]
    public string? ResourceGuid { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}

[JsonSerializable(typeof(Resource<ApplicationSecurityGroupProperties>))]
internal sealed partial class ApplicationSecurityGroupJson : JsonSerializerContext;
