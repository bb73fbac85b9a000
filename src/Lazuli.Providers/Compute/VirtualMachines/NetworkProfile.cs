using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Lazuli.Providers.Compute.VirtualMachines;

public sealed record NetworkProfile
{
    public IReadOnlyList<NetworkInterfaceReference>? NetworkInterfaces { get; set; }

    [AllowedValues("2020-11-01", "2022-11-01")]
    public string? NetworkApiVersion { get; set; }
    public IReadOnlyList<JsonElement>? NetworkInterfaceConfigurations { get; set; }
    public JsonElement? InterconnectGroupProfile { get; set; }
}

public sealed record NetworkInterfaceReference
{
    public string? Id { get; set; }
    public NetworkInterfaceReferenceProperties? Properties { get; set; }
}

public sealed record NetworkInterfaceReferenceProperties
{
    public bool? Primary { get; set; }

    [AllowedValues("Delete", "Detach")]
    public string? DeleteOption { get; set; }
}
