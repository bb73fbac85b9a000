using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>What a generalized image is told at its first boot. None of it may change afterwards.</summary>
public sealed record OsProfile
{
    public string? ComputerName { get; set; }
    public string? AdminUsername { get; set; }

    [Secret]
    public string? AdminPassword { get; set; }

    /// <summary>Base64.</summary>
    [Secret]
    public string? CustomData { get; set; }
    public JsonElement? WindowsConfiguration { get; set; }
    public LinuxConfiguration? LinuxConfiguration { get; set; }
    public IReadOnlyList<JsonElement>? Secrets { get; set; }
    public bool? AllowExtensionOperations { get; set; }
    public bool? RequireGuestProvisionSignal { get; set; }
}

public sealed record LinuxConfiguration
{
    public bool? DisablePasswordAuthentication { get; set; }
    public SshConfiguration? Ssh { get; set; }

    [JsonPropertyName("provisionVMAgent")]
    public bool? ProvisionVmAgent { get; set; }
    public LinuxPatchSettings? PatchSettings { get; set; }

    [JsonPropertyName("enableVMAgentPlatformUpdates")]
    public bool? EnableVmAgentPlatformUpdates { get; set; }
}

public sealed record SshConfiguration
{
    public IReadOnlyList<SshPublicKey>? PublicKeys { get; set; }
}

public sealed record SshPublicKey
{
    public string? Path { get; set; }
    public string? KeyData { get; set; }
}

/// <summary><c>ImageDefault</c> is real (nothing patches); <c>AutomaticByPlatform</c> is refused.</summary>
public sealed record LinuxPatchSettings
{
    [AllowedValues("ImageDefault", "AutomaticByPlatform")]
    public string? PatchMode { get; set; }

    [AllowedValues("ImageDefault", "AutomaticByPlatform")]
    public string? AssessmentMode { get; set; }
    public JsonElement? AutomaticByPlatformSettings { get; set; }
}
