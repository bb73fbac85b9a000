using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.NetworkWatchers.PacketCaptures;

public sealed record PacketCaptureProperties : IProvisioned
{
    [Required]
    [Immutable]
    public string? Target { get; set; }
    public PacketCaptureScope? Scope { get; set; }

    [AllowedValues("AzureVM", "AzureVMSS")]
    public string? TargetType { get; set; }

    [Immutable]
    [Range(0, uint.MaxValue)]
    public long? BytesToCapturePerPacket { get; set; }

    [Immutable]
    [Range(0, uint.MaxValue)]
    public long? TotalBytesPerSession { get; set; }

    [Immutable]
    [Range(0, 18000)]
    public int? TimeLimitInSeconds { get; set; }

    [Required]
    public PacketCaptureStorage? StorageLocation { get; set; }

    [Immutable]
    public IReadOnlyList<PacketCaptureFilter>? Filters { get; set; }
    public bool? ContinuousCapture { get; set; }
    public PacketCaptureSettings? CaptureSettings { get; set; }

    /// <summary>It has been told to stop, for good.</summary>
    [Private]
    public bool? Stopped { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}

public sealed record PacketCaptureScope
{
    public IReadOnlyList<string>? Include { get; set; }
    public IReadOnlyList<string>? Exclude { get; set; }
}

public sealed record PacketCaptureStorage
{
    public string? StorageId { get; set; }
    public string? StoragePath { get; set; }
    public string? FilePath { get; set; }
    public string? LocalPath { get; set; }
}

/// <summary>Addresses and ports: one, a range <c>a-b</c>, or several with <c>;</c> between.</summary>
public sealed record PacketCaptureFilter
{
    [AllowedValues("TCP", "UDP", "Any")]
    public string? Protocol { get; set; }
    public string? LocalIPAddress { get; set; }
    public string? RemoteIPAddress { get; set; }
    public string? LocalPort { get; set; }
    public string? RemotePort { get; set; }
}

public sealed record PacketCaptureSettings
{
    public int? FileCount { get; set; }
    public long? FileSizeInBytes { get; set; }
    public int? SessionTimeLimitInSeconds { get; set; }
}

[JsonSerializable(typeof(Resource<PacketCaptureProperties>))]
internal sealed partial class PacketCaptureJson : JsonSerializerContext;
