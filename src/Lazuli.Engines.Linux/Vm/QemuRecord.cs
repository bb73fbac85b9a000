using System.Text.Json.Serialization;
using Lazuli.Engines.Vm;

namespace Lazuli.Engines.Linux.Vm;

/// <summary>What a machine was started from; written before its process starts, read by who adopts it.</summary>
internal sealed record QemuRecord
{
    public required VmSpec Spec { get; init; }
    public int? User { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(QemuRecord))]
[JsonSerializable(typeof(AcceleratorFinding))]
internal sealed partial class QemuJson : JsonSerializerContext;
