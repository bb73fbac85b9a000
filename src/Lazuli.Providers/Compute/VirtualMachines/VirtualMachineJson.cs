using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Compute.Disks;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>The wire forms of the room, and of the disks that machines make.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Resource<VirtualMachineProperties>))]
[JsonSerializable(typeof(VirtualMachineInstanceView))]
[JsonSerializable(typeof(BootDiagnosticsData))]
[JsonSerializable(typeof(Resource<DiskProperties>))]
public sealed partial class VirtualMachineJson : JsonSerializerContext;

/// <summary>The answer of <c>retrieveBootDiagnosticsData</c>.</summary>
public sealed record BootDiagnosticsData
{
    public string? ConsoleScreenshotBlobUri { get; set; }
    public string? SerialConsoleLogBlobUri { get; set; }
}
